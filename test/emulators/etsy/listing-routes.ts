/** ShopListing and ShopListing-Inventory of the spec. */
import type { Context } from "hono";
import { z } from "zod";
import type { Clock } from "#app/clock.ts";
import { failed, type Gateway } from "./gateway.ts";
import { inventorySchema, replaceInventory } from "./inventory-write.ts";
import { imagesJson, inventoryJson, listingJson } from "./json.ts";
import { setListingState } from "./listings.ts";
import type { EtsyState, Listing } from "./state.ts";

const LIMIT_DEFAULT = 25;
const LIMIT_MAX = 100;

const stateQuery = z.enum(["active", "inactive", "sold_out", "draft", "expired"]);
const stateChange = z.object({ state: z.enum(["active", "inactive"]).optional() });

export function mountListings(gateway: Gateway, state: EtsyState, clock: Clock): void {
  const find = (c: Context): Listing | undefined => state.listings.get(Number(c.req.param("listing")));
  const notFound = (c: Context) =>
    failed(c, 404, `Could not find a Listing with listing_id = ${c.req.param("listing")}`);

  gateway.route("GET", "/v3/application/shops/:shop/listings", "getListingsByShop", "listings_r", (c) => {
    if (Number(c.req.param("shop")) !== state.seller.shopId) return failed(c, 404, "Could not find a Shop");
    const wanted = stateQuery.safeParse(c.req.query("state") ?? "active");
    const limit = Number(c.req.query("limit") ?? LIMIT_DEFAULT);
    const offset = Number(c.req.query("offset") ?? 0);
    if (!wanted.success || !(limit >= 1 && limit <= LIMIT_MAX) || !(offset >= 0))
      return failed(c, 400, "Invalid parameters");
    const includes = includesOf(c);
    // Newest first: the order cannot be chosen ("sort_on only works when combined with one of the search options").
    const all = [...state.listings.values()].filter((one) => one.state === wanted.data).reverse();
    const results = all.slice(offset, offset + limit).map((one) => ({
      ...listingJson(state, one),
      ...(includes.has("Inventory")
        ? { inventory: state.settings.leavesOutInventory ? null : inventoryJson(state, one) }
        : {}),
      ...(includes.has("Images") ? { images: imagesJson(one) } : {}),
    }));
    return c.json({ count: all.length, results });
  });

  gateway.route("GET", "/v3/application/listings/batch", "getListingsByListingIds", null, (c) => {
    const ids = listingIds(c);
    if (ids === null) return failed(c, 400, "At most 100 listing ids");
    const { batchRefusesUnknown, batchHidesInactive } = state.settings;
    if (batchRefusesUnknown && ids.some((id) => !state.listings.has(id))) return failed(c, 404, "Resource not found");
    const found = ids.flatMap((id) => state.listings.get(id) ?? []);
    const shown = batchHidesInactive ? found.filter((one) => one.state === "active") : found;
    return c.json({ count: shown.length, results: shown.map((one) => listingJson(state, one)) });
  });

  gateway.route(
    "GET",
    "/v3/application/listings/batch/inventory",
    "getListingsInventoryByListingIds",
    "listings_r",
    (c) => {
      const ids = listingIds(c);
      if (ids === null) return failed(c, 400, "At most 100 listing ids");
      // "If any single ID is not found, the entire request returns a 404."
      if (ids.some((id) => !state.listings.has(id))) return failed(c, 404, "Resource not found");
      const found = ids.flatMap((id) => state.listings.get(id) ?? []);
      const results = found.map((one) => ({ listing_id: one.listingId, inventory: inventoryJson(state, one) }));
      return c.json({ count: results.length, results });
    },
  );

  gateway.route("GET", "/v3/application/listings/:listing/inventory", "getListingInventory", "listings_r", (c) => {
    const listing = find(c);
    if (!listing) return notFound(c);
    const inventory = inventoryJson(state, listing);
    return c.json(includesOf(c).has("Listing") ? { ...inventory, listing: listingJson(state, listing) } : inventory);
  });

  gateway.route(
    "PUT",
    "/v3/application/listings/:listing/inventory",
    "updateListingInventory",
    "listings_w",
    async (c) => {
      const listing = find(c);
      if (!listing) return notFound(c);
      const parsed = inventorySchema.safeParse(await c.req.json().catch(() => null));
      if (!parsed.success) return failed(c, 400, `Invalid input: ${z.prettifyError(parsed.error)}`);
      const problem = replaceInventory(state, listing, parsed.data, clock.now());
      return problem === null ? c.json(inventoryJson(state, listing)) : failed(c, 400, problem);
    },
  );

  gateway.route("PATCH", "/v3/application/shops/:shop/listings/:listing", "updateListing", "listings_w", async (c) => {
    const listing = find(c);
    if (!listing) return notFound(c);
    const parsed = stateChange.safeParse(Object.fromEntries(new URLSearchParams(await c.req.text())));
    if (!parsed.success) return failed(c, 400, "Invalid input: state");
    const changed = parsed.data.state
      ? setListingState(listing, parsed.data.state, clock.now())
      : { ok: true as const };
    return changed.ok ? c.json(listingJson(state, listing)) : failed(c, 400, changed.why);
  });
}

function includesOf(c: Context): Set<string> {
  return new Set((c.req.queries("includes") ?? []).flatMap((one) => one.split(",")));
}

function listingIds(c: Context): number[] | null {
  const ids = (c.req.queries("listing_ids") ?? []).flatMap((one) => one.split(",")).map(Number);
  return ids.length >= 1 && ids.length <= LIMIT_MAX && ids.every(Number.isInteger) ? ids : null;
}
