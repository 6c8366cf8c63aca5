/** Slice: history. Owns Attempt: everything we tried, what came of it, and why. */
import { type Db, type Tx, tableOf } from "../db.server.ts";
import { Prisma } from "../generated/prisma/client.ts";

export type AttemptKind =
  | "push"
  | "import-order"
  | "hold-stock"
  | "place-order"
  | "relay-shipment"
  | "relay-cancellation"
  | "import-listings"
  | "mirror"
  | "reconcile"
  | "approval"
  | "latency-check"
  | "settings";

export type AttemptOutcome =
  | "sending"
  | "accepted"
  | "verified"
  | "superseded"
  | "rejected"
  | "throttled"
  | "unauthorized"
  | "unavailable"
  | "unclear"
  | "held"
  | "done";

export interface NewAttempt {
  shopId: number;
  channelId?: number | null;
  kind: AttemptKind;
  listingId?: number | null;
  orderId?: number | null;
  variantId?: number | null;
  outcome: AttemptOutcome;
  /** For the merchant: what happened, to what. No buyer data. */
  message: string;
  quantityBefore?: number | null;
  quantity?: number | null;
  explanation?: object | null;
  /** Of a push to zero: the merchant approved it, or sales explain it. */
  expected?: boolean;
  /** Shopify's id of the user whose doing it was. */
  actor?: string | null;
  fence?: number | null;
  startedAt: Date;
  finishedAt?: Date | null;
}

/** Returns ids in the order given. */
export async function recordAttempts(tx: Db | Tx, attempts: readonly NewAttempt[]): Promise<bigint[]> {
  if (attempts.length === 0) return [];
  const rows = await tx.$queryRaw<{ id: bigint }[]>`
    INSERT INTO "Attempt" ("shopId", "channelId", kind, "listingId", "orderId", "variantId", outcome, message, "quantityBefore",
      quantity, explanation, expected, actor, fence, "startedAt", "finishedAt")
    SELECT "shopId", "channelId", kind, "listingId", "orderId", "variantId", outcome, message, "quantityBefore",
      quantity, explanation, COALESCE(expected, false), actor, fence, "startedAt", "finishedAt"
    FROM ROWS FROM (jsonb_to_recordset(${JSON.stringify(attempts)}::jsonb) AS ("shopId" int, "channelId" int, kind text, "listingId" int,
      "orderId" int, "variantId" int, outcome text, message text, "quantityBefore" int, quantity int, explanation jsonb, expected boolean, actor text, fence int,
      "startedAt" timestamptz, "finishedAt" timestamptz)) WITH ORDINALITY
    ORDER BY ordinality RETURNING id`;
  return rows.map((row) => row.id);
}

export async function recordAttempt(tx: Db | Tx, attempt: NewAttempt): Promise<void> {
  await recordAttempts(tx, [attempt]);
}

export async function finishAttempts(
  tx: Tx,
  finished: readonly { id: bigint; outcome: AttemptOutcome; message: string }[],
  now: Date,
): Promise<void> {
  if (finished.length === 0) return;
  const rows = finished.map((one) => ({ ...one, id: one.id.toString() }));
  await tx.$executeRaw`
    UPDATE "Attempt" a SET outcome = f.outcome, message = f.message, "finishedAt" = ${now}
    FROM ${tableOf(rows, "id bigint, outcome text, message text")} f WHERE a.id = f.id`;
}

/** Writes that were accepted, and are shown now. One at a time is under way on a listing: the latest begun is meant. */
export async function recordVerified(tx: Tx, listingIds: readonly number[], now: Date): Promise<void> {
  if (listingIds.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Attempt" SET outcome = 'verified', "finishedAt" = ${now}
    WHERE outcome IN ('accepted', 'unclear') AND id IN (
      SELECT latest.id FROM unnest(${[...listingIds]}::int[]) AS l(id) CROSS JOIN LATERAL (
        SELECT a.id FROM "Attempt" a WHERE a."listingId" = l.id AND a.kind = 'push' ORDER BY a."startedAt" DESC, a.id DESC LIMIT 1) latest)`;
}

/** Far more than the batches of a few workers that died one after another. */
const UNFINISHED_MAX = 500;

/** Attempts of a channel that were under way when their worker lost the lease or died: none was begun after them. */
export async function supersedeUnfinished(db: Db | Tx, channelId: number, now: Date): Promise<void> {
  await db.$executeRaw`
    UPDATE "Attempt" SET outcome = 'superseded', message = 'The worker stopped before the reply; the listing was read back', "finishedAt" = ${now}
    WHERE outcome = 'sending' AND id IN (
      SELECT id FROM (
        SELECT id, outcome FROM "Attempt" WHERE "channelId" = ${channelId} AND kind = 'push' ORDER BY "startedAt" DESC LIMIT ${UNFINISHED_MAX}
      ) latest WHERE outcome = 'sending')`;
}

/** Counts listings of a channel that pushes took to zero since then, and that are there still, but for those that were to go there. */
export function zeroedSince(channelId: number, since: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT COUNT(DISTINCT a."listingId")::int FROM "Attempt" a JOIN "Listing" l ON l.id = a."listingId"
    WHERE a."channelId" = ${channelId} AND a.kind = 'push' AND a.quantity = 0 AND a."quantityBefore" > 0 AND a."startedAt" >= ${since}
      AND NOT a.expected AND l."acknowledgedQuantity" = 0`;
}

/** Of a channel since then: orders that came or changed, and listings whose new quantity was accepted. */
export async function countDoneSince(
  db: Db | Tx,
  channelId: number,
  since: Date,
): Promise<{ orders: number; listings: number }> {
  const [row] = await db.$queryRaw<{ orders: number; listings: number }[]>`
    SELECT COUNT(DISTINCT "orderId") FILTER (WHERE kind = 'import-order')::int AS orders,
      COUNT(DISTINCT "listingId") FILTER (WHERE kind = 'push' AND outcome IN ('accepted', 'verified'))::int AS listings
    FROM "Attempt" WHERE "channelId" = ${channelId} AND "startedAt" >= ${since}`;
  return row ?? { orders: 0, listings: 0 };
}

/** Of shops that want less kept, each with the moment before which nothing of it is: by the index of each shop. */
export function forgetAttemptsOfShops(
  db: Db,
  { shops, rowsMax }: { shops: readonly { id: number; before: Date }[]; rowsMax: number },
): Promise<number> {
  return db.$executeRaw`
    DELETE FROM "Attempt" WHERE id IN (
      SELECT a.id FROM ${tableOf(shops, "id int, before timestamptz")} s CROSS JOIN LATERAL (
        SELECT id FROM "Attempt" WHERE "shopId" = s.id AND "startedAt" < s.before ORDER BY "startedAt" LIMIT ${rowsMax}) a
      LIMIT ${rowsMax})`;
}

/** The oldest have the lowest ids: no more is looked at. */
export function forgetOldAttempts(db: Db, { before, rowsMax }: { before: Date; rowsMax: number }): Promise<number> {
  return db.$executeRaw`
    DELETE FROM "Attempt" WHERE id IN (
      SELECT id FROM (SELECT id, "startedAt" FROM "Attempt" ORDER BY id LIMIT ${rowsMax}) oldest WHERE "startedAt" < ${before})`;
}
