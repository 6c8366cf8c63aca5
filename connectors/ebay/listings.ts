/** Listings, through the Inventory API, page by page. */
import { z } from "zod";
import { type Failure, fail, type Result, succeed } from "../contract/failures.ts";
import type { ListingPage, RemoteListing, Unreadable } from "../contract/remote-types.ts";
import { keyText } from "../contract/storable.ts";
import { callEbay, describeIssues } from "./client.ts";
import { type Item, itemSchema, toListing } from "./listing-json.ts";
import { type OffersOfSku, readOffers } from "./offers.ts";
import { bearer, type EbaySession } from "./session.ts";

/**
 * Inventory items a page. eBay allows 200; each also costs one getOffers, as no call returns the offers of many SKUs, so a
 * smaller page keeps one step of a long read short and cheap to repeat. A page that eBay refuses for one of its items is
 * read in smaller and smaller ones, so that it costs that item alone.
 */
const PAGE_SIZES = [100, 10, 1] as const;

/** Items in a row that eBay refuses: more are not the items' fault, and the read as a whole has failed. */
const REFUSED_IN_A_ROW_MAX = 3;

const cursorSchema = z.object({
  /** The first item of the page, counted from 0. */
  row: z.number().int().nonnegative(),
  refusedInARow: z.number().int().nonnegative(),
});
type Position = z.infer<typeof cursorSchema>;

const itemsPageSchema = z.object({
  // Parsed one by one, so that one odd item does not hide its page.
  inventoryItems: z.array(z.unknown()).default([]),
  // Required: a reply that lacks it is not the word that there are no items.
  total: z.number().int().nonnegative(),
  next: z.string().optional(),
});

export async function readEbayListings(session: EbaySession, cursor: string | null): Promise<Result<ListingPage>> {
  const position: Position = cursor === null ? { row: 0, refusedInARow: 0 } : cursorSchema.parse(JSON.parse(cursor));
  const read = await readItems(session, position.row);
  if (!read.ok) return isRefusal(read.failure) ? withoutRow(position, read.failure) : read;
  const { inventoryItems, total, next, size } = read.value;

  const listings: RemoteListing[] = [];
  const unreadable: Unreadable[] = [];
  const items: Item[] = [];
  for (const one of inventoryItems) {
    const parsed = itemSchema.safeParse(one);
    if (parsed.success) items.push(parsed.data);
    else unreadable.push({ remoteId: skuOf(one), why: `Inventory item: ${describeIssues(parsed.error)}` });
  }

  const offersBySku = await Promise.all(items.map((item) => readOffers(session, item.sku)));
  for (const [index, item] of items.entries()) {
    const read = offersBySku[index];
    if (!read) continue;
    const offers = offersOf(read, item.sku);
    if (!offers.ok) return offers;
    unreadable.push(...offers.value.unreadable);
    for (const offer of offers.value.offers) {
      if (offer.status === "PUBLISHED" && offer.listing?.listingId !== undefined) listings.push(toListing(item, offer));
    }
  }
  // A short page is the last one even where `next` is there, and a full one is not, even where it is not.
  const more = next !== undefined || position.row + size < total;
  const nextCursor = more && inventoryItems.length > 0 ? at({ row: position.row + size, refusedInARow: 0 }) : null;
  // eBay's total counts SKUs, published or not: it is not the number of listings, so we do not say.
  return succeed({ listings, unreadable, nextCursor, total: null });
}

function at(position: Position): string {
  return JSON.stringify(position);
}

/**
 * The largest page that begins at `row` and that eBay does not refuse. `offset` counts pages in this API (and rows in the
 * Fulfillment API), so a page begins at a multiple of its size.
 */
async function readItems(session: EbaySession, row: number) {
  let refused: Result<never> | null = null;
  for (const size of PAGE_SIZES.filter((size) => row % size === 0)) {
    const read = await callEbay(session.transport, {
      operation: "getInventoryItems",
      method: "GET",
      address: `${session.origins.api}/sell/inventory/v1/inventory_item`,
      query: { limit: String(size), offset: String(row / size) },
      headers: bearer(session),
      effect: "read",
      reply: itemsPageSchema,
    });
    if (read.ok) return succeed({ ...read.value.value, size });
    if (!isRefusal(read.failure)) return read;
    refused = read;
  }
  // The last of the sizes divides every row, so one was asked for.
  if (!refused) throw new Error(`no page of inventory items begins at ${row}`);
  return refused;
}

/** eBay understood the call, and does not like what it is about: its message says what, and a smaller page which item. */
function isRefusal(failure: Failure): boolean {
  return failure.kind === "rejected" && failure.scope !== "app";
}

/** The page of one item that eBay refuses: its SKU is not known, for the list alone tells it. */
function withoutRow(position: Position, failure: Failure): Result<ListingPage> {
  const refusedInARow = position.refusedInARow + 1;
  if (refusedInARow > REFUSED_IN_A_ROW_MAX) return fail(failure);
  const why = `eBay refuses to show inventory item number ${position.row + 1} of its list. ${failure.message}`;
  const nextCursor = at({ row: position.row + 1, refusedInARow });
  return succeed({ listings: [], unreadable: [{ remoteId: null, why }], nextCursor, total: null });
}

/**
 * A SKU that eBay refuses to look up costs itself: getOffers was seen to answer 400 with 25707 for SKUs that
 * getInventoryItems lists. When it could not be read just now, the page would have a hole in it and look complete: it is
 * given up as a whole, to be read again.
 */
function offersOf(read: Result<OffersOfSku>, sku: string): Result<OffersOfSku> {
  if (read.ok || !isRefusal(read.failure)) return read;
  return succeed({ offers: [], unreadable: [{ remoteId: sku, why: `SKU ${sku}: ${read.failure.message}` }] });
}

function skuOf(value: unknown): string | null {
  const parsed = z.object({ sku: keyText }).safeParse(value);
  return parsed.success ? parsed.data.sku : null;
}
