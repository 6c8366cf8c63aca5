/** What Amazon shows of a SKU now: how many, for how much, whose stock, and what is wrong with it. */

import { z } from "zod";
import { type Failure, fail, type Result, succeed } from "../contract/failures.ts";
import { decimalPattern, toExact } from "../contract/money.ts";
import type { Money } from "../contract/remote-types.ts";
import { currencyCode, keyText, units } from "../contract/storable.ts";
import { canBeSegment } from "../transport/segment.ts";
import { callAmazon, describeIssues, isNotFound } from "./client.ts";
import { SKUS_PER_SEARCH } from "./manifest.ts";
import { toMoney } from "./money.ts";
import { type AmazonSession, tokenOf } from "./session.ts";

export interface ItemIssue {
  message: string;
  /** Attributes of the listing that it is about. */
  attributes: readonly string[];
}

export interface ItemFacts {
  /** Null where Amazon does not say. */
  quantity: number | null;
  price: Money | null;
  state: "active" | "inactive";
  /** True when Amazon holds the stock (FBA): our quantity would take the listing away from Amazon's warehouse. */
  fulfilledByAmazon: boolean;
  /** Issues of severity ERROR. */
  errors: readonly ItemIssue[];
}

/** Why a SKU of Amazon's own warehouses is left alone: for the merchant. */
export const FBA_REASON =
  "Amazon ships this listing from its own warehouse (FBA), so its stock is Amazon's to count. Writing a quantity would turn it into one that you ship yourself.";

/** Fulfilment channels: DEFAULT is the merchant, everything else (AMAZON_NA, AMAZON_EU, ...) a warehouse of Amazon's. */
export function isAmazonChannel(code: string): boolean {
  return code.toUpperCase().startsWith("AMAZON");
}

const itemSchema = z.object({
  sku: keyText,
  summaries: z.array(z.object({ marketplaceId: z.string(), status: z.array(z.string()).default([]) })).default([]),
  offers: z
    .array(
      z.object({
        marketplaceId: z.string(),
        offerType: z.string(),
        price: z.object({
          currencyCode,
          // The spec says string; its own example of the feed report and the live API have had numbers.
          amount: z.union([z.string(), z.number()]).transform(String).pipe(z.string().regex(decimalPattern)),
        }),
      }),
    )
    .default([]),
  fulfillmentAvailability: z
    .array(z.object({ fulfillmentChannelCode: z.string(), quantity: units.optional() }))
    .default([]),
  issues: z
    .array(
      z.object({
        message: z.string().default(""),
        severity: z.string(),
        attributeNames: z.array(z.string()).default([]),
        enforcements: z.object({ actions: z.array(z.object({ action: z.string() })).default([]) }).optional(),
      }),
    )
    .default([]),
});
type Item = z.infer<typeof itemSchema>;

const searchSchema = z.object({ numberOfResults: z.number().int(), items: z.array(z.unknown()) });

const INCLUDED = "summaries,offers,fulfillmentAvailability,issues";

/** By SKU: its facts, or null when there is no such listing. Every SKU asked for has an entry. */
export async function readItems(
  session: AmazonSession,
  skus: readonly string[],
): Promise<Map<string, Result<ItemFacts | null>>> {
  const found = new Map<string, Result<ItemFacts | null>>();
  const unique = [...new Set(skus)];
  // `identifiers` is a list with commas between, and spaces around one may be taken for none: such a SKU is asked for alone.
  const alone = unique.filter((sku) => isUnlistable(sku) && isAddressable(sku));
  const together = unique.filter((sku) => !alone.includes(sku));
  await Promise.all([
    ...chunk(together, SKUS_PER_SEARCH).map(async (some) => {
      for (const [sku, facts] of await searchItems(session, some)) found.set(sku, facts);
    }),
    ...alone.map(async (sku) => {
      found.set(sku, await readItem(session, sku));
    }),
  ]);
  const at = session.now().getTime();
  for (const [sku, facts] of found)
    if (facts.ok && facts.value !== null) session.seen.set(sku, { facts: facts.value, at });
  return found;
}

function isUnlistable(sku: string): boolean {
  return sku.includes(",") || sku !== sku.trim();
}

/** Whether there is an address for this SKU: what Amazon changes one by one goes by it. */
export function isAddressable(sku: string): boolean {
  return canBeSegment(sku);
}

/** For the merchant. */
export const UNADDRESSABLE_REASON =
  "This SKU cannot stand in a web address, so Amazon's API has no way to change this listing. Give it another SKU at Amazon.";

/** How long we rely on what we read of a SKU: the app reads just before it writes. */
const SEEN_MS = 60_000;

/** What this session has just read of a SKU, or null. */
export function justSeen(session: AmazonSession, sku: string): ItemFacts | null {
  const seen = session.seen.get(sku);
  return seen && seen.at + SEEN_MS > session.now().getTime() ? seen.facts : null;
}

