/** Everything that happened to one SKU, on every channel, as one list: sales, stock, what was booked, tried and decided. */
import type { Db } from "../db.server.ts";
import type { Attempt } from "../generated/prisma/client.ts";
import { sayUnits } from "../plain-words.ts";
import { ENTRIES_MAX, mergeTimelines, readLedger, type TimelineEntry, toTimelineEntry } from "./timeline.ts";

export interface TimelineOf {
  shopId: number;
  variantId: number;
  inventoryItemGid: string;
  listings: readonly { id: number; title: string; channelId: number; marketplace: string; channel: string }[];
  /** Nothing of that time or later. */
  before: Date;
}

/** Newest first, at most as many as a timeline has. */
export async function readSkuTimeline(db: Db, of: TimelineOf): Promise<TimelineEntry[]> {
  const orders = await readOrders(db, of);
  const [attempts, ledger, bookings, changes] = await Promise.all([
    readAttemptsOf(
      db,
      of,
      orders.map((order) => order.id),
    ),
    readLedger(db, of.shopId, of.inventoryItemGid, of.before),
    readBookings(db, of),
    readDecisions(db, of),
  ]);
  const listingOf = new Map(of.listings.map((listing) => [listing.id, listing]));
  const orderOf = new Map(orders.map((order) => [order.id, order]));
  const tried = attempts.map((attempt) => {
    const listing = listingOf.get(attempt.listingId ?? 0);
    const order = orderOf.get(attempt.orderId ?? 0);
    const about = listing
      ? { label: `${listing.channel} · ${listing.title}`, url: `/app/listings/${listing.id}` }
      : order
        ? { label: `${order.channel} order ${order.name}`, url: `/app/orders/${order.id}` }
        : null;
    return { ...toTimelineEntry(attempt), about };
  });
  const sales = orders.map((order) => ({
    key: `sale-${order.id}`,
    at: order.soldAt.toISOString(),
    kind: `Sold on ${order.channel}`,
    said: null,
    message: `${sayUnits(order.units)} in order ${order.name}`,
    change: null,
    arithmetic: null,
    about: { label: `Order ${order.name}`, url: `/app/orders/${order.id}` },
  }));
  return mergeTimelines(tried, ledger, sales, bookings, changes);
}

interface OrderOfSku {
  id: number;
  name: string;
  channel: string;
  soldAt: Date;
  units: number;
}

/** The latest orders of the variant. */
function readOrders(db: Db, { shopId, variantId, before }: TimelineOf): Promise<OrderOfSku[]> {
  return db.$queryRaw`
    SELECT o.id, o."displayName" AS name, c.name AS channel, o."soldAt", SUM(ol.quantity)::int AS units
    FROM (SELECT ol."orderId", ol.quantity FROM "OrderLine" ol JOIN "MarketplaceOrder" o ON o.id = ol."orderId" AND o."soldAt" < ${before}
      WHERE ol."variantId" = ${variantId} ORDER BY ol.id DESC LIMIT ${ENTRIES_MAX}) ol
    JOIN "MarketplaceOrder" o ON o.id = ol."orderId" AND o."shopId" = ${shopId} JOIN "Channel" c ON c.id = o."channelId"
    GROUP BY o.id, c.name`;
}

/** Of the variant, its listings and its orders: the latest of each, by an index each. Changes of settings are told apart. */
async function readAttemptsOf(db: Db, of: TimelineOf, orderIds: readonly number[]): Promise<Attempt[]> {
  const listingIds = of.listings.map((listing) => listing.id);
  const rows = await db.$queryRaw<{ id: bigint }[]>`
    SELECT id FROM (
      (SELECT id, "startedAt" FROM "Attempt" WHERE "variantId" = ${of.variantId} AND "startedAt" < ${of.before}
        ORDER BY "startedAt" DESC LIMIT ${ENTRIES_MAX})
      UNION SELECT a.id, a."startedAt" FROM unnest(${listingIds}::int[]) AS of(id) CROSS JOIN LATERAL (
        SELECT id, "startedAt" FROM "Attempt" WHERE "listingId" = of.id AND "startedAt" < ${of.before}
        ORDER BY "startedAt" DESC LIMIT ${ENTRIES_MAX}) a
      UNION SELECT a.id, a."startedAt" FROM unnest(${[...orderIds]}::int[]) AS of(id) CROSS JOIN LATERAL (
        SELECT id, "startedAt" FROM "Attempt" WHERE "orderId" = of.id AND "startedAt" < ${of.before}
        ORDER BY "startedAt" DESC LIMIT ${ENTRIES_MAX}) a
    ) latest ORDER BY "startedAt" DESC, id DESC LIMIT ${ENTRIES_MAX}`;
  return db.attempt.findMany({
    where: { id: { in: rows.map((row) => row.id) }, shopId: of.shopId, kind: { not: "settings" } },
    orderBy: [{ startedAt: "desc" }, { id: "desc" }],
  });
}

/** When units were booked for an order, and when Shopify counted them or they were let go. */
async function readBookings(db: Db, { shopId, inventoryItemGid, before }: TimelineOf): Promise<TimelineEntry[]> {
  const reservations = await db.reservation.findMany({
    where: { shopId, inventoryItemGid, createdAt: { lt: before } },
    include: { line: { include: { order: { include: { channel: { select: { name: true } } } } } } },
    orderBy: { id: "desc" },
    take: ENTRIES_MAX,
  });
  return reservations.flatMap(({ id, quantity, state, createdAt, settledAt, line: { order } }) => {
    const of = `${order.channel.name} order ${order.displayName}`;
    const entry = { said: null, change: null, arithmetic: null, about: { label: of, url: `/app/orders/${order.id}` } };
    const booked = {
      ...entry,
      key: `booked-${id}`,
      at: createdAt.toISOString(),
      kind: "Booked",
      message: `${sayUnits(quantity)} held back from every channel until Shopify counts ${quantity === 1 ? "it" : "them"}`,
    };
    if (settledAt === null || settledAt >= before) return [booked];
    const isCounted = state === "posted";
    const settled = {
      ...entry,
      key: `settled-${id}`,
      at: settledAt.toISOString(),
      kind: isCounted ? "Counted by Shopify" : "Released",
      message: isCounted ? `${sayUnits(quantity)} no longer held back here` : `${sayUnits(quantity)} can be sold again`,
    };
    return [booked, settled];
  });
}

/** What was altered, for it, its listings, their channels or the whole shop. */
async function readDecisions(db: Db, { shopId, variantId, listings, before }: TimelineOf): Promise<TimelineEntry[]> {
  const channelIds = [...new Set(listings.map((listing) => listing.channelId))];
  const changes = await db.change.findMany({
    where: {
      shopId,
      changedAt: { lt: before },
      OR: [
        { listingId: { in: listings.map((listing) => listing.id) } },
        { listingId: null, channelId: { in: channelIds } },
        { variantId },
        { listingId: null, channelId: null, variantId: null },
      ],
    },
    orderBy: { id: "desc" },
    take: ENTRIES_MAX,
  });
  return changes.map((change) => {
    const listing = listings.find((one) => one.id === change.listingId);
    return {
      key: `change-${change.id}`,
      at: change.changedAt.toISOString(),
      kind: "Setting changed",
      said: null,
      message: change.message,
      change: null,
      arithmetic: null,
      about: listing
        ? { label: `${listing.channel} · ${listing.title}`, url: `/app/listings/${listing.id}` }
        : change.channelId === null
          ? null
          : { label: "Open the channel", url: `/app/channels/${change.channelId}` },
    };
  });
}
