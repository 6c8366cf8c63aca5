/** Seller Central: what the merchant could do on Amazon itself, past Lockstep. */
import type { Hono } from "hono";
import { html } from "hono/html";
import type { Clock } from "#app/clock.ts";
import type { AmazonControls } from "./controls.ts";
import type { Done } from "./listings.ts";
import { orderStatus, ship, totalMinor, unitsShipped } from "./orders.ts";
import { type Html, page } from "./page-layout.ts";
import { money, orderTags, packageList } from "./shop-pages.ts";
import { type AmazonState, type Item, nextNumber, type Order } from "./state.ts";

export function mountSellerPages(app: Hono, state: AmazonState, controls: AmazonControls, clock: Clock): void {
  const seeOther = (done: Done): string => (done.ok ? "/seller" : `/seller?notice=${encodeURIComponent(done.why)}`);

  app.get("/seller", (c) => {
    controls.shown();
    return c.html(sellerPage(state, c.req.query("notice")));
  });

  app.post("/seller/quantity", async (c) => {
    const form = await c.req.formData();
    const quantity = Number(form.get("quantity"));
    if (!Number.isInteger(quantity) || quantity < 0) return c.redirect("/seller?notice=A+quantity+is+0+or+more.");
    return c.redirect(seeOther(controls.editQuantity(String(form.get("sku")), quantity)));
  });

  app.post("/seller/move", async (c) => {
    const form = await c.req.formData();
    const to = form.get("to") === "amazon" ? "amazon" : "merchant";
    return c.redirect(seeOther(controls.moveStock(String(form.get("sku")), to)));
  });

  app.post("/seller/orders/:id/ship", (c) => {
    const order = state.orders.get(c.req.param("id"));
    const status = order ? orderStatus(order) : null;
    if (!order || (status !== "UNSHIPPED" && status !== "PARTIALLY_SHIPPED")) {
      return c.redirect(seeOther({ ok: false, why: "This order cannot be dispatched." }));
    }
    const lines = order.lines
      .filter((line) => line.cancelledBy === null)
      .map(({ orderItemId, quantity }) => ({ orderItemId, quantity: quantity - unitsShipped(order, orderItemId) }))
      .filter((line) => line.quantity > 0);
    const number = nextNumber(state, "label");
    const now = clock.now();
    ship(
      state,
      order,
      {
        packageReferenceId: String(number),
        carrier: "Royal Mail",
        trackingNumber: `RM${String(number).padStart(9, "0")}GB`,
        shipTime: now.toISOString(),
        lines,
      },
      now,
    );
    return c.redirect("/seller");
  });
}

function sellerPage(state: AmazonState, notice: string | undefined): Html {
  return page(
    "Seller Central",
    html`${notice ? html`<p class="notice" role="alert">${notice}</p>` : ""}
      <h2>Inventory</h2>
      <div class="scroll"><table>
        <tr>
          <th>Item</th>
          <th>SKU</th>
          <th>Price</th>
          <th>Available</th>
          <th>Dispatched by</th>
        </tr>
        ${[...state.items.values()].map(listingRow)}
      </table></div>
      <h2>Orders</h2>
      ${state.orders.size === 0 ? html`<p class="muted">No orders yet.</p>` : ""}
      ${[...state.orders.values()].reverse().map(orderCard)}
      <h2>Feeds</h2>
      ${state.feeds.size === 0 ? html`<p class="muted">No feeds yet.</p>` : ""}
      <ul>
        ${[...state.feeds.values()].reverse().map((feed) => html`<li><code>${feed.feedId}</code> ${feed.feedType}: ${feed.status}</li>`)}
      </ul>`,
  );
}

function listingRow(item: Item): Html {
  const own = item.channel === "DEFAULT";
  return html`<tr data-sku="${item.sku}">
    <td>
      ${item.title} ${item.waiting.length > 0 ? html`<span class="tag wait">Update in progress</span>` : ""}
      ${item.issues.map((issue) => html`<div class="tag bad">${issue.message}</div>`)}
    </td>
    <td><code>${item.sku}</code></td>
    <td>${money(item.priceMinor, item.currency)}</td>
    <td>
      ${
        own
          ? html`<form class="row" method="post" action="/seller/quantity">
            <input type="hidden" name="sku" value="${item.sku}" />
            <input class="qty" type="number" min="0" name="quantity" value="${item.quantity}" aria-label="Quantity of ${item.sku}" />
            <button>Save</button>
          </form>`
          : html`${item.quantity} in Amazon's warehouse`
      }
    </td>
    <td>
      <form method="post" action="/seller/move">
        <input type="hidden" name="sku" value="${item.sku}" />
        <input type="hidden" name="to" value="${own ? "amazon" : "merchant"}" />
        ${own ? "You" : "Amazon"} <button>${own ? "Move to FBA" : "Dispatch yourself"}</button>
      </form>
    </td>
  </tr>`;
}

function orderCard(order: Order): Html {
  const status = orderStatus(order);
  const open = order.fulfilledBy === "MERCHANT" && (status === "UNSHIPPED" || status === "PARTIALLY_SHIPPED");
  return html`<div class="card" data-order="${order.orderId}">
    <div class="row">
      <b><a href="/orders/${order.orderId}">${order.orderId}</a></b> ${orderTags(order)}
      <span class="muted">${order.buyer.username} &middot; ${order.createdAt.slice(0, 16).replace("T", " ")}</span>
      <span class="price">${money(totalMinor(order), order.currency)}</span>
    </div>
    <div>${order.lines.map((line) => html`${line.quantity} x ${line.title} <code>${line.sku}</code><br />`)}</div>
    ${packageList(order)}
    ${open ? html`<form method="post" action="/seller/orders/${order.orderId}/ship"><button>Confirm dispatch</button></form>` : ""}
  </div>`;
}
