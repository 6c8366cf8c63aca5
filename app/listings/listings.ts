/** Slice: listings. Owns Listing: what we want on each, what the marketplace accepted, what it last showed. */
import type { RemoteListing } from "#connectors/contract/remote-types.ts";
import type { Db, Tx } from "../db.server.ts";
import { type Listing, Prisma } from "../generated/prisma/client.ts";
import type { Policy } from "../inventory/policy.ts";

export type { Listing };

export function findListingOfShop(db: Db | Tx, shopId: number, id: number): Promise<Listing | null> {
  return db.listing.findFirst({ where: { id, shopId, removedAt: null } });
}

/**
 * Stores what a page of listings showed. What we want there and what was acknowledged is not touched. Returns the ids in
 * the order of the page.
 */
export async function recordSeen(
  tx: Tx,
  {
    shopId,
    channelId,
    listings,
    now,
  }: { shopId: number; channelId: number; listings: readonly RemoteListing[]; now: Date },
): Promise<Listing[]> {
  const seen: Listing[] = [];
  for (const listing of listings) {
    const facts = {
      sku: listing.ref.sku,
      groupId: listing.ref.groupId,
      barcode: listing.barcode,
      title: listing.title,
      remoteState: listing.state,
      url: listing.url,
      imageUrl: listing.imageUrl,
      priceAmount: listing.price?.amount ?? null,
      priceCurrency: listing.price?.currency ?? null,
      unmanagedBecause: listing.unmanagedBecause,
      observedQuantity: listing.quantity,
      observedAt: now,
      seenAt: now,
      removedAt: null,
    };
    seen.push(
      await tx.listing.upsert({
        where: { channelId_remoteId: { channelId, remoteId: listing.ref.remoteId } },
        create: { shopId, channelId, remoteId: listing.ref.remoteId, ...facts, staleSince: now },
        update: facts,
      }),
    );
  }
  return seen;
}

/** After a whole read: what was not shown is gone over there. Returns how many. */
export async function removeNotSeenSince(tx: Tx, channelId: number, since: Date, now: Date): Promise<number> {
  const { count } = await tx.listing.updateMany({
    where: { channelId, removedAt: null, seenAt: { lt: since } },
    data: { removedAt: now },
  });
  return count;
}

/** Listings whose match may change, after listings or variants came. */
export function listUnmatched(db: Db | Tx, shopId: number): Promise<Pick<Listing, "id" | "sku" | "barcode">[]> {
  return db.listing.findMany({
    where: { shopId, variantId: null, removedAt: null, excluded: false },
    select: { id: true, sku: true, barcode: true },
    orderBy: { id: "asc" },
  });
}

/** Listings that were matched by a key their variant no longer carries. */
export async function unmatchChangedKeys(tx: Tx, shopId: number): Promise<number> {
  return tx.$executeRaw`
    UPDATE "Listing" l SET "variantId" = NULL, "matchedBy" = NULL
    FROM "Variant" v
    WHERE v.id = l."variantId" AND l."shopId" = ${shopId} AND l."matchedBy" IN ('sku', 'barcode')
      AND (v."removedAt" IS NOT NULL
        OR (l."matchedBy" = 'sku' AND v.sku IS DISTINCT FROM l.sku)
        OR (l."matchedBy" = 'barcode' AND v.barcode IS DISTINCT FROM l.barcode))`;
}

export async function setMatch(
  tx: Tx,
  id: number,
  match: { variantId: number; matchedBy: "sku" | "barcode" | "hand" } | null,
  now: Date,
): Promise<void> {
  await tx.listing.update({
    where: { id },
    data: {
      variantId: match?.variantId ?? null,
      matchedBy: match?.matchedBy ?? null,
      problem: null,
      attemptsFailed: 0,
      retryAt: null,
      version: { increment: 1 },
      staleSince: now,
      decreasing: true,
    },
  });
}

