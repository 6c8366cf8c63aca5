/** Read models of the listing screens. */
import { type EffectivePolicy, effectivePolicy, type Policy, parsePolicy } from "../inventory/policy.ts";
import { decideQuantity, explainQuantity } from "../inventory/quantity.ts";
import { isWithdrawal, type Withdrawal, zeroIsFinal } from "../inventory/withdrawal.ts";
import { plainSku, suggestVariants, wordsOf } from "../listings/matching.ts";
import { parseUnseen } from "../listings/unseen.ts";
import { plainWords } from "../plain-words.ts";
import type { Runtime } from "../runtime.ts";
import { marketplaceName } from "./home.ts";
import { readFactsOf, type StatusGroup } from "./listing-facts.ts";
import { nextMatching } from "./listing-filter.ts";
import { readListingPage } from "./listing-page.ts";
import {
  isWantedBy,
  type ListingFacts,
  type ListingStatus,
  type ListingStatusCode,
  listingStatus,
  type StatusFilter,
  type StatusRule,
} from "./listing-status.ts";
import { type Beside, besidePage, PAGE_SIZE } from "./paging.ts";
import { explainListings, limitsOf } from "./quantity-facts.ts";
import { readStatusCounts } from "./status-counts.ts";
import { mergeTimelines, readAttempts, readLedger, type TimelineEntry } from "./timeline.ts";

export interface ListingFilters {
  channelId: number | null;
  /** null: all that are not ended. */
  status: StatusFilter | null;
  search: string;
  beside: Beside;
}

export interface ListingRow {
  id: number;
  sku: string | null;
  title: string;
  imageUrl: string | null;
  channel: { id: number; name: string; marketplace: string };
  variant: VariantName | null;
  /** What the marketplace last showed, or else last accepted; null: not known. */
  shows: number | null;
  /** What it should show now; null: nothing may be published. */
  shouldShow: number | null;
  status: ListingStatus;
  /** The marketplace's or our own words on what went wrong. */
  problem: string | null;
  /** The number that somebody typed on the marketplace, while the merchant is asked about it. */
  typed: number | null;
  /** Units of its variant that are missing on marketplaces, which ones, and when their orders will be read. */
  heldBack: { units: number; where: string; until: string } | null;
}

export interface VariantName {
  id: number;
  name: string;
  sku: string | null;
  productId: string;
}

export interface ListingsView {
  rows: ListingRow[];
  /** Ids to go on from; null: there is nothing there. */
  next: number | null;
  previous: number | null;
  /** More match what was typed than were looked at. */
  isCut: boolean;
  /** How many match in all, by what was counted last; null: there are too many to say. */
  matching: number | null;
  counts: Partial<Record<ListingStatusCode, number>>;
  /** When, if the counts are not of this moment. */
  countedAt: string | null;
  live: boolean;
}

export async function readListings(rt: Runtime, shopId: number, filters: ListingFilters): Promise<ListingsView> {
  const { channelId, status, search, beside } = filters;
  const isWanted = (rule: StatusRule): boolean => isWantedBy(status, rule);
  const [{ groups, countedAt }, { found, isCut }] = await Promise.all([
    readStatusCounts(rt, shopId),
    readListingPage(rt.db, shopId, { channelId, isWanted, search, beside }),
  ]);
  // What it was beside is gone, or was the last: from the beginning.
  if (found.length === 0 && beside !== null) return readListings(rt, shopId, { ...filters, beside: null });
  const { rows: page, next, previous } = besidePage(found, beside);
  const ids = page.map((row) => row.id);
  const facts = new Map((await readFactsOf(rt.db, shopId, ids)).map((one) => [one.id, one]));
  const rows = await readRows(
    rt,
    shopId,
    ids.flatMap((id) => facts.get(id) ?? []),
  );
  const counts: ListingsView["counts"] = {};
  for (const { channelId: its, status: of, listings } of groups)
    if (channelId === null || its === channelId) counts[of.code] = (counts[of.code] ?? 0) + listings;
  const live = (counts.updating ?? 0) > 0;
  const matching = isCut ? null : await countMatching(rt, shopId, filters, groups, rows.length);
  return { rows, next, previous, isCut, matching, counts, countedAt: countedAt?.toISOString() ?? null, live };
}

