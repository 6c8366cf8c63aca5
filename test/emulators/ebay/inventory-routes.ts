/** sell/inventory: reading items, offers and groups; bulkUpdatePriceQuantity; publishing an offer again. */
import type { Context } from "hono";
import { z } from "zod";
import type { Clock } from "#app/clock.ts";
import { bulkUpdate, bulkUpdateSchema } from "./bulk-update.ts";
import { type EbayError, errorReply, inventoryError } from "./errors.ts";
import { type Gateway, type OperationRule, readBody, wholeNumber } from "./gateway.ts";
import { inventoryItemJson, offerJson } from "./inventory-json.ts";
import { itemByOffer, publish } from "./listings.ts";
import { scope } from "./oauth.ts";
import type { EbayState, Item } from "./state.ts";

const BASE = "/sell/inventory/v1";
const READ = [scope("sell.inventory.readonly"), scope("sell.inventory")];
const WRITE = [scope("sell.inventory")];
const BULK_GET_MAX = 25;
const ITEMS_PAGE = { default: 25, max: 200 };
const OFFERS_PAGE = { default: 100, max: 100 };

const bulkGetSchema = z.object({ requests: z.array(z.object({ sku: z.string() })) });

const notFound = inventoryError(
  25710,
  "We didn't find the resource/entity you are requesting. Please verify the request",
);

/** createOrReplaceInventoryItem's words; seen from getOffers too, for SKUs that exist. */
const invalidSku = inventoryError(
  25707,
  "This is an invalid value for a SKU. Only alphanumeric characters can be used for SKUs, and their length must not exceed 50 characters.",
);

export function mountInventory(gateway: Gateway, state: EbayState, clock: Clock): void {
  const reads = (name: string): OperationRule => ({ name, api: "sell.inventory", scopes: READ, token: "user" });
  const writes = (name: string): OperationRule => ({ name, api: "sell.inventory", scopes: WRITE, token: "user" });
  const known = (sku: string | undefined): Item | null => {
    const item = state.items.get(sku ?? "");
    return item && !item.outsideInventoryApi ? item : null;
  };

  gateway.route("GET", `${BASE}/inventory_item`, reads("getInventoryItems"), (c) => {
    const items = [...state.items.values()].filter((one) => !one.outsideInventoryApi);
    const paged = paginate(c, items, ITEMS_PAGE);
    if (!paged.ok) return errorReply(c, 400, paged.error);
    // `size` is the number of pages here and the number of records in getOffers: so the spec.
    const { records, ...links } = paged.page;
    if (records.some((one) => state.settings.skusRefusedByItems.includes(one.sku))) {
      return errorReply(c, 400, invalidSku);
    }
    return c.json({
      ...links,
      size: paged.pages,
      inventoryItems: records.map((one) => inventoryItemJson(one, "group-ids")),
    });
  });

  gateway.route("GET", `${BASE}/inventory_item/:sku`, reads("getInventoryItem"), (c) => {
    const item = known(c.req.param("sku"));
    return item ? c.json(inventoryItemJson(item, "group-ids")) : errorReply(c, 404, notFound);
  });

  gateway.route("POST", `${BASE}/bulk_get_inventory_item`, reads("bulkGetInventoryItem"), async (c) => {
    const body = await readBody(c, bulkGetSchema);
    if (!body.ok) return body.reply;
    const skus = body.value.requests.map((one) => one.sku);
    if (skus.length > BULK_GET_MAX) {
      return errorReply(
        c,
        400,
        inventoryError(25727, `The number of InventoryItems in the request cannot exceed ${BULK_GET_MAX}.`),
      );
    }
    if (new Set(skus).size < skus.length) {
      return errorReply(c, 400, inventoryError(25734, "SKU should be unique in the request."));
    }
    const responses = skus.map((sku) => {
      const item = known(sku);
      if (item) return { statusCode: 200, sku, inventoryItem: inventoryItemJson(item, "group-keys") };
      const error = inventoryError(25702, `SKU ${sku} is not available in the system`, { additionalInfo: sku });
      return { statusCode: 404, sku, errors: [error] };
    });
    return c.json({ responses }, responses.every((one) => one.statusCode === 200) ? 200 : 207);
  });

  gateway.route("POST", `${BASE}/bulk_update_price_quantity`, writes("bulkUpdatePriceQuantity"), async (c) => {
    const body = await readBody(c, bulkUpdateSchema);
    if (!body.ok) return body.reply;
    const { bulkRowsMax } = state.settings;
    if (body.value.requests.length === 0 || body.value.requests.length > bulkRowsMax) {
      const why = `Invalid value for requests. Between 1 and ${bulkRowsMax} can be updated per call.`;
      return errorReply(c, 400, inventoryError(25709, why, { fieldName: "requests" }));
    }
    const responses = body.value.requests.flatMap((row) => bulkUpdate(state, row, clock.now()));
    return c.json({ responses }, responses.every((one) => one.statusCode === 200) ? 200 : 207);
  });

  gateway.route("GET", `${BASE}/offer`, reads("getOffers"), (c) => {
    const sku = c.req.query("sku");
    if (!sku) return errorReply(c, 400, inventoryError(25709, "Invalid value for sku.", { fieldName: "sku" }));
    if (state.settings.skusRefusedByOffers.includes(sku)) return errorReply(c, 400, invalidSku);
    const item = known(sku);
    const wanted =
      item &&
      (c.req.query("format") ?? "FIXED_PRICE") === "FIXED_PRICE" &&
      (c.req.query("marketplace_id") ?? item.offer.marketplaceId) === item.offer.marketplaceId;
    if (!wanted) return errorReply(c, 404, offerNotAvailable(sku));
    const paged = paginate(c, [item], OFFERS_PAGE);
    if (!paged.ok) return errorReply(c, 400, paged.error);
    const { records, ...links } = paged.page;
    return c.json({ ...links, size: records.length, offers: records.map(offerJson) });
  });

  gateway.route("GET", `${BASE}/offer/:offerId`, reads("getOffer"), (c) => {
    const item = itemByOffer(state, c.req.param("offerId") ?? "");
    return item ? c.json(offerJson(item)) : errorReply(c, 404, offerNotAvailable(c.req.param("offerId") ?? ""));
  });

  gateway.route("POST", `${BASE}/offer/:offerId/publish`, writes("publishOffer"), (c) => {
    const item = itemByOffer(state, c.req.param("offerId") ?? "");
    if (!item) return errorReply(c, 404, offerNotAvailable(c.req.param("offerId") ?? ""));
    return c.json({ listingId: item.offer.listingId ?? publish(state, item) });
  });

  gateway.route("GET", `${BASE}/inventory_item_group/:key`, reads("getInventoryItemGroup"), (c) => {
    const group = state.groups.get(c.req.param("key") ?? "");
    if (!group) {
      const why = `The Inventory Item Group named ${c.req.param("key")} could not be found or is not available in the system.`;
      return errorReply(c, 404, inventoryError(25705, why));
    }
    const aspects = group.skus.flatMap((sku) => Object.entries(state.items.get(sku)?.aspects ?? {}));
    const names = [...new Set(aspects.map(([name]) => name))];
    return c.json({
      inventoryItemGroupKey: group.key,
      title: group.title,
      description: group.title,
      imageUrls: group.skus.slice(0, 1).flatMap((sku) => state.items.get(sku)?.imageUrl ?? []),
      variantSKUs: group.skus,
      variesBy: {
        specifications: names.map((name) => ({
          name,
          values: [...new Set(aspects.filter(([one]) => one === name).map(([, value]) => value))],
        })),
      },
    });
  });
}

