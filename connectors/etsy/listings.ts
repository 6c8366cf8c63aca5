/** Listings and their quantities, read. */
import { z } from "zod";
import type { QuantityReading } from "../contract/connector.ts";
import { type Failure, fail, type Result, succeed } from "../contract/failures.ts";
import type { ListingPage, ListingRef, RemoteListing, Unreadable } from "../contract/remote-types.ts";
import { mendedText, shownUrl } from "../contract/storable.ts";
import { callEtsy, callerOf, describeIssues, NOT_FOUND } from "./client.ts";
import {
  type EtsyState,
  findProduct,
  type Inventory,
  inventorySchema,
  listingIdOf,
  productKey,
  stateSchema,
  stateWith,
  totalUnits,
  unitsOf,
  unmanagedBecause,
} from "./inventory.ts";
import { LISTINGS_PER_CALL_MAX } from "./manifest.ts";
import { fromEtsy } from "./money.ts";
import { type EtsySession, shopAddress } from "./session.ts";
import { plainString } from "./text.ts";

/** getListingsByShop reads one state a call. Those on sale first: what sells out meanwhile is met again among the sold out. */
const STATES: readonly EtsyState[] = ["active", "inactive", "sold_out", "expired", "draft"];

/** Rows of the page before that a page begins with, to notice when the set has moved. */
const OVERLAP = 10;
const RESTARTS_MAX = 3;

const cursorSchema = z.object({
  state: z.number().int().nonnegative(),
  offset: z.number().int().nonnegative(),
  tail: z.array(z.number().int()),
  restarts: z.number().int().nonnegative(),
});
type Position = z.infer<typeof cursorSchema>;

const START: Position = { state: 0, offset: 0, tail: [], restarts: 0 };

const pageSchema = z.object({
  count: z.number().int().nonnegative(),
  // Parsed one by one, so that one odd listing does not hide its page.
  results: z.array(z.unknown()),
});

const idSchema = z.object({ listing_id: z.number().int().positive() });

const listingSchema = idSchema.extend({
  title: plainString,
  state: stateSchema,
  url: z.string().nullish(),
  /** Left out at times: then it is asked for. */
  inventory: inventorySchema.nullish(),
  images: z.array(z.object({ url_570xN: z.string().nullish() })).nullish(),
});
type Listing = z.infer<typeof listingSchema>;
type WholeListing = Listing & { inventory: Inventory };

export async function readEtsyListings(session: EtsySession, cursor: string | null): Promise<Result<ListingPage>> {
  const position = cursor === null ? START : cursorSchema.parse(JSON.parse(cursor));
  const offset = Math.max(0, position.offset - OVERLAP);
  const read = await callEtsy(callerOf(session), {
    operation: "getListingsByShop",
    method: "GET",
    address: `${shopAddress(session)}/listings`,
    query: {
      state: STATES[position.state] ?? "active",
      limit: String(LISTINGS_PER_CALL_MAX),
      offset: String(offset),
      includes: "Inventory,Images",
    },
    effect: "read",
    reply: pageSchema,
  });
  if (!read.ok) return read;
  const { count, results } = read.value;

  const ids = results.map(idOf);
  const known = new Set(position.tail);
  const hasMoved = known.size > 0 && !ids.some((id) => id !== null && known.has(id));
  if (hasMoved && position.restarts < RESTARTS_MAX) {
    // Listings left this state while we paged, more than the overlap: some slid past us. This state is read anew.
    const again: Position = { ...START, state: position.state, restarts: position.restarts + 1 };
    return succeed({ listings: [], unreadable: [], nextCursor: JSON.stringify(again), total: null });
  }

  const found: Listing[] = [];
  const unreadable: Unreadable[] = [];
  for (const [index, one] of results.entries()) {
    const id = ids[index] ?? null;
    if (id !== null && known.has(id)) continue;
    const parsed = listingSchema.safeParse(one);
    if (parsed.success) found.push(parsed.data);
    else
      unreadable.push({ remoteId: id === null ? null : String(id), why: `Listing: ${describeIssues(parsed.error)}` });
  }
  const whole = await withInventories(session, found);
  if (!whole.ok) return whole;
  unreadable.push(...whole.value.unreadable);
  const listings = whole.value.listings.flatMap(toListings);
  const end = offset + results.length;
  return succeed({ listings, unreadable, nextCursor: nextCursor(position, end, count, ids), total: null });
}

