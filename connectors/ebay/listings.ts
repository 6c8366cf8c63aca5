/**
 * Listings, quantities and prices, through the Inventory API.
 *
 * eBay splits what we call a listing: an inventory item (by SKU) holds the "ship-to-home" quantity, an offer puts it on a
 * site at a price, with a quantity of its own, and a published offer has a listing. Buyers see the smaller of the two
 * quantities, so both are written. Our `remoteId` is the offer's id; `groupId` the listing's, which eBay counts revisions
 * against and which the variations of one listing share.
 */
import { z } from "zod";
import { nextDayIn } from "../contract/calendar-day.ts";
import type { QuantityReading, WriteResult } from "../contract/connector.ts";
import { type Failure, fail, type Result, succeed } from "../contract/failures.ts";
import type {
  ListingPage,
  ListingRef,
  Money,
  PriceWrite,
  QuantityWrite,
  RemoteListing,
  Unreadable,
} from "../contract/remote-types.ts";
import { currencyCode, keyText, mendedText, ownValue, shownUrl, units } from "../contract/storable.ts";
import {
  CONCURRENT_ACCESS,
  callEbay,
  describeIssues,
  type EbayError,
  explain,
  rowErrors,
  SYSTEM_ERROR,
} from "./client.ts";
import { BULK_ROWS_MAX, EBAY_DAY } from "./manifest.ts";
import { decimalPattern, toExact, toMoney } from "./money.ts";
import { bearer, type EbaySession } from "./session.ts";

/**
 * Inventory items a page. eBay allows 200; each also costs one getOffers, as no call returns the offers of many SKUs, so a
 * smaller page keeps one step of a long read short and cheap to repeat.
 */
const ITEMS_PER_PAGE = 100;

const cursorSchema = z.object({ page: z.number().int().nonnegative() });

const itemSchema = z.object({
  sku: keyText,
  availability: z
    .object({
      shipToLocationAvailability: z
        .object({
          quantity: units.optional(),
          availabilityDistributions: z.array(z.unknown()).optional(),
        })
        .optional(),
    })
    .optional(),
  product: z
    .object({
      title: z.string().optional(),
      ean: z.array(z.string()).optional(),
      upc: z.array(z.string()).optional(),
      isbn: z.array(z.string()).optional(),
      imageUrls: z.array(z.string()).optional(),
    })
    .optional(),
});
type Item = z.infer<typeof itemSchema>;

const itemsPageSchema = z.object({
  // Parsed one by one, so that one odd item does not hide its page.
  inventoryItems: z.array(z.unknown()).default([]),
  total: z.number().int().nonnegative().optional(),
  next: z.string().optional(),
});

const offerSchema = z.object({
  offerId: keyText,
  sku: keyText,
  marketplaceId: z.string().optional(),
  format: z.string().optional(),
  status: z.string(),
  availableQuantity: units.optional(),
  pricingSummary: z
    .object({ price: z.object({ value: z.string().regex(decimalPattern), currency: currencyCode }).optional() })
    .optional(),
  listing: z
    .object({
      listingId: keyText.optional(),
      listingStatus: z.string().optional(),
      listingOnHold: z.boolean().optional(),
    })
    .optional(),
});
type Offer = z.infer<typeof offerSchema>;

const offersSchema = z.object({ offers: z.array(z.unknown()).default([]) });

export async function readEbayListings(session: EbaySession, cursor: string | null): Promise<Result<ListingPage>> {
  const page = cursor === null ? 0 : cursorSchema.parse(JSON.parse(cursor)).page;
  const read = await callEbay(session.transport, {
    operation: "getInventoryItems",
    method: "GET",
    address: `${session.origins.api}/sell/inventory/v1/inventory_item`,
    // `offset` counts pages in this API (and rows in the Fulfillment API).
    query: { limit: String(ITEMS_PER_PAGE), offset: String(page) },
    headers: bearer(session),
    effect: "read",
    reply: itemsPageSchema,
  });
  if (!read.ok) return read;
  const { inventoryItems, total, next } = read.value.value;

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
    const offers = offersBySku[index];
    if (!offers) continue;
    // A page with a hole in it would look complete: give it up as a whole, to be read again.
    if (!offers.ok) return offers;
    unreadable.push(...offers.value.unreadable);
    for (const offer of offers.value.offers) {
      if (offer.status === "PUBLISHED" && offer.listing?.listingId !== undefined) listings.push(toListing(item, offer));
    }
  }
  // A short page is the last one even where `next` is there, and a full one is not, even where it is not.
  const more = next !== undefined || (total !== undefined && (page + 1) * ITEMS_PER_PAGE < total);
  const nextCursor = more && inventoryItems.length > 0 ? JSON.stringify({ page: page + 1 }) : null;
  // eBay's total counts SKUs, published or not: it is not the number of listings, so we do not say.
  return succeed({ listings, unreadable, nextCursor, total: null });
}

