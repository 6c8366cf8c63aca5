/**
 * What decides a latency check, read across the slices: the same for what the merchant is shown before it and for what is
 * begun; and how far its change came, as the ledger and the attempts tell.
 */
import { addMs } from "../clock.ts";
import type { Db, Tx } from "../db.server.ts";
import type { LatencyCheck } from "../generated/prisma/client.ts";
import {
  type CheckPlan,
  type ListingToTime,
  listingsThatFollow,
  placeToTakeFrom,
  planCheck,
  UNITS_TAKEN,
} from "../latency-checks/check-plan.ts";
import type { PushSeen } from "../latency-checks/check-progress.ts";
import type { Runtime } from "../runtime.ts";
import { readFactsOf } from "./listing-facts.ts";
import { type ListingStatusCode, listingStatus } from "./listing-status.ts";
import { explainListings, limitsOf } from "./quantity-facts.ts";

/** Of these no number is ours to move, whatever the stock is. */
const LEFT_ALONE: readonly ListingStatusCode[] = ["ended", "excluded", "left-alone", "untracked", "kept"];

/** A SKU with more is not timed. */
const LISTINGS_MAX = 100;

/** What timing this SKU would do now; null: there is no such variant in the shop. */
export async function readCheckPlan(
  rt: Pick<Runtime, "connectors">,
  db: Db | Tx,
  shopId: number,
  variantId: number,
): Promise<{ plan: CheckPlan; inventoryItemGid: string; name: string } | null> {
  const variant = await db.variant.findFirst({ where: { id: variantId, shopId }, include: { containment: true } });
  if (!variant) return null;
  const { inventoryItemGid } = variant;
  const name = nameOf(variant);
  const open = await db.latencyCheck.findFirst({
    where: { shopId, state: { not: "ended" } },
    select: { variant: { select: { sku: true, productTitle: true } } },
  });
  const places = await readPlaces(db, shopId, inventoryItemGid);
  const { listings, hasMore } = await readListings(rt, db, shopId, variantId);
  const place = placeToTakeFrom({ places, listings });
  const follow = place ? listingsThatFollow(listings, place) : [];
  const ids = listings.map((listing) => listing.id);
  const fewer = new Map(follow.map((id) => [id, UNITS_TAKEN]));
  const after = await explainListings(db, ids, limitsOf(rt), fewer);
  const sku = {
    name,
    isCounted: variant.tracked && variant.removedAt === null,
    heldAt: variant.containment?.units ?? null,
    underWay: open && nameOf(open.variant),
    places,
    hasMore,
    listings,
  };
  const quantities = new Map([...after].map(([id, explanation]) => [id, explanation.quantity]));
  return { plan: planCheck(sku, place, quantities), inventoryItemGid, name };
}

const nameOf = ({ sku, productTitle }: { sku: string | null; productTitle: string }): string => sku ?? productTitle;

async function readPlaces(db: Db | Tx, shopId: number, inventoryItemGid: string) {
  const levels = await db.level.findMany({ where: { shopId, inventoryItemGid, available: { not: null } } });
  const gid = { in: levels.map((level) => level.locationGid) };
  const open = await db.location.findMany({ where: { shopId, active: true, gid } });
  return open.map(({ gid, name }) => ({
    gid,
    name,
    available: levels.find((level) => level.locationGid === gid)?.available ?? 0,
  }));
}

