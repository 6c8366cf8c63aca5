/**
 * What decides the quantity of listings, read across the slices for all of them at once: the same for a push, a preview and
 * an explanation on a screen.
 */
import type { Db, Tx } from "../db.server.ts";
import { type ListingRule, Prisma } from "../generated/prisma/client.ts";
import { type EffectivePolicy, effectivePolicy, type Policy, parsePolicy } from "../inventory/policy.ts";
import { type Contained, decideQuantity, type Explanation } from "../inventory/quantity.ts";
import { type Withdrawal, type WithdrawalOutcome, zeroIsFinal } from "../inventory/withdrawal.ts";
import { parseConditions, type RuleCondition, ruleThatCounts } from "../listing-rules/rules.ts";
import type { SoldSince } from "../listings/observation.ts";
import { PUSHABLE_SQL } from "../listings/pushable.ts";
import type { Runtime } from "../runtime.ts";
import { sayDay } from "./shop-time.ts";
import { outcomeSql, SOLD_FROM, WITHDRAWN } from "./withdrawn-facts.ts";

interface FactsRow {
  listingId: number;
  available: number | null;
  pendingUnits: number;
  unseenUnits: number;
  connectorKey: string;
  undoneTo: number | null;
  editedTo: number | null;
  planTo: number | null;
  withdrawn: Withdrawal | null;
  onWithdrawn: WithdrawalOutcome | null;
  askedTo: number | null;
  shopPolicy: unknown;
  channelPolicy: unknown;
  listingPolicy: unknown;
  ruleId: number | null;
  stockRuleIds: number[];
  containedUnits: number | null;
  containedSince: Date | null;
  takesDown: boolean | null;
  timezone: string;
}

/** What a listing can show at most, by its connector's key. */
export type LimitsOf = (connectorKey: string) => ListingLimits;

export interface ListingLimits {
  /** Each stands for one unit. */
  isOneOff: boolean;
  quantityMax: number | null;
  /** At 0 it is taken away, or marked as sold. */
  zeroIsFinal: boolean;
}

export function limitsOf(rt: Pick<Runtime, "connectors">): LimitsOf {
  return (key) => {
    const capabilities = rt.connectors.get(key)?.manifest.capabilities;
    return {
      isOneOff: capabilities?.quantities === false,
      quantityMax: capabilities?.quantityMax ?? null,
      zeroIsFinal: capabilities !== undefined && zeroIsFinal(capabilities.atZero),
    };
  };
}

/** What holds where neither a channel nor a listing says anything. */
export async function readShopPolicy(db: Db, shopId: number): Promise<EffectivePolicy> {
  const shop = await db.shop.findUnique({ where: { id: shopId }, select: { policy: true } });
  return effectivePolicy(parsePolicy(shop?.policy));
}

/** The same listings, each with what it should show now; null: nothing is published. */
export async function withQuantities<Row extends { id: number }>(
  db: Db | Tx,
  listings: readonly Row[],
  limits: LimitsOf,
): Promise<(Row & { quantity: number | null })[]> {
  const ids = listings.map((listing) => listing.id);
  const explanations = await explainListings(db, ids, limits);
  return listings.map((listing) => ({ ...listing, quantity: explanations.get(listing.id)?.quantity ?? null }));
}

/** What pushes are responsible for on a channel: the one set of listings that is previewed, and pushed. */
export function listPushable(
  db: Db | Tx,
  channelId: number,
): Promise<{ id: number; title: string; sku: string | null; shown: number | null }[]> {
  return db.$queryRaw`
    SELECT l.id, l.title, l.sku, COALESCE(l."observedQuantity", l."acknowledgedQuantity") AS shown FROM "Listing" l
    WHERE l."channelId" = ${channelId} AND ${Prisma.raw(PUSHABLE_SQL)} ORDER BY l.id`;
}

/** An answer is for what it was given to. */
const OUTCOME = outcomeSql(
  Prisma.sql`units.withdrawn`,
  Prisma.sql`CASE WHEN l."withdrawnAs" = units.withdrawn THEN l."withdrawnAnswer" END`,
);

const NO_FEWER: ReadonlyMap<number, number> = new Map();

