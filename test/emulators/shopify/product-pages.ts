/** Products in the admin: what is in stock where, and the fields that listings are matched by. */
import type { Hono } from "hono";
import { html, raw } from "hono/html";
import type { AdminContext } from "./admin-context.ts";
import { adminPage, answerForm, type Html, moneyText, readSaid, recordPath, storePath, words } from "./admin-layout.ts";
import { blockFrame } from "./block-frame.ts";
import { readForm } from "./form-fields.ts";
import {
  type Location,
  levelKey,
  type Product,
  type ProductStatus,
  type Store,
  type Variant,
  variantsOf,
} from "./store.ts";

const STATUSES: readonly ProductStatus[] = ["ACTIVE", "UNLISTED", "DRAFT", "ARCHIVED"];

export function mountProductPages(app: Hono, { controls, storeOf, appName }: AdminContext): void {
  app.get("/store/:handle/products", (c) => {
    const store = storeOf(c);
    if (!store) return c.notFound();
    const said = readSaid(c);
    return c.html(adminPage({ store, appName, section: "products", title: "Products", said }, productList(store)));
  });

  app.get("/store/:handle/products/:id{[0-9]+}", (c) => {
    const store = storeOf(c);
    const product = store?.products.get(`gid://shopify/Product/${c.req.param("id")}`);
    if (!store || !product) return c.notFound();
    const said = readSaid(c);
    const view = { store, appName, section: "products", title: product.title, said } as const;
    return c.html(adminPage(view, productDetail(store, product)));
  });

  // All of a product's variants are on its page here.
  app.get("/store/:handle/products/:id{[0-9]+}/variants/:variant{[0-9]+}", (c) => {
    const store = storeOf(c);
    return store ? c.redirect(storePath(store, `/products/${c.req.param("id")}`)) : c.notFound();
  });

  app.post("/store/:handle/levels", async (c) => {
    const store = storeOf(c);
    if (!store) return c.notFound();
    const form = await readForm(c.req);
    return answerForm(c, pathBack(store, form.text("product")), () => {
      const itemId = form.text("item");
      const locationId = form.text("location");
      if (form.text("do") === "connect") {
        controls.connectItem(store.domain, itemId, locationId);
        return { ok: true, text: "Stocked there now, with none available." };
      }
      if (form.text("do") === "disconnect") {
        controls.disconnectItem(store.domain, itemId, locationId);
        return { ok: true, text: "Not stocked there any more." };
      }
      const available = form.whole("available", "Available");
      controls.setAvailable(store.domain, itemId, locationId, available);
      return { ok: true, text: `${labelOf(store, itemId)}: ${available} available.` };
    });
  });

  app.post("/store/:handle/variants", async (c) => {
    const store = storeOf(c);
    if (!store) return c.notFound();
    const form = await readForm(c.req);
    return answerForm(c, pathBack(store, form.text("product")), () => {
      const inventoryPolicy = form.isOn("oversell") ? "CONTINUE" : "DENY";
      const price = form.text("price");
      if (!/^\d+(\.\d{1,2})?$/.test(price)) return { ok: false, text: `"${price}" is not a price.` };
      controls.editVariant(store.domain, form.text("variant"), {
        sku: form.optional("sku"),
        barcode: form.optional("barcode"),
        price: Number(price).toFixed(2),
        tracked: form.isOn("tracked"),
        inventoryPolicy,
      });
      return { ok: true, text: "Variant saved." };
    });
  });

  app.post("/store/:handle/products/:id{[0-9]+}/status", async (c) => {
    const store = storeOf(c);
    if (!store) return c.notFound();
    const id = c.req.param("id");
    const form = await readForm(c.req);
    return answerForm(c, storePath(store, `/products/${id}`), () => {
      const status = STATUSES.find((one) => one === form.text("status"));
      if (!status) return { ok: false, text: `"${form.text("status")}" is not a status.` };
      controls.setProductStatus(store.domain, `gid://shopify/Product/${id}`, status);
      return { ok: true, text: "Status saved." };
    });
  });

  app.post("/store/:handle/products/:id{[0-9]+}/organization", async (c) => {
    const store = storeOf(c);
    if (!store) return c.notFound();
    const id = c.req.param("id");
    const form = await readForm(c.req);
    return answerForm(c, storePath(store, `/products/${id}`), () => {
      const gid = `gid://shopify/Product/${id}`;
      const tags = form.text("tags").split(",");
      controls.editProduct(store.domain, gid, {
        vendor: form.text("vendor"),
        productType: form.text("type"),
        tags: tags.map((tag) => tag.trim()).filter((tag) => tag !== ""),
      });
      const titles = form
        .text("collections")
        .split(",")
        .map((title) => title.trim().toLowerCase());
      for (const { id: collectionId, title, productIds } of store.collections.values()) {
        const isIn = titles.includes(title.toLowerCase());
        if (isIn === productIds.has(gid)) continue;
        const change = { productIds: isIn ? [...productIds, gid] : [...productIds].filter((one) => one !== gid) };
        controls.setCollection(store.domain, collectionId, change, "products");
      }
      return { ok: true, text: "Product saved." };
    });
  });

  app.post("/store/:handle/products/:id{[0-9]+}/delete", (c) => {
    const store = storeOf(c);
    const product = store?.products.get(`gid://shopify/Product/${c.req.param("id")}`);
    if (!store || !product) return c.notFound();
    return answerForm(c, storePath(store, "/products"), () => {
      controls.deleteProduct(store.domain, product.id);
      return { ok: true, text: `${product.title} was deleted.` };
    });
  });
}

