/** Customers in the admin, each with their orders: where one sees whether a buyer of two channels became one person. */
import type { Hono } from "hono";
import { html } from "hono/html";
import type { AdminContext } from "./admin-context.ts";
import { adminPage, type Html, ordersTable, readSaid, recordPath, timeText } from "./admin-layout.ts";
import { addressLines } from "./order-pages.ts";
import { type Customer, displayName, type Order, type Store } from "./store.ts";

export function mountCustomerPages(app: Hono, { storeOf, appName }: AdminContext): void {
  app.get("/store/:handle/customers", (c) => {
    const store = storeOf(c);
    if (!store) return c.notFound();
    const view = { store, appName, section: "customers", title: "Customers", said: readSaid(c) } as const;
    return c.html(adminPage(view, customerList(store)));
  });

  app.get("/store/:handle/customers/:id{[0-9]+}", (c) => {
    const store = storeOf(c);
    const customer = store?.customers.get(`gid://shopify/Customer/${c.req.param("id")}`);
    if (!store || !customer) return c.notFound();
    const view = { store, appName, section: "customers", title: displayName(customer), said: readSaid(c) } as const;
    return c.html(adminPage(view, customerDetail(store, customer)));
  });
}

function ordersOf(store: Store, customer: Customer): Order[] {
  return [...store.orders.values()].filter((order) => order.customerId === customer.id).reverse();
}

function customerList(store: Store): Html {
  return html`<div class="card scroll">
    <table>
      <tr>
        <th>Name</th>
        <th>Email</th>
        <th>Phone</th>
        <th class="number">Orders</th>
        <th>Tags</th>
      </tr>
      ${[...store.customers.values()].map(
        (one) => html`<tr data-customer="${one.email ?? displayName(one)}">
          <td><a href="${recordPath(store, "customers", one.id)}">${displayName(one)}</a></td>
          <td>${one.email ?? ""}</td>
          <td>${one.phone ?? ""}</td>
          <td class="number">${ordersOf(store, one).length}</td>
          <td>${one.tags.map((tag) => html`<span class="tag">${tag}</span> `)}</td>
        </tr>`,
      )}
    </table>
    ${store.customers.size === 0 ? html`<p class="muted">No customers yet.</p>` : ""}
  </div>`;
}

function customerDetail(store: Store, customer: Customer): Html {
  return html`<div class="columns">
    <section class="card">
      <h2>Orders</h2>
      ${ordersTable(store, ordersOf(store, customer), "No orders yet.")}
    </section>
    <section class="card">
      <h2>Contact</h2>
      <div>${customer.email ?? html`<span class="muted">No email</span>`}</div>
      <div>${customer.phone ?? html`<span class="muted">No phone</span>`}</div>
      ${customer.addresses.map((one) => addressLines("Address", one))}
      <p class="row">${customer.tags.map((tag) => html`<span class="tag">${tag}</span>`)}</p>
      ${customer.note ? html`<p>${customer.note}</p>` : ""}
      <p class="muted">Since ${timeText(store, customer.createdAt)}<br /><code>${customer.id}</code></p>
    </section>
  </div>`;
}