async function readListings(
  rt: Pick<Runtime, "connectors">,
  db: Db | Tx,
  shopId: number,
  variantId: number,
): Promise<{ listings: ListingToTime[]; hasMore: boolean }> {
  const found = await db.listing.findMany({
    where: { shopId, variantId, removedAt: null },
    include: { channel: { select: { name: true, connectorKey: true, locationGids: true } } },
    orderBy: [{ channelId: "asc" }, { id: "asc" }],
    take: LISTINGS_MAX + 1,
  });
  const shown = found.slice(0, LISTINGS_MAX);
  const ids = shown.map((listing) => listing.id);
  const limits = limitsOf(rt);
  const facts = new Map((await readFactsOf(db, shopId, ids)).map((one) => [one.id, one]));
  const now = await explainListings(db, ids, limits);
  const listings = shown.flatMap(({ id, channelId, channel, title }) => {
    const its = facts.get(id);
    if (!its) return [];
    const { code, why } = listingStatus(its);
    const { zeroIsFinal } = limits(channel.connectorKey);
    const quantity = now.get(id)?.quantity ?? null;
    const { name, locationGids } = channel;
    const stands = { isInStep: code === "in-step", isLeftAlone: LEFT_ALONE.includes(code), why };
    return [{ id, channelId, channel: name, title, ...stands, locationGids, quantity, zeroIsFinal }];
  });
  return { listings, hasMore: found.length > LISTINGS_MAX };
}

type Moved = Pick<LatencyCheck, "shopId" | "inventoryItemGid" | "locationGid"> & { changedAt: Date; movedAt: Date };

/** Clocks of Shopify's differ a little from this machine's, and its times are whole seconds. */
const CLOCKS_MS = 5_000;

/** When Lockstep first heard of the move; null: it has not yet. */
export async function readHeard(
  db: Db | Tx,
  { shopId, inventoryItemGid, locationGid, changedAt, movedAt }: Moved,
): Promise<{ at: Date; byNotice: boolean } | null> {
  const entry = await db.ledgerEntry.findFirst({
    where: {
      ...{ shopId, inventoryItemGid, locationGid, delta: { lt: 0 } },
      recordedAt: { gte: addMs(changedAt, -CLOCKS_MS) },
      occurredAt: { gte: new Date(Math.floor(movedAt.getTime() / 1_000) * 1_000) },
    },
    orderBy: { recordedAt: "asc" },
  });
  if (!entry) return null;
  const isNotice = entry.cause === "webhook" && entry.reference !== null && /^\d{1,18}$/.test(entry.reference);
  const delivery = isNotice
    ? await db.delivery.findUnique({ where: { id: BigInt(entry.reference ?? 0) }, select: { receivedAt: true } })
    : null;
  return { at: delivery?.receivedAt ?? entry.recordedAt, byNotice: delivery !== null };
}

const PUSHES_MAX = 500;

/** What was sent for these listings since, the earliest first. */
export async function readPushes(
  db: Db | Tx,
  listingIds: readonly number[],
  since: Date,
): Promise<(PushSeen & { listingId: number })[]> {
  const found = await db.attempt.findMany({
    where: { listingId: { in: [...listingIds] }, kind: "push", startedAt: { gte: since }, quantity: { not: null } },
    orderBy: [{ startedAt: "asc" }, { id: "asc" }],
    take: PUSHES_MAX,
  });
  return found.flatMap(({ listingId, outcome, message, quantity, startedAt, finishedAt }) =>
    listingId === null || quantity === null
      ? []
      : [{ listingId, outcome, message: message ?? "", quantity, startedAt, finishedAt }],
  );
}

/** Units there are to sell without what is taken; null: Shopify does not count it any more. */
export async function readLeft(db: Db | Tx, shopId: number, inventoryItemGid: string): Promise<number | null> {
  const [row] = await db.$queryRaw<{ left: number | null }[]>`
    SELECT ((SELECT SUM(l.available) FROM "Level" l JOIN "Location" o ON o."shopId" = l."shopId" AND o.gid = l."locationGid" AND o.active
        WHERE l."shopId" = ${shopId} AND l."inventoryItemGid" = ${inventoryItemGid})
      - (SELECT COALESCE(SUM(r.quantity), 0) FROM "Reservation" r
        WHERE r."shopId" = ${shopId} AND r."inventoryItemGid" = ${inventoryItemGid} AND r.state = 'pending')
      - (SELECT COALESCE(SUM(m."unseenUnits"), 0) FROM "Variant" v JOIN "Listing" m ON m."variantId" = v.id AND m."unseenUnits" > 0
        WHERE v."shopId" = ${shopId} AND v."inventoryItemGid" = ${inventoryItemGid}))::int AS left`;
  return row?.left ?? null;
}
