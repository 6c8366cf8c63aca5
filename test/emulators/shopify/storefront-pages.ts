/** The shop's own storefront: a buyer chooses, pays and gets a confirmation. */
import type { Hono } from "hono";
import { html, raw } from "hono/html";
import type { AdminContext } from "./admin-context.ts";
import { document, type Html, moneyText, storePath } from "./admin-layout.ts";
import { readForm } from "./form-fields.ts";
import { numericId } from "./gids.ts";
import { levelsOf, type Order, orderTotal, type Store, type Variant, variantsOf } from "./store.ts";

const STYLE = `
  body { background: #fbfaf7; } .shop { max-width: 1080px; margin: 0 auto; padding: 0 20px 64px; width: 100%; }
  .shop header { display: flex; align-items: baseline; gap: 16px; padding: 26px 0 18px; } .shop header b { font: 600 26px Georgia, serif; } .shop header a { margin-left: auto; }
  .grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); gap: 16px; } .grid article { background: #fff; border-radius: 12px; padding: 14px; box-shadow: 0 1px 2px #0002; }
  .swatch { height: 96px; border-radius: 8px; display: grid; place-items: center; color: #fff; font: 600 34px Georgia, serif; margin-bottom: 10px; }
  .choice { display: flex; gap: 8px; align-items: center; justify-content: space-between; padding: 6px 0; border-top: 1px solid #eee; }
  .checkout { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 10px; } .checkout input { width: 100%; } .shop .row { margin-top: 14px; }
`;

interface Buyer {
  firstName: string;
  lastName: string;
  email: string;
  phone: string;
}
const BUYER: Buyer = { firstName: "Amara", lastName: "Okafor", email: "amara@buyer.example", phone: "+447700900101" };

export function mountStorefrontPages(app: Hono, { controls, storeOf }: AdminContext): void {
  app.get("/store/:handle/storefront", (c) => {
    const store = storeOf(c);
    return store ? c.html(shopPage(store, BUYER, null)) : c.notFound();
  });

  app.post("/store/:handle/storefront", async (c) => {
    const store = storeOf(c);
    if (!store) return c.notFound();
    const form = await readForm(c.req);
    const buyer = {
      firstName: form.text("firstName"),
      lastName: form.text("lastName"),
      email: form.text("email"),
      phone: form.text("phone"),
    };
    const lines = form.quantities("quantity:").map(({ key, quantity }) => ({ variantId: key, quantity }));
    const outcome = controls.storefrontOrder(store.domain, {
      firstName: buyer.firstName || null,
      lastName: buyer.lastName || null,
      email: buyer.email || null,
      phone: buyer.phone || null,
      lines,
    });
    if (!outcome.ok) return c.html(shopPage(store, buyer, outcome.message), 409);
    return c.redirect(storePath(store, `/storefront/orders/${numericId(outcome.value.id)}`), 303);
  });

  app.get("/store/:handle/storefront/orders/:id{[0-9]+}", (c) => {
    const store = storeOf(c);
    const order = store?.orders.get(`gid://shopify/Order/${c.req.param("id")}`);
    return store && order ? c.html(confirmationPage(store, order)) : c.notFound();
  });
}

function page(store: Store, title: string, body: Html): Html {
  return document(
    `${title} · ${store.name}`,
    html`<div class="shop">
      <header>
        <b>${store.name}</b> <span class="muted">emulated: nothing here is real</span>
        <a href="${storePath(store)}">Admin</a>
      </header>
      ${body}
    </div>`,
    STYLE,
  );
}

/** What a buyer may still have; null when there is no end to it. */
function sellable(store: Store, variant: Variant): number | null {
  const item = store.inventoryItems.get(variant.inventoryItemId);
  if (!item?.tracked || variant.inventoryPolicy === "CONTINUE") return null;
  return levelsOf(store, item.id)
    .filter((level) => {
      const location = store.locations.get(level.locationId);
      return location?.isActive === true && location.fulfillsOnlineOrders;
    })
    .reduce((sum, level) => sum + Math.max(0, level.quantities.available), 0);
}

function hue(text: string): number {
  return [...text].reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) % 360, 7);
}

function shopPage(store: Store, buyer: Buyer, refused: string | null): Html {
  const products = [...store.products.values()].filter((one) => one.status === "ACTIVE");
  return page(
    store,
    "Shop",
    html`${refused ? html`<p class="notice" role="alert">${refused}</p>` : ""}
      <form method="post" action="${storePath(store, "/storefront")}">
        <div class="grid">
          ${products.map(
            (product) => html`<article>
              <div class="swatch" style="background:hsl(${hue(product.title)} 32% 48%)">${product.title.slice(0, 1)}</div>
              <b>${product.title}</b>
              ${variantsOf(store, product.id).map((variant) => choice(store, variant))}
            </article>`,
          )}
        </div>
        <h2 style="margin-top:28px">Your details</h2>
        <div class="card">
          <div class="checkout">
            <label><span>First name</span><input name="firstName" value="${buyer.firstName}" required /></label>
            <label><span>Last name</span><input name="lastName" value="${buyer.lastName}" /></label>
            <label><span>Email</span><input name="email" type="email" value="${buyer.email}" /></label>
            <label><span>Phone</span><input name="phone" value="${buyer.phone}" /></label>
          </div>
          <p class="row"><button class="primary">Pay now</button></p>
        </div>
      </form>`,
  );
}

function choice(store: Store, variant: Variant): Html {
  const left = sellable(store, variant);
  const name = variant.title === "Default Title" ? "" : variant.title;
  return html`<div class="choice" data-sku="${variant.sku ?? ""}">
    <span>${name} ${moneyText(variant.price, store.currency)}<br /><small class="muted">${left === null ? "In stock" : left === 0 ? "Sold out" : `${left} left`}</small></span>
    <input class="qty" type="number" min="0" ${left === null ? "" : raw(`max="${left}"`)} value="0" name="quantity:${variant.id}" aria-label="Quantity of ${variant.sku ?? variant.title}" ${left === 0 ? raw("disabled") : ""} />
  </div>`;
}

function confirmationPage(store: Store, order: Order): Html {
  return page(
    store,
    `Order ${order.name}`,
    html`<div class="card" role="status">
      <h1>Thank you, ${order.shippingAddress?.firstName ?? "and see you soon"}</h1>
      <p>Your order <b id="order-name">${order.name}</b> is paid: ${moneyText(orderTotal(order), order.currency)} with delivery.</p>
      ${order.lineItems.map((line) => html`<div>${line.quantity} × ${line.title} ${line.variantTitle ?? ""}</div>`)}
      <p class="row">
        <a class="button" href="${storePath(store, "/storefront")}">Buy something else</a>
        <a href="${storePath(store, `/orders/${numericId(order.id)}`)}">See it in the admin</a>
      </p>
    </div>`,
  );
}