/** Forms of the list come back to the list, those of a product to the product. */
function pathBack(store: Store, product: string): string {
  return storePath(store, /^\d+$/.test(product) ? `/products/${product}` : "/products");
}

function labelOf(store: Store, itemId: string): string {
  const variant = [...store.variants.values()].find((one) => one.inventoryItemId === itemId);
  return variant?.sku ?? variant?.title ?? "Item";
}

function activeLocations(store: Store): Location[] {
  return [...store.locations.values()].filter((one) => one.isActive);
}

function productList(store: Store): Html {
  const locations = activeLocations(store);
  return html`<div class="card scroll">
    <table>
      <tr>
        <th>Product</th>
        <th>SKU</th>
        ${locations.map((one) => html`<th>${one.name}</th>`)}
      </tr>
      ${[...store.products.values()].map((product) =>
        variantsOf(store, product.id).map(
          (variant, index) => html`<tr data-sku="${variant.sku ?? ""}">
            <td>
              ${index === 0 ? html`<a href="${recordPath(store, "products", product.id)}">${product.title}</a> ${statusTag(product)}` : ""}
              ${variant.title === "Default Title" ? "" : html`<div class="muted">${variant.title}</div>`}
            </td>
            <td>${variant.sku ? html`<code>${variant.sku}</code>` : html`<span class="muted">none</span>`}</td>
            ${locations.map((location) => html`<td>${levelForm(store, variant, location, null)}</td>`)}
          </tr>`,
        ),
      )}
    </table>
  </div>`;
}

function statusTag(product: Product): Html | "" {
  return product.status === "ACTIVE" ? "" : html`<span class="tag">${words(product.status)}</span>`;
}

