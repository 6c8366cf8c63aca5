/** Orders in the admin: the list, one order, and what a merchant does to it. The forms themselves are in order-forms.ts. */
import type { Hono } from "hono";
import { html } from "hono/html";
import { z } from "zod";
import type { AdminContext } from "./admin-context.ts";
import {
  adminPage,
  type Html,
  moneyText,
  ordersTable,
  orderTags,
  readSaid,
  recordPath,
  timeText,
  words,
} from "./admin-layout.ts";
import {
  addressForm,
  cancelForm,
  carrierChoices,
  editForm,
  fulfilForm,
  fulfilmentCard,
  refundForm,
} from "./order-forms.ts";
import {
  type Address,
  type Attribute,
  displayName,
  fulfilledQuantity,
  type LineItem,
  type Order,
  orderTotal,
  removedQuantity,
  type Store,
} from "./store.ts";

export function mountOrderPages(app: Hono, { storeOf, appName }: AdminContext): void {
  app.get("/store/:handle/orders", (c) => {
    const store = storeOf(c);
    if (!store) return c.notFound();
    const orders = [...store.orders.values()].reverse();
    return c.html(
      adminPage(
        { store, appName, section: "orders", title: "Orders", said: readSaid(c) },
        html`<div class="card">${ordersTable(store, orders, "No orders yet.")}</div>`,
      ),
    );
  });

  app.get("/store/:handle/orders/:id{[0-9]+}", (c) => {
    const store = storeOf(c);
    const order = store?.orders.get(`gid://shopify/Order/${c.req.param("id")}`);
    if (!store || !order) return c.notFound();
    const view = { store, appName, section: "orders", title: `Order ${order.name}`, said: readSaid(c) } as const;
    return c.html(adminPage(view, orderDetail(store, order)));
  });
}

function orderDetail(store: Store, order: Order): Html {
  return html`<p class="row">
      ${orderTags(order)} ${order.test ? html`<span class="tag">Test</span>` : ""}
      <span class="muted">${timeText(store, order.createdAt)}</span>
    </p>
    ${order.cancelledAt ? cancelledNotice(store, order) : ""} ${carrierChoices()}
    <div class="columns">
      <div>
        <section class="card" id="lines">
          <h2>Items</h2>
          ${lineTable(order)} ${totals(order)}
        </section>
        ${order.fulfillments.map((one) => fulfilmentCard(store, order, one))} ${fulfilForm(store, order)}
        ${refundForm(store, order)} ${editForm(store, order)} ${cancelForm(store, order)}
      </div>
      <div>
        ${customerCard(store, order)} ${sourceCard(order)}
        <section class="card">
          <h2>Transactions</h2>
          ${transactionList(order)}
        </section>
        ${refundList(store, order)}
      </div>
    </div>`;
}

function cancelledNotice(store: Store, order: Order): Html {
  return html`<div class="card bad" id="cancelled">
    Cancelled on ${timeText(store, order.cancelledAt ?? order.updatedAt)}: ${words(order.cancelReason ?? "other")}.
    ${order.staffNote ? html`<div class="muted">${order.staffNote}</div>` : ""}
  </div>`;
}

function lineTable(order: Order): Html {
  const state = (line: LineItem): string => {
    const parts = [
      [fulfilledQuantity(order, line), "fulfilled"],
      [line.refundedQuantity, "refunded"],
      [line.editedOutQuantity, "taken off"],
    ] as const;
    return parts
      .filter(([units]) => units > 0)
      .map(([units, what]) => `${units} ${what}`)
      .join(", ");
  };
  return html`<div class="scroll">
    <table>
      ${order.lineItems.map(
        (line) => html`<tr data-sku="${line.sku ?? ""}">
          <td>
            ${line.title} ${line.variantTitle ? html`<span class="muted">${line.variantTitle}</span>` : ""}
            <div>${line.sku ? html`<code>${line.sku}</code>` : ""} ${line.variantId ? "" : html`<span class="tag wait">No variant</span>`}</div>
            ${attributeList(line.customAttributes)}
          </td>
          <td>${state(line) ? html`<span class="muted">${state(line)}</span>` : ""}</td>
          <td class="number">${moneyText(line.price, order.currency)} × ${line.quantity}</td>
          <td class="number">${moneyText(Number(line.price) * line.quantity, order.currency)}</td>
        </tr>`,
      )}
    </table>
  </div>`;
}

function totals(order: Order): Html {
  return html`<table>
    ${order.shippingLines.map(
      (line) => html`<tr><td>${line.title}</td><td class="number">${moneyText(line.price, order.currency)}</td></tr>`,
    )}
    <tr>
      <td><b>Total</b> ${order.taxesIncluded ? html`<span class="muted">taxes included</span>` : ""}</td>
      <td class="number"><b>${moneyText(orderTotal(order), order.currency)}</b></td>
    </tr>
  </table>`;
}

