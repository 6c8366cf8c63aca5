/** /api/v1/products/: read, update, mark as sold, put back on sale; by SKU and by product id. */
import type { Context } from "hono";
import { z } from "zod";
import type { Clock } from "#app/clock.ts";
import { parseMinor } from "./amounts.ts";
import { errorReply } from "./errors.ts";
import { type Caller, type Gateway, readBody } from "./gateway.ts";
import { productJson } from "./json.ts";
import {
  createProduct,
  currentMinor,
  isSkuTaken,
  isThere,
  markAsSold,
  productById,
  productBySku,
  setQuantity,
} from "./products.ts";
import type { DepopState, Product } from "./state.ts";

/** "Must be at least $1.00 or £1.00. Up to 2 decimal places." */
const price = z.string().refine((text) => (parseMinor(text) ?? 0) >= 100, "must be at least 1.00");
const offerPrice = z.string().refine((text) => parseMinor(text) !== null, "must be an amount");
const quantity = z.number().int().min(1);
const strings = z.array(z.string());

const patchSchema = z.object({
  price_amount: price.optional(),
  discount_price: offerPrice.optional(),
  auto_send_offer_price: offerPrice.optional(),
  auto_negotiate_offer_price: offerPrice.optional(),
  quantity: quantity.optional(),
});

/** Required and optional as in ProductPutRequest. */
const putSchema = z.object({
  address: z.object({ country_code: z.string(), state: z.string().optional() }),
  description: z.string().max(1_000),
  price_currency: z.string().length(3),
  price_amount: price,
  quantity,
  pictures: z
    .array(z.object({ url: z.url() }))
    .min(1)
    .max(8),
  department: z.string(),
  product_type: z.string(),
  condition: z.string(),
  brand_name: z.string(),
  attributes: z.record(z.string(), strings),
  size_set_id: z.number().optional(),
  size_id: z.number().optional(),
  colour: strings.max(2).optional(),
  style: strings.max(3).optional(),
  age: strings.max(1).optional(),
  source: strings.max(2).optional(),
  auto_send_offer_price: offerPrice.optional(),
  auto_negotiate_offer_price: offerPrice.optional(),
  international_shipping_cost: z.string().optional(),
  national_shipping_cost: z.string().optional(),
  depop_shipping: z.record(z.string(), z.unknown()).optional(),
  is_boosted: z.boolean().optional(),
});

const PRODUCTS_PER_PAGE_MAX = 100;
const BY_SKU = "/api/v1/products/by-sku/:sku/";
const BY_ID = "/api/v1/products/by-product-id/:productId/";