/** Of what was found by words, each is looked at: there are not many. */
async function countMatching(
  rt: Runtime,
  shopId: number,
  { channelId, status, search, beside }: ListingFilters,
  groups: readonly StatusGroup[],
  onPage: number,
): Promise<number> {
  if (search !== "") {
    if (beside === null && onPage < PAGE_SIZE) return onPage;
    const filter = { channelId, status, search };
    return (await nextMatching(rt.db, shopId, filter, { afterId: 0, look: MATCHING_MAX, limit: MATCHING_MAX })).ids
      .length;
  }
  return groups
    .filter((group) => (channelId === null || group.channelId === channelId) && isWantedBy(status, group.status))
    .reduce((sum, group) => sum + group.listings, 0);
}

/** No more are found by words. */
const MATCHING_MAX = 1_000;

/** The rows of these listings, in this order. */
export async function readRows(
  rt: Runtime,
  shopId: number,
  facts: readonly ({ id: number } & ListingFacts)[],
): Promise<ListingRow[]> {
  const listings = await rt.db.listing.findMany({
    where: { shopId, id: { in: facts.map((one) => one.id) } },
    include: { channel: true, variant: true },
  });
  const explanations = await explainListings(
    rt.db,
    listings.map((listing) => listing.id),
    limitsOf(rt),
  );
  const byId = new Map(listings.map((listing) => [listing.id, listing]));
  const variantIds = facts.flatMap((one) => (one.heldBack ? (byId.get(one.id)?.variantId ?? []) : []));
  const heldBack = await readHeldBack(rt, variantIds);
  return facts.flatMap(({ id, ...its }) => {
    const listing = byId.get(id);
    if (!listing) return [];
    const { channel, variant } = listing;
    const problem = listing.problem ?? listing.unmanagedBecause;
    const marketplace = marketplaceName(rt, channel.connectorKey);
    const explanation = explanations.get(id);
    const shows = listing.observedQuantity ?? listing.acknowledgedQuantity;
    const shouldShow = (explanation && decideQuantity({ ...explanation, editedTo: null }).quantity) ?? null;
    const status = listingStatus(its);
    const typed = listing.editedQuantity;
    const to = typed !== null && typed !== shows ? ` to ${typed}` : "";
    const edited = `Edited on ${marketplace}${to}: shows ${shows ?? "?"}, should show ${shouldShow ?? "?"}.`;
    return [
      {
        id,
        sku: listing.sku,
        title: listing.title,
        imageUrl: listing.imageUrl,
        channel: { id: channel.id, name: channel.name, marketplace },
        variant: variant && nameVariant(variant),
        shows,
        shouldShow,
        status,
        problem: status.code === "edited" ? edited : problem && plainWords(problem),
        typed: status.code === "edited" ? typed : null,
        heldBack: heldBack.get(listing.variantId ?? 0) ?? null,
      },
    ];
  });
}

/** What is missing of these variants, and where. */
async function readHeldBack(
  rt: Runtime,
  variantIds: readonly number[],
): Promise<ReadonlyMap<number, NonNullable<ListingRow["heldBack"]>>> {
  if (variantIds.length === 0) return new Map();
  const missing = await rt.db.listing.findMany({
    where: { variantId: { in: [...variantIds] }, unseenUnits: { gt: 0 } },
    select: { variantId: true, unseen: true, unseenUnits: true, channel: { select: { connectorKey: true } } },
    orderBy: { id: "asc" },
  });
  const held = new Map<number, { units: number; places: Set<string>; untilMs: number }>();
  for (const { variantId, unseen, unseenUnits, channel } of missing) {
    if (variantId === null) continue;
    const capabilities = rt.connectors.get(channel.connectorKey)?.manifest.capabilities;
    const readAfterMs = (capabilities?.orderVisibilityLagMs ?? 0) + (capabilities?.saleTimeToleranceMs ?? 0);
    const untilMs = Math.max(...parseUnseen(unseen).map((one) => one.to.getTime() + readAfterMs));
    const one = held.get(variantId) ?? { units: 0, places: new Set<string>(), untilMs: 0 };
    one.units += unseenUnits;
    one.places.add(marketplaceName(rt, channel.connectorKey));
    one.untilMs = Math.max(one.untilMs, untilMs);
    held.set(variantId, one);
  }
  return new Map(
    [...held].map(([variantId, { units, places, untilMs }]) => [
      variantId,
      { units, where: [...places].join(" and "), until: new Date(untilMs).toISOString() },
    ]),
  );
}