/** Asks for the inventories that the page left out. What is gone meanwhile is left out, what can't be read is said to be so. */
async function withInventories(
  session: EtsySession,
  found: readonly Listing[],
): Promise<Result<{ listings: WholeListing[]; unreadable: Unreadable[] }>> {
  const bare = found.filter((one) => one.inventory == null).map((one) => String(one.listing_id));
  const readings = await readMany(session, bare);
  const listings: WholeListing[] = [];
  const unreadable: Unreadable[] = [];
  for (const listing of found) {
    const { inventory, listing_id } = listing;
    if (inventory != null) {
      listings.push({ ...listing, inventory });
      continue;
    }
    const read = readings.get(String(listing_id)) ?? succeed(null);
    if (read.ok && read.value) listings.push({ ...listing, ...read.value });
    else if (!read.ok && read.failure.kind !== "rejected") return read;
    else if (!read.ok) unreadable.push({ remoteId: String(listing_id), why: `Inventory: ${read.failure.message}` });
  }
  return succeed({ listings, unreadable });
}

function nextCursor(position: Position, end: number, count: number, ids: readonly (number | null)[]): string | null {
  if (end < count && ids.length > 0) {
    const tail = ids.slice(-OVERLAP).filter((id) => id !== null);
    return JSON.stringify({ ...position, offset: end, tail } satisfies Position);
  }
  const state = position.state + 1;
  return state < STATES.length ? JSON.stringify({ ...START, state } satisfies Position) : null;
}

function idOf(value: unknown): number | null {
  const parsed = idSchema.safeParse(value);
  return parsed.success ? parsed.data.listing_id : null;
}

function toListings(listing: WholeListing): RemoteListing[] {
  const { listing_id, inventory } = listing;
  const state = stateWith(inventory, listing.state);
  return inventory.products.map((product) => {
    const choice = product.property_values.flatMap((one) => one.values).join(", ");
    const offering = product.offerings[0];
    return {
      ref: {
        remoteId: productKey(listing_id, product.property_values),
        sku: product.sku?.trim() || null,
        groupId: String(listing_id),
      },
      title: mendedText(choice === "" ? listing.title : `${listing.title}, ${choice}`) ?? "",
      // Etsy keeps no GTIN.
      barcode: null,
      quantity: shownQuantity(state, unitsOf(product)),
      price: offering ? fromEtsy(offering.price) : null,
      state: toState(state),
      url: shownUrl(listing.url),
      imageUrl: shownUrl(listing.images?.[0]?.url_570xN),
      unmanagedBecause: unmanagedListing(state, inventory) ?? unmanagedBecause(inventory, product),
    };
  });
}

/** Units left on a listing that we switch off: one, as Etsy refuses an inventory of nothing but zeros. */
export const PLACEHOLDER_UNITS = 1;

/** Whether it looks like a listing that we switched off, and not one the merchant did. */
export function isSwitchedOffByUs(state: EtsyState, inventory: Inventory): boolean {
  return state === "inactive" && totalUnits(inventory) === PLACEHOLDER_UNITS;
}

export const SWITCHED_OFF_AT_ETSY =
  "This listing was switched off at Etsy. Switch it on there, and Lockstep keeps its quantity again.";

export function unmanagedListing(state: EtsyState, inventory: Inventory): string | null {
  if (state === "draft") return "A draft: publish it at Etsy first, which costs Etsy's listing fee.";
  if (state === "expired") return "This listing has expired. Renew it at Etsy, which costs Etsy's listing fee.";
  if (state === "inactive" && !isSwitchedOffByUs(state, inventory)) return SWITCHED_OFF_AT_ETSY;
  if (state === "removed") return "Etsy has taken this listing down. Etsy's Shop Manager says why.";
  if (state === "unknown") {
    return "Etsy shows this listing in a state that Lockstep does not know, and so takes as not on sale. Look at it in Etsy's Shop Manager.";
  }
  return null;
}

function shownQuantity(state: EtsyState, units: number): number | null {
  if (state === "active") return units;
  return state === "expired" ? null : 0;
}

function toState(state: EtsyState): RemoteListing["state"] {
  if (state === "active") return "active";
  return state === "expired" ? "ended" : "inactive";
}

export interface CurrentListing {
  state: EtsyState;
  isPhysical: boolean;
  inventory: Inventory;
}

const currentSchema = inventorySchema.and(
  z.object({ listing: z.object({ state: stateSchema, listing_type: z.string().nullish() }) }),
);

/** One listing, its state included, in one call. */
export async function fetchListing(session: EtsySession, listingId: string): Promise<Result<CurrentListing>> {
  const read = await callEtsy(callerOf(session), {
    operation: "getListingInventory",
    concerns: "group",
    method: "GET",
    address: inventoryAddress(session, listingId),
    query: { includes: "Listing" },
    effect: "read",
    reply: currentSchema,
  });
  if (!read.ok) return read;
  const { listing, ...inventory } = read.value;
  return succeed({
    state: stateWith(inventory, listing.state),
    isPhysical: listing.listing_type !== "download",
    inventory,
  });
}