function skuOf(value: unknown): string | null {
  const parsed = z.object({ sku: keyText }).safeParse(value);
  return parsed.success ? parsed.data.sku : null;
}

interface OffersOfSku {
  offers: Offer[];
  unreadable: Unreadable[];
}

/** "OFFER_NOT_AVAILABLE": getOffers says so, with 404, for a SKU without offers. */
const NO_SUCH_OFFER = "25713";

async function readOffers(session: EbaySession, sku: string): Promise<Result<OffersOfSku>> {
  const read = await callEbay(session.transport, {
    operation: "getOffers",
    concerns: "item",
    method: "GET",
    address: `${session.origins.api}/sell/inventory/v1/offer`,
    query: { sku },
    headers: bearer(session),
    effect: "read",
    reply: offersSchema,
  });
  if (!read.ok) {
    if (isMissing(read.failure)) return succeed({ offers: [], unreadable: [] });
    return read;
  }
  const offers: Offer[] = [];
  const unreadable: Unreadable[] = [];
  for (const one of read.value.value.offers) {
    const parsed = offerSchema.safeParse(one);
    if (parsed.success) offers.push(parsed.data);
    else unreadable.push({ remoteId: offerIdOf(one) ?? sku, why: `Offer: ${describeIssues(parsed.error)}` });
  }
  return succeed({ offers, unreadable });
}

function offerIdOf(value: unknown): string | null {
  const parsed = z.object({ offerId: keyText }).safeParse(value);
  return parsed.success ? parsed.data.offerId : null;
}

function isMissing(failure: Failure): boolean {
  return failure.kind === "rejected" && (failure.code === "not-found" || failure.code === NO_SUCH_OFFER);
}

function toListing(item: Item, offer: Offer): RemoteListing {
  const listingId = offer.listing?.listingId ?? null;
  const product = item.product;
  const price = offer.pricingSummary?.price;
  return {
    ref: { remoteId: offer.offerId, sku: offer.sku, groupId: listingId },
    title: mendedText(product?.title) ?? item.sku,
    barcode: firstGtin(product?.ean) ?? firstGtin(product?.upc) ?? firstGtin(product?.isbn),
    quantity: shownQuantity(item, offer),
    price: price === undefined ? null : toMoney(toExact(price.value), price.currency),
    state: listingState(offer),
    url: listingId === null ? null : `https://www.${siteOf(offer.marketplaceId)}/itm/${encodeURIComponent(listingId)}`,
    imageUrl: shownUrl(product?.imageUrls?.[0]),
    unmanagedBecause: unmanagedBecause(item, offer),
  };
}

/** Sellers write "Does not apply" where eBay insists on a GTIN. */
function firstGtin(values: readonly string[] | undefined): string | null {
  return values?.find((value) => /^[0-9Xx-]{8,17}$/.test(value)) ?? null;
}

/** "The quantity specified on a listing will be the minimum value between this field and the quantity field." */
function shownQuantity(item: Item, offer: Offer): number | null {
  const shipToHome = item.availability?.shipToLocationAvailability?.quantity;
  if (shipToHome === undefined) return null;
  return offer.availableQuantity === undefined ? shipToHome : Math.min(shipToHome, offer.availableQuantity);
}

/** ListingStatusEnum; a value we do not know is not taken for something that can be bought. */
function listingState(offer: Offer): RemoteListing["state"] {
  if (offer.status !== "PUBLISHED") return "ended";
  if (offer.listing?.listingOnHold === true) return "inactive";
  switch (offer.listing?.listingStatus) {
    case undefined:
    case "ACTIVE":
    case "OUT_OF_STOCK":
      return "active";
    case "ENDED":
    case "EBAY_ENDED":
    case "NOT_LISTED":
      return "ended";
    default:
      return "inactive";
  }
}

