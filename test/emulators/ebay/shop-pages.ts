/** The site for buyers: browse, buy, look after an order. */
import type { Context, Hono } from "hono";
import { html } from "hono/html";
import { demoContact, type EbayControls } from "./controls.ts";
import { shownQuantity } from "./listings.ts";
import { amount } from "./money.ts";
import { cancellationRefusal, fulfilment, orderTotalMinor } from "./orders.ts";
import { type Html, hue, page } from "./page-layout.ts";
import type { Contact, EbayState, Item, Order } from "./state.ts";

export function mountShopPages(app: Hono, state: EbayState, controls: EbayControls): void {
  app.get("/", (c) => c.html(shopPage(state, c.req.query("notice"))));

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
    const bought = controls.buy({
      lines,
      contact,
      username: text("username") || "rosa_l",
      pay: text("pay") !== "later",
      ...(text("note") ? { note: text("note") } : {}),
    });
    if (!bought.ok) return c.redirect(`/?notice=${encodeURIComponent(bought.why)}`);
    return c.redirect(`/orders/${bought.order.orderId}`);
  });

  app.get("/orders", (c) => c.html(ordersPage(state)));

  app.get("/orders/:id", (c) => {
    const order = state.orders.get(c.req.param("id"));
    if (!order) return c.notFound();
    return c.html(orderPage(order, c.req.query("notice")));
  });

  app.post("/orders/:id/pay", (c) => back(c, controls.pay(c.req.param("id")), orderAfter(state, c.req.param("id"))));
  app.post("/orders/:id/cancel", (c) => back(c, controls.askToCancel(c.req.param("id")), c.req.param("id")));
}

/** Paying may give the order a new id. */
function orderAfter(state: EbayState, id: string): string {
  return [...state.orders.values()].find((one) => one.orderId === id || one.formerOrderId === id)?.orderId ?? id;
}

function back(c: Context, change: { ok: true } | { ok: false; why: string }, orderId: string): Response {
  return c.redirect(`/orders/${orderId}${change.ok ? "" : `?notice=${encodeURIComponent(change.why)}`}`);
}

const CONTACT_FIELDS: readonly (readonly [keyof Contact, string])[] = [
  ["fullName", "Name"],
  ["addressLine1", "Street"],
  ["addressLine2", "Apartment, floor"],
  ["city", "City"],
  ["stateOrProvince", "State or province"],
  ["postalCode", "Postcode"],
  ["countryCode", "Country (two letters)"],
  ["phone", "Phone"],
];

function shopPage(state: EbayState, notice: string | undefined): Html {
  const items = [...state.items.values()].filter((item) => item.offer.listingId !== null);
  return page(
    state.seller.businessName,
    html`${notice ? html`<p class="notice" role="alert">${notice}</p>` : ""}
      <form method="post" action="/buy">
        <div class="grid">${items.map(listingCard)}</div>
        ${items.length === 0 ? html`<p class="muted">Nothing is listed.</p>` : ""}
        <h2>Checkout</h2>
        <div class="card">
          <div class="two">
            <label><span>eBay user name</span><input name="username" value="rosa_l" required /></label>
            ${CONTACT_FIELDS.map(
              ([name, label]) =>
                html`<label><span>${label}</span><input name="${name}" value="${demoContact[name] ?? ""}" /></label>`,
            )}
            <label><span>Note to the seller</span><input name="note" /></label>
          </div>
          <p class="row">
            <button class="primary" name="pay" value="now">Buy and pay</button>
            <button name="pay" value="later">Commit to buy, pay later</button>
          </p>
        </div>
      </form>`,
  );
}

function listingCard(item: Item): Html {
  const left = shownQuantity(item);
  const choice = Object.values(item.aspects).join(", ");
  return html`<article class="card" data-sku="${item.sku}">
    <div class="swatch" style="background:hsl(${hue(item.groupKey ?? item.sku)} 45% 52%)">${item.title.slice(0, 1)}</div>
    <div>${item.title}</div>
    ${choice ? html`<div class="muted">${choice}</div>` : ""}
    <div class="price">${money(item.offer.priceMinor, item.offer.currency)}</div>
    <div class="row">
      <span class="tag ${left > 0 ? "good" : "bad"}" data-shown="${left}">${left > 0 ? `${left} available` : "Out of stock"}</span>
      <label class="row" style="margin:0"
        ><span class="muted">Buy</span
        ><input class="qty" type="number" min="0" max="${left}" name="quantity:${item.sku}" value="0" aria-label="Quantity of ${item.sku}" ${left === 0 ? "disabled" : ""}
      /></label>
    </div>
    <small>Item ${item.offer.listingId} &middot; <code>${item.sku}</code></small>
  </article>`;
}

