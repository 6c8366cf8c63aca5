/** Every page of the emulated admin: top bar, navigation, and the pieces that several pages show. */
import type { Context } from "hono";
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { ADMIN_STYLE, FRAME_STYLE } from "./admin-style.ts";
import { type Gid, numericId } from "./gids.ts";
import { fulfillmentStatus, type Order, orderTotal, type Store } from "./store.ts";

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** The app's handle in this admin's addresses. */
export const APP_HANDLE = "lockstep";

export type Section = "home" | "orders" | "products" | "customers" | "app";

export interface AdminView {
  store: Store;
  appName: string;
  section: Section;
  title: string;
  /** What the last form did, or why it did not. */
  said?: Said | null;
}

export interface Said {
  ok: boolean;
  text: string;
}

export function storePath(store: Store, path = ""): string {
  return `/store/${store.handle}${path}`;
}

/** "/store/lockstep-demo/orders/7210000000042" of an order's gid. */
export function recordPath(store: Store, kind: "orders" | "products" | "customers", id: Gid): string {
  return storePath(store, `/${kind}/${numericId(id)}`);
}

export function adminPage(view: AdminView, body: Html): Html {
  return shell(view, html`<main><div class="inner"><h1>${view.title}</h1>${saidNotice(view.said)}${body}</div></main>`);
}

export function saidNotice(said: Said | null | undefined): Html | "" {
  return said
    ? html`<p class="notice ${said.ok ? "good" : ""}" role="${said.ok ? "status" : "alert"}">${said.text}</p>`
    : "";
}

/** Navigation around whatever `main` is. `topExtra` lies over the top bar: the contextual save bar. */
export function shell(view: Omit<AdminView, "said">, main: Html, topExtra: Html | "" = ""): Html {
  const { store, section } = view;
  const link = (to: Section, path: string, text: string): Html =>
    html`<li><a href="${storePath(store, path)}" ${section === to ? raw('aria-current="page"') : ""}>${text}</a></li>`;
  return document(
    `${view.title} · ${store.name}`,
    html`<input type="checkbox" id="menu-open" aria-label="Navigation" />
      <header class="top">
        <label class="menu" for="menu-open" aria-hidden="true">☰</label>
        <a class="brand" href="/"><i>S</i> Shopify</a>
        <span class="emulated">emulated: nothing here is real</span>
        <a class="store" href="${storePath(store)}">${store.name}</a>
        ${topExtra}
      </header>
      <div class="frame">
        <nav class="side" aria-label="Admin">
          <ul>
            ${link("home", "", "Home")} ${link("orders", "/orders", "Orders")} ${link("products", "/products", "Products")}
            ${link("customers", "/customers", "Customers")}
          </ul>
          <h2>Sales channels</h2>
          <ul>
            <li><a href="${storePath(store, "/storefront")}">Online store</a></li>
          </ul>
          <h2>Apps</h2>
          <ul>
            <li>
              <a id="app-home" href="${storePath(store, `/apps/${APP_HANDLE}`)}" ${section === "app" ? raw('aria-current="page"') : ""}>${view.appName}</a>
              <ul id="app-nav"></ul>
            </li>
          </ul>
        </nav>
        <label class="scrim" for="menu-open" aria-hidden="true"></label>
        ${main}
      </div>
      <script>
        addEventListener("keydown", (event) => {
          if (event.key === "Escape") document.getElementById("menu-open").checked = false;
        });
      </script>`,
    section === "app" ? FRAME_STYLE : "",
  );
}

export function document(title: string, body: Html, moreStyle = ""): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        <style>
          ${raw(ADMIN_STYLE)}${raw(moreStyle)}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html>`;
}

/** The outcome of a form, carried through the redirect after it. */
export function readSaid(c: Context): Said | null {
  const done = c.req.query("done");
  const refused = c.req.query("refused");
  if (refused !== undefined) return { ok: false, text: refused };
  return done === undefined ? null : { ok: true, text: done };
}

/** Runs what a form asks for and goes back to `path`, which then says how it went. */
export function answerForm(c: Context, path: string, work: () => Said): Response {
  let said: Said;
  try {
    said = work();
  } catch (error) {
    said = { ok: false, text: error instanceof Error ? error.message : String(error) };
  }
  return c.redirect(`${path}?${said.ok ? "done" : "refused"}=${encodeURIComponent(said.text)}`, 303);
}

export function moneyText(amount: string | number, currency: string): string {
  return new Intl.NumberFormat("en-GB", { style: "currency", currency }).format(Number(amount));
}

export function timeText(store: Store, iso: string): string {
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: store.timezone }).format(
    new Date(iso),
  );
}

/** "PARTIALLY_REFUNDED" as a person reads it. */
export function words(code: string): string {
  const text = code.toLowerCase().replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function orderTags(order: Order): Html {
  const paid = order.financialStatus;
  const shipped = fulfillmentStatus(order);
  return html`${order.cancelledAt ? html`<span class="tag bad">Cancelled</span>` : ""}
    ${order.cancelPending ? html`<span class="tag wait">Cancelling</span>` : ""}
    <span class="tag ${paid === "PAID" ? "good" : paid === "PENDING" ? "wait" : ""}">${words(paid)}</span>
    <span class="tag ${shipped === "FULFILLED" ? "good" : "wait"}">${words(shipped)}</span>`;
}

export function ordersTable(store: Store, orders: readonly Order[], none: string): Html {
  if (orders.length === 0) return html`<p class="muted">${none}</p>`;
  return html`<div class="scroll">
    <table>
      <tr>
        <th>Order</th>
        <th>Date</th>
        <th>Customer</th>
        <th>Source</th>
        <th class="number">Total</th>
        <th>Status</th>
        <th>Items</th>
      </tr>
      ${orders.map((order) => {
        const customer = order.customerId ? store.customers.get(order.customerId) : undefined;
        const name = customer
          ? [customer.firstName, customer.lastName].filter(Boolean).join(" ") || customer.email
          : null;
        return html`<tr data-order="${order.name}">
          <td><a href="${recordPath(store, "orders", order.id)}">${order.name}</a></td>
          <td>${timeText(store, order.createdAt)}</td>
          <td>${name ?? html`<span class="muted">No customer</span>`}</td>
          <td>${order.sourceName ?? ""}</td>
          <td class="number">${moneyText(orderTotal(order), order.currency)}</td>
          <td>${orderTags(order)}</td>
          <td class="number">${order.lineItems.reduce((sum, line) => sum + line.quantity, 0)}</td>
        </tr>`;
      })}
    </table>
  </div>`;
}
