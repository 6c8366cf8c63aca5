/** The site: a page where a person buys, and one where the seller looks after the shop. */
import type { Context, Hono } from "hono";
import { html } from "hono/html";
import { decimal } from "./amounts.ts";
import { type DepopControls, demoContact } from "./controls.ts";
import { totalMinor } from "./orders.ts";
import { createPage, type Html, notice, swatch } from "./page-layout.ts";
import { type Change, currentMinor, isThere, shownQuantity } from "./products.ts";
import type { Contact, DepopState, Order, Product } from "./state.ts";

const page = createPage("depop");

const CONTACT_FIELDS: readonly (readonly [keyof Contact, string])[] = [
  ["name", "Name"],
  ["address", "Street"],
  ["address2", "Flat"],
  ["city", "City"],
  ["state", "County or state"],
  ["postalCode", "Postcode"],
  ["countryCode", "Country (two letters)"],
  ["phone", "Phone"],
];

export function mountPages(app: Hono, state: DepopState, controls: DepopControls): void {
  const products = (): Product[] => [...state.products.values()].filter(isThere);
  const back = (c: Context, path: string, change: Change): Response =>
    c.redirect(change.ok ? path : `${path}?notice=${encodeURIComponent(change.why)}`);

  app.get("/", (c) => c.html(shopPage(state, products(), c.req.query("notice"))));

  app.post("/buy", async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const lines = products()
      .map(({ productId }) => ({ productId, quantity: Number(form.get(`quantity:${productId}`)) }))
      .filter((line) => Number.isInteger(line.quantity) && line.quantity > 0);
    const contact: Partial<Contact> = {};
    for (const [name] of CONTACT_FIELDS) {
      const value = form.get(name)?.trim();
      if (value) contact[name] = value;
    }
    const bought = controls.buy({ lines, contact });
    return bought.ok ? c.redirect(`/orders#${bought.order.purchaseId}`) : back(c, "/", bought);
  });

  app.get("/orders", (c) => c.html(ordersPage(state)));

  app.get("/seller", (c) => c.html(sellerPage(state, products(), c.req.query("notice"))));

  const seller = (action: string, act: (form: URLSearchParams) => Change): void => {
    app.post(`/seller/${action}`, async (c) => back(c, "/seller", act(new URLSearchParams(await c.req.text()))));
  };
  seller("quantity", (form) => {
    const quantity = Number(form.get("quantity"));
    if (!Number.isInteger(quantity) || quantity < 0) return { ok: false, why: "A quantity is 0 or more." };
    return controls.editQuantity(form.get("sku") ?? "", quantity);
  });
  seller("delete", (form) => controls.removeListing(form.get("sku") ?? ""));
  seller("refund", (form) => controls.refundBySeller(form.get("order") ?? ""));
  seller("cancel", (form) => controls.cancelByDepop(form.get("order") ?? ""));
}

function titleOf(product: Product): string {
  return product.description.split("\n")[0] ?? product.slug;
}

function money(minor: number, currency: string): string {
  return `${decimal(minor)} ${currency}`;
}

function shopPage(state: DepopState, products: Product[], told: string | undefined): Html {
  return page(
    `${state.seller.businessName} @${state.seller.username}`,
    html`${notice(told)}
      <form method="post" action="/buy">
        <div class="grid">${products.map(card)}</div>
        <h2>Checkout</h2>
        <div class="card">
          <div class="two">
            ${CONTACT_FIELDS.map(
              ([name, label]) =>
                html`<label><span>${label}</span><input name="${name}" value="${demoContact[name] ?? ""}" /></label>`,
            )}
          </div>
          <button class="primary">Buy now</button>
        </div>
      </form>`,
  );
}