function ordersPage(state: EbayState): Html {
  const orders = [...state.orders.values()].reverse();
  return page(
    "My purchases",
    orders.length === 0
      ? html`<p class="muted">No purchases yet.</p>`
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
              <td>${money(orderTotalMinor(order), order.currency)}</td>
              <td>${orderTags(order)}</td>
            </tr>`,
          )}
        </table></div>`,
  );
}

function orderPage(order: Order, notice: string | undefined): Html {
  const { contact } = order.buyer;
  const open = order.cancellations.find((one) => one.state === "REQUESTED");
  return page(
    `Order ${order.orderId}`,
    html`${notice ? html`<p class="notice" role="alert">${notice}</p>` : ""}
      <p class="row">${orderTags(order)}</p>
      <div class="card">
        <table>
          ${order.lines.map(
            (line) => html`<tr>
              <td>${line.title}<br /><code>${line.sku}</code></td>
              <td>${line.quantity} x ${money(line.unitMinor, order.currency)}</td>
            </tr>`,
          )}
          <tr>
            <td>Postage</td>
            <td>${money(order.shippingMinor, order.currency)}</td>
          </tr>
          <tr>
            <td><b>Total</b></td>
            <td><b>${money(orderTotalMinor(order), order.currency)}</b></td>
          </tr>
        </table>
      </div>
      <h2>Delivery</h2>
      <div class="card">
        <p>${contact.fullName}, ${contact.addressLine1}, ${contact.postalCode} ${contact.city}, ${contact.countryCode}</p>
        ${shipmentList(order)}
      </div>
      <div class="row">
        ${
          order.paidAt === null && order.cancelledAt === null
            ? html`<form method="post" action="/orders/${order.orderId}/pay"><button class="primary">Pay now</button></form>`
            : ""
        }
        ${
          cancellationRefusal(order) === null
            ? html`<form method="post" action="/orders/${order.orderId}/cancel"><button>Ask to cancel</button></form>`
            : ""
        }
        ${open ? html`<span class="muted">You asked to cancel; the seller has not answered yet.</span>` : ""}
      </div>`,
  );
}

export function shipmentList(order: Order): Html {
  if (order.shipments.length === 0) return html`<p class="muted">Not shipped yet.</p>`;
  return html`<ul>
    ${order.shipments.map(
      (one) => html`<li>
        ${one.trackingNumber ? html`${one.carrier} <code>${one.trackingNumber}</code>` : "Shipped without tracking"}
        <span class="muted">
          (${one.lines.map((line) => `${line.quantity} x ${order.lines.find((of) => of.lineItemId === line.lineItemId)?.sku ?? line.lineItemId}`).join(", ")})</span
        >
      </li>`,
    )}
  </ul>`;
}

export function orderTags(order: Order): Html {
  if (order.cancelledAt !== null) return html`<span class="tag bad">Cancelled</span>`;
  const shipped = { NOT_STARTED: "Not shipped", IN_PROGRESS: "Partly shipped", FULFILLED: "Shipped" }[
    fulfilment(order)
  ];
  const asked = order.cancellations.some((one) => one.state === "REQUESTED");
  return html`<span class="tag ${order.paidAt === null ? "wait" : "good"}">${order.paidAt === null ? "Awaiting payment" : "Paid"}</span>
    <span class="tag ${shipped === "Shipped" ? "good" : ""}">${shipped}</span>
    ${asked ? html`<span class="tag wait">Cancellation requested</span>` : ""}
    ${order.refunds.length > 0 ? html`<span class="tag">Refunded</span>` : ""}`;
}

export function money(minor: number, currency: string): string {
  return `${amount(minor, currency).value} ${currency}`;
}
