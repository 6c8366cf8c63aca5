/** The site for buyers: browse, buy, look after an order. */
import type { Context, Hono } from "hono";
import { html } from "hono/html";
import { demoContact, type EtsyControls } from "./controls.ts";
import { type Change, keyOf, shownQuantity } from "./listings.ts";
import { type Html, hue, page } from "./page-layout.ts";
import { statusOf, totalMinor } from "./receipts.ts";
import type { Contact, EtsyState, Listing, Product, Receipt } from "./state.ts";

const CONTACT_FIELDS: readonly (readonly [keyof Contact, string])[] = [
  ["name", "Name"],
  ["firstLine", "Street"],
  ["secondLine", "Flat, floor"],
  ["city", "City"],
  ["state", "State or county"],
  ["zip", "Postcode"],
  ["countryIso", "Country (two letters)"],
];

export function mountShopPages(app: Hono, state: EtsyState, controls: EtsyControls): void {
  app.get("/", (c) => c.html(shopPage(state, c.req.query("notice"))));

  app.post("/buy", async (c) => {
    const form = await c.req.formData();
    const text = (name: string): string => {
      const value = form.get(name);
      return typeof value === "string" ? value.trim() : "";
    };
    const lines = Object.keys(controls.shown())
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
    return c.redirect(`/orders/${bought.receipt.receiptId}`);
  });

  app.get("/orders", (c) => c.html(ordersPage(state)));
  app.get("/orders/:id", (c) => {
    const receipt = state.receipts.get(Number(c.req.param("id")));
    return receipt ? c.html(orderPage(state, receipt, c.req.query("notice"))) : c.notFound();
  });
  app.post("/orders/:id/pay", (c) => back(c, controls.pay(c.req.param("id")), c.req.param("id")));
}

function back(c: Context, change: Change, orderId: string): Response {
  return c.redirect(`/orders/${orderId}${change.ok ? "" : `?notice=${encodeURIComponent(change.why)}`}`);
}

function shopPage(state: EtsyState, notice: string | undefined): Html {
  const active = [...state.listings.values()].filter((one) => one.state === "active");
  return page(
    state.seller.shopName,
    html`${notice ? html`<p class="notice" role="alert">${notice}</p>` : ""}
      <form method="post" action="/buy">
        <div class="grid">
          ${active.flatMap((listing) => listing.products.map((product) => productCard(state, listing, product)))}
        </div>
        ${active.length === 0 ? html`<p class="muted">Nothing is for sale.</p>` : ""}
        <h2>Checkout</h2>
        <div class="card">
          <div class="two">
            <label><span>Etsy user name</span><input name="username" value="rosa_l" required /></label>
            ${CONTACT_FIELDS.map(
              ([name, label]) =>
                html`<label><span>${label}</span><input name="${name}" value="${demoContact[name] ?? ""}" /></label>`,
            )}
            <label><span>Note to the shop</span><input name="note" /></label>
          </div>
          <p class="row">
            <button class="primary" name="pay" value="now">Buy and pay</button>
            <button name="pay" value="later">Buy, payment still processing</button>
          </p>
        </div>
      </form>`,
  );
}

function productCard(state: EtsyState, listing: Listing, product: Product): Html {
  const left = shownQuantity(listing, product);
  const key = keyOf(listing, product);
  const choice = product.values.flatMap((one) => one.values).join(", ");
  return html`<article class="card" data-sku="${key}">
    <div class="swatch" style="background:hsl(${hue(String(listing.listingId))} 40% 48%)">${listing.title.slice(0, 1)}</div>
    <div>${listing.title}</div>
    ${choice ? html`<div class="muted">${choice}</div>` : ""}
    <div class="price">${money(state, product.offering.priceMinor)}</div>
    <div class="row">
      <span class="tag ${left > 0 ? "good" : "bad"}" data-shown="${left}">${left > 0 ? `${left} available` : "Sold out"}</span>
      <label class="row" style="margin:0"
        ><span class="muted">Buy</span
        ><input class="qty" type="number" min="0" max="${left}" name="quantity:${key}" value="0" aria-label="Quantity of ${key}" ${left === 0 ? "disabled" : ""}
      /></label>
    </div>
    <small>Listing ${listing.listingId} &middot; ${product.sku ? html`<code>${product.sku}</code>` : "no SKU"}</small>
  </article>`;
}

function ordersPage(state: EtsyState): Html {
  const receipts = [...state.receipts.values()].reverse();
  if (receipts.length === 0) return page("My purchases", html`<p class="muted">No purchases yet.</p>`);
  return page(
    "My purchases",
    html`<div class="scroll"><table>
      <tr><th>Order</th><th>Buyer</th><th>Items</th><th>Total</th><th>Status</th></tr>
      ${receipts.map(
        (one) => html`<tr>
          <td><a href="/orders/${one.receiptId}">${one.receiptId}</a></td>
          <td>${one.buyer.username}</td>
          <td>${one.lines.map((line) => html`<div>${line.quantity} x ${line.title}</div>`)}</td>
          <td>${money(state, totalMinor(one))}</td>
          <td>${statusTag(one)}</td>
        </tr>`,
      )}
    </table></div>`,
  );
}

function orderPage(state: EtsyState, receipt: Receipt, notice: string | undefined): Html {
  const { contact } = receipt.buyer;
  return page(
    `Order ${receipt.receiptId}`,
    html`${notice ? html`<p class="notice" role="alert">${notice}</p>` : ""}
      <p class="row">${statusTag(receipt)}</p>
      <div class="card"><table>
        ${receipt.lines.map(
          (line) => html`<tr>
            <td>${line.title} ${line.values.flatMap((one) => one.values).join(", ")}<br /><code>${line.sku}</code></td>
            <td>${line.quantity} x ${money(state, line.unitMinor)}</td>
          </tr>`,
        )}
        <tr><td>Postage</td><td>${money(state, receipt.shippingMinor)}</td></tr>
        <tr><td><b>Total</b></td><td><b>${money(state, totalMinor(receipt))}</b></td></tr>
      </table></div>
      <h2>Delivery</h2>
      <div class="card">
        <p>${contact.name}, ${contact.firstLine}, ${contact.zip} ${contact.city}, ${contact.countryIso}</p>
        ${shipmentList(receipt)}
      </div>
      ${
        receipt.paidAt === null && receipt.cancelledAt === null
          ? html`<form method="post" action="/orders/${receipt.receiptId}/pay"><button class="primary">Payment comes through</button></form>`
          : ""
      }
      ${receipt.cancelledAt === null ? html`<p class="muted">To cancel, a buyer writes to the shop; the shop cancels in its Shop Manager.</p>` : ""}`,
  );
}

export function shipmentList(receipt: Receipt): Html {
  if (receipt.shippedAt === null) return html`<p class="muted">Not shipped yet.</p>`;
  return html`<ul>
      ${receipt.shipments.map((one) => html`<li>${one.carrier} <code>${one.trackingCode}</code></li>`)}
      ${receipt.shipments.length === 0 ? html`<li>Shipped without tracking</li>` : ""}
    </ul>
    <p class="muted" data-mails="${receipt.trackingMails}">Mails sent to the buyer about it: ${receipt.trackingMails}</p>`;
}

export function statusTag(receipt: Receipt): Html {
  const status = statusOf(receipt);
  const look = { Canceled: "bad", "Payment Processing": "wait", Paid: "good", Completed: "good" }[status] ?? "";
  return html`<span class="tag ${look}">${status}</span>`;
}

export function money(state: EtsyState, minor: number): string {
  return `${(minor / 100).toFixed(2)} ${state.seller.currency}`;
}
