/** What a merchant does to an order: ship, change the tracking, take a shipment back, refund, edit, cancel. */
import { html, raw } from "hono/html";
import { type Html, recordPath, timeText, words } from "./admin-layout.ts";
import { numericId } from "./gids.ts";
import { cancelObstacle } from "./orders.ts";
import {
  currentQuantity,
  type Fulfillment,
  fulfillableQuantity,
  type LineItem,
  type Order,
  type Store,
} from "./store.ts";

export const CANCEL_REASONS = ["CUSTOMER", "INVENTORY", "FRAUD", "DECLINED", "STAFF", "OTHER"] as const;
const CARRIERS = ["Royal Mail", "DPD UK", "Evri", "UPS", "DHL Express", "USPS", "FedEx"] as const;

function nameOf(line: LineItem | undefined): string {
  return line ? [line.title, line.variantTitle].filter(Boolean).join(", ") : "Item";
}

function quantityRow(line: LineItem, prefix: string, value: number, max: number | null): Html {
  return html`<tr>
    <td>${nameOf(line)} ${line.sku ? html`<code>${line.sku}</code>` : ""}</td>
    <td class="units">
      <input class="qty" type="number" min="0" ${max === null ? "" : html`max="${max}"`} value="${value}" name="${prefix}${line.id}" aria-label="Quantity of ${nameOf(line)}" />
      ${max === null ? "" : `of ${max}`}
    </td>
  </tr>`;
}

function trackingFields(
  given: { company: string | null; number: string | null; url: string | null } | undefined,
): Html {
  return html`<label><span>Carrier</span><input name="carrier" list="carriers" value="${given?.company ?? ""}" autocomplete="off" /></label>
    <label><span>Tracking number</span><input name="number" value="${given?.number ?? ""}" autocomplete="off" /></label>
    <label><span>Tracking URL</span><input name="url" value="${given?.url ?? ""}" autocomplete="off" /></label>`;
}

/** Once on a page: every field of a carrier names it. */
export function carrierChoices(): Html {
  return html`<datalist id="carriers">${CARRIERS.map((one) => html`<option value="${one}"></option>`)}</datalist>`;
}

export function fulfilForm(store: Store, order: Order): Html | "" {
  const open = order.lineItems.filter((line) => fulfillableQuantity(order, line) > 0);
  if (open.length === 0) return "";
  const locations = [...store.locations.values()].filter((one) => one.isActive && one.shipsInventory);
  return html`<section class="card" id="fulfil">
    <h2>Fulfil items</h2>
    <form class="stack" method="post" action="${recordPath(store, "orders", order.id)}/fulfil">
      <table>
        ${open.map((line) => quantityRow(line, "quantity:", fulfillableQuantity(order, line), fulfillableQuantity(order, line)))}
      </table>
      <label
        ><span>From</span
        ><select name="location">
          ${locations.map((one) => html`<option value="${one.id}">${one.name}</option>`)}
        </select></label
      >
      ${trackingFields(undefined)}
      <div><button class="primary">Fulfil</button></div>
    </form>
  </section>`;
}

export function fulfilmentCard(store: Store, order: Order, fulfillment: Fulfillment): Html {
  const live = fulfillment.status === "SUCCESS";
  const path = `${recordPath(store, "orders", order.id)}/fulfilments/${numericId(fulfillment.id)}`;
  const location = store.locations.get(fulfillment.locationId)?.name ?? "an old location";
  return html`<section class="card" data-fulfilment="${fulfillment.name}">
    <h2 class="row">
      ${fulfillment.name} <span class="tag ${live ? "good" : "bad"}">${live ? "Fulfilled" : "Cancelled"}</span>
      <span class="muted">${timeText(store, fulfillment.createdAt)} from ${location}</span>
    </h2>
    ${fulfillment.lines.map(
      (one) => html`<div>${one.quantity} × ${nameOf(order.lineItems.find((line) => line.id === one.lineItemId))}</div>`,
    )}
    ${fulfillment.trackingInfo.map((one) => html`<div class="muted">${one.company ?? "Carrier unknown"} <code>${one.number ?? "no number"}</code></div>`)}
    ${
      live
        ? html`<details>
            <summary>Change tracking or cancel this fulfilment</summary>
            <form class="stack" method="post" action="${path}/tracking">
              ${trackingFields(fulfillment.trackingInfo[0])}
              <div><button>Save tracking</button></div>
            </form>
            <form method="post" action="${path}/cancel"><button class="danger">Cancel fulfilment</button></form>
          </details>`
        : ""
    }
  </section>`;
}