export function inventoryAddress(session: EtsySession, listingId: string): string {
  return `${session.origins.api}/v3/application/listings/${encodeURIComponent(listingId)}/inventory`;
}

export function isMissing(failure: Failure): boolean {
  return failure.kind === "rejected" && failure.code === NOT_FOUND;
}

type Reading = Result<{ state: EtsyState; inventory: Inventory } | null>;

export async function readEtsyQuantities(
  session: EtsySession,
  refs: readonly ListingRef[],
): Promise<QuantityReading[]> {
  const ids = [...new Set(refs.map(listingIdOf))].filter((id) => /^\d+$/.test(id));
  const readings = new Map<string, Reading>();
  for (let at = 0; at < ids.length; at += LISTINGS_PER_CALL_MAX) {
    const some = await readMany(session, ids.slice(at, at + LISTINGS_PER_CALL_MAX));
    for (const [id, reading] of some) readings.set(id, reading);
  }
  return refs.map((ref): QuantityReading => {
    const reading = readings.get(listingIdOf(ref)) ?? succeed(null);
    if (!reading.ok) return { outcome: "failed", failure: reading.failure };
    if (reading.value === null) return { outcome: "missing" };
    const { state, inventory } = reading.value;
    const product = findProduct(inventory, listingIdOf(ref), ref.remoteId);
    if (!product) return { outcome: "missing" };
    return { outcome: "read", quantity: shownQuantity(state, unitsOf(product)), state: toState(state) };
  });
}

async function readMany(session: EtsySession, ids: readonly string[]): Promise<Map<string, Reading>> {
  if (ids.length === 0) return new Map();
  if (ids.length === 1) return new Map([[ids[0] ?? "", await readOne(session, ids[0] ?? "")]]);
  const states = await fetchBatch(session, "getListingsByListingIds", "", ids, stateOnlySchema);
  if (!states.ok) return divide(session, ids, states.failure);
  // Not among them: gone, or perhaps only not public. Only a read of its own can say.
  const found = ids.filter((id) => states.value.has(id));
  const lost = ids.filter((id) => !states.value.has(id));
  const readings = new Map<string, Reading>();
  await Promise.all(lost.map(async (id) => readings.set(id, await readOne(session, id))));
  if (found.length === 0) return readings;

  const inventories = await fetchBatch(
    session,
    "getListingsInventoryByListingIds",
    "/inventory",
    found,
    z.object({ inventory: inventorySchema }),
  );
  if (!inventories.ok) {
    for (const [id, reading] of await divide(session, found, inventories.failure)) readings.set(id, reading);
    return readings;
  }
  await Promise.all(
    found.map(async (id) => {
      const state = states.value.get(id);
      const one = inventories.value.get(id);
      const isComplete = state?.success && one?.success;
      readings.set(
        id,
        isComplete
          ? succeed({ state: stateWith(one.data.inventory, state.data.state), inventory: one.data.inventory })
          : await readOne(session, id),
      );
    }),
  );
  return readings;
}

const stateOnlySchema = z.object({ state: stateSchema });

async function readOne(session: EtsySession, id: string): Promise<Reading> {
  const read = await fetchListing(session, id);
  return !read.ok && isMissing(read.failure) ? succeed(null) : read;
}

/** "If any single ID is not found, the entire request returns a 404": the halves are asked for apart. */
async function divide(session: EtsySession, ids: readonly string[], failure: Failure): Promise<Map<string, Reading>> {
  if (failure.kind !== "rejected" || ids.length === 1) {
    return new Map(ids.map((id): [string, Reading] => [id, fail(failure)]));
  }
  const middle = Math.ceil(ids.length / 2);
  const halves = await Promise.all([readMany(session, ids.slice(0, middle)), readMany(session, ids.slice(middle))]);
  return new Map(halves.flatMap((half) => [...half]));
}

async function fetchBatch<T>(
  session: EtsySession,
  operation: string,
  path: string,
  ids: readonly string[],
  schema: z.ZodType<T>,
): Promise<Result<Map<string, z.ZodSafeParseResult<T>>>> {
  const read = await callEtsy(callerOf(session), {
    operation,
    concerns: ids.length === 1 ? "group" : "account",
    method: "GET",
    address: `${session.origins.api}/v3/application/listings/batch${path}`,
    query: { listing_ids: ids.join(",") },
    effect: "read",
    reply: z.object({ results: z.array(idSchema.loose()) }),
  });
  if (!read.ok) return read;
  return succeed(new Map(read.value.results.map((one) => [String(one.listing_id), schema.safeParse(one)])));
}