export async function setMatchProblem(tx: Tx, id: number, problem: string | null): Promise<void> {
  await tx.listing.update({ where: { id }, data: { problem } });
}

/** Another try, at once: what went wrong before is forgotten. */
export async function forgetProblem(tx: Tx, id: number): Promise<void> {
  await tx.listing.update({ where: { id }, data: { problem: null, attemptsFailed: 0, retryAt: null } });
}

export async function setExcluded(tx: Tx, id: number, excluded: boolean, now: Date): Promise<void> {
  await tx.listing.update({
    where: { id },
    data: { excluded, version: { increment: 1 }, staleSince: now, decreasing: true },
  });
}

export async function setListingPolicy(tx: Tx, id: number, policy: Policy | null): Promise<void> {
  await tx.listing.update({ where: { id }, data: { policy: policy ?? Prisma.DbNull } });
}

/** What a change touches: the variants of these items or ids, these listings, or a whole channel. */
export type StaleScope =
  | { inventoryItemGids: readonly string[] }
  | { variantIds: readonly number[] }
  | { listingIds: readonly number[] }
  | { channelId: number };

/**
 * Raises the version of every listing in scope, so that the next push computes it again. `decreasing`: the change can
 * only have lowered what is published, or may have; such listings go first. Returns the channels to wake.
 */
export async function markStale(
  tx: Tx,
  shopId: number,
  scope: StaleScope,
  { decreasing, now }: { decreasing: boolean; now: Date },
): Promise<number[]> {
  const where =
    "inventoryItemGids" in scope
      ? Prisma.sql`l."variantId" IN (SELECT id FROM "Variant" WHERE "shopId" = ${shopId} AND "inventoryItemGid" = ANY(${[...scope.inventoryItemGids]}::text[]))`
      : "variantIds" in scope
        ? Prisma.sql`l."variantId" = ANY(${[...scope.variantIds]}::int[])`
        : "listingIds" in scope
          ? Prisma.sql`l.id = ANY(${[...scope.listingIds]}::int[])`
          : Prisma.sql`l."channelId" = ${scope.channelId}`;
  const rows = await tx.$queryRaw<{ channelId: number }[]>`
    WITH touched AS (
      SELECT l.id FROM "Listing" l WHERE l."shopId" = ${shopId} AND l."variantId" IS NOT NULL AND l."removedAt" IS NULL AND ${where}
      ORDER BY l.id FOR UPDATE
    )
    UPDATE "Listing" l SET
      "staleSince" = ${now}, decreasing = ${decreasing} OR (l.version > l."acknowledgedVersion" AND l.decreasing),
      version = l.version + 1, "retryAt" = NULL
    FROM touched t WHERE l.id = t.id RETURNING l."channelId"`;
  return [...new Set(rows.map((row) => row.channelId))].sort((a, b) => a - b);
}

/**
 * Stale listings that a push may send now, those that may have to go down first. Increases wait for an order read newer
 * than the change that caused them (`ordersReadAt`): a sale we have not seen would be undone by them.
 */
export function claimStale(
  db: Db | Tx,
  { channelId, ordersReadAt, now, limit }: { channelId: number; ordersReadAt: Date | null; now: Date; limit: number },
): Promise<Listing[]> {
  return db.$queryRaw<Listing[]>`
    SELECT * FROM "Listing"
    WHERE "channelId" = ${channelId} AND version > "acknowledgedVersion" AND "variantId" IS NOT NULL AND NOT excluded
      AND "removedAt" IS NULL AND "unmanagedBecause" IS NULL AND "remoteState" <> 'ended'
      AND ("retryAt" IS NULL OR "retryAt" <= ${now})
      AND (decreasing OR "staleSince" IS NULL OR "staleSince" <= ${ordersReadAt ?? new Date(0)})
    ORDER BY decreasing DESC, "staleSince", id LIMIT ${limit}`;
}

