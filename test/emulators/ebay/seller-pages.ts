/** Seller Hub: what the merchant could do on eBay itself, past Lockstep. */
import type { Hono } from "hono";
import { html } from "hono/html";
import type { EbayControls } from "./controls.ts";
import { type Change, shownQuantity } from "./listings.ts";
import { orderTotalMinor } from "./orders.ts";
import { type Html, page } from "./page-layout.ts";
import { money, orderTags, shipmentList } from "./shop-pages.ts";
import type { EbayState, Item, Order } from "./state.ts";

export function mountSellerPages(app: Hono, state: EbayState, controls: EbayControls): void {
  const seeOther = (change: Change): string =>
    change.ok ? "/seller" : `/seller?notice=${encodeURIComponent(change.why)}`;

  app.get("/seller", (c) => c.html(sellerPage(state, c.req.query("notice"))));

  app.post("/seller/quantity", async (c) => {
    const form = await c.req.formData();
    const quantity = Number(form.get("quantity"));
    if (!Number.isInteger(quantity) || quantity < 0) return c.redirect("/seller?notice=A+quantity+is+0+or+more.");
    return c.redirect(seeOther(controls.editQuantity(String(form.get("sku")), quantity)));
  });

  app.post("/seller/relist", async (c) =>
    c.redirect(seeOther(controls.relist(String((await c.req.formData()).get("sku"))))),
  );
  app.post("/seller/end", async (c) =>
    c.redirect(seeOther(controls.endListing(String((await c.req.formData()).get("sku"))))),
  );

  app.post("/seller/out-of-stock-control", (c) => {
    controls.changeSettings({ outOfStockControl: !state.settings.outOfStockControl });
    return c.redirect("/seller");
  });
}

function sellerPage(state: EbayState, notice: string | undefined): Html {
  const on = state.settings.outOfStockControl;
  return page(
    "Seller Hub",
    html`${notice ? html`<p class="notice" role="alert">${notice}</p>` : ""}
      <div class="card row">
        <span>Out-of-stock control is <b>${on ? "on" : "off"}</b>: a listing at zero ${on ? "stays and is hidden" : "ends"}.</span>
        <form method="post" action="/seller/out-of-stock-control"><button>Turn ${on ? "off" : "on"}</button></form>
      </div>
      <h2>Listings</h2>
      <div class="scroll"><table>
        <tr>
          <th>Item</th>
          <th>SKU</th>
          <th>Price</th>
          <th>Available</th>
          <th>Sold</th>
          <th></th>
        </tr>
        ${[...state.items.values()].map(listingRow)}
      </table></div>
      <h2>Orders</h2>
      ${state.orders.size === 0 ? html`<p class="muted">No orders yet.</p>` : ""}
      ${[...state.orders.values()].reverse().map(orderCard)}`,
  );
}

function listingRow(item: Item): Html {
  const listed = item.offer.listingId !== null;
  return html`<tr data-sku="${item.sku}">
    <td>${item.title} ${item.outsideInventoryApi ? html`<span class="tag">not in the Inventory API</span>` : ""}</td>
    <td><code>${item.sku}</code></td>
    <td>${money(item.offer.priceMinor, item.offer.currency)}</td>
    <td>
      ${
        listed
          ? html`<form class="row" method="post" action="/seller/quantity">
            <input type="hidden" name="sku" value="${item.sku}" />
            <input class="qty" type="number" min="0" name="quantity" value="${shownQuantity(item)}" aria-label="Quantity of ${item.sku}" />
            <button>Save</button>
          </form>`
          : html`<span class="tag bad">Ended</span>`
      }
    </td>
    <td>${item.offer.soldQuantity}</td>
    <td>
      <form method="post" action="/seller/${listed ? "end" : "relist"}">
        <input type="hidden" name="sku" value="${item.sku}" />
        <button>${listed ? "End" : "Relist"}</button>
      </form>
    </td>
  </tr>`;
}

function orderCard(order: Order): Html {
  return html`<div class="card" data-order="${order.orderId}">
    <div class="row">
      <b><a href="/orders/${order.orderId}">${order.orderId}</a></b> ${orderTags(order)}
      <span class="muted">${order.buyer.username} &middot; ${order.createdAt.slice(0, 16).replace("T", " ")}</span>
      <span class="price">${money(orderTotalMinor(order), order.currency)}</span>
    </div>
    <div>${order.lines.map((line) => html`${line.quantity} x ${line.title} <code>${line.sku}</code><br />`)}</div>
    ${shipmentList(order)}
  </div>`;
}
