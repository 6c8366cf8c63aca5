/** Read model of the rules for listings: what each says, and whom it hits. */
import { Prisma } from "../generated/prisma/client.ts";
import type { EffectivePolicy } from "../inventory/policy.ts";
import {
  collectionsOf,
  hasStock,
  type ListingRuleValue,
  parseRule,
  sayAction,
  sayConditions,
} from "../listing-rules/rules.ts";
import type { Runtime } from "../runtime.ts";
import { readFactsOf } from "./listing-facts.ts";
import { type ListingRow, readRows } from "./listings.ts";
import { readShopPolicy } from "./quantity-facts.ts";

export interface RuleRow {
  id: number;
  name: string;
  excludes: boolean;
  /** Whom it is about, and what it does. */
  about: string;
  does: string;
  /** The one channel that it is for; null: every one. */
  channel: string | null;
  hits: Hits;
  /** Collections that it names and Shopify has no more: it goes on with what was in them. */
  gone: string[];
}

export interface Hits {
  /** At most HITS_MAX. */
  listings: number;
  isMore: boolean;
  /** Only at some stock. */
  byStock: boolean;
}

export interface RulesView {
  rules: RuleRow[];
  /** What rules ask of products is still being read from Shopify. */
  isReading: boolean;
}

/** Nobody looks at more one by one, and counting them all would cost more the more there are. */
const HITS_MAX = 1_000;
const SHOWN_MAX = 50;

async function findRules(rt: Runtime, shopId: number): Promise<ListingRuleValue[]> {
  const rows = await rt.db.listingRule.findMany({ where: { shopId }, orderBy: { position: "asc" } });
  return rows.flatMap((row) => parseRule(row) ?? []);
}

/** Those that rules name or named: few. */
function findCollections(rt: Runtime, shopId: number) {
  return rt.db.collection.findMany({ where: { shopId }, select: { id: true, title: true, goneAt: true } });
}

export async function readRules(rt: Runtime, shopId: number): Promise<RulesView> {
  const [rules, collections, channels, shop] = await Promise.all([
    findRules(rt, shopId),
    findCollections(rt, shopId),
    rt.db.channel.findMany({ where: { shopId }, select: { id: true, name: true } }),
    rt.db.shop.findUnique({ where: { id: shopId }, select: { levelsCheckedAt: true } }),
  ]);
  const rows: RuleRow[] = [];
  for (const rule of rules) {
    rows.push({
      id: rule.id,
      name: rule.name,
      excludes: rule.action.kind === "exclude",
      about: sayConditions(calledAsNow(rule, collections)),
      does: sayAction(rule.action),
      channel: channels.find((one) => one.id === rule.channelId)?.name ?? null,
      hits: await countHits(rt, shopId, rule),
      gone: collectionsOf([rule]).flatMap((id) => collections.find((one) => one.id === id && one.goneAt)?.title ?? []),
    });
  }
  return { rules: rows, isReading: shop?.levelsCheckedAt === null };
}

/** A collection may be called otherwise since the rule named it. */
function calledAsNow(rule: ListingRuleValue, collections: readonly { id: number; title: string }[]): ListingRuleValue {
  const conditions = rule.conditions.map((one) => {
    const title = one.field === "collection" && collections.find(({ id }) => id === one.collectionId)?.title;
    return title ? { ...one, text: title } : one;
  });
  return { ...rule, conditions };
}

/** What it hits whatever the stock is, and what it hits at some stock. */
function hitBy(shopId: number, rule: ListingRuleValue): Prisma.Sql {
  return hasStock(rule)
    ? Prisma.sql`l."shopId" = ${shopId} AND cardinality(l."stockRuleIds") > 0 AND l."stockRuleIds" @> ARRAY[${rule.id}]::int[] AND l."removedAt" IS NULL`
    : Prisma.sql`l."shopId" = ${shopId} AND l."ruleId" = ${rule.id} AND l."removedAt" IS NULL`;
}

async function countHits(rt: Runtime, shopId: number, rule: ListingRuleValue): Promise<Hits> {
  const [row] = await rt.db.$queryRaw<{ listings: number }[]>`
    SELECT COUNT(*)::int AS listings FROM (SELECT 1 FROM "Listing" l WHERE ${hitBy(shopId, rule)} LIMIT ${HITS_MAX + 1}) hit`;
  const listings = row?.listings ?? 0;
  return { listings: Math.min(listings, HITS_MAX), isMore: listings > HITS_MAX, byStock: hasStock(rule) };
}

export interface RuleView {
  /** Null: a new one. */
  rule: ListingRuleValue | null;
  hits: Hits | null;
  /** The first of them. */
  listings: ListingRow[];
  channels: { id: number; name: string }[];
  /** What holds where the rule says nothing. */
  inherited: EffectivePolicy;
}

/** Null: there is no such rule. */
export async function readRule(rt: Runtime, shopId: number, id: number | null): Promise<RuleView | null> {
  const found = id === null ? null : ((await findRules(rt, shopId)).find((one) => one.id === id) ?? null);
  if (id !== null && !found) return null;
  const rule = found && calledAsNow(found, await findCollections(rt, shopId));
  const [channels, inherited] = await Promise.all([
    rt.db.channel.findMany({
      where: { shopId, state: { not: "disconnected" } },
      select: { id: true, name: true },
      orderBy: { id: "asc" },
    }),
    readShopPolicy(rt.db, shopId),
  ]);
  const base = { rule, channels, inherited };
  if (!rule) return { ...base, hits: null, listings: [] };
  const first = await rt.db.$queryRaw<{ id: number }[]>`
    SELECT l.id FROM "Listing" l WHERE ${hitBy(shopId, rule)} ${hasStock(rule) ? Prisma.empty : Prisma.sql`ORDER BY l.id`} LIMIT ${SHOWN_MAX}`;
  const ids = first.map((one) => one.id);
  const listings = ids.length === 0 ? [] : await readRows(rt, shopId, await readFactsOf(rt.db, shopId, ids));
  return { ...base, hits: await countHits(rt, shopId, rule), listings };
}
