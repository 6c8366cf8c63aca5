/** Shop Manager: what the merchant could do at Etsy itself, past Lockstep. */
import type { Hono } from "hono";
import { html } from "hono/html";
import type { EtsyControls } from "./controls.ts";
import { type Change, keyOf } from "./listings.ts";
import { type Html, page } from "./page-layout.ts";
import { totalMinor } from "./receipts.ts";
import { money, shipmentList, statusTag } from "./shop-pages.ts";
import type { EtsyState, Listing, Receipt } from "./state.ts";

export function mountSellerPages(app: Hono, state: EtsyState, controls: EtsyControls): void {
  const seeOther = (change: Change): string =>
    change.ok ? "/seller" : `/seller?notice=${encodeURIComponent(change.why)}`;
  const field = (form: FormData, name: string): string => String(form.get(name) ?? "");

  app.get("/seller", (c) => c.html(sellerPage(state, controls, c.req.query("notice"))));
  app.post("/seller/quantity", async (c) => {
    const form = await c.req.formData();
    const quantity = Number(field(form, "quantity"));
    if (!Number.isInteger(quantity) || quantity < 0) return c.redirect("/seller?notice=A+quantity+is+0+or+more.");
    return c.redirect(seeOther(controls.editQuantity(field(form, "sku"), quantity)));
  });
  app.post("/seller/state", async (c) => {
    const form = await c.req.formData();
    const wanted = field(form, "state") === "active" ? "active" : "inactive";
    return c.redirect(seeOther(controls.setState(field(form, "sku"), wanted)));
  });
  app.post("/seller/cancel", async (c) =>
    c.redirect(seeOther(controls.cancel(field(await c.req.formData(), "orderId")))),
  );
  app.post("/seller/webhooks", async (c) => {
    controls.setWebhookEndpoint(field(await c.req.formData(), "endpoint") || null);
    return c.redirect("/seller");
  });
}

function sellerPage(state: EtsyState, controls: EtsyControls, notice: string | undefined): Html {
  const { renewals, trackingMails } = controls.tally();
  return page(
    "Shop Manager",
    html`${notice ? html`<p class="notice" role="alert">${notice}</p>` : ""}
      <div class="card row">
        <span>Renewal fees: <b data-renewals="${renewals}">${(renewals * 0.2).toFixed(2)} USD</b></span>
        <span>Shipping mails: <b>${trackingMails}</b></span>
        <form class="row" method="post" action="/seller/webhooks">
          <label class="row" style="margin:0"
            ><span>Webhook endpoint</span><input name="endpoint" value="${state.webhooks.endpoint ?? ""}" /></label
          ><button>Save</button>
        </form>
      </div>
      <h2>Listings</h2>
      <div class="scroll"><table>
        <tr><th>Listing</th><th>State</th><th>Variations</th><th></th></tr>
        ${[...state.listings.values()].map((one) => listingRow(state, one))}
      </table></div>
      <h2>Orders</h2>
      ${state.receipts.size === 0 ? html`<p class="muted">No orders yet.</p>` : ""}
      ${[...state.receipts.values()].reverse().map((one) => orderCard(state, one))}`,
  );
}

const STATE_WORDS = {
  active: ["Active", "good"],
  inactive: ["Inactive", "wait"],
  sold_out: ["Sold out", "bad"],
  draft: ["Draft", ""],
  expired: ["Expired", "bad"],
} as const;

function listingRow(state: EtsyState, listing: Listing): Html {
  const [words, look] = STATE_WORDS[listing.state];
  const first = listing.products[0];
  const other = listing.state === "active" ? "inactive" : "active";
  const label = { active: "Deactivate", inactive: "Activate" } as Record<string, string>;
  return html`<tr data-listing="${listing.listingId}">
    <td>${listing.title}<br /><small class="muted">${listing.listingId}</small></td>
    <td><span class="tag ${look}">${words}</span></td>
    <td>
      ${listing.products.map(
        (product) => html`<form class="row" method="post" action="/seller/quantity">
          <span>${product.values.flatMap((one) => one.values).join(", ")} <code>${product.sku || "no SKU"}</code> ${money(state, product.offering.priceMinor)}</span>
          <input type="hidden" name="sku" value="${keyOf(listing, product)}" />
          <input class="qty" type="number" min="0" name="quantity" value="${product.offering.quantity}" aria-label="Quantity of ${keyOf(listing, product)}" />
          <button>Save</button>
        </form>`,
      )}
    </td>
    <td>
      <form method="post" action="/seller/state">
        <input type="hidden" name="sku" value="${first ? keyOf(listing, first) : ""}" />
        <input type="hidden" name="state" value="${other}" />
        <button>${label[listing.state] ?? "Renew for 0.20 USD"}</button>
      </form>
    </td>
  </tr>`;
}

function orderCard(state: EtsyState, receipt: Receipt): Html {
  const isOpen = receipt.cancelledAt === null && receipt.shippedAt === null;
  return html`<div class="card" data-order="${receipt.receiptId}">
    <div class="row">
      <b><a href="/orders/${receipt.receiptId}">${receipt.receiptId}</a></b> ${statusTag(receipt)}
      <span class="muted">${receipt.buyer.contact.name} &middot; ${receipt.createdAt.slice(0, 16).replace("T", " ")}</span>
      <span class="price">${money(state, totalMinor(receipt))}</span>
      ${
        isOpen
          ? html`<form method="post" action="/seller/cancel">
              <input type="hidden" name="orderId" value="${receipt.receiptId}" /><button>Cancel order</button>
            </form>`
          : ""
      }
    </div>
    <div>${receipt.lines.map((line) => html`${line.quantity} x ${line.title} <code>${line.sku}</code><br />`)}</div>
    ${shipmentList(receipt)}
  </div>`;
}