function levelForm(store: Store, variant: Variant, location: Location, product: string | null): Html {
  const item = store.inventoryItems.get(variant.inventoryItemId);
  if (item && !item.tracked) return html`<span class="muted">Not tracked</span>`;
  const level = store.levels.get(levelKey(variant.inventoryItemId, location.id));
  const name = variant.sku ?? variant.title;
  if (item && !item.mutable) {
    return html`${level?.quantities.available ?? 0} <span class="muted" title="Follows from its parts">(bundle)</span>`;
  }
  const others = level
    ? Object.entries(level.quantities).filter(([key, units]) => key !== "available" && units !== 0)
    : [];
  return html`<form class="row" method="post" action="${storePath(store, "/levels")}">
      <input type="hidden" name="item" value="${variant.inventoryItemId}" />
      <input type="hidden" name="location" value="${location.id}" />
      ${product === null ? "" : html`<input type="hidden" name="product" value="${product}" />`}
      ${
        level
          ? html`<input class="qty" type="number" name="available" value="${level.quantities.available}" required aria-label="Available of ${name} at ${location.name}" />
              <button>Save</button>
              ${product === null ? "" : html`<button name="do" value="disconnect">Stop stocking</button>`}`
          : html`<span class="muted">Not stocked</span> <button name="do" value="connect">Stock here</button>`
      }
    </form>
    ${others.length > 0 ? html`<small class="muted">${others.map(([key, units]) => `${units} ${key.replaceAll("_", " ")}`).join(", ")}</small>` : ""}`;
}

function productDetail(store: Store, product: Product): Html {
  const id = product.id.replace(/^.*\//, "");
  const locations = activeLocations(store);
  return html`<div class="card">
      <div class="row">
        <span class="muted">${product.vendor} · ${product.productType} · <code>${product.id}</code></span>
        <form class="row" method="post" action="${storePath(store, `/products/${id}/status`)}">
          <select name="status" aria-label="Status">
            ${STATUSES.map((one) => html`<option value="${one}" ${one === product.status ? "selected" : ""}>${words(one)}</option>`)}
          </select>
          <button>Save status</button>
        </form>
        <form class="row" method="post" action="${storePath(store, `/products/${id}/organization`)}">
          <label>Tags <input name="tags" value="${product.tags.join(", ")}"></label>
          <label>Collections <input name="collections" value="${collectionsOf(store, product)}"></label>
          <label>Vendor <input name="vendor" value="${product.vendor}" size="12"></label>
          <label>Type <input name="type" value="${product.productType}" size="10"></label>
          <button>Save</button>
        </form>
        <form class="row" method="post" action="${storePath(store, `/products/${id}/delete`)}">
          <button>Delete product</button>
        </form>
      </div>
    </div>
    ${variantsOf(store, product.id).map(
      (variant) => html`<section class="card" data-sku="${variant.sku ?? ""}">
        <h2>${variant.title === "Default Title" ? product.title : variant.title} <span class="muted">${moneyText(variant.price, store.currency)}</span></h2>
        <div class="columns">
          <div>
            <table>
              ${locations.map((location) => html`<tr><td>${location.name}</td><td>${levelForm(store, variant, location, id)}</td></tr>`)}
            </table>
          </div>
          ${variantForm(store, variant, id)}
        </div>
      </section>`,
    )}
    ${blockFrame(store, product)}`;
}

function collectionsOf(store: Store, { id }: Product): string {
  const holding = [...store.collections.values()].filter((one) => one.productIds.has(id));
  return holding.map((one) => one.title).join(", ");
}

function variantForm(store: Store, variant: Variant, product: string): Html {
  const tracked = store.inventoryItems.get(variant.inventoryItemId)?.tracked === true;
  return html`<form class="stack" method="post" action="${storePath(store, "/variants")}">
    <input type="hidden" name="variant" value="${variant.id}" />
    <input type="hidden" name="product" value="${product}" />
    <label><span>SKU</span><input name="sku" value="${variant.sku ?? ""}" /></label>
    <label><span>Barcode</span><input name="barcode" value="${variant.barcode ?? ""}" /></label>
    <label><span>Price (${store.currency})</span><input name="price" value="${variant.price}" inputmode="decimal" required /></label>
    <label class="check"><input type="checkbox" name="tracked" ${tracked ? raw("checked") : ""} /> Track quantity</label>
    <label class="check"
      ><input type="checkbox" name="oversell" ${variant.inventoryPolicy === "CONTINUE" ? raw("checked") : ""} /> Sell when out of stock</label
    >
    <div><button>Save variant</button></div>
  </form>`;
}