function unmanagedBecause(item: Item, offer: Offer): string | null {
  if (offer.format === "AUCTION") return "An auction sells what it was started with; its quantity cannot be changed.";
  if (offer.listing?.listingOnHold === true) {
    return "eBay has put this listing on hold and refuses changes to it. Settle it with eBay first.";
  }
  const perWarehouse = item.availability?.shipToLocationAvailability?.availabilityDistributions ?? [];
  if (perWarehouse.length > 0) {
    return "eBay keeps this item's stock by warehouse; a single number would overwrite that distribution.";
  }
  return null;
}

const SITES: Readonly<Record<string, string>> = {
  EBAY_US: "ebay.com",
  EBAY_GB: "ebay.co.uk",
  EBAY_DE: "ebay.de",
  EBAY_FR: "ebay.fr",
  EBAY_IT: "ebay.it",
  EBAY_ES: "ebay.es",
  EBAY_AU: "ebay.com.au",
  EBAY_CA: "ebay.ca",
};

function siteOf(marketplaceId: string | undefined): string {
  return ownValue(SITES, marketplaceId ?? "") ?? "ebay.com";
}

const itemRowSchema = z.object({
  sku: z.string(),
  statusCode: z.number().int(),
  inventoryItem: z.unknown().optional(),
  errors: rowErrors,
});
const itemRowsSchema = z.object({ responses: z.array(itemRowSchema) });

/** "could not be found or is not available in the system"; "We didn't find the resource/entity". */
const NO_SUCH_ITEM = new Set([25702, 25710]);

export async function readEbayQuantities(
  session: EbaySession,
  refs: readonly ListingRef[],
): Promise<QuantityReading[]> {
  const skus = [...new Set(refs.flatMap((ref) => (ref.sku === null ? [] : [ref.sku])))];
  const itemReads = new Map<string, Result<Item | null>>();
  const offerReads = new Map<string, Result<OffersOfSku>>();
  await Promise.all([
    ...chunk(skus, BULK_ROWS_MAX).map(async (some) => {
      for (const [sku, item] of await readItems(session, some)) itemReads.set(sku, item);
    }),
    ...skus.map(async (sku) => {
      offerReads.set(sku, await readOffers(session, sku));
    }),
  ]);

  return refs.map((ref): QuantityReading => {
    const item = ref.sku === null ? undefined : itemReads.get(ref.sku);
    const offers = ref.sku === null ? undefined : offerReads.get(ref.sku);
    if (!item || !offers) return { outcome: "failed", failure: withoutSku(ref) };
    if (!item.ok) return { outcome: "failed", failure: item.failure };
    if (!offers.ok) return { outcome: "failed", failure: offers.failure };
    if (item.value === null) return { outcome: "missing" };
    const offer = offers.value.offers.find((one) => one.offerId === ref.remoteId);
    if (!offer) {
      const broken = offers.value.unreadable.find((one) => one.remoteId === ref.remoteId);
      if (broken)
        return {
          outcome: "failed",
          failure: { kind: "rejected", scope: "item", message: broken.why, code: "unreadable" },
        };
      return { outcome: "missing" };
    }
    const state = listingState(offer);
    return { outcome: "read", quantity: state === "ended" ? null : shownQuantity(item.value, offer), state };
  });
}

function withoutSku(ref: ListingRef): Failure {
  return {
    kind: "rejected",
    scope: "item",
    message: `eBay offer ${ref.remoteId} has no SKU, so its quantity cannot be addressed.`,
  };
}

async function readItems(session: EbaySession, skus: readonly string[]): Promise<Map<string, Result<Item | null>>> {
  const read = await callEbay(session.transport, {
    operation: "bulkGetInventoryItem",
    concerns: skus.length === 1 ? "item" : "account",
    method: "POST",
    address: `${session.origins.api}/sell/inventory/v1/bulk_get_inventory_item`,
    headers: bearer(session),
    body: { requests: skus.map((sku) => ({ sku })) },
    effect: "read",
    reply: itemRowsSchema,
  });
  if (!read.ok) {
    // eBay may refuse the whole call for one SKU it does not like (25708): ask one by one, so that the others are read.
    if (read.failure.kind === "rejected" && skus.length > 1) {
      const singles = await Promise.all(skus.map((sku) => readItems(session, [sku])));
      return new Map(singles.flatMap((one) => [...one]));
    }
    const none: Result<Item | null> = isMissing(read.failure) ? succeed(null) : read;
    return new Map(skus.map((sku) => [sku, none]));
  }
  const rows = new Map(read.value.value.responses.map((row) => [row.sku, row]));
  return new Map(skus.map((sku) => [sku, readItemRow(rows.get(sku), sku)]));
}