/** The explained quantity of each matched listing, as known now; `fewer`: as it were with so many units less for some. */
export async function explainListings(
  db: Db | Tx,
  listingIds: readonly number[],
  limits: LimitsOf,
  fewer: ReadonlyMap<number, number> = NO_FEWER,
): Promise<Map<number, Explanation>> {
  if (listingIds.length === 0) return new Map();
  // What the listings of a variant on a channel share is added up once, however many they are. Of few listings the channels
  // are looked up: for some PostgreSQL would read those of all shops through.
  const found = await db.$queryRaw<FactsRow[]>`
    WITH shared AS (SELECT DISTINCT l."channelId", l."variantId" FROM "Listing" l WHERE l.id = ANY(${[...listingIds]}::int[])),
    units AS MATERIALIZED (
      SELECT c.id AS "channelId", v.id AS "variantId",
        CASE WHEN v.tracked AND v."removedAt" IS NULL THEN (SELECT SUM(lv.available)::int FROM ${SOLD_FROM}) END AS available,
        ${WITHDRAWN} AS withdrawn,
        (SELECT COALESCE(SUM(r.quantity), 0)::int FROM "Reservation" r
          WHERE r."shopId" = v."shopId" AND r."inventoryItemGid" = v."inventoryItemGid" AND r.state = 'pending') AS "pendingUnits",
        (SELECT COALESCE(SUM(o."unseenUnits"), 0)::int FROM "Listing" o WHERE o."variantId" = v.id AND o."unseenUnits" > 0) AS "unseenUnits"
      FROM shared JOIN "Variant" v ON v.id = shared."variantId"
        CROSS JOIN LATERAL (SELECT * FROM "Channel" c WHERE c.id = shared."channelId" OFFSET 0) c
        JOIN "Shop" s ON s.id = c."shopId")
    SELECT l.id AS "listingId", units.available, units."pendingUnits", units."unseenUnits", c."connectorKey",
      CASE WHEN c."undoneAt" IS NOT NULL THEN COALESCE(b."quantityBefore", l."acknowledgedQuantity", l."observedQuantity") END AS "undoneTo",
      CASE WHEN l."editedAt" IS NOT NULL THEN l."acknowledgedQuantity" END AS "editedTo",
      CASE c."planHold" WHEN 'zero' THEN 0 WHEN 'decreases' THEN COALESCE(l."acknowledgedQuantity", l."observedQuantity") END AS "planTo",
      units.withdrawn, said."onWithdrawn",
      CASE WHEN said."onWithdrawn" = 'ask' THEN COALESCE(l."acknowledgedQuantity", l."observedQuantity") END AS "askedTo",
      s.policy AS "shopPolicy", c.policy AS "channelPolicy", l.policy AS "listingPolicy",
      l."ruleId", l."stockRuleIds",
      k.units AS "containedUnits", k.since AS "containedSince", k."takesDown", s.timezone
    FROM "Listing" l JOIN units ON units."channelId" = l."channelId" AND units."variantId" = l."variantId"
    JOIN "Channel" c ON c.id = l."channelId" JOIN "Shop" s ON s.id = l."shopId"
    CROSS JOIN LATERAL (SELECT ${OUTCOME} AS "onWithdrawn") said
    LEFT JOIN "Containment" k ON k."variantId" = l."variantId"
    LEFT JOIN "BulkChangeListing" b ON b."channelId" = l."channelId" AND b."listingId" = l.id
    WHERE l.id = ANY(${[...listingIds]}::int[])`;
  const rows = fewer.size === 0 ? found : found.map((row) => withFewer(row, fewer.get(row.listingId) ?? 0));
  const oneOffs = rows.filter((row) => limits(row.connectorKey).isOneOff).map((row) => row.listingId);
  const places = await readPlaces(db, oneOffs);
  const rules = await readRules(db, rows);
  return new Map(
    rows.map((row) => [
      row.listingId,
      decideQuantity({
        available: row.available,
        pendingUnits: row.pendingUnits,
        unseenUnits: row.unseenUnits,
        quantityMax: limits(row.connectorKey).quantityMax,
        oneOffPlace: places.get(row.listingId) ?? null,
        undoneTo: row.undoneTo,
        editedTo: row.editedTo,
        planTo: row.planTo,
        withdrawn: row.withdrawn,
        onWithdrawn: row.onWithdrawn,
        askedTo: row.askedTo,
        contained: containedOf(row, limits(row.connectorKey)),
        ...policyOf(row, rules),
      }),
    ]),
  );
}

function withFewer(row: FactsRow, units: number): FactsRow {
  return row.available === null ? row : { ...row, available: row.available - units };
}

/** The rules that these listings are under. Where there are none, nothing is asked. */
async function readRules(db: Db | Tx, rows: readonly FactsRow[]): Promise<ReadonlyMap<number, Rule>> {
  const ids = new Set(rows.flatMap((row) => [...row.stockRuleIds, ...(row.ruleId === null ? [] : [row.ruleId])]));
  if (ids.size === 0) return new Map();
  const found = await db.listingRule.findMany({ where: { id: { in: [...ids] } } });
  return new Map(found.map((rule) => [rule.id, { ...rule, conditions: parseConditions(rule.conditions) }]));
}

