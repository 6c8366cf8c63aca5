/** Slice: listings, what pushes read and write: what waits, what was seen, what was sent, what came of it. */
import type { ListingRef } from "#connectors/contract/remote-types.ts";
import { addMs } from "../clock.ts";
import { type Db, type Tx, tableOf } from "../db.server.ts";
import { type Listing, Prisma } from "../generated/prisma/client.ts";
import { PUSHABLE, STALE } from "./claim.ts";
import { inScope, type StaleScope } from "./listings.ts";
import { explainByCompleteness, explainByOrder, parseUnseen, sumUnseen, type UnseenUnits } from "./unseen.ts";

export interface DecidedVersion {
  id: number;
  version: number;
}

/**
 * Whether what was decided for these listings may still be sent: nothing that decides it changed since, and `isHeld`, for
 * another push of the channel knows better what they show. By version, not by time: a change has its time from before it
 * is stored, and may be stored after a decision that did not see it.
 */
export async function mayBeSent(db: Db | Tx, decided: readonly DecidedVersion[], isHeld: Prisma.Sql): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT 1 WHERE ${isHeld} AND NOT EXISTS (
      SELECT 1 FROM "Listing" l JOIN ${tableOf(decided, `id int, version int`)} d ON d.id = l.id
      WHERE l.version <> d.version)`;
  return rows.length > 0;
}

/**
 * What waits on a channel and is not as the merchant has seen it: what became stale after `since`, and after they approved
 * its number.
 */
function unseenStale(channelId: number, since: Date | null): Prisma.Sql {
  return Prisma.sql`l."channelId" = ${channelId} AND ${STALE} AND (${since}::timestamptz IS NULL OR l."staleSince" > ${since})
    AND COALESCE((SELECT n."approvedAt" FROM "ApprovedNumber" n WHERE n."listingId" = l.id) < l."staleSince", true)`;
}

/** How much of that there is, how much of it may go down, and what `zeroed` counts. */
export async function countStale(
  db: Db | Tx,
  channelId: number,
  since: Date | null,
  zeroed: Prisma.Sql,
): Promise<{ stale: number; decreasing: number; zeroed: number }> {
  const [row] = await db.$queryRaw<{ stale: number; decreasing: number; zeroed: number }[]>`
    SELECT COUNT(*)::int AS stale, COUNT(*) FILTER (WHERE l.decreasing)::int AS decreasing, (${zeroed}) AS zeroed FROM "Listing" l
    WHERE ${unseenStale(channelId, since)}`;
  return row ?? { stale: 0, decreasing: 0, zeroed: 0 };
}

const SHOWN = Prisma.sql`COALESCE(l."observedQuantity", l."acknowledgedQuantity")`;

/** Each of it, with what it shows: what the next pushes may change. */
export function listStale(
  db: Db | Tx,
  channelId: number,
  since: Date | null,
): Promise<(DecidedVersion & { shown: number | null })[]> {
  return db.$queryRaw`
    SELECT l.id, l.version, ${SHOWN} AS shown FROM "Listing" l WHERE ${unseenStale(channelId, since)} ORDER BY l.id`;
}

/** Everything that pushes are responsible for on a channel, with what it shows. */
export function listShown(db: Db | Tx, channelId: number): Promise<{ id: number; shown: number | null }[]> {
  return db.$queryRaw`
    SELECT l.id, ${SHOWN} AS shown FROM "Listing" l WHERE l."channelId" = ${channelId} AND ${PUSHABLE} ORDER BY l.id`;
}

export interface LiveListing {
  id: number;
  title: string;
  sku: string | null;
  shown: number | null;
  connectorKey: string;
}

/**
 * A page of the listings in scope whose numbers are kept in step: pushes are responsible for them, on channels that the
 * merchant has approved. Where they have not, a preview waits for them, and shows what a change does.
 */
export function listLive(
  db: Db | Tx,
  shopId: number,
  scope: StaleScope,
  { afterId, limit }: { afterId: number; limit: number },
): Promise<LiveListing[]> {
  // Of many listings PostgreSQL would sooner read the channels of all shops than look each up: it is given the shop's.
  const channels =
    "channelId" in scope
      ? Prisma.sql`"Channel"`
      : Prisma.sql`(SELECT * FROM "Channel" WHERE "shopId" = ${shopId} OFFSET 0)`;
  return db.$queryRaw`
    SELECT l.id, l.title, l.sku, ${SHOWN} AS shown, c."connectorKey"
    FROM "Listing" l JOIN ${channels} c ON c.id = l."channelId" AND c."pushApprovedAt" IS NOT NULL
    WHERE l."shopId" = ${shopId} AND ${inScope(shopId, scope)} AND l.id > ${afterId} AND ${PUSHABLE}
    ORDER BY l.id LIMIT ${limit}`;
}

/** Listings of a channel that show something: exactly, or as many as are asked about. */
export async function countShowing(db: Db | Tx, channelId: number, max: number): Promise<number> {
  const rows = await db.$queryRaw<{ showing: number }[]>`
    SELECT COUNT(*)::int AS showing FROM (
      SELECT 1 FROM "Listing" l WHERE l."channelId" = ${channelId} AND ${PUSHABLE} AND ${SHOWN} > 0 LIMIT ${max}) counted`;
  return rows[0]?.showing ?? 0;
}

/** Listings of a channel that pushes are responsible for: exactly, or as many as are asked about. */
export async function countPushable(db: Db | Tx, channelId: number, max: number): Promise<number> {
  const rows = await db.$queryRaw<{ pushable: number }[]>`
    SELECT COUNT(*)::int AS pushable FROM (
      SELECT 1 FROM "Listing" l WHERE l."channelId" = ${channelId} AND ${PUSHABLE} LIMIT ${max}) counted`;
  return rows[0]?.pushable ?? 0;
}

/** There are no calls left for them: decreases may still go. */
export async function postponeIncreases(tx: Tx, channelId: number, until: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Listing" l SET "retryAt" = ${until} WHERE l."channelId" = ${channelId} AND ${STALE} AND NOT l.decreasing`;
}