function readItemRow(row: z.infer<typeof itemRowSchema> | undefined, sku: string): Result<Item | null> {
  if (!row)
    return fail({
      kind: "unavailable",
      scope: "item",
      message: `bulkGetInventoryItem: eBay's reply leaves out SKU ${sku}`,
    });
  const first = row.errors?.[0];
  if (row.statusCode === 404 || (first?.errorId !== undefined && NO_SUCH_ITEM.has(first.errorId))) return succeed(null);
  if (row.statusCode === 429) {
    return fail({
      kind: "throttled",
      scope: "item",
      retryAfterMs: null,
      message: `SKU ${sku}: ${explain(row.statusCode, first)}`,
    });
  }
  if (row.statusCode >= 500)
    return fail({ kind: "unavailable", scope: "item", message: `SKU ${sku}: ${explain(row.statusCode, first)}` });
  if (row.statusCode < 200 || row.statusCode >= 300) {
    return fail({ kind: "rejected", scope: "item", message: `SKU ${sku}: ${explain(row.statusCode, first)}` });
  }
  const parsed = itemSchema.safeParse(withSku(row.inventoryItem, sku));
  if (parsed.success) return succeed(parsed.data);
  return fail({
    kind: "rejected",
    scope: "item",
    message: `SKU ${sku}: ${describeIssues(parsed.error)}`,
    code: "unreadable",
  });
}

/** In a bulk reply the SKU stands beside the item, and inside it only at times. */
function withSku(item: unknown, sku: string): unknown {
  return typeof item === "object" && item !== null ? { sku, ...item } : item;
}

interface PriceQuantityRow {
  sku: string;
  shipToLocationAvailability?: { quantity: number };
  offers: { offerId: string; availableQuantity?: number; price?: { value: string; currency: string } }[];
}

const writeRowSchema = z.object({
  sku: z.string().optional(),
  offerId: z.string().optional(),
  statusCode: z.number().int(),
  errors: rowErrors,
});
type WriteRow = z.infer<typeof writeRowSchema>;
const writeRowsSchema = z.object({ responses: z.array(writeRowSchema) });

export async function writeEbayQuantities(
  session: EbaySession,
  writes: readonly QuantityWrite[],
): Promise<WriteResult[]> {
  return writeRows(
    session,
    writes,
    (write) =>
      Number.isSafeInteger(write.quantity) && write.quantity >= 0
        ? null
        : {
            kind: "rejected",
            scope: "item",
            message: `${write.quantity} is not a quantity: whole units from 0 up.`,
            code: "quantity",
          },
    (sku, some) => ({
      sku,
      // With two offers of one SKU (a listing and an auction) the smaller numbers stand in the offers.
      shipToLocationAvailability: { quantity: Math.max(...some.map((write) => write.quantity)) },
      offers: some.map((write) => ({ offerId: write.ref.remoteId, availableQuantity: write.quantity })),
    }),
  );
}

export async function writeEbayPrices(session: EbaySession, writes: readonly PriceWrite[]): Promise<WriteResult[]> {
  return writeRows(
    session,
    writes,
    (write) =>
      isPrice(write.price)
        ? null
        : { kind: "rejected", scope: "item", message: "A price must be a positive decimal.", code: "price" },
    (sku, some) => ({
      sku,
      offers: some.map((write) => ({
        offerId: write.ref.remoteId,
        price: { value: write.price.amount, currency: write.price.currency },
      })),
    }),
  );
}

function isPrice(price: Money): boolean {
  return decimalPattern.test(price.amount) && toExact(price.amount) > 0n && /^[A-Z]{3}$/.test(price.currency);
}

/** One row a SKU, 25 rows a call, one result a write, in order. */
async function writeRows<W extends { ref: ListingRef }>(
  session: EbaySession,
  writes: readonly W[],
  refuse: (write: W) => Failure | null,
  toRow: (sku: string, writes: readonly W[]) => PriceQuantityRow,
): Promise<WriteResult[]> {
  const results = new Map<W, WriteResult>();
  const bySku = new Map<string, W[]>();
  for (const write of writes) {
    const failure = write.ref.sku === null ? withoutSku(write.ref) : refuse(write);
    if (failure !== null || write.ref.sku === null) {
      results.set(write, { outcome: "failed", failure: failure ?? withoutSku(write.ref) });
      continue;
    }
    const same = bySku.get(write.ref.sku) ?? [];
    // "An issue will occur if duplicate offerId values are passed": a later write of the same offer stands for the earlier.
    bySku.set(write.ref.sku, [...same.filter((one) => one.ref.remoteId !== write.ref.remoteId), write]);
  }

  for (const skus of chunk([...bySku.keys()], BULK_ROWS_MAX)) {
    const rows = skus.map((sku) => toRow(sku, bySku.get(sku) ?? []));
    const outcomes = await sendRows(session, rows);
    for (const sku of skus) {
      for (const write of bySku.get(sku) ?? []) {
        results.set(write, outcomes.get(write.ref.remoteId) ?? unmentioned(write.ref));
      }
    }
  }
  return writes.map((write) => {
    const own = results.get(write);
    if (own) return own;
    const last = bySku.get(write.ref.sku ?? "")?.find((one) => one.ref.remoteId === write.ref.remoteId);
    return (last && results.get(last)) ?? unmentioned(write.ref);
  });
}