export function nameVariant(variant: {
  id: number;
  productTitle: string;
  title: string;
  sku: string | null;
  productGid: string;
}): VariantName {
  const name = variant.title === "Default Title" ? variant.productTitle : `${variant.productTitle} · ${variant.title}`;
  return { id: variant.id, name, sku: variant.sku, productId: variant.productGid.split("/").at(-1) ?? "" };
}

export interface ListingView extends ListingRow {
  remoteId: string;
  url: string | null;
  barcode: string | null;
  price: string | null;
  matchedBy: string | null;
  excluded: boolean;
  /** The merchant's own word on that; null: as rules say. */
  ownExcluded: boolean | null;
  /** The rule that hits it whatever its stock is. */
  rule: { id: number; name: string; excludes: boolean } | null;
  /** Why Shopify does not sell its variant, or does not count it. */
  withdrawn: Withdrawal | null;
  /** Zero can't be taken back on its marketplace. */
  zeroIsFinal: boolean;
  policy: Policy | null;
  inherited: EffectivePolicy;
  /** The arithmetic as one line; null while unmatched. */
  arithmetic: string | null;
  available: number | null;
  acknowledged: { quantity: number; at: string } | null;
  observed: { quantity: number; at: string } | null;
  unseenUnits: number;
  retryAt: string | null;
  /** Variants that carry the listing's SKU or barcode. */
  candidates: VariantName[];
  /** While it is not matched and none does: variants that look alike, for the merchant to confirm. */
  suggestions: VariantName[];
  /** Other listings of the same variant, on any channel. */
  siblings: { id: number; title: string; marketplace: string; channel: string; shows: number | null }[];
  timeline: TimelineEntry[];
  live: boolean;
}

const SIBLINGS_MAX = 50;

