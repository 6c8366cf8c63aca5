/** The site for buyers: browse, buy, look after an order. */
import type { Context, Hono } from "hono";
import { html } from "hono/html";
import { type AmazonControls, demoContact } from "./controls.ts";
import { isBuyable } from "./listings.ts";
import { decimal } from "./money.ts";
import { orderStatus, totalMinor } from "./orders.ts";
import { type Html, hue, page } from "./page-layout.ts";
import type { AmazonState, Contact, Item, Order } from "./state.ts";

const CONTACT_FIELDS: readonly (readonly [keyof Contact, string])[] = [
  ["name", "Name"],
  ["addressLine1", "Street"],
  ["addressLine2", "Flat, floor"],
  ["city", "Town"],
  ["stateOrRegion", "County"],
  ["postalCode", "Postcode"],
  ["countryCode", "Country (two letters)"],
  ["phone", "Phone"],
];

export function mountShopPages(app: Hono, state: AmazonState, controls: AmazonControls): void {
  app.get("/", (c) => {
    controls.shown();
    return c.html(shopPage(state, c.req.query("notice")));
  });

  app.post("/buy", async (c) => {
    const form = await c.req.formData();
    const text = (name: string): string => {
      const value = form.get(name);
      return typeof value === "string" ? value.trim() : "";
    };
    const lines = [...state.items.keys()]
      .map((sku) => ({ sku, quantity: Number(text(`quantity:${sku}`)) }))
      .filter((line) => Number.isInteger(line.quantity) && line.quantity > 0);
    const contact: Partial<Contact> = {};
    for (const [name] of CONTACT_FIELDS) if (text(name)) contact[name] = text(name);
    const username = text("username") || "rosa_l";
    const bought = controls.buy({ lines, contact, username, pay: text("pay") !== "later" });
    if (!bought.ok) return c.redirect(`/?notice=${encodeURIComponent(bought.why)}`);
    return c.redirect(`/orders/${bought.order.orderId}`);
  });

  app.get("/orders", (c) => c.html(ordersPage(state)));

  app.get("/orders/:id", (c) => {
    controls.shown();
    const order = state.orders.get(c.req.param("id"));
    return order ? c.html(orderPage(order, c.req.query("notice"))) : c.notFound();
  });

  app.post("/orders/:id/pay", (c) => back(c, controls.pay(c.req.param("id"))));
  app.post("/orders/:id/ask-cancel", (c) => back(c, controls.askToCancel(c.req.param("id"))));
  app.post("/orders/:id/cancel", (c) => back(c, controls.cancel(c.req.param("id"), "BUYER")));
}

function back(c: Context, done: { ok: true } | { ok: false; why: string }): Response {
  const notice = done.ok ? "" : `?notice=${encodeURIComponent(done.why)}`;
  return c.redirect(`/orders/${c.req.param("id")}${notice}`);
}

function shopPage(state: AmazonState, notice: string | undefined): Html {
  const items = [...state.items.values()];
  return page(
    state.seller.storeName,
    html`${notice ? html`<p class="notice" role="alert">${notice}</p>` : ""}
      <form method="post" action="/buy">
        <div class="grid">${items.map(listingCard)}</div>
        ${items.length === 0 ? html`<p class="muted">Nothing is listed.</p>` : ""}
        <h2>Checkout</h2>
        <div class="card">
          <div class="two">
            <label><span>Amazon account</span><input name="username" value="rosa_l" required /></label>
            ${CONTACT_FIELDS.map(
              ([name, label]) =>
                html`<label><span>${label}</span><input name="${name}" value="${demoContact[name] ?? ""}" /></label>`,
            )}
          </div>
          <p class="row">
            <button class="primary" name="pay" value="now">Buy now</button>
            <button name="pay" value="later">Buy, payment pending</button>
          </p>
        </div>
      </form>`,
  );
}

function listingCard(item: Item): Html {
  const left = isBuyable(item) ? item.quantity : 0;
  const from = item.channel === "DEFAULT" ? "Dispatched by the seller" : "Dispatched by Amazon";
  return html`<article class="card" data-sku="${item.sku}">
    <div class="swatch" style="background:hsl(${hue(item.sku)} 45% 52%)">${item.title.slice(0, 1)}</div>
    <div>${item.title}</div>
    <div class="muted">${from}</div>
    <div class="price">${money(item.priceMinor, item.currency)}</div>
    <div class="row">
      <span class="tag ${left > 0 ? "good" : "bad"}" data-shown="${left}">${left > 0 ? `${left} in stock` : "Currently unavailable"}</span>
      <label class="row" style="margin:0"
        ><span class="muted">Buy</span
        ><input class="qty" type="number" min="0" max="${left}" name="quantity:${item.sku}" value="0" aria-label="Quantity of ${item.sku}" ${left === 0 ? "disabled" : ""}
      /></label>
    </div>
    <small>${item.asin} &middot; <code>${item.sku}</code></small>
  </article>`;
}

