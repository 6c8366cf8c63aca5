/**
 * One page of the shop's listings of some statuses, by title. What it costs follows the page, however many listings there
 * are. Where few are of a kind that an index knows (with a problem, say), those are sorted; where many are, the next ones
 * by title are looked through, and a page of them is soon found.
 */
import type { Db } from "../db.server.ts";
import { Prisma } from "../generated/prisma/client.ts";
import { PLAN_ENDED } from "../plans/entitlements.ts";
import { STATUS_RULE } from "./listing-facts.ts";
import { STATUS_RULES, type StatusRule } from "./listing-status.ts";
import { findByWords } from "./listing-words.ts";
import { type Beside, besideId, isBackwards, PAGE_SIZE } from "./paging.ts";

export interface ListingPage {
  /** In order; one more than a page where there are more. */
  found: { id: number }[];
  /** More match what was typed than are looked at. */
  isCut: boolean;
}

export interface ListingsWanted {
  channelId: number | null;
  isWanted: (rule: StatusRule) => boolean;
  search: string;
  beside: Beside;
}

/** So many of a kind are sorted. Where there are more, one in a hundred by title is of it, or the channel has not many in all. */
const FEW = 1_000;

export async function readListingPage(
  db: Db,
  shopId: number,
  { channelId, isWanted, search, beside }: ListingsWanted,
): Promise<ListingPage> {
  const start = beside && (await findKey(db, shopId, besideId(beside)));
  // What it was beside is gone: whoever asks begins anew.
  if (beside && !start) return { found: [], isCut: false };
  const from = { start, isBackwards: isBackwards(beside) };
  const found = search === "" ? null : await findByWords(db, shopId, search);
  const channels = await db.channel.findMany({
    where: { shopId, ...(channelId === null ? {} : { id: channelId }) },
    select: { id: true, state: true, pushApprovedAt: true, brakeReason: true },
  });
  const plan = await db.shopPlan.findUnique({ where: { shopId }, select: { stockEndedAt: true } });
  const wants = channels.flatMap<Wanted>(({ id, state, pushApprovedAt, brakeReason }) => {
    const planEnded = brakeReason === PLAN_ENDED && (plan?.stockEndedAt ?? null) !== null;
    const known = { channelState: state, pushApproved: pushApprovedAt !== null, planEnded };
    const rules = STATUS_RULES.flatMap((rule, at) => (isWanted(rule) && mayHold(rule, known) ? [{ rule, at }] : []));
    return rules.length === 0 ? [] : [{ id, rules }];
  });
  const few = found ? null : await listFew(db, shopId, wants);
  const parts = await Promise.all(
    wants.map((wanted) => {
      const ids = found ? (found.ids.get(wanted.id) ?? []) : few?.get(wanted.id);
      return ids ? sortThese(db, wanted, ids, from) : lookThrough(db, wanted, from);
    }),
  );
  return { found: await merge(db, parts.flat(), from), isCut: found?.isCut ?? false };
}

/** Where a page goes on, null at the beginning; and which way. */
interface From {
  start: Key | null;
  isBackwards: boolean;
}

async function sortThese(db: Db, wanted: Wanted, ids: readonly number[], from: From): Promise<Key[]> {
  if (ids.length === 0) return [];
  return db.$queryRaw`
    WITH near AS MATERIALIZED (
      SELECT l.* FROM unnest(${[...ids]}::int[]) AS one(id)
      CROSS JOIN LATERAL (SELECT * FROM "Listing" WHERE id = one.id OFFSET 0) l
      WHERE l."channelId" = ${wanted.id} AND ${beyond(from)})
    SELECT l.id, ${KEY} FROM ${fewSources(wanted)} WHERE ${isOf(wanted)}
    ORDER BY ${inOrder(from)} LIMIT ${PAGE_SIZE + 1}`;
}

/** Listings that are looked through at first, and how many more each time that they do not fill a page. */
const FIRST_LOOK = 200;
const LOOKS_GROW = 10;