export async function readListing(rt: Runtime, shopId: number, listingId: number): Promise<ListingView | null> {
  const { db } = rt;
  const listing = await db.listing.findFirst({
    where: { id: listingId, shopId },
    include: { channel: { include: { shop: true } }, variant: true },
  });
  if (!listing) return null;
  const [row] = await readRows(rt, shopId, await readFactsOf(db, shopId, [listingId]));
  if (!row) return null;

  const keys = [
    ...(listing.sku ? [{ sku: listing.sku }] : []),
    ...(listing.barcode ? [{ barcode: listing.barcode }] : []),
  ];
  const [rule, explanations, candidates, siblings, attempts, ledger] = await Promise.all([
    listing.ruleId === null ? null : db.listingRule.findFirst({ where: { id: listing.ruleId, shopId } }),
    explainListings(db, [listingId], limitsOf(rt)),
    keys.length === 0 ? [] : db.variant.findMany({ where: { shopId, removedAt: null, OR: keys }, take: SIBLINGS_MAX }),
    listing.variantId === null
      ? []
      : db.listing.findMany({
          where: { shopId, variantId: listing.variantId, id: { not: listingId }, removedAt: null },
          include: { channel: true },
          take: SIBLINGS_MAX,
        }),
    readAttempts(db, { shopId, listingId }),
    listing.variant ? readLedger(db, shopId, listing.variant.inventoryItemGid) : [],
  ]);
  const explanation = explanations.get(listingId);
  const at = (quantity: number | null, time: Date | null): { quantity: number; at: string } | null =>
    quantity === null || time === null ? null : { quantity, at: time.toISOString() };

  return {
    ...row,
    remoteId: listing.remoteId,
    url: listing.url,
    barcode: listing.barcode,
    price: listing.priceAmount && listing.priceCurrency ? `${listing.priceAmount} ${listing.priceCurrency}` : null,
    matchedBy: listing.matchedBy,
    excluded: listing.excluded,
    ownExcluded: listing.ownExcluded,
    rule: rule && { id: rule.id, name: rule.name, excludes: rule.excludes },
    withdrawn: listing.withdrawnAs !== null && isWithdrawal(listing.withdrawnAs) ? listing.withdrawnAs : null,
    zeroIsFinal: zeroIsFinal(
      rt.connectors.get(listing.channel.connectorKey)?.manifest.capabilities.atZero ?? "stays-listed",
    ),
    policy: parsePolicy(listing.policy),
    inherited: effectivePolicy(
      parsePolicy(listing.channel.shop.policy),
      parsePolicy(listing.channel.policy),
      parsePolicy(rule?.policy),
    ),
    arithmetic: explanation ? explainQuantity(explanation) : null,
    available: explanation?.available ?? null,
    acknowledged: at(listing.acknowledgedQuantity, listing.acknowledgedAt),
    observed: at(listing.observedQuantity, listing.observedAt),
    unseenUnits: listing.unseenUnits,
    retryAt: listing.retryAt?.toISOString() ?? null,
    candidates: candidates.map(nameVariant),
    suggestions:
      listing.variantId === null && candidates.length === 0 ? await readSuggestions(rt, shopId, listing) : [],
    siblings: siblings.map((one) => ({
      id: one.id,
      title: one.title,
      marketplace: marketplaceName(rt, one.channel.connectorKey),
      channel: one.channel.name,
      shows: one.observedQuantity ?? one.acknowledgedQuantity,
    })),
    timeline: mergeTimelines(attempts, ledger),
    live: row.status.group === "updating",
  };
}

/** Of the variants that share a word with a listing, those with the most in common are looked at closer. */
const LOOKED_AT_MAX = 500;

/** Variants that share the listing's SKU but for punctuation, or words with its title. */
async function readSuggestions(
  rt: Runtime,
  shopId: number,
  listing: { sku: string | null; title: string },
): Promise<VariantName[]> {
  const words = wordsOf(listing.title).map((word) => `%${word}%`);
  const sku = plainSku(listing.sku);
  const found = await rt.db.$queryRaw<Parameters<typeof nameVariant>[0][]>`
    SELECT v.* FROM "Variant" v
    WHERE v."shopId" = ${shopId} AND v."removedAt" IS NULL
      AND (regexp_replace(lower(v.sku), '[^[:alnum:]]', '', 'g') = ${sku} OR v."productTitle" || ' ' || v.title ILIKE ANY(${words}::text[]))
    ORDER BY (SELECT COUNT(*) FROM unnest(${words}::text[]) AS word WHERE v."productTitle" || ' ' || v.title ILIKE word) DESC, v.id
    LIMIT ${LOOKED_AT_MAX}`;
  const named = found.map(nameVariant);
  return suggestVariants(
    listing,
    named.map((variant) => ({ ...variant, title: variant.name })),
  ).map(({ title: _, ...variant }) => variant);
}

const VARIANTS_FOUND_MAX = 20;

/** Variants to match by hand: by title, SKU or barcode. */
export async function searchVariants(rt: Runtime, shopId: number, search: string): Promise<VariantName[]> {
  const words = search.trim().split(/\s+/).filter(Boolean).slice(0, 6);
  if (words.length === 0) return [];
  const found = await rt.db.variant.findMany({
    where: {
      shopId,
      removedAt: null,
      AND: words.map((word) => ({
        OR: (["productTitle", "title", "sku", "barcode"] as const).map((field) => ({
          [field]: { contains: word, mode: "insensitive" as const },
        })),
      })),
    },
    orderBy: [{ productTitle: "asc" }, { id: "asc" }],
    take: VARIANTS_FOUND_MAX,
  });
  return found.map(nameVariant);
}