/** Whether increases wait on this channel for an order read. */
export async function hasWaitingIncreases(db: Db | Tx, channelId: number): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM "Listing" WHERE "channelId" = ${channelId} AND version > "acknowledgedVersion" AND "variantId" IS NOT NULL
      AND NOT excluded AND NOT decreasing AND "removedAt" IS NULL AND "unmanagedBecause" IS NULL AND "remoteState" <> 'ended' LIMIT 1`;
  return rows.length > 0;
}

/** When the next listing that was put off is due; null when none waits. */
export async function nextRetryAt(db: Db | Tx, channelId: number): Promise<Date | null> {
  const { _min } = await db.listing.aggregate({
    where: { channelId, removedAt: null, retryAt: { not: null } },
    _min: { retryAt: true },
  });
  return _min.retryAt;
}

/** What a push or a reconciliation learned of one listing before writing. */
export interface ObservationRecord {
  id: number;
  observedQuantity: number | null;
  /** The acknowledged quantity from now on: what the marketplace shows, sales taken into account. */
  acknowledgedQuantity: number | null;
  unseenAdded: number;
}

export async function recordObservations(tx: Tx, observations: readonly ObservationRecord[], now: Date): Promise<void> {
  if (observations.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Listing" l SET
      "observedQuantity" = o."observedQuantity", "observedAt" = ${now},
      "acknowledgedQuantity" = o."acknowledgedQuantity",
      "acknowledgedAt" = CASE WHEN l."acknowledgedQuantity" IS DISTINCT FROM o."acknowledgedQuantity" THEN ${now} ELSE l."acknowledgedAt" END,
      "unseenUnits" = l."unseenUnits" + o."unseenAdded",
      "unseenSince" = CASE WHEN o."unseenAdded" > 0 THEN ${now} ELSE l."unseenSince" END,
      "unclearQuantity" = NULL, "unclearSince" = NULL
    FROM jsonb_to_recordset(${JSON.stringify(observations)}::jsonb) AS o(
      id int, "observedQuantity" int, "acknowledgedQuantity" int, "unseenAdded" int)
    WHERE l.id = o.id`;
}

/** Unseen units whose orders must have been read by now: they are reservations, or were a manual edit. Returns variants to raise. */
export async function clearSeenUnits(tx: Tx, channelId: number, ordersCompleteThrough: Date): Promise<number[]> {
  const rows = await tx.listing.updateManyAndReturn({
    where: { channelId, unseenUnits: { gt: 0 }, unseenSince: { lt: ordersCompleteThrough } },
    data: { unseenUnits: 0, unseenSince: null },
    select: { variantId: true },
  });
  return rows.flatMap((row) => (row.variantId === null ? [] : [row.variantId]));
}