async function searchItems(
  session: AmazonSession,
  skus: readonly string[],
): Promise<Map<string, Result<ItemFacts | null>>> {
  const read = await callAmazon(session.transport, {
    operation: "searchListingsItems",
    method: "GET",
    address: `${session.origins.api}/listings/2021-08-01/items/${encodeURIComponent(session.sellerId)}`,
    query: {
      marketplaceIds: session.marketplace.id,
      identifiersType: "SKU",
      identifiers: skus.join(","),
      includedData: INCLUDED,
      pageSize: String(SKUS_PER_SEARCH),
    },
    token: tokenOf(session),
    effect: "read",
    reply: searchSchema,
  });
  if (!read.ok) {
    const none: Result<ItemFacts | null> = isNotFound(read.failure) ? succeed(null) : read;
    return new Map(skus.map((sku) => [sku, none]));
  }
  const { numberOfResults, items: sent } = read.value;
  const items = new Map(sent.map((item) => [skuOf(item), item]));
  // What is not shown may be among those: it is not known to be gone.
  const isPartial = items.has(null) || sent.length < numberOfResults;
  const absent = (sku: string) => (isPartial ? fail(unreadableItem(sku, "Amazon's list is not whole")) : succeed(null));
  return new Map(skus.map((sku) => [sku, items.has(sku) ? toFacts(session, items.get(sku), sku) : absent(sku)]));
}

async function readItem(session: AmazonSession, sku: string): Promise<Result<ItemFacts | null>> {
  const read = await callAmazon(session.transport, {
    operation: "getListingsItem",
    concerns: "item",
    method: "GET",
    address: itemAddress(session, sku),
    query: { marketplaceIds: session.marketplace.id, includedData: INCLUDED },
    token: tokenOf(session),
    effect: "read",
    reply: z.unknown(),
  });
  if (!read.ok) return isNotFound(read.failure) ? succeed(null) : read;
  return toFacts(session, read.value, sku);
}

export function itemAddress(session: AmazonSession, sku: string): string {
  const seller = encodeURIComponent(session.sellerId);
  return `${session.origins.api}/listings/2021-08-01/items/${seller}/${encodeURIComponent(sku)}`;
}

/** How many listings the account has in this store, and whether the seller id is this token's own. */
export async function countItems(session: AmazonSession): Promise<Result<number>> {
  const read = await callAmazon(session.transport, {
    operation: "searchListingsItems",
    method: "GET",
    address: `${session.origins.api}/listings/2021-08-01/items/${encodeURIComponent(session.sellerId)}`,
    query: { marketplaceIds: session.marketplace.id, pageSize: "1" },
    token: tokenOf(session),
    effect: "read",
    reply: searchSchema,
  });
  if (read.ok) return succeed(read.value.numberOfResults);
  return isNotFound(read.failure) ? succeed(0) : read;
}

function skuOf(item: unknown): string | null {
  const parsed = z.object({ sku: keyText }).safeParse(item);
  return parsed.success ? parsed.data.sku : null;
}

function toFacts(session: AmazonSession, raw: unknown, sku: string): Result<ItemFacts> {
  const parsed = itemSchema.safeParse(raw);
  if (!parsed.success) return fail(unreadableItem(sku, describeIssues(parsed.error)));
  const item = parsed.data;
  const ours = item.fulfillmentAvailability.find((one) => !isAmazonChannel(one.fulfillmentChannelCode));
  const fulfilledByAmazon = item.fulfillmentAvailability.some((one) => isAmazonChannel(one.fulfillmentChannelCode));
  const offer = item.offers.find((one) => one.marketplaceId === session.marketplace.id && one.offerType === "B2C");
  const quantity = ours?.quantity ?? null;
  return succeed({
    quantity,
    price: offer ? toMoney(toExact(offer.price.amount), offer.price.currencyCode) : null,
    state: stateOf(session, item, quantity),
    fulfilledByAmazon,
    errors: item.issues
      .filter((issue) => issue.severity === "ERROR")
      .map((issue) => ({ message: issue.message, attributes: issue.attributeNames })),
  });
}

function unreadableItem(sku: string, why: string): Failure {
  return { kind: "rejected", scope: "item", message: `SKU ${sku}: ${why}`, code: "unreadable" };
}

/** Enforcements that take a listing off sale, whatever its quantity. */
const TAKEN_DOWN = new Set(["LISTING_SUPPRESSED", "CATALOG_ITEM_REMOVED"]);

/**
 * A listing at 0 is not BUYABLE and comes back by itself: that is active in the contract's words. One that has stock and is
 * not BUYABLE, or that Amazon took down, is not.
 */
function stateOf(session: AmazonSession, item: Item, quantity: number | null): ItemFacts["state"] {
  const summary = item.summaries.find((one) => one.marketplaceId === session.marketplace.id);
  if (summary?.status.includes("BUYABLE")) return "active";
  const takenDown = item.issues.some((issue) => issue.enforcements?.actions.some((one) => TAKEN_DOWN.has(one.action)));
  return summary !== undefined && quantity === 0 && !takenDown ? "active" : "inactive";
}

export function chunk<T>(all: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < all.length; start += size) chunks.push(all.slice(start, start + size));
  return chunks;
}