function restockChoice(name: string): Html {
  return html`<div class="row" role="radiogroup" aria-label="${name}">
    <label class="check"><input type="radio" name="restock" value="yes" ${raw("checked")} /> Restock</label>
    <label class="check"><input type="radio" name="restock" value="no" /> Do not restock</label>
  </div>`;
}

export function refundForm(store: Store, order: Order): Html | "" {
  if (order.cancelledAt) return "";
  const left = order.lineItems.filter((line) => currentQuantity(line) > 0);
  return html`<section class="card" id="refund">
    <details>
      <summary>Refund</summary>
      <form class="stack" method="post" action="${recordPath(store, "orders", order.id)}/refund">
        <table>
          ${left.map((line) => quantityRow(line, "quantity:", 0, currentQuantity(line)))}
        </table>
        ${restockChoice("Stock of the refunded items")}
        <label><span>Amount, if not what the items cost</span><input name="amount" inputmode="decimal" /></label>
        <label><span>Note</span><input name="note" /></label>
        <div><button>Refund</button></div>
      </form>
    </details>
  </section>`;
}

/** Units of each line from now on, and another variant. */
export function editForm(store: Store, order: Order): Html | "" {
  if (order.cancelledAt) return "";
  const lines = order.lineItems.filter((line) => fulfillableQuantity(order, line) > 0 || currentQuantity(line) === 0);
  return html`<section class="card" id="edit">
    <details>
      <summary>Edit items</summary>
      <form class="stack" method="post" action="${recordPath(store, "orders", order.id)}/edit">
        <table>
          ${lines.map((line) => quantityRow(line, "quantity:", currentQuantity(line), null))}
        </table>
        <label
          ><span>Add an item</span
          ><select name="variant">
            <option value="">None</option>
            ${[...store.variants.values()].map((one) => html`<option value="${one.id}">${one.sku ?? one.title}</option>`)}
          </select></label
        >
        ${restockChoice("Stock of the items that are taken off")}
        <div><button>Save items</button></div>
      </form>
    </details>
  </section>`;
}

const ADDRESS_FIELDS = [
  ["address1", "Address"],
  ["address2", "Apartment, suite"],
  ["zip", "Postal code"],
  ["city", "City"],
] as const;

export function addressForm(store: Store, order: Order): Html | "" {
  const { shippingAddress } = order;
  if (!shippingAddress) return "";
  return html`<details id="address">
    <summary>Change the shipping address</summary>
    <form class="stack" method="post" action="${recordPath(store, "orders", order.id)}/address">
      ${ADDRESS_FIELDS.map(
        ([name, label]) =>
          html`<label><span>${label}</span><input name="${name}" value="${shippingAddress[name] ?? ""}" /></label>`,
      )}
      <div><button>Save address</button></div>
    </form>
  </details>`;
}

export function cancelForm(store: Store, order: Order): Html | "" {
  if (order.cancelledAt) return "";
  const obstacle = cancelObstacle(order);
  if (obstacle) return html`<p class="muted" id="cancel">${obstacle}</p>`;
  return html`<section class="card" id="cancel">
    <details>
      <summary>Cancel order</summary>
      <form class="stack" method="post" action="${recordPath(store, "orders", order.id)}/cancel">
        <label
          ><span>Reason</span
          ><select name="reason">
            ${CANCEL_REASONS.map((one) => html`<option value="${one}">${words(one)}</option>`)}
          </select></label
        >
        ${restockChoice("Stock of the cancelled items")}
        <label><span>Note for staff</span><input name="note" /></label>
        <div><button class="danger">Cancel order</button></div>
      </form>
    </details>
  </section>`;
}