async function lookThrough(db: Db, wanted: Wanted, { start, isBackwards: backwards }: From): Promise<Key[]> {
  const found: Key[] = [];
  let at = start;
  for (let look = FIRST_LOOK; found.length <= PAGE_SIZE; look *= LOOKS_GROW) {
    const from = { start: at, isBackwards: backwards };
    const rows = await db.$queryRaw<(Key & { isLast: boolean; looked: number })[]>`
      WITH near AS MATERIALIZED (
        SELECT l.* FROM "Listing" l WHERE l."channelId" = ${wanted.id} AND ${isLeft(wanted)} AND ${beyond(from)}
        ORDER BY ${TITLE} ${way(from)}, ${SKU} ${way(from)}, l.id ${way(from)} LIMIT ${look}),
      hits AS (
        SELECT l.id, ${KEY} FROM ${fewSources(wanted)} WHERE ${isOf(wanted)} ORDER BY ${inOrder(from)} LIMIT ${PAGE_SIZE + 1}),
      last AS (
        SELECT l.id, ${KEY} FROM near l ORDER BY ${inOrder({ ...from, isBackwards: !backwards })} LIMIT 1)
      SELECT hits.*, false AS "isLast", 0 AS looked FROM hits
      UNION ALL SELECT last.*, true, (SELECT count(*)::int FROM near) FROM last`;
    found.push(...rows.filter((row) => !row.isLast));
    const last = rows.find((row) => row.isLast);
    if (!last || last.looked < look) break;
    at = last;
  }
  return found;
}

/**
 * What the rules ask of `near`. Each variant is looked up by itself: else the database reads through channels, or through
 * variants, when it takes the rules for dearer than they are.
 */
const fewSources = ({ id }: Wanted): Prisma.Sql => Prisma.sql`near l JOIN "Channel" c ON c.id = ${id}
  LEFT JOIN LATERAL (SELECT * FROM "Variant" WHERE id = l."variantId" OFFSET 0) v ON true`;

const isOf = ({ rules }: Wanted): Prisma.Sql =>
  Prisma.sql`${STATUS_RULE} IN (${Prisma.join(rules.map(({ at }) => at))})`;

/** Rules that take a listing before most others are asked, and what is said of those that they leave. */
const EARLIER: readonly [(rule: StatusRule) => boolean, Prisma.Sql][] = [
  [({ when }) => when.ended === true, Prisma.sql`l."removedAt" IS NULL AND l."remoteState" <> 'ended'`],
  [({ when }) => when.excluded === true, Prisma.sql`NOT l.excluded`],
  [({ when }) => when.unmanaged === true, Prisma.sql`l."unmanagedBecause" IS NULL`],
  [({ when }) => when.matched === false, Prisma.sql`l."variantId" IS NOT NULL`],
];

/** What holds of all that is wanted, in the words of the indexes of what is kept in step. */
function isLeft({ rules }: Wanted): Prisma.Sql {
  const first = Math.min(...rules.map(({ at }) => at));
  const left = EARLIER.filter(([takes]) => STATUS_RULES.findLastIndex(takes) < first).map(([, sql]) => sql);
  return left.length === 0 ? Prisma.sql`true` : Prisma.join(left, " AND ");
}

const way = ({ isBackwards: backwards }: From): Prisma.Sql => (backwards ? Prisma.sql`DESC` : Prisma.sql`ASC`);
const inOrder = (from: From): Prisma.Sql => Prisma.sql`title ${way(from)}, sku ${way(from)}, id ${way(from)}`;

/** The database puts them in order: it alone knows which letter comes first. */
async function merge(db: Db, parts: readonly Key[], from: From): Promise<{ id: number }[]> {
  return db.$queryRaw`
    SELECT id FROM jsonb_to_recordset(${JSON.stringify(parts)}::jsonb) AS page(id int, title text, sku text)
    ORDER BY ${inOrder(from)} LIMIT ${PAGE_SIZE + 1}`;
}

/** What is wanted of one channel: rules, and their places in STATUS_RULES. */
interface Wanted {
  id: number;
  rules: { rule: StatusRule; at: number }[];
}

/** The columns of the index Listing_by_title. */
const TITLE = Prisma.sql`lower(l.title)`;
const SKU = Prisma.sql`coalesce(l.sku, '')`;
const KEY = Prisma.sql`${TITLE} AS title, ${SKU} AS sku`;

interface Key {
  id: number;
  title: string;
  sku: string;
}

async function findKey(db: Db, shopId: number, id: number): Promise<Key | null> {
  const [key] = await db.$queryRaw<
    Key[]
  >`SELECT l.id, ${KEY} FROM "Listing" l WHERE l."shopId" = ${shopId} AND l.id = ${id}`;
  return key ?? null;
}