/** What a push learned of one listing before writing. */
export interface ObservationRecord {
  id: number;
  observedQuantity: number | null;
  /** The acknowledged quantity from now on: what the marketplace shows, sales taken into account. */
  acknowledgedQuantity: number | null;
  unseen: readonly UnseenUnits[];
  /** The write whose outcome was not known stays so. */
  keepsUnclear: boolean;
  missingSince: Date | null;
}

/**
 * What is unseen on these listings, as it stands now; locked, for orders and pushes both read it, think and write it. A
 * push that wrote what it had read before its call would undo what an order explained meanwhile. Empty when `when` does
 * not hold.
 */
export async function lockUnseen(
  tx: Tx,
  ids: readonly number[],
  when: Prisma.Sql = Prisma.sql`true`,
): Promise<Map<number, { unseen: Prisma.JsonValue; isMissing: boolean }>> {
  const rows = await tx.$queryRaw<{ id: number; unseen: Prisma.JsonValue; isMissing: boolean }[]>`
    SELECT id, unseen, "missingSince" IS NOT NULL AS "isMissing" FROM "Listing"
    WHERE ${when} AND id = ANY(${[...ids]}::int[]) ORDER BY id FOR NO KEY UPDATE`;
  return new Map(rows.map((row) => [row.id, row]));
}

const OBSERVED = `id int, "observedQuantity" int, "acknowledgedQuantity" int, "unseenUnits" int, unseen jsonb, "keepsUnclear" boolean,
  "missingSince" timestamptz`;

/** Returns since when each is stale: a change may have come while it was read. */
export async function recordObservations(
  tx: Tx,
  observations: readonly ObservationRecord[],
  now: Date,
): Promise<Map<number, Date | null>> {
  if (observations.length === 0) return new Map();
  const records = observations.map((one) => ({ ...one, unseenUnits: sumUnseen(one.unseen) }));
  const rows = await tx.$queryRaw<{ id: number; staleSince: Date | null }[]>`
    UPDATE "Listing" l SET
      "observedQuantity" = o."observedQuantity", "observedAt" = ${now},
      "acknowledgedQuantity" = o."acknowledgedQuantity",
      "acknowledgedAt" = CASE WHEN o."keepsUnclear" THEN l."acknowledgedAt"
        WHEN l."acknowledgedQuantity" IS DISTINCT FROM o."acknowledgedQuantity" THEN ${now} ELSE l."acknowledgedAt" END,
      "unseenUnits" = o."unseenUnits", unseen = o.unseen, "missingSince" = o."missingSince",
      "unclearQuantity" = CASE WHEN o."keepsUnclear" THEN l."unclearQuantity" END,
      "unclearSince" = CASE WHEN o."keepsUnclear" THEN l."unclearSince" END,
      "unclearAccepted" = o."keepsUnclear" AND l."unclearAccepted",
      "unclearBefore" = CASE WHEN o."keepsUnclear" THEN l."unclearBefore" ELSE '{}' END
    FROM ${tableOf(records, OBSERVED)} o
    WHERE l.id = o.id RETURNING l.id, l."staleSince"`;
  return new Map(rows.map((row) => [row.id, row.staleSince]));
}