function ordersPage(state: AmazonState): Html {
  const orders = [...state.orders.values()].reverse();
  return page(
    "Your orders",
    orders.length === 0
      ? html`<p class="muted">No orders yet.</p>`
      : html`<div class="scroll"><table>
          <tr>
            <th>Order</th>
            <th>Buyer</th>
            <th>Items</th>
            <th>Total</th>
            <th>Status</th>
          </tr>
          ${orders.map(
            (order) => html`<tr>
              <td><a href="/orders/${order.orderId}">${order.orderId}</a></td>
              <td>${order.buyer.username}</td>
              <td>${order.lines.map((line) => html`<div>${line.quantity} x ${line.title}</div>`)}</td>
              <td>${money(totalMinor(order), order.currency)}</td>
              <td>${orderTags(order)}</td>
            </tr>`,
          )}
        </table></div>`,
  );
}

function orderPage(order: Order, notice: string | undefined): Html {
  const status = orderStatus(order);
  const { contact } = order.buyer;
  const button = (action: string, words: string, style = "") =>
    html`<form method="post" action="/orders/${order.orderId}/${action}"><button class="${style}">${words}</button></form>`;
  return page(
    `Order ${order.orderId}`,
    html`${notice ? html`<p class="notice" role="alert">${notice}</p>` : ""}
      <p class="row">${orderTags(order)}</p>
      <div class="card">
        <table>
          ${order.lines.map(
            (line) => html`<tr>
              <td>${line.title}<br /><code>${line.sku}</code> ${line.cancelledBy ? html`<span class="tag bad">Cancelled</span>` : ""}</td>
              <td>${line.quantity} x ${money(line.unitMinor, order.currency)}</td>
            </tr>`,
          )}
          <tr>
            <td>Postage and packing</td>
            <td>${money(order.shippingMinor, order.currency)}</td>
          </tr>
          <tr>
            <td><b>Total</b></td>
            <td><b>${money(totalMinor(order), order.currency)}</b></td>
          </tr>
        </table>
      </div>
      <h2>Delivery</h2>
      <div class="card">
        <p>${contact.name}, ${contact.addressLine1}, ${contact.postalCode} ${contact.city}, ${contact.countryCode}</p>
        ${packageList(order)}
      </div>
      <div class="row">
        ${status === "PENDING" ? button("pay", "Payment goes through", "primary") : ""}
        ${status === "PENDING" ? button("cancel", "Cancel") : ""}
        ${status === "UNSHIPPED" ? button("ask-cancel", "Ask to cancel") : ""}
      </div>`,
  );
}

export function packageList(order: Order): Html {
  if (order.packages.length === 0) return html`<p class="muted">Not dispatched yet.</p>`;
  const skuOf = (id: string) => order.lines.find((line) => line.orderItemId === id)?.sku ?? id;
  return html`<ul>
    ${order.packages.map(
      (one) => html`<li>
        ${one.carrier} ${one.trackingNumber ? html`<code>${one.trackingNumber}</code>` : "without tracking"}
        <span class="muted">(${one.lines.map((line) => `${line.quantity} x ${skuOf(line.orderItemId)}`).join(", ")})</span>
      </li>`,
    )}
  </ul>`;
}

const STATUS_TAGS = {
  PENDING: ["wait", "Payment pending"],
  UNSHIPPED: ["good", "Not yet dispatched"],
  PARTIALLY_SHIPPED: ["", "Partly dispatched"],
  SHIPPED: ["good", "Dispatched"],
  CANCELLED: ["bad", "Cancelled"],
} as const;

export function orderTags(order: Order): Html {
  const [style, words] = STATUS_TAGS[orderStatus(order)];
  const asked = order.cancelledAt === null && order.lines.some((line) => line.cancelRequested);
  return html`<span class="tag ${style}">${words}</span>
    ${order.fulfilledBy === "AMAZON" ? html`<span class="tag">Dispatched by Amazon</span>` : ""}
    ${asked ? html`<span class="tag wait">Cancellation requested</span>` : ""}`;
}

export function money(minor: number, currency: string): string {
  return `${decimal(minor)} ${currency}`;
}
