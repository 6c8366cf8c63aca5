/** A small admin for a person, over the same state and through the same controls as everything else. */
import type { Hono } from "hono";
import { html } from "hono/html";
import { type AdminContext, createAdminContext } from "./admin-context.ts";
import {
  APP_HANDLE,
  adminPage,
  answerForm,
  document,
  type Html,
  ordersTable,
  readSaid,
  storePath,
} from "./admin-layout.ts";
import { mountAppFrame } from "./app-frame.ts";
import { mountBlockFrame } from "./block-frame.ts";
import { mountBrowserScripts } from "./browser-scripts.ts";
import { mountCustomerPages } from "./customer-pages.ts";
import { mountOrderActions } from "./order-actions.ts";
import { mountOrderPages } from "./order-pages.ts";
import { mountPricingPages } from "./pricing-pages.ts";
import { mountProductPages } from "./product-pages.ts";
import { fulfillmentStatus, type Store } from "./store.ts";
import { mountStorefrontPages } from "./storefront-pages.ts";

export function mountAdminPages(app: Hono, parts: Parameters<typeof createAdminContext>[0]): void {
  const context = createAdminContext(parts);
  mountHome(app, context);
  mountProductPages(app, context);
  mountOrderPages(app, context);
  mountOrderActions(app, context);
  mountCustomerPages(app, context);
  mountPricingPages(app, context);
  mountStorefrontPages(app, context);
  mountAppFrame(app, context);
  mountBlockFrame(app, context);
  mountBrowserScripts(app);
}

function mountHome(app: Hono, { world, controls, storeOf, appName }: AdminContext): void {
  app.get("/", (c) => c.html(shopList([...world.stores.values()], appName)));

  app.get("/store/:handle", (c) => {
    const store = storeOf(c);
    if (!store) return c.notFound();
    const view = { store, appName, section: "home", title: store.name, said: readSaid(c) } as const;
    return c.html(adminPage(view, home(store, appName)));
  });

  app.post("/store/:handle/uninstall", (c) => {
    const store = storeOf(c);
    if (!store) return c.notFound();
    return answerForm(c, storePath(store), () => {
      controls.uninstall(store.domain);
      return { ok: true, text: `${appName} is uninstalled. Its access ended at once.` };
    });
  });
}

function shopList(stores: readonly Store[], appName: string): Html {
  return document(
    "Shops",
    html`<header class="top">
        <span class="brand"><i>S</i> Shopify</span><span class="emulated">emulated: nothing here is real</span>
      </header>
      <main>
        <div class="inner">
          <h1>Shops</h1>
          ${stores.map(
            (store) => html`<section class="card" data-shop="${store.handle}">
              <h2><a href="${storePath(store)}">${store.name}</a></h2>
              <p class="muted">${store.domain}</p>
              <p class="row">
                <a class="button primary" href="${storePath(store, `/apps/${APP_HANDLE}`)}">Open ${appName}</a>
                <a class="button" href="${storePath(store)}">Admin</a>
                <a class="button" href="${storePath(store, "/storefront")}">Online store</a>
              </p>
            </section>`,
          )}
        </div>
      </main>`,
  );
}

function home(store: Store, appName: string): Html {
  const orders = [...store.orders.values()];
  const open = orders.filter((order) => !order.cancelledAt && fulfillmentStatus(order) !== "FULFILLED").length;
  const count = (path: string, number: number, what: string): Html =>
    html`<a class="card" href="${storePath(store, path)}"><b>${number}</b> ${what}</a>`;
  return html`<div class="counts">
      ${count("/products", store.products.size, "products")} ${count("/orders", orders.length, "orders")}
      ${count("/orders", open, "to fulfil")} ${count("/customers", store.customers.size, "customers")}
    </div>
    <section class="card">
      <h2>${appName}</h2>
      ${
        store.installation
          ? html`<div class="row">
              <a class="button primary" href="${storePath(store, `/apps/${APP_HANDLE}`)}">Open ${appName}</a>
              <form method="post" action="${storePath(store, "/uninstall")}"><button class="danger">Uninstall</button></form>
            </div>`
          : html`<p>Not installed yet. Opening it installs it.</p>
              <p><a class="button primary" href="${storePath(store, `/apps/${APP_HANDLE}`)}">Install ${appName}</a></p>`
      }
    </section>
    <section class="card">
      <h2>Latest orders</h2>
      ${ordersTable(store, orders.reverse().slice(0, 5), "No orders yet.")}
      <p><a href="${storePath(store, "/storefront")}">Buy something in the online store</a></p>
    </section>`;
}