/** An order arrived: the units of these listings that it explains are not unseen any more. True where there were such. */
export async function explainUnseenByOrder(
  tx: Tx,
  sales: readonly { listingId: number; soldAt: Date; units: number }[],
  toleranceMs: number,
): Promise<boolean> {
  if (sales.length === 0) return false;
  let isSeen = false;
  const listings = await lockUnseen(
    tx,
    sales.map((sale) => sale.listingId),
  );
  for (const [id, { unseen: column, isMissing }] of listings) {
    const unseen = parseUnseen(column);
    const ofListing = sales.filter((sale) => sale.listingId === id);
    const left = ofListing.reduce((rest, sale) => explainByOrder(rest, sale, toleranceMs), unseen);
    if (sumUnseen(left) === sumUnseen(unseen) && !isMissing) continue;
    // An order is what became of a listing that was gone.
    await tx.listing.update({ where: { id }, data: { missingSince: null, ...storeUnseen(left) } });
    isSeen = true;
  }
  return isSeen;
}

function storeUnseen(unseen: readonly UnseenUnits[]): { unseen: Prisma.InputJsonValue; unseenUnits: number } {
  return { unseen: JSON.parse(JSON.stringify(unseen)), unseenUnits: sumUnseen(unseen) };
}

/** Units that were missing on a listing, and that no order for it explained at the time. */
export interface Unexplained {
  listingId: number;
  observations: UnseenUnits[];
}

/**
 * Unseen units whose orders must have been read by now: they are reservations, or were an edit by hand. A listing that
 * was gone and that no order explains was removed by hand. Returns variants to raise, what was never explained, and through
 * when orders must be complete to clear the rest; null: nothing is left.
 */
export async function clearSeenUnits(
  tx: Tx,
  channelId: number,
  { completeThrough, toleranceMs, now }: { completeThrough: Date; toleranceMs: number; now: Date },
): Promise<{ variantIds: number[]; unexplained: Unexplained[]; leftThrough: Date | null }> {
  const listings = await tx.$queryRaw<Pick<Listing, "id" | "variantId" | "unseen" | "unseenUnits" | "missingSince">[]>`
    SELECT id, "variantId", unseen, "unseenUnits", "missingSince" FROM "Listing"
    WHERE "channelId" = ${channelId} AND "unseenUnits" > 0 ORDER BY id FOR NO KEY UPDATE`;
  const variantIds: number[] = [];
  const unexplained: Unexplained[] = [];
  let leftThrough: Date | null = null;
  for (const { id, variantId, unseen, unseenUnits, missingSince } of listings) {
    const held = parseUnseen(unseen);
    const left = explainByCompleteness(held, completeThrough, toleranceMs);
    for (const { to } of left) if (!leftThrough || to > leftThrough) leftThrough = to;
    if (sumUnseen(left) === unseenUnits) continue;
    const removed = missingSince !== null && left.length === 0 ? { removedAt: now } : {};
    await tx.listing.update({ where: { id }, data: { ...storeUnseen(left), ...removed } });
    if (variantId !== null) variantIds.push(variantId);
    if (missingSince === null)
      unexplained.push({ listingId: id, observations: held.filter((one) => !left.includes(one)) });
  }
  return { variantIds, unexplained, leftThrough: leftThrough && addMs(leftThrough, toleranceMs) };
}

/** The merchant is asked about a listing that was edited to fewer: it is not raised before they answer. */
export async function recordEdited(
  tx: Tx,
  id: number,
  edited: { editedQuantity: number | null; now: Date },
): Promise<void> {
  await tx.listing.update({ where: { id }, data: { editedAt: edited.now, editedQuantity: edited.editedQuantity } });
}

/** Nothing is asked about these listings any more. */
export async function endEdits(tx: Tx, ids: readonly number[]): Promise<void> {
  if (ids.length > 0) await tx.listing.updateMany({ where: { id: { in: [...ids] } }, data: NOT_EDITED });
}

const NOT_EDITED = { editedAt: null, editedQuantity: null };

/** Nothing is asked about any listing of the channel any more. */
export async function endEditsOfChannel(tx: Tx, channelId: number): Promise<void> {
  await tx.listing.updateMany({ where: { channelId, editedAt: { not: null } }, data: NOT_EDITED });
}

/**
 * Written before a write is sent: after a crash these are read back first. Where one before it was accepted and may still
 * come to show, the two may come in the wrong order: a look is taken at `lookAgainAt`. Returns with which version of each
 * listing its quantity was decided.
 */