export function mountProducts(gateway: Gateway, state: DepopState, clock: Clock): void {
  const bySku = (c: Context): Product | null => productBySku(state, c.req.param("sku") ?? "");
  const byId = (c: Context): Product | null => productById(state, c.req.param("productId") ?? "");

  gateway.route("GET", "/api/v1/products/", { name: "getAllProducts", scope: "products_read" }, listProducts);
  gateway.route("GET", BY_SKU, { name: "getProductBySku", scope: "products_read" }, (c, caller) =>
    show(c, bySku(c), caller),
  );
  gateway.route("GET", BY_ID, { name: "getProductById", scope: "products_read" }, (c, caller) =>
    show(c, byId(c), caller),
  );
  const updates = { scope: "products_write", bucket: "updates" } as const;
  gateway.route("PATCH", BY_SKU, { name: "patchProduct", ...updates }, (c, caller) => patch(c, bySku(c), caller));
  gateway.route("PATCH", BY_ID, { name: "patchProductById", ...updates }, (c, caller) => patch(c, byId(c), caller));
  gateway.route("PUT", BY_SKU, { name: "createOrUpdateProduct", ...updates }, (c, caller) => put(c, bySku(c), caller));
  gateway.route("PUT", BY_ID, { name: "updateProductById", ...updates }, (c, caller) => {
    const product = byId(c);
    // "If the product ID does not exist, a 404 error will be returned."
    return product ? put(c, product, caller) : notFound(c);
  });
  gateway.route("POST", `${BY_SKU}mark-as-sold/`, { name: "markProductAsSold", scope: "products_write" }, (c) =>
    sold(c, bySku(c)),
  );
  gateway.route("POST", `${BY_ID}mark-as-sold/`, { name: "markProductAsSoldById", scope: "products_write" }, (c) =>
    sold(c, byId(c)),
  );

  function listProducts(c: Context, caller: Caller): Response {
    const limit = Number(c.req.query("limit") ?? "20");
    if (!Number.isInteger(limit) || limit < 1 || limit > PRODUCTS_PER_PAGE_MAX) {
      return errorReply(c, 400, "bad-request", `limit must be from 1 to ${PRODUCTS_PER_PAGE_MAX}`);
    }
    const ascending = c.req.query("sort_by") === "id_asc";
    const wanted = c.req.query("state") ?? "all";
    const after = c.req.query("cursor") === undefined ? null : readCursor(c.req.query("cursor") ?? "");
    const sorted = [...state.products.values()]
      .filter(isThere)
      .filter((one) => wanted === "all" || (wanted === "selling") === (one.status === "STATUS_ONSALE"))
      .sort((a, b) => (ascending ? a.productId - b.productId : b.productId - a.productId))
      .filter((one) => after === null || (ascending ? one.productId > after : one.productId < after));
    const page = sorted.slice(0, limit);
    const last = page.at(-1);
    return c.json({
      meta: {
        ...(last ? { cursor: Buffer.from(`${last.productId}|${last.createdAt}|240`).toString("base64") } : {}),
        has_more: sorted.length > page.length,
      },
      data: page.map((one) => productJson(one, caller.may("offers_read"))),
    });
  }

  function readCursor(cursor: string): number {
    return Number(Buffer.from(cursor, "base64").toString("utf8").split("|")[0]);
  }

  function notFound(c: Context): Response {
    const { sku = "None", productId = "None" } = c.req.param() as Record<string, string | undefined>;
    return errorReply(c, 404, "product_not_found", `Product (sku: ${sku}, id: ${productId}) not found`);
  }

  function show(c: Context, product: Product | null, caller: Caller): Response {
    return product ? c.json(productJson(product, caller.may("offers_read"))) : notFound(c);
  }

  function sold(c: Context, product: Product | null): Response {
    if (!product) return notFound(c);
    markAsSold(product, clock.now());
    return c.body(null, 200);
  }

  async function patch(c: Context, product: Product | null, caller: Caller): Promise<Response> {
    const body = await readBody(c, patchSchema);
    if (!body.ok) return body.reply;
    if (!product) return notFound(c);
    if (needsOffers(body.value) && !caller.may("offers_write")) return offersRefused(c);
    // "Patch an ON SALE products fields": what a sold one is answered is not documented.
    if (product.status !== "STATUS_ONSALE") {
      return errorReply(c, 400, "product_not_on_sale", `Product (id: ${product.productId}) is not on sale`);
    }
    const change = body.value;
    const priceMinor = change.price_amount === undefined ? product.priceMinor : parseMinor(change.price_amount);
    const discount = change.discount_price === undefined ? product.discountMinor : parseMinor(change.discount_price);
    if (discount !== null && discount >= (priceMinor ?? 0)) {
      return errorReply(c, 400, "bad-request", "discount_price must be less than the price_amount");
    }
    product.priceMinor = priceMinor ?? product.priceMinor;
    product.discountMinor = discount;
    if (change.quantity !== undefined) product.quantity = change.quantity;
    for (const name of ["auto_send_offer_price", "auto_negotiate_offer_price"] as const) {
      if (change[name] !== undefined) product.details[name] = change[name];
    }
    product.updatedAt = clock.now().toISOString();
    return c.body(null, 200);
  }

  async function put(c: Context, existing: Product | null, caller: Caller): Promise<Response> {
    const body = await readBody(c, putSchema);
    if (!body.ok) return body.reply;
    if (needsOffers(body.value) && !caller.may("offers_write")) return offersRefused(c);
    const { national_shipping_cost, depop_shipping } = body.value;
    if ((national_shipping_cost === undefined) === (depop_shipping === undefined)) {
      return errorReply(c, 422, "validation", "Either depop_shipping or national_shipping_cost must be provided");
    }
    const sku = c.req.param("sku") ?? null;
    // The SKU of a deleted product stays taken.
    if (!existing && sku !== null && isSkuTaken(state, sku)) {
      return errorReply(c, 400, "bad-request", `SKU ${sku} has been used before`);
    }
    const product = existing ?? createProduct(state, sku, {}, clock.now());
    const { description, price_currency, price_amount, quantity: units, ...details } = body.value;
    // What is not in the request is not kept, but for the boost.
    product.details = { is_boosted: product.details.is_boosted, ...details };
    product.description = description;
    product.currency = price_currency;
    product.priceMinor = parseMinor(price_amount) ?? product.priceMinor;
    product.discountMinor = null;
    setQuantity(product, units, clock.now());
    return c.json({ product_id: product.productId, slug: product.slug, sku: product.sku });
  }
}

function needsOffers(body: { auto_send_offer_price?: unknown; auto_negotiate_offer_price?: unknown }): boolean {
  return body.auto_send_offer_price !== undefined || body.auto_negotiate_offer_price !== undefined;
}

function offersRefused(c: Context): Response {
  return errorReply(c, 403, "insufficient_scope", "Required scope: offers_write");
}

/** What a buyer pays for a SKU, in minor units; null when there is no such listing. */
export function priceOf(state: DepopState, sku: string): number | null {
  const product = productBySku(state, sku);
  return product ? currentMinor(product) : null;
}