/** Written before a write is sent: after a crash these are read back first. */
export async function recordSending(
  tx: Tx,
  writes: readonly { id: number; quantity: number }[],
  now: Date,
): Promise<void> {
  if (writes.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Listing" l SET "desiredQuantity" = w.quantity, "unclearQuantity" = w.quantity, "unclearSince" = ${now}
    FROM jsonb_to_recordset(${JSON.stringify(writes)}::jsonb) AS w(id int, quantity int) WHERE l.id = w.id`;
}

export async function recordAccepted(
  tx: Tx,
  accepted: readonly { id: number; quantity: number; version: number }[],
  now: Date,
): Promise<void> {
  if (accepted.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Listing" l SET
      "acknowledgedQuantity" = w.quantity, "acknowledgedAt" = ${now}, "acknowledgedVersion" = GREATEST(l."acknowledgedVersion", w.version),
      "observedQuantity" = w.quantity, "observedAt" = ${now}, "desiredQuantity" = w.quantity,
      "unclearQuantity" = NULL, "unclearSince" = NULL, problem = NULL, "attemptsFailed" = 0, "retryAt" = NULL,
      decreasing = CASE WHEN l.version > w.version THEN l.decreasing ELSE false END
    FROM jsonb_to_recordset(${JSON.stringify(accepted)}::jsonb) AS w(id int, quantity int, version int) WHERE l.id = w.id`;
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
      problem = NULL, "attemptsFailed" = 0, "retryAt" = NULL,
      decreasing = CASE WHEN l.version > w.version THEN l.decreasing ELSE false END
    FROM jsonb_to_recordset(${JSON.stringify(unchanged)}::jsonb) AS w(id int, quantity int, version int) WHERE l.id = w.id`;
}

/** An increase that must wait for an order read. */
export async function recordWaitingIncrease(
  tx: Tx,
  waiting: readonly { id: number; quantity: number; version: number }[],
): Promise<void> {
  if (waiting.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Listing" l SET decreasing = CASE WHEN l.version > w.version THEN l.decreasing ELSE false END, "desiredQuantity" = w.quantity
    FROM jsonb_to_recordset(${JSON.stringify(waiting)}::jsonb) AS w(id int, quantity int, version int) WHERE l.id = w.id`;
}

export interface FailedWrite {
  id: number;
  version: number;
  /** For the merchant. */
  problem: string;
  retryAt: Date | null;
  /** The write may have landed: `unclearQuantity` stays until it is read back, and a look is taken again then. */
  unclear: boolean;
  lookAgainAt: Date | null;
  /** Not again until something changes. */
  final: boolean;
}

export async function recordFailed(tx: Tx, failed: readonly FailedWrite[]): Promise<void> {
  for (const one of failed) {
    await tx.$executeRaw`
      UPDATE "Listing" SET problem = ${one.problem}, "attemptsFailed" = "attemptsFailed" + 1, "retryAt" = ${one.retryAt},
        "unclearQuantity" = CASE WHEN ${one.unclear} THEN "unclearQuantity" END,
        "unclearSince" = CASE WHEN ${one.unclear} THEN "unclearSince" END,
        "lookAgainAt" = COALESCE(${one.lookAgainAt}, "lookAgainAt"),
        "acknowledgedVersion" = CASE WHEN ${one.final} THEN GREATEST("acknowledgedVersion", ${one.version}) ELSE "acknowledgedVersion" END
      WHERE id = ${one.id}`;
  }
}

/** Gone over there. */
export async function recordMissing(tx: Tx, ids: readonly number[], now: Date): Promise<void> {
  await tx.listing.updateMany({
    where: { id: { in: [...ids] } },
    data: { removedAt: now, unclearQuantity: null, unclearSince: null },
  });
}

/** Channels on which something is stale and due. */
export async function listStaleChannels(db: Db | Tx, now: Date): Promise<number[]> {
  const rows = await db.$queryRaw<{ channelId: number }[]>`
    SELECT DISTINCT l."channelId" FROM "Listing" l JOIN "Channel" c ON c.id = l."channelId"
    WHERE c.state = 'connected' AND c."pushApprovedAt" IS NOT NULL AND (c."pushRetryAt" IS NULL OR c."pushRetryAt" <= ${now})
      AND l.version > l."acknowledgedVersion" AND l."variantId" IS NOT NULL AND NOT l.excluded AND l."removedAt" IS NULL
      AND l."unmanagedBecause" IS NULL AND l."remoteState" <> 'ended' AND (l."retryAt" IS NULL OR l."retryAt" <= ${now})
    ORDER BY 1`;
  return rows.map((row) => row.channelId);
}

/** Listings whose lost write can no longer land: their state over there is read once more. Returns them per shop. */
export async function takeDueLooks(tx: Tx, now: Date): Promise<{ id: number; shopId: number }[]> {
  return tx.listing.updateManyAndReturn({
    where: { lookAgainAt: { lte: now }, removedAt: null },
    data: { lookAgainAt: null },
    select: { id: true, shopId: true },
  });
}
