/** The site: a page where a person buys, and one where the seller looks after items and orders. */
import type { Context, Hono } from "hono";
import { html } from "hono/html";
import { createPage, type Html, notice, swatch } from "#test/emulators/depop/page-layout.ts";
import { demoBuyer, type VintedControls } from "./controls.ts";
import { type Change, decimal, isOnSale } from "./market.ts";
import type { Address, Item, Order, VintedState } from "./state.ts";

const page = createPage("vinted");

const BUYER_FIELDS = [
  ["name", "Name"],
  ["line1", "Street"],
  ["city", "City"],
  ["postalCode", "Postcode"],
  ["countryCode", "Country (two letters)"],
] as const satisfies readonly (readonly [keyof Address, string])[];

export function mountPages(app: Hono, state: VintedState, controls: VintedControls): void {
  const items = (): Item[] => {
    controls.shown();
    return [...state.items.values()].filter((item) => item.status !== "DELETED");
  };
  const back = (c: Context, path: string, change: Change): Response =>
    c.redirect(change.ok ? path : `${path}?notice=${encodeURIComponent(change.why)}`);

  app.get("/", (c) => c.html(shopPage(state, items(), c.req.query("notice"))));

  app.post("/buy", async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const delivery: Partial<Address> = {};
    for (const [name] of BUYER_FIELDS) {
      const value = form.get(name)?.trim();
      if (value) delivery[name] = value;
    }
    const bought = controls.buy({ itemIds: form.getAll("item"), delivery });
    return bought.ok ? c.redirect(`/orders#${bought.order.id}`) : back(c, "/", bought);
  });

  app.get("/orders", (c) =>
    c.html(
      page(
        "My purchases",
        state.orders.size === 0
          ? html`<p class="muted">No purchases yet.</p>`
          : html`${[...state.orders.values()].reverse().map((order) => orderCard(order, cancelButton(order)))}`,
      ),
    ),
  );
  app.post("/orders/cancel", async (c) =>
    back(c, "/orders", controls.cancel(new URLSearchParams(await c.req.text()).get("order") ?? "")),
  );

  app.get("/seller", (c) => c.html(sellerPage(state, items(), c.req.query("notice"))));
  const seller = (action: string, act: (form: URLSearchParams) => Change): void => {
    app.post(`/seller/${action}`, async (c) => back(c, "/seller", act(new URLSearchParams(await c.req.text()))));
  };
  seller("delete", (form) => controls.removeItem(form.get("sku") ?? ""));
  seller("ship", (form) => controls.ship(form.get("order") ?? ""));
  seller("deliver", (form) => controls.deliver(form.get("order") ?? ""));
  seller("complete", (form) => controls.complete(form.get("order") ?? ""));
  seller("relist", (form) => controls.relist(form.get("order") ?? ""));
}

function shopPage(state: VintedState, items: Item[], told: string | undefined): Html {
  return page(
    state.shopName,
    html`${notice(told)}
      <form method="post" action="/buy">
        <div class="grid">${items.filter((item) => isOnSale(item) || item.status === "IN_PROGRESS").map(card)}</div>
        <h2>Checkout</h2>
        <div class="card">
          <div class="two">
            ${BUYER_FIELDS.map(
              ([name, label]) =>
                html`<label><span>${label}</span><input name="${name}" value="${demoBuyer[name]}" /></label>`,
            )}
          </div>
          <button class="primary">Buy now</button>
        </div>
      </form>`,
  );
}

function card(item: Item): Html {
  const onSale = isOnSale(item);
  return html`<article class="card" data-sku="${item.reference ?? ""}">
    ${swatch(item.title)}
    <div>${item.title}</div>
    <div class="price">${decimal(item.priceMinor)} ${item.currency}</div>
    <div class="row">
      <span class="tag ${onSale ? "good" : ""}" data-shown="${onSale ? 1 : 0}">${onSale ? "One of a kind" : "On its way"}</span>
      <label class="row" style="margin:0"><input style="width:auto" type="checkbox" name="item" value="${item.id}" aria-label="Buy ${item.reference ?? item.title}" ${onSale ? "" : "disabled"} /> Buy</label>
    </div>
    <small>${item.reference === null ? "no reference" : html`<code>${item.reference}</code>`}</small>
  </article>`;
}

function orderCard(order: Order, actions: Html): Html {
  const bad = order.status === "CANCELED";
  return html`<div class="card" id="${order.id}" data-order="${order.id}">
    <div class="row">
      <b>${order.id}</b> <span class="tag ${bad ? "bad" : "good"}">${order.status.replaceAll("_", " ").toLowerCase()}</span>
      <span class="muted">${order.delivery.name} &middot; ${order.createdAt.slice(0, 16).replace("T", " ")}</span>
      <span class="price">${decimal(order.amountMinor)} ${order.currency}</span>
    </div>
    ${order.items.map((item) => html`<div>${item.title} <code>${item.reference ?? "no reference"}</code></div>`)}
    ${order.label ? html`<div class="muted">Vinted's label: <code>${order.label.trackingCode}</code></div>` : ""}
    ${order.explanation ? html`<p class="muted">The seller wrote: ${order.explanation}</p>` : ""} ${actions}
  </div>`;
}

function button(action: string, order: Order, label: string): Html {
  return html`<form method="post" action="${action}">
    <input type="hidden" name="order" value="${order.id}" /><button>${label}</button>
  </form>`;
}

const isUnsent = ({ status }: Order): boolean => status === "CREATED" || status === "READY_TO_BE_SHIPPED";

function cancelButton(order: Order): Html {
  return isUnsent(order) ? button("/orders/cancel", order, "Cancel this order") : html``;
}

function sellerActions(order: Order): Html {
  if (order.status === "READY_TO_BE_SHIPPED") return button("/seller/ship", order, "Drop off with Vinted's label");
  if (order.status === "SHIPPED") return button("/seller/deliver", order, "It arrives");
  if (order.status === "DELIVERED") return button("/seller/complete", order, "The buyer is content");
  if (order.status === "CANCELED") return button("/seller/relist", order, "Relist its items");
  return html``;
}

function sellerPage(state: VintedState, items: Item[], told: string | undefined): Html {
  return page(
    "Vinted Pro",
    html`${notice(told)}
      <div class="card">Access token: <code>${state.keys.accessKey},${state.keys.signingKey}</code></div>
      <h2>Items</h2>
      <div class="scroll"><table>
        <tr><th>Item</th><th>Reference</th><th>Price</th><th>Status</th><th></th></tr>
        ${items.map(
          (item) => html`<tr data-sku="${item.reference ?? ""}">
            <td>${item.title}</td>
            <td><code>${item.reference ?? "none"}</code></td>
            <td>${decimal(item.priceMinor)} ${item.currency}</td>
            <td>${item.status.toLowerCase()}</td>
            <td><form method="post" action="/seller/delete"><input type="hidden" name="sku" value="${item.reference ?? ""}" /><button ${item.reference === null || item.status === "SOLD" ? "disabled" : ""}>Delete</button></form></td>
          </tr>`,
        )}
      </table></div>
      <h2>Orders</h2>
      ${[...state.orders.values()].reverse().map((order) => orderCard(order, sellerActions(order)))}`,
  );
}
