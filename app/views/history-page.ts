/**
 * One page of the history, newest first. What was typed is looked for at the beginnings of words: of what an attempt says, and
 * of the listing or the order that it is of. Where few match, each is asked for its newest attempts; where many do, the next
 * ones by time are looked through, and a page of them is soon found.
 */
import type { Db } from "../db.server.ts";
import { type Attempt, Prisma } from "../generated/prisma/client.ts";
import { HISTORY_OUTCOMES, type HistoryOutcome } from "./history-filters.ts";
import { findByWords } from "./listing-words.ts";
import { findFewOrders } from "./order-words.ts";
import { typedQuery } from "./sku-search.ts";

export interface AttemptsWanted {
  shopId: number;
  channelId: number | null;
  kind: string | null;
  outcome: HistoryOutcome | null;
  /** From then on, and before then. */
  from: Date | null;
  to: Date | null;
  search: string;
}

/** Where a page goes on. */
export interface HistoryPlace {
  startedAt: Date;
  id: bigint;
}

/** Those beyond `start`, the nearest first; `isNewer`: on its newer side. */
export async function readAttemptPage(
  db: Db,
  wanted: AttemptsWanted,
  { start, isNewer, limit }: { start: HistoryPlace | null; isNewer: boolean; limit: number },
): Promise<Attempt[]> {
  const order = inOrder(isNewer);
  const where = Prisma.join([...conditions(wanted), ...beyond(start, isNewer)], " AND ");
  const few = wanted.search === "" ? null : await findFew(db, wanted);
  if (few === null) {
    const matches = wanted.search === "" ? Prisma.sql`true` : matchesTyped(wanted);
    return db.$queryRaw`SELECT a.* FROM "Attempt" a WHERE ${where} AND ${matches} ORDER BY ${order} LIMIT ${limit}`;
  }
  const newestOf = (key: "listingId" | "orderId", ids: readonly number[]): Prisma.Sql => Prisma.sql`
    SELECT hit.id FROM unnest(${[...ids]}::int[]) AS one(id) CROSS JOIN LATERAL (
      SELECT a.id FROM "Attempt" a WHERE a.${Prisma.raw(`"${key}"`)} = one.id AND ${where} ORDER BY ${order} LIMIT ${limit}) hit`;
  return db.$queryRaw`
    WITH hits AS (${newestOf("listingId", few.listingIds)} UNION ${newestOf("orderId", few.orderIds)}
      UNION SELECT unnest(${few.attemptIds}::bigint[]))
    SELECT a.* FROM hits JOIN "Attempt" a USING (id) WHERE ${where} ORDER BY ${order} LIMIT ${limit}`;
}

function conditions({ shopId, channelId, kind, outcome, from, to }: AttemptsWanted): Prisma.Sql[] {
  return [
    Prisma.sql`a."shopId" = ${shopId}`,
    ...(channelId === null ? [] : [Prisma.sql`a."channelId" = ${channelId}`]),
    ...(kind === null ? [] : [Prisma.sql`a.kind = ${kind}`]),
    ...(outcome === null ? [] : [Prisma.sql`a.outcome IN (${Prisma.join(HISTORY_OUTCOMES[outcome].outcomes)})`]),
    ...(from === null ? [] : [Prisma.sql`a."startedAt" >= ${from}`]),
    ...(to === null ? [] : [Prisma.sql`a."startedAt" < ${to}`]),
  ];
}

function beyond(start: HistoryPlace | null, isNewer: boolean): Prisma.Sql[] {
  if (start === null) return [];
  const { startedAt, id } = start;
  return isNewer
    ? [Prisma.sql`a."startedAt" >= ${startedAt} AND (a."startedAt" > ${startedAt} OR a.id > ${id})`]
    : [Prisma.sql`a."startedAt" <= ${startedAt} AND (a."startedAt" < ${startedAt} OR a.id < ${id})`];
}

const inOrder = (isNewer: boolean): Prisma.Sql =>
  isNewer ? Prisma.sql`a."startedAt" ASC, a.id ASC` : Prisma.sql`a."startedAt" DESC, a.id DESC`;

/** So many that say what was typed are sorted. */
const FEW_ATTEMPTS = 1_000;

interface Few {
  listingIds: number[];
  orderIds: number[];
  attemptIds: bigint[];
}

/** What matches; null: more than few. */
async function findFew(db: Db, { shopId, search }: AttemptsWanted): Promise<Few | null> {
  const [listings, orderIds, attempts] = await Promise.all([
    findByWords(db, shopId, search),
    findFewOrders(db, shopId, search),
    db.$queryRaw<{ attemptId: bigint }[]>`
      SELECT "attemptId" FROM "AttemptWords" WHERE words @@ ${typedQuery(shopId, search)} LIMIT ${FEW_ATTEMPTS + 1}`,
  ]);
  if (listings.isCut || orderIds === null || attempts.length > FEW_ATTEMPTS) return null;
  return {
    listingIds: [...listings.ids.values()].flat(),
    orderIds,
    attemptIds: attempts.map((one) => one.attemptId),
  };
}

/** Each attempt's own words are looked up: the database would else read all that match first. */
function matchesTyped({ shopId, search }: AttemptsWanted): Prisma.Sql {
  const typed = typedQuery(shopId, search);
  const has = (table: string, key: string): Prisma.Sql => {
    const [from, column] = [Prisma.raw(`"${table}"`), Prisma.raw(`"${key}"`)];
    return Prisma.sql`(SELECT w.words @@ ${typed} FROM ${from} w WHERE w.${column} = a.${key === "attemptId" ? Prisma.raw("id") : column})`;
  };
  return Prisma.sql`(${has("AttemptWords", "attemptId")} OR ${has("ListingWords", "listingId")} OR ${has("OrderWords", "orderId")})`;
}