type Rule = Omit<ListingRule, "conditions"> & { conditions: RuleCondition[] };

/** A rule stands above the channel's policy and the shop's, and below the listing's own. */
function policyOf(row: FactsRow, rules: ReadonlyMap<number, Rule>): { policy: EffectivePolicy; rule?: string } {
  const sellable = row.available === null ? null : row.available - row.pendingUnits - row.unseenUnits;
  const rule = ruleThatCounts(rules, row, sellable);
  const withRule = (ofRule: Policy | null): EffectivePolicy =>
    effectivePolicy(
      parsePolicy(row.shopPolicy),
      parsePolicy(row.channelPolicy),
      ofRule,
      parsePolicy(row.listingPolicy),
    );
  const policy = withRule(parsePolicy(rule?.policy));
  const isSame = JSON.stringify(policy) === JSON.stringify(withRule(null));
  return rule && !isSame ? { policy, rule: rule.name } : { policy };
}

function containedOf(row: FactsRow, limits: ListingLimits): Contained | null {
  const { containedUnits: units, containedSince: since, takesDown, timezone } = row;
  if (units === null || since === null) return null;
  return { units, since: sayDay(since, timezone), spares: limits.zeroIsFinal && !takesDown };
}

/**
 * How many listings of the same variant on the same channel come before each: those on sale first, as what is gone may not
 * come back. For channels whose listings stand for one unit each.
 */
async function readPlaces(db: Db | Tx, listingIds: readonly number[]): Promise<Map<number, number>> {
  if (listingIds.length === 0) return new Map();
  const rows = await db.$queryRaw<{ id: number; place: number }[]>`
    SELECT placed.id, placed.place FROM (
      SELECT o.id, (COUNT(*) FILTER (
          WHERE NOT o.excluded AND o."removedAt" IS NULL AND o."unmanagedBecause" IS NULL AND o."remoteState" <> 'ended'
        ) OVER (
          PARTITION BY o."channelId", o."variantId" ORDER BY (COALESCE(o."acknowledgedQuantity", o."observedQuantity", 0) > 0) DESC, o.id
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))::int AS place
      FROM "Listing" o
      WHERE (o."channelId", o."variantId") IN (SELECT l."channelId", l."variantId" FROM "Listing" l WHERE l.id = ANY(${[...listingIds]}::int[]))
    ) placed WHERE placed.id = ANY(${[...listingIds]}::int[])`;
  return new Map(rows.map(({ id, place }) => [id, place]));
}

/** Units of imported orders sold on a listing so near one of these times that it is unclear on which side of it. */
export async function readSoldNear(
  db: Db | Tx,
  listingId: number,
  times: readonly Date[],
  toleranceMs: number,
): Promise<number> {
  const rows = await db.$queryRaw<{ units: number }[]>`
    SELECT COALESCE(SUM(sold.quantity), 0)::int AS units FROM (
      SELECT DISTINCT ol.id, ol.quantity FROM unnest(${[...times]}::timestamptz[]) AS near(at) CROSS JOIN LATERAL (
        SELECT ol.id, ol.quantity FROM "OrderLine" ol WHERE ol."listingId" = ${listingId} AND ol."soldAt" BETWEEN
          near.at - ${toleranceMs} * interval '1 millisecond' AND near.at + ${toleranceMs} * interval '1 millisecond' OFFSET 0) ol) sold`;
  return rows[0]?.units ?? 0;
}

/** Of imported orders, on each listing that sold any. */
export async function readSoldSince(
  db: Db | Tx,
  listingIds: readonly number[],
  toleranceMs: number,
): Promise<Map<number, SoldSince>> {
  if (listingIds.length === 0) return new Map();
  const tolerance = Prisma.sql`${toleranceMs} * interval '1 millisecond'`;
  const rows = await db.$queryRaw<(SoldSince & { listingId: number })[]>`
    SELECT l.id AS "listingId",
      COALESCE(SUM(ol.quantity) FILTER (WHERE ol."soldAt" > l."acknowledgedAt" + ${tolerance}), 0)::int AS "sinceAcknowledged",
      COALESCE(SUM(ol.quantity) FILTER (WHERE ol."soldAt" > l."unclearSince" + ${tolerance}), 0)::int AS "sinceUnclear"
    FROM "Listing" l JOIN "OrderLine" ol ON ol."listingId" = l.id
      AND ol."soldAt" > LEAST(l."acknowledgedAt", l."unclearSince") + ${tolerance}
    WHERE l.id = ANY(${[...listingIds]}::int[]) GROUP BY l.id`;
  return new Map(rows.map(({ listingId, ...units }) => [listingId, units]));
}