function attributeList(attributes: readonly Attribute[]): Html | "" {
  if (attributes.length === 0) return "";
  return html`<div class="muted">${attributes.map((one) => html`<div>${one.key}: ${one.value}</div>`)}</div>`;
}

function customerCard(store: Store, order: Order): Html {
  const customer = order.customerId ? store.customers.get(order.customerId) : undefined;
  return html`<section class="card" id="customer">
    <h2>Customer</h2>
    ${
      customer
        ? html`<a href="${recordPath(store, "customers", customer.id)}">${displayName(customer)}</a>`
        : html`<span class="muted">No customer</span>`
    }
    ${order.email ? html`<div>${order.email}</div>` : ""} ${order.phone ? html`<div>${order.phone}</div>` : ""}
    ${order.shippingAddress ? addressLines("Shipping address", order.shippingAddress) : ""} ${addressForm(store, order)}
    ${order.billingAddress ? addressLines("Billing address", order.billingAddress) : ""}
  </section>`;
}

export function addressLines(title: string, address: Address): Html {
  const lines = [
    [address.firstName, address.lastName].filter(Boolean).join(" "),
    address.company,
    address.address1,
    address.address2,
    [address.zip, address.city].filter(Boolean).join(" "),
    address.province,
    address.countryCode,
  ].filter(Boolean);
  return html`<p><span class="muted">${title}</span>${lines.map((line) => html`<br />${line}`)}</p>`;
}

function sourceCard(order: Order): Html {
  const rows = [
    ["Source", order.sourceName],
    ["Source identifier", order.sourceIdentifier],
    ["Note", order.note],
  ] as const;
  return html`<section class="card" id="source">
    <h2>Where it came from</h2>
    <table>
      ${rows.map(([name, value]) => (value ? html`<tr><td class="muted">${name}</td><td>${value}</td></tr>` : ""))}
      ${order.sourceUrl ? html`<tr><td class="muted">Source URL</td><td><a href="${webAddress(order.sourceUrl)}">${order.sourceUrl}</a></td></tr>` : ""}
    </table>
    <p class="row">${order.tags.map((tag) => html`<span class="tag">${tag}</span>`)}</p>
    ${attributeList(order.customAttributes)}
    ${order.metafields.map((one) => html`<div class="muted">${one.namespace}.${one.key} <code>${one.value}</code></div>`)}
    <p class="muted"><code>${order.id}</code></p>
  </section>`;
}

/** An app may write anything there; only web pages become a link's target. */
function webAddress(address: string): string {
  return /^https?:\/\//i.test(address) ? address : "#";
}

/** As orderCreate takes them: loosely read, since what an app sent is shown and not judged here. */
const transactionSchema = z.object({
  kind: z.string().nullish(),
  status: z.string().nullish(),
  gateway: z.string().nullish(),
  amountSet: z.object({ shopMoney: z.object({ amount: z.coerce.string(), currencyCode: z.string() }) }),
});

function transactionList(order: Order): Html {
  if (order.transactions.length === 0) return html`<p class="muted">None recorded.</p>`;
  return html`<table>
    ${order.transactions.map((one) => {
      const read = transactionSchema.safeParse(one);
      if (!read.success) return html`<tr><td><code>${JSON.stringify(one)}</code></td></tr>`;
      const { kind, status, gateway, amountSet } = read.data;
      return html`<tr>
        <td>${words(kind ?? "SALE")} <span class="muted">${gateway ?? ""}</span></td>
        <td>${words(status ?? "SUCCESS")}</td>
        <td class="number">${moneyText(amountSet.shopMoney.amount, amountSet.shopMoney.currencyCode)}</td>
      </tr>`;
    })}
  </table>`;
}

function refundList(store: Store, order: Order): Html | "" {
  if (order.refunds.length === 0) return "";
  const removed = order.lineItems.reduce((sum, line) => sum + removedQuantity(order, line), 0);
  return html`<section class="card" id="refunds">
    <h2>Refunds</h2>
    ${order.refunds.map(
      (refund) => html`<div>
        <b>${timeText(store, refund.createdAt)}</b> ${moneyText(refund.amount, order.currency)} ${refund.note ? html`<span class="muted">${refund.note}</span>` : ""}
        ${refund.lines.map((line) => {
          const of = order.lineItems.find((one) => one.id === line.lineItemId);
          return html`<div>${line.quantity} × ${of?.sku ?? of?.title ?? "item"}, ${line.restockType === "no_restock" ? "not restocked" : "restocked"}</div>`;
        })}
      </div>`,
    )}
    ${removed > 0 ? html`<p class="muted">${removed} will not be shipped.</p>` : ""}
  </section>`;
}