function offerNotAvailable(what: string): EbayError {
  return inventoryError(25713, "This Offer is not available.", { additionalInfo: what });
}

type Paged<T> =
  | {
      ok: true;
      pages: number;
      page: { href: string; limit: number; total: number; next?: string; prev?: string; records: T[] };
    }
  | { ok: false; error: EbayError };

/** The spec is plain, if odd: `offset` "sets the page number to retrieve", 0 the first. Not a number of records. */
function paginate<T>(c: Context, all: T[], sizes: { default: number; max: number }): Paged<T> {
  const limit = wholeNumber(c.req.query("limit"), sizes.default);
  const pageNumber = wholeNumber(c.req.query("offset"), 0);
  if (limit === null || limit < 1 || limit > sizes.max || pageNumber === null) {
    const why = `You have provided invalid pagination values. limit must be 1 to ${sizes.max}, offset 0 or more.`;
    return { ok: false, error: inventoryError(25706, why) };
  }
  const pages = Math.ceil(all.length / limit);
  const address = (number: number): string => {
    const query = new URLSearchParams(new URL(c.req.url).search);
    query.set("limit", String(limit));
    query.set("offset", String(number));
    return `${c.req.path}?${query}`;
  };
  return {
    ok: true,
    pages,
    page: {
      href: address(pageNumber),
      limit,
      total: all.length,
      ...(pageNumber + 1 < pages ? { next: address(pageNumber + 1) } : {}),
      ...(pageNumber > 0 ? { prev: address(pageNumber - 1) } : {}),
      records: all.slice(pageNumber * limit, (pageNumber + 1) * limit),
    },
  };
}