function beyond({ start, isBackwards: backwards }: From): Prisma.Sql {
  if (start === null) return Prisma.sql`true`;
  const { id, title, sku } = start;
  return Prisma.sql`(${TITLE}, ${SKU}, l.id) ${backwards ? Prisma.sql`<` : Prisma.sql`>`} (${title}, ${sku}, ${id})`;
}

/** Whether the rule can hold for any listing of a channel of which this is known. */
function mayHold(
  { when }: StatusRule,
  known: { channelState: string; pushApproved: boolean; planEnded: boolean },
): boolean {
  const states = when.channelState === undefined ? null : [when.channelState].flat();
  return (
    (states === null || states.some((state) => state === known.channelState)) &&
    (when.pushApproved === undefined || when.pushApproved === known.pushApproved) &&
    (when.planEnded === undefined || when.planEnded === known.planEnded)
  );
}

/** Some of these, of each channel where they are few; a channel that is not there has more, or wants what most have. */
async function listFew(db: Db, shopId: number, wants: readonly Wanted[]): Promise<Map<number, number[]>> {
  const asked = wants.flatMap((wanted) => {
    const kinds = wanted.rules.map(({ rule }) => rareSql(rule, shopId));
    const known = new Map(kinds.flatMap((kind) => (kind ? [[kind.sql, kind] as const] : [])));
    return kinds.includes(null) ? [] : [{ wanted, kinds: [...known.values()] }];
  });
  if (asked.length === 0) return new Map();
  const parts = asked.map(({ wanted, kinds }) => {
    const ofKind = kinds.map(
      (kind) =>
        Prisma.sql`(SELECT l.id FROM "Listing" l WHERE l."channelId" = ${wanted.id} AND ${isLeft(wanted)} AND ${kind} LIMIT ${FEW + 1})`,
    );
    return Prisma.sql`SELECT ${wanted.id}::int AS "channelId", ARRAY(${Prisma.join(ofKind, " UNION ")}) AS ids`;
  });
  const rows = await db.$queryRaw<{ channelId: number; ids: number[] }[]>`${Prisma.join(parts, " UNION ALL ")}`;
  return new Map(rows.flatMap(({ channelId, ids }) => (ids.length <= FEW ? [[channelId, ids] as const] : [])));
}

/** What an index finds the listings by, of which this rule may hold; null: it may hold of any. */
function rareSql({ when }: StatusRule, shopId: number): Prisma.Sql | null {
  if (when.ended) return Prisma.sql`(l."removedAt" IS NOT NULL OR l."remoteState" = 'ended')`;
  if (when.excluded) return Prisma.sql`l.excluded`;
  if (when.unmanaged) return Prisma.sql`l."unmanagedBecause" IS NOT NULL`;
  if (when.keyAmbiguous) return Prisma.sql`(l."variantId" IS NULL AND l."keyAmbiguous")`;
  if (when.matched === false) return Prisma.sql`l."variantId" IS NULL`;
  // An earlier rule takes what is not matched, and the index leaves it out.
  if (when.hasProblem) return Prisma.sql`(l.problem IS NOT NULL AND l."variantId" IS NOT NULL)`;
  if (when.edited) return Prisma.sql`l."editedAt" IS NOT NULL`;
  if (when.unclear) return Prisma.sql`l."unclearSince" IS NOT NULL`;
  if (when.stale) return Prisma.sql`l.version > l."acknowledgedVersion"`;
  if (when.heldBack)
    return ofVariants(Prisma.sql`SELECT missing."variantId" FROM "Listing" missing
      JOIN "Channel" its ON its.id = missing."channelId" WHERE its."shopId" = ${shopId} AND missing."unseenUnits" > 0`);
  if (when.contained) return ofVariants(Prisma.sql`SELECT "variantId" FROM "Containment" WHERE "shopId" = ${shopId}`);
  if (when.variantRemoved || when.tracked === false)
    return ofVariants(Prisma.sql`SELECT id FROM "Variant"
      WHERE "shopId" = ${shopId} AND ("removedAt" IS NOT NULL OR NOT tracked)`);
  const withdrawn = [when.withdrawn ?? "none"].flat();
  return withdrawn.includes("none") ? null : Prisma.sql`l."withdrawnAs" IS NOT NULL`;
}

const ofVariants = (ids: Prisma.Sql): Prisma.Sql => Prisma.sql`l."variantId" IN (${ids})`;