function card(product: Product): Html {
  const left = shownQuantity(product);
  return html`<article class="card" data-sku="${product.sku ?? ""}">
    ${swatch(titleOf(product))}
    <div>${titleOf(product)}</div>
    <div class="price">${money(currentMinor(product), product.currency)}</div>
    <div class="row">
      <span class="tag ${left > 0 ? "good" : "bad"}" data-shown="${left}">${left > 0 ? `${left} available` : "Sold"}</span>
      <input class="qty" type="number" min="0" max="${left}" name="quantity:${product.productId}" value="0" aria-label="Quantity of ${product.sku ?? titleOf(product)}" ${left === 0 ? "disabled" : ""} />
    </div>
    <small>${product.sku === null ? "no SKU" : html`<code>${product.sku}</code>`}</small>
  </article>`;
}

function ordersPage(state: DepopState): Html {
  const orders = [...state.orders.values()].reverse();
  return page(
    "My purchases",
    orders.length === 0 ? html`<p class="muted">No purchases yet.</p>` : html`${orders.map((one) => orderCard(one))}`,
  );
}

function orderCard(order: Order, actions: Html = html``): Html {
  const good = order.status === "SHIPPING_PENDING" || order.status === "SHIPPED" || order.status === "COMPLETED";
  return html`<div class="card" id="${order.purchaseId}" data-order="${order.purchaseId}">
    <div class="row">
      <b>${order.purchaseId}</b> <span class="tag ${good ? "good" : "bad"}">${order.status.replaceAll("_", " ").toLowerCase()}</span>
      <span class="muted">${order.contact.name}, ${order.contact.city} &middot; ${order.createdAt.slice(0, 16).replace("T", " ")}</span>
      <span class="price">${money(totalMinor(order), order.currency)}</span>
    </div>
    ${order.lines.map((line) => html`<div>${line.description.split("\n")[0]} <code>${line.sku ?? "no SKU"}</code></div>`)}
    ${order.parcels.map((one) => html`<div class="muted">${one.carrier} <code>${one.trackingNumber}</code></div>`)}
    ${order.messages.map((one) => html`<p class="muted">The seller wrote: ${one}</p>`)} ${actions}
  </div>`;
}

function sellerPage(state: DepopState, products: Product[], told: string | undefined): Html {
  const [apiKey = ""] = state.apiKeys;
  return page(
    "Your shop",
    html`${notice(told)}
      <div class="card">API key for this shop: <code>${apiKey}</code></div>
      <h2>Listings</h2>
      <div class="scroll"><table>
        <tr><th>Item</th><th>SKU</th><th>Price</th><th>Available</th><th>Sold</th><th></th></tr>
        ${products.map(productRow)}
      </table></div>
      <h2>Orders</h2>
      ${[...state.orders.values()].reverse().map((order) => orderCard(order, orderActions(order)))}`,
  );
}

function productRow(product: Product): Html {
  return html`<tr data-sku="${product.sku ?? ""}">
    <td>${titleOf(product)}</td>
    <td>${product.sku === null ? html`<span class="tag">none</span>` : html`<code>${product.sku}</code>`}</td>
    <td>${money(currentMinor(product), product.currency)}</td>
    <td>
      <form class="row" method="post" action="/seller/quantity">
        <input type="hidden" name="sku" value="${product.sku ?? ""}" />
        <input class="qty" type="number" min="0" name="quantity" value="${shownQuantity(product)}" aria-label="Quantity of ${product.sku ?? titleOf(product)}" />
        <button ${product.sku === null ? "disabled" : ""}>Save</button>
      </form>
    </td>
    <td>${product.soldQuantity}</td>
    <td>
      <form method="post" action="/seller/delete">
        <input type="hidden" name="sku" value="${product.sku ?? ""}" /><button ${product.sku === null ? "disabled" : ""}>Delete</button>
      </form>
    </td>
  </tr>`;
}

function orderActions(order: Order): Html {
  if (order.status !== "SHIPPING_PENDING") return html``;
  const button = (action: string, label: string) => html`<form method="post" action="/seller/${action}">
    <input type="hidden" name="order" value="${order.purchaseId}" /><button>${label}</button>
  </form>`;
  return html`<div class="row">${button("refund", "Refund in full")} ${button("cancel", "Let Depop cancel it")}</div>`;
}