function unmentioned(ref: ListingRef): WriteResult {
  const message = `bulkUpdatePriceQuantity: eBay's reply says nothing of offer ${ref.remoteId}`;
  return { outcome: "failed", failure: { kind: "outcome-unknown", scope: "item", message } };
}

/** Results by offer id. */
async function sendRows(session: EbaySession, rows: readonly PriceQuantityRow[]): Promise<Map<string, WriteResult>> {
  const sent = await callEbay(session.transport, {
    operation: "bulkUpdatePriceQuantity",
    concerns: rows.length === 1 ? "item" : "account",
    method: "POST",
    address: `${session.origins.api}/sell/inventory/v1/bulk_update_price_quantity`,
    headers: bearer(session),
    body: { requests: rows },
    effect: "write",
    reply: writeRowsSchema,
  });
  if (!sent.ok) {
    // The spec says both "up to 25" and "only one SKU per call". When eBay refuses the whole call, for its size or for
    // one row, each row is tried by itself: a bad row blocks none of its neighbours.
    if (sent.failure.kind === "rejected" && rows.length > 1) {
      const singles = await Promise.all(rows.map((row) => sendRows(session, [row])));
      return new Map(singles.flatMap((one) => [...one]));
    }
    const failed: WriteResult = { outcome: "failed", failure: sent.failure };
    return new Map(rows.flatMap((row) => row.offers.map((offer) => [offer.offerId, failed])));
  }
  const replies = sent.value.value.responses;
  const results = new Map<string, WriteResult>();
  for (const row of rows) {
    for (const offer of row.offers) {
      const mine = replies.filter((reply) =>
        reply.offerId === undefined ? reply.sku === row.sku : reply.offerId === offer.offerId,
      );
      if (mine.length === 0) continue;
      const bad = mine.find((reply) => reply.statusCode < 200 || reply.statusCode >= 300);
      results.set(
        offer.offerId,
        bad === undefined
          ? { outcome: "accepted" }
          : { outcome: "failed", failure: rowFailure(bad, row.sku, session.now()) },
      );
    }
  }
  return results;
}

/** The spec gives the 250 revisions a day no error of their own; eBay says it in words, under a general id. */
function isRevisionLimit(error: EbayError | undefined): boolean {
  const words = error?.longMessage ?? error?.message ?? "";
  return /revis/i.test(words) && /limit|maximum|exceed|threshold|too many|calendar day|per day/i.test(words);
}

function rowFailure(row: WriteRow, sku: string, now: Date): Failure {
  const first: EbayError | undefined = row.errors?.[0];
  const message = `SKU ${sku}: ${explain(row.statusCode, first)}`;
  if (isRevisionLimit(first)) {
    return {
      kind: "throttled",
      scope: "group",
      retryAfterMs: nextDayIn(EBAY_DAY, now).getTime() - now.getTime(),
      message,
    };
  }
  // The call as a whole was taken: too much was asked of this listing, not by this account.
  if (row.statusCode === 429) return { kind: "throttled", scope: "group", retryAfterMs: null, message };
  if (row.statusCode === 401) return { kind: "unauthorized", scope: "account", message };
  if (first?.errorId === CONCURRENT_ACCESS) return { kind: "unavailable", scope: "item", message };
  // A system error in a row leaves open whether the item, the offer or neither was changed.
  if (row.statusCode >= 500 || first?.errorId === SYSTEM_ERROR)
    return { kind: "outcome-unknown", scope: "item", message };
  return { kind: "rejected", scope: "item", message, code: String(first?.errorId ?? `http-${row.statusCode}`) };
}

function chunk<T>(values: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < values.length; at += size) chunks.push(values.slice(at, at + size));
  return chunks;
}