export async function recordSending(
  tx: Tx,
  writes: readonly { id: number; quantity: number }[],
  { now, lookAgainAt }: { now: Date; lookAgainAt: Date },
): Promise<DecidedVersion[]> {
  if (writes.length === 0) return [];
  return tx.$queryRaw`
    UPDATE "Listing" l SET "desiredQuantity" = w.quantity,
      "unclearBefore" = CASE WHEN l."unclearAccepted" THEN array_append(l."unclearBefore", l."unclearQuantity") ELSE '{}' END,
      "unclearQuantity" = w.quantity, "unclearSince" = ${now}, "unclearAccepted" = false,
      "lookAgainAt" = CASE WHEN l."unclearAccepted" THEN ${lookAgainAt}::timestamptz ELSE l."lookAgainAt" END
    FROM ${tableOf(writes, `id int, quantity int`)} w
    WHERE l.id = w.id RETURNING l.id, l.version`;
}

export interface AcceptedWrite {
  id: number;
  quantity: number;
  version: number;
  /** What the listing goes by from now on; null: as before. */
  ref: ListingRef | null;
  /** When to look whether it came to be; null: the reply was proof. */
  verifyAt: Date | null;
}

/**
 * When what waits still happened, after the number of version `w` was accepted: of a change that came meanwhile it is known
 * when it was stored.
 */
const LATER_CHANGE = Prisma.sql`CASE WHEN l.version > w.version AND l."changedAt" IS NOT NULL THEN l."staleSince" END`;

/** With `verifyAt`, the listing stays stale until a reading shows the quantity. */
export async function recordAccepted(tx: Tx, accepted: readonly AcceptedWrite[], now: Date): Promise<void> {
  if (accepted.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Listing" l SET
      "acknowledgedQuantity" = CASE WHEN w."verifyAt" IS NULL THEN w.quantity ELSE l."acknowledgedQuantity" END,
      "acknowledgedAt" = CASE WHEN w."verifyAt" IS NULL THEN ${now} ELSE l."acknowledgedAt" END,
      "acknowledgedVersion" = CASE WHEN w."verifyAt" IS NULL THEN GREATEST(l."acknowledgedVersion", w.version) ELSE l."acknowledgedVersion" END,
      "observedQuantity" = CASE WHEN w."verifyAt" IS NULL THEN w.quantity ELSE l."observedQuantity" END,
      "observedAt" = ${now}, "desiredQuantity" = w.quantity,
      "unclearQuantity" = CASE WHEN w."verifyAt" IS NOT NULL THEN w.quantity END,
      "unclearSince" = CASE WHEN w."verifyAt" IS NOT NULL THEN ${now}::timestamptz END, "unclearAccepted" = w."verifyAt" IS NOT NULL,
      problem = NULL, "attemptsFailed" = 0, "retryAt" = CASE WHEN l.version > w.version THEN NULL ELSE w."verifyAt" END,
      decreasing = CASE WHEN l.version > w.version THEN l.decreasing ELSE w."verifyAt" IS NOT NULL END,
      "changedAt" = CASE WHEN w."verifyAt" IS NOT NULL THEN l."changedAt" ELSE ${LATER_CHANGE} END,
      "remoteId" = COALESCE(w.ref->>'remoteId', l."remoteId"),
      sku = CASE WHEN w.ref IS NULL THEN l.sku ELSE w.ref->>'sku' END,
      "groupId" = CASE WHEN w.ref IS NULL THEN l."groupId" ELSE w.ref->>'groupId' END
    FROM ${tableOf(accepted, `id int, quantity int, version int, ref jsonb, "verifyAt" timestamptz`)} w
    WHERE l.id = w.id`;
}

/** Accepted, but not shown yet: looked at again then. */
export async function recordWaitingToShow(tx: Tx, waiting: readonly { id: number; lookAt: Date }[]): Promise<void> {
  if (waiting.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Listing" l SET "retryAt" = w."lookAt"
    FROM ${tableOf(waiting, `id int, "lookAt" timestamptz`)} w WHERE l.id = w.id`;
}

/** Nothing to send: it already shows what it should (`quantity`), or nothing may be published (null). */
export async function recordUnchanged(
  tx: Tx,
  unchanged: readonly { id: number; quantity: number | null; version: number }[],
): Promise<void> {
  if (unchanged.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Listing" l SET
      "acknowledgedVersion" = GREATEST(l."acknowledgedVersion", w.version), "desiredQuantity" = w.quantity,
      problem = NULL, "attemptsFailed" = 0, "retryAt" = NULL, "changedAt" = ${LATER_CHANGE},
      decreasing = CASE WHEN l.version > w.version THEN l.decreasing ELSE false END
    FROM ${tableOf(unchanged, `id int, quantity int, version int`)} w WHERE l.id = w.id`;
}

/** An increase that must wait for an order read. */
export async function recordWaitingIncrease(
  tx: Tx,
  waiting: readonly { id: number; quantity: number; version: number }[],
): Promise<void> {
  if (waiting.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Listing" l SET decreasing = CASE WHEN l.version > w.version THEN l.decreasing ELSE false END, "desiredQuantity" = w.quantity
    FROM ${tableOf(waiting, `id int, quantity int, version int`)} w WHERE l.id = w.id`;
}

export interface FailedWrite {
  id: number;
  version: number;
  /** For the merchant; null: it is no problem of this listing, and the channel shows it. */
  problem: string | null;
  retryAt: Date | null;
  /** The write, or one before it, may have landed: `unclearQuantity` stays until it is read back. */
  unclear: boolean;
  /** Where it may land later than it is read back. */
  lookAgainAt: Date | null;
  /** Not again until something changes. */
  final: boolean;
}

export async function recordFailed(tx: Tx, failed: readonly FailedWrite[]): Promise<void> {
  if (failed.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Listing" l SET problem = f.problem, "attemptsFailed" = l."attemptsFailed" + 1,
      "retryAt" = CASE WHEN l.version > f.version THEN NULL ELSE f."retryAt" END,
      -- What it was to replace, and was accepted, may still come.
      "unclearQuantity" = CASE WHEN f.unclear THEN l."unclearQuantity" ELSE l."unclearBefore"[cardinality(l."unclearBefore")] END,
      "unclearSince" = CASE WHEN f.unclear OR cardinality(l."unclearBefore") > 0 THEN l."unclearSince" END,
      "unclearAccepted" = CASE WHEN f.unclear THEN l."unclearAccepted" ELSE cardinality(l."unclearBefore") > 0 END,
      "unclearBefore" = CASE WHEN f.unclear THEN l."unclearBefore" ELSE trim_array(l."unclearBefore", LEAST(1, cardinality(l."unclearBefore"))) END,
      "lookAgainAt" = COALESCE(f."lookAgainAt", l."lookAgainAt"),
      "acknowledgedVersion" = CASE WHEN f.final THEN GREATEST(l."acknowledgedVersion", f.version) ELSE l."acknowledgedVersion" END,
      "changedAt" = CASE WHEN f.final AND l.version <= f.version THEN NULL ELSE l."changedAt" END
    FROM ${tableOf(failed, `id int, version int, problem text, "retryAt" timestamptz, unclear boolean, "lookAgainAt" timestamptz, final boolean`)} f
    WHERE l.id = f.id`;
}

/** Not sent, and why: the marketplace takes no more of it until then. What changed since is looked at again at once. */
export async function recordPutOff(
  tx: Tx,
  putOff: readonly { id: number; version: number; until: Date; problem: string }[],
): Promise<void> {
  if (putOff.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Listing" l SET problem = p.problem, "retryAt" = CASE WHEN l.version > p.version THEN NULL ELSE p.until END
    FROM ${tableOf(putOff, `id int, version int, until timestamptz, problem text`)} p
    WHERE l.id = p.id`;
}

/** The stale variations of a listing wait together. */
export async function putOffGroup(
  tx: Tx,
  channelId: number,
  groupId: string,
  { until, problem }: { until: Date; problem: string },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Listing" l SET problem = COALESCE(l.problem, ${problem}), "retryAt" = GREATEST(l."retryAt", ${until}::timestamptz)
    WHERE l."channelId" = ${channelId} AND l."groupId" = ${groupId} AND ${STALE}`;
}

/** Gone over there. */
export async function recordMissing(tx: Tx, ids: readonly number[], now: Date): Promise<void> {
  if (ids.length === 0) return;
  await tx.listing.updateMany({
    where: { id: { in: [...ids] } },
    data: { removedAt: now, unclearQuantity: null, unclearSince: null, changedAt: null },
  });
}

/** Listings whose lost write can no longer land: their state over there is read once more. */
export function dueLooks(now: Date): Prisma.Sql {
  return Prisma.sql`SELECT id FROM "Listing" WHERE "lookAgainAt" <= ${now} AND "removedAt" IS NULL`;
}

/** Returns them with their shops. */
export function takeLooks(tx: Tx, ids: readonly number[]): Promise<{ id: number; shopId: number }[]> {
  const where = { id: { in: [...ids] } };
  return tx.listing.updateManyAndReturn({ where, data: { lookAgainAt: null }, select: { id: true, shopId: true } });
}
