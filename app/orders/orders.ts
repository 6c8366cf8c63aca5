/** Slice: orders. Owns MarketplaceOrder, OrderLine and Reservation. */
import { type Db, type Tx, tableOf } from "../db.server.ts";
import { type MarketplaceOrder, type OrderLine, Prisma, type Reservation } from "../generated/prisma/client.ts";
import type { Secrets } from "../secrets.ts";
import { IS_AT_CLOSED_SQL, NEEDS_NONE_SQL, ORDER_OF_RESERVATION_SQL } from "../stock-holds/conditions.ts";
import { OVER, stageAfterHold } from "./order-stage.ts";

export type { MarketplaceOrder, OrderLine, Reservation };
export type OrderWithLines = MarketplaceOrder & { lines: (OrderLine & { reservation: Reservation | null })[] };

export function openRemarks(secrets: Secrets, order: Pick<MarketplaceOrder, "remarksSealed">): string[] {
  return order.remarksSealed ? (JSON.parse(secrets.open(order.remarksSealed)) as string[]) : [];
}

export function findOrder(db: Db | Tx, id: number): Promise<OrderWithLines | null> {
  return loadOrder(db, Prisma.sql`o.id = ${id}`);
}

export function findOrderOfShop(db: Db | Tx, shopId: number, id: number): Promise<OrderWithLines | null> {
  return loadOrder(db, Prisma.sql`o.id = ${id} AND o."shopId" = ${shopId}`);
}

export function findOrderByRemoteId(db: Db | Tx, channelId: number, remoteId: string): Promise<OrderWithLines | null> {
  return loadOrder(db, Prisma.sql`o."channelId" = ${channelId} AND o."remoteId" = ${remoteId}`);
}

export function findOrderByShopifyGid(db: Db | Tx, shopId: number, gid: string): Promise<OrderWithLines | null> {
  return loadOrder(db, Prisma.sql`o."shopId" = ${shopId} AND o."shopifyOrderGid" = ${gid}`);
}

/** Those of ours among Shopify's orders. */
export async function listOrderGids(db: Db | Tx, shopId: number, gids: readonly string[]): Promise<Set<string>> {
  const rows = await db.$queryRaw<{ gid: string }[]>`
    SELECT "shopifyOrderGid" AS gid FROM "MarketplaceOrder" WHERE "shopId" = ${shopId} AND "shopifyOrderGid" = ANY(${[...gids]}::text[])`;
  return new Set(rows.map((row) => row.gid));
}

export function listOrdersByGid(db: Db | Tx, shopId: number, gids: readonly string[]): Promise<OrderWithLines[]> {
  if (gids.length === 0) return Promise.resolve([]);
  return loadOrders(db, Prisma.sql`o."shopId" = ${shopId} AND o."shopifyOrderGid" = ANY(${[...gids]}::text[])`);
}

/** Units of each listing's variant in orders that were imported since, on any channel. */
export async function listUnitsSold(
  db: Db | Tx,
  listingIds: readonly number[],
  since: Date,
): Promise<Map<number, number>> {
  if (listingIds.length === 0) return new Map();
  const rows = await db.$queryRaw<{ id: number; units: number }[]>`
    SELECT l.id, SUM(ol.quantity)::int AS units FROM "Listing" l
    JOIN "OrderLine" ol ON ol."variantId" = l."variantId" AND ol."importedAt" >= ${since}
    WHERE l.id = ANY(${[...listingIds]}::int[]) GROUP BY l.id`;
  return new Map(rows.map((row) => [row.id, row.units]));
}

async function loadOrder(db: Db | Tx, where: Prisma.Sql): Promise<OrderWithLines | null> {
  const [order] = await loadOrders(db, where);
  return order ?? null;
}

/** By hand, as most flows begin with it: the same through Prisma's includes is three statements. */
async function loadOrders(db: Db | Tx, where: Prisma.Sql): Promise<OrderWithLines[]> {
  const orders = await db.$queryRaw<(MarketplaceOrder & { lines: StoredLine[] })[]>`
    SELECT o.*, (
      SELECT COALESCE(jsonb_agg(to_jsonb(l) || jsonb_build_object('reservation', to_jsonb(r)) ORDER BY l.id), '[]')
      FROM "OrderLine" l LEFT JOIN "Reservation" r ON r."orderLineId" = l.id WHERE l."orderId" = o.id
    ) AS lines
    FROM "MarketplaceOrder" o WHERE ${where}`;
  return orders.map((order) => ({
    ...order,
    lines: order.lines.map(({ reservation, ...line }) => ({
      ...line,
      reservation: reservation && withDates(reservation),
    })),
  }));
}

/** As JSON has them. */
type StoredLine = OrderLine & { reservation: StoredReservation | null };
type StoredReservation = Omit<Reservation, "createdAt" | "settledAt"> & { createdAt: string; settledAt: string | null };

function withDates({ createdAt, settledAt, ...reservation }: StoredReservation): Reservation {
  return { ...reservation, createdAt: new Date(createdAt), settledAt: settledAt ? new Date(settledAt) : null };
}

/** What we hold of each of these, to leave alone what has not changed. */
export async function listKnownPictures(
  db: Db | Tx,
  channelId: number,
  remoteIds: readonly string[],
): Promise<Map<string, { updatedAt: Date; fingerprint: string | null }>> {
  const rows = await db.marketplaceOrder.findMany({
    where: { channelId, remoteId: { in: [...remoteIds] } },
    select: { remoteId: true, remoteUpdatedAt: true, pictureHash: true },
  });
  return new Map(rows.map((row) => [row.remoteId, { updatedAt: row.remoteUpdatedAt, fingerprint: row.pictureHash }]));
}

/** A newer picture shows these as we hold them: an older one that differs is not to be stored after it. */
export async function recordUnchanged(
  db: Db | Tx,
  channelId: number,
  orders: readonly { remoteId: string; updatedAt: Date }[],
): Promise<void> {
  if (orders.length === 0) return;
  const shown = orders.map(({ remoteId, updatedAt }) => ({ remoteId, updatedAt }));
  await db.$executeRaw`
    UPDATE "MarketplaceOrder" o SET "remoteUpdatedAt" = i."updatedAt"
    FROM ${tableOf(shown, `"remoteId" text, "updatedAt" timestamptz`)} i
    WHERE o."channelId" = ${channelId} AND o."remoteId" = i."remoteId" AND o."remoteUpdatedAt" < i."updatedAt"`;
}

/** Orders to be placed in Shopify now, the earliest sale first. */
export async function listPlaceable(db: Db, shopId: number, now: Date, limit: number): Promise<number[]> {
  const rows = await db.marketplaceOrder.findMany({
    where: { shopId, stage: { in: ["claimed", "sent"] }, OR: [{ retryAt: null }, { retryAt: { lte: now } }] },
    orderBy: [{ soldAt: "asc" }, { id: "asc" }],
    take: limit,
    select: { id: true },
  });
  return rows.map((row) => row.id);
}

export function shopsWithPlaceable(now: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT DISTINCT "shopId" FROM "MarketplaceOrder"
    WHERE stage IN ('claimed', 'sent') AND ("retryAt" IS NULL OR "retryAt" <= ${now})`;
}

/**
 * Written before orderCreate is called, if `when` holds. False when it does not, or when the order is not to be placed any
 * more: it was cancelled a moment ago. `refundedBefore`: what was given back of it beyond the price of cancelled units, which
 * what is sent leaves out.
 */
export async function recordSent(
  db: Db | Tx,
  id: number,
  { refundedBefore, now }: { refundedBefore: string; now: Date },
  when: Prisma.Sql,
): Promise<boolean> {
  const count = await db.$executeRaw`
    UPDATE "MarketplaceOrder" SET stage = 'sent', "sentAt" = ${now}, "placeAttempts" = "placeAttempts" + 1, "refundedBefore" = ${refundedBefore}
    WHERE ${when} AND id = ${id} AND stage = 'claimed'`;
  return count === 1;
}

/** Nothing was created: it may be tried again at `retryAt`. */
export async function recordNotSent(tx: Tx, id: number, retryAt: Date | null): Promise<void> {
  await tx.marketplaceOrder.updateMany({
    where: { id, stage: "sent" },
    data: { stage: "claimed", sentAt: null, retryAt },
  });
}

export async function postponeOrder(tx: Db | Tx, id: number, retryAt: Date): Promise<void> {
  await tx.$executeRaw`UPDATE "MarketplaceOrder" SET "retryAt" = ${retryAt} WHERE id = ${id}`;
}

/** All that is to be placed in a shop now waits until then: Shopify refuses the shop, not one order. */
export async function postponePlaceable(db: Db, shopId: number, now: Date, until: Date): Promise<void> {
  await db.$executeRaw`
    UPDATE "MarketplaceOrder" SET "retryAt" = ${until}
    WHERE "shopId" = ${shopId} AND stage = 'claimed' AND ("retryAt" IS NULL OR "retryAt" <= ${now})`;
}

/**
 * False when there is nothing to hold any more: it was cancelled a moment ago. `refusedSealed`: what Shopify refused of its
 * buyer, as far as that is why.
 */
export async function recordHeld(
  tx: Tx,
  id: number,
  reason: string,
  refusedSealed: string | null = null,
): Promise<boolean> {
  const { count } = await tx.marketplaceOrder.updateMany({
    where: { id, stage: { in: ["claimed", "sent", "held"] } },
    data: { stage: "held", holdReason: reason, refusedSealed, retryAt: null },
  });
  return count === 1;
}

/** The merchant may still decide about it: an order that is being cancelled stays where it is. */
const HELD = { stage: "held", cancellations: { none: {} } } satisfies Prisma.MarketplaceOrderWhereInput;
/** Where it lost to an earlier sale, that is decided first. */
const HELD_FOR_ITSELF = { ...HELD, conflict: { isNot: { state: "open" } } } satisfies Prisma.MarketplaceOrderWhereInput;

type HeldOrder = Pick<MarketplaceOrder, "sentAt" | "holdBecause" | "holdPassed" | "holdReason">;

/** Locked by a statement of its own, so that the next one sees what was decided while this one waited. */
async function decideHeld(
  tx: Tx,
  id: number,
  where: typeof HELD & Prisma.MarketplaceOrderWhereInput,
  decide: (held: HeldOrder) => Prisma.MarketplaceOrderUncheckedUpdateManyInput,
): Promise<boolean> {
  const [locked] = await tx.$queryRaw<HeldOrder[]>`
    SELECT "sentAt", "holdBecause", "holdPassed", "holdReason" FROM "MarketplaceOrder" WHERE id = ${id} FOR NO KEY UPDATE`;
  if (!locked) return false;
  const data = { ...decide(locked), retryAt: null };
  const { count } = await tx.marketplaceOrder.updateMany({ where: { id, ...where }, data });
  return count === 1;
}

/**
 * Gives a held order another try: one that was ever sent is looked for first. `by` the merchant: a reason of the
 * marketplace's that it was held for, they have read, and let pass.
 */
export function releaseHold(tx: Tx, id: number, by: "merchant" | "itself"): Promise<boolean> {
  return decideHeld(tx, id, HELD, ({ sentAt, holdBecause, holdReason }) => ({
    stage: stageAfterHold(sentAt !== null),
    holdReason: null,
    placeAttempts: 0,
    ...(by === "merchant" && holdBecause !== null && holdReason?.startsWith(holdBecause)
      ? { holdPassed: holdBecause }
      : {}),
  }));
}

/** The merchant entered it in Shopify by hand. `sentAt` as it was when the order was looked for. */
export function recordEntered(tx: Tx, { id, sentAt }: OrderWithLines): Promise<boolean> {
  return decideHeld(tx, id, { ...HELD_FOR_ITSELF, sentAt }, () => ({ stage: "entered", holdReason: null }));
}

/** For the start of giving it up: locks it. False when it is not held any more. `sentAt` as above. */
export function keepHold(tx: Tx, { id, sentAt }: OrderWithLines): Promise<boolean> {
  return decideHeld(tx, id, { ...HELD_FOR_ITSELF, sentAt }, () => ({}));
}

/** Locks it; null when this shop has none such. What is decided then is decided about what is read here. */
export async function lockOrderOfShop(tx: Tx, shopId: number, id: number): Promise<OrderWithLines | null> {
  const [locked] = await tx.$queryRaw<{ id: number }[]>`
    SELECT id FROM "MarketplaceOrder" WHERE id = ${id} AND "shopId" = ${shopId} FOR NO KEY UPDATE`;
  return locked ? findOrder(tx, locked.id) : null;
}

/** What the merchant put in place of what the marketplace gave of the buyer; nulls: nothing, from now on. */
export interface CorrectedBuyer {
  correctionSealed: string | null;
  correctedAt: Date | null;
  buyerKeys: string[];
  buyerIsHidden: boolean;
}

/**
 * Of a held order, which gets another try with it; unless the marketplace's side says that it must wait for the merchant's
 * word, which this is not. False when it is not held any more, or nothing is held of its buyer.
 */
export function correctHeld(tx: Tx, { id }: Pick<MarketplaceOrder, "id">, corrected: CorrectedBuyer): Promise<boolean> {
  return decideHeld(tx, id, { ...HELD_FOR_ITSELF, buyerSealed: { not: null } }, (held) => ({
    ...corrected,
    refusedSealed: null,
    ...(waitsForMerchant(held)
      ? {}
      : { stage: stageAfterHold(held.sentAt !== null), holdReason: null, placeAttempts: 0 }),
  }));
}

/** Its buyer is as the marketplace gives them again. Where it is, it stays. */
export async function uncorrect(
  tx: Tx,
  id: number,
  given: Pick<CorrectedBuyer, "buyerKeys" | "buyerIsHidden">,
): Promise<void> {
  const data = { ...given, correctionSealed: null, correctedAt: null };
  await tx.marketplaceOrder.update({ where: { id }, data, select: { id: true } });
}

/** Until the merchant lets pass what the marketplace's side says of it. */
export function waitsForMerchant({
  holdBecause,
  holdPassed,
}: Pick<MarketplaceOrder, "holdBecause" | "holdPassed">): boolean {
  return holdBecause !== null && holdBecause !== holdPassed;
}

export interface PlacedOrder {
  gid: string;
  name: string;
  createdAt: Date;
  customerGid: string | null;
  /** Shopify's line for each of ours, by our remoteLineId. */
  lineGids: ReadonlyMap<string, string>;
}

/** False where its Shopify order is known already: what has become of it since stays. */
export async function recordPlaced(tx: Tx, id: number, placed: PlacedOrder, now: Date): Promise<boolean> {
  const [recorded] = await tx.$queryRaw<{ count: number }[]>`
    WITH placed AS (
      UPDATE "MarketplaceOrder" SET stage = 'placed', "shopifyOrderGid" = ${placed.gid}, "shopifyOrderName" = ${placed.name},
        "shopifyCreatedAt" = ${placed.createdAt}, "customerGid" = ${placed.customerGid}, "placedAt" = ${now}, "holdReason" = NULL, "refusedSealed" = NULL,
        "retryAt" = NULL
      WHERE id = ${id} AND "shopifyOrderGid" IS NULL RETURNING id
    ), lines AS (
      UPDATE "OrderLine" l SET "shopifyLineGid" = g.value
      FROM placed, jsonb_each_text(${JSON.stringify(Object.fromEntries(placed.lineGids))}::jsonb) AS g
      WHERE l."orderId" = placed.id AND l."remoteLineId" = g.key
    )
    SELECT COUNT(*)::int AS count FROM placed`;
  return (recorded?.count ?? 0) > 0;
}

/** Whose it is, as app/customers says; null: nobody's that is known. */
export async function setCustomerRecord(tx: Tx, id: number, recordId: number | null): Promise<void> {
  await tx.$executeRaw`UPDATE "MarketplaceOrder" SET "customerRecordId" = ${recordId} WHERE id = ${id}`;
}

/** Binds lines that had no variant, after the merchant matched the listing. */
export async function bindLine(
  tx: Tx,
  line: {
    id: number;
    shopId: number;
    variantId: number;
    listingId: number | null;
    inventoryItemGid: string;
    quantity: number;
    now: Date;
  },
): Promise<void> {
  await tx.orderLine.update({ where: { id: line.id }, data: { variantId: line.variantId, listingId: line.listingId } });
  await tx.reservation.upsert({
    where: { orderLineId: line.id },
    create: {
      shopId: line.shopId,
      orderLineId: line.id,
      inventoryItemGid: line.inventoryItemGid,
      quantity: line.quantity,
      state: "pending",
      createdAt: line.now,
    },
    update: {},
  });
}

/**
 * Pending although Shopify counts them, for their order or as held for it: only the evidence is missing. Looked up for each
 * that is pending: PostgreSQL takes most of what is pending for one shop's, and would read the orders through for it.
 */
const UNSETTLED = Prisma.sql`
  FROM "Reservation" r CROSS JOIN LATERAL (${Prisma.raw(ORDER_OF_RESERVATION_SQL)}) o
    LEFT JOIN LATERAL (
      SELECT h.id, h."heldAt" FROM "StockHold" h WHERE h."reservationId" = r.id AND h.state IN ('held', 'releasing')
        AND (${Prisma.raw(NEEDS_NONE_SQL)} OR NOT ${Prisma.raw(IS_AT_CLOSED_SQL)}) OFFSET 0) h ON true
  WHERE r.state = 'pending' AND ((o.stage IN ('placed', 'cancelled') AND o."shopifyOrderGid" IS NOT NULL) OR h.id IS NOT NULL)`;

export interface Unsettled {
  id: number;
  inventoryItemGid: string;
  isTracked: boolean;
  quantity: number;
  /** When Shopify took them off what is available. */
  takenAt: Date | null;
  /** The merchant entered the order by hand: a draft of it may have taken them before. */
  isEntered: boolean;
}

export function listUnsettled(db: Db | Tx, shopId: number): Promise<Unsettled[]> {
  return db.$queryRaw`
    SELECT r.id, r."inventoryItemGid", r.quantity, o."linkedAt" IS NOT NULL AS "isEntered",
      COALESCE(o."shopifyCreatedAt", h."heldAt") AS "takenAt", COALESCE((
      SELECT v.tracked FROM "Variant" v WHERE v."shopId" = r."shopId" AND v."inventoryItemGid" = r."inventoryItemGid"), true) AS "isTracked"
    ${UNSETTLED} AND r."shopId" = ${shopId} ORDER BY r.id`;
}

/** A row where any units are pending at all: whoever asks what became of them need not, where none are. */
export const anyPending = (): Prisma.Sql =>
  Prisma.sql`SELECT 1 WHERE EXISTS (SELECT 1 FROM "Reservation" WHERE state = 'pending')`;

export const shopsWithUnsettled = (): Prisma.Sql => Prisma.sql`SELECT DISTINCT r."shopId" ${UNSETTLED}`;

/** Held orders with a line that has no variant and was sold on one of these listings. */
export async function listHeldForListings(
  db: Db | Tx,
  shopId: number,
  listings: readonly { id: number; channelId: number; sku: string | null }[],
): Promise<number[]> {
  const loose = { variantId: null };
  const held = await db.marketplaceOrder.findMany({
    where: { shopId, stage: "held", lines: { some: loose } },
    select: { id: true, channelId: true, lines: { where: loose, select: { listingId: true, sku: true } } },
  });
  const isOf = (order: (typeof held)[number]) =>
    listings.some(
      ({ id, channelId, sku }) =>
        channelId === order.channelId &&
        order.lines.some((line) => line.listingId === id || (sku !== null && line.sku === sku)),
    );
  return held.filter(isOf).map((order) => order.id);
}

/** These units of a line count here, whatever became of its reservation before. */
export async function setUnitsAside(
  tx: Tx,
  {
    shopId,
    orderLineId,
    inventoryItemGid,
    quantity,
    now,
  }: { shopId: number; orderLineId: number; inventoryItemGid: string; quantity: number; now: Date },
): Promise<void> {
  const pending = { inventoryItemGid, quantity, state: "pending", settledAt: null };
  await tx.reservation.upsert({
    where: { orderLineId },
    create: { ...pending, shopId, orderLineId, createdAt: now },
    update: pending,
  });
}

/** From here on Shopify counts these units. */
export async function postReservations(tx: Tx, ids: readonly number[], now: Date): Promise<void> {
  await tx.reservation.updateMany({
    where: { id: { in: [...ids] }, state: "pending" },
    data: { state: "posted", settledAt: now },
  });
}

/** What Shopify counted it counts no more: they count here again. Returns their items. */
export async function reopenReservations(tx: Tx, ids: readonly number[]): Promise<string[]> {
  const rows = await tx.reservation.updateManyAndReturn({
    where: { id: { in: [...ids] }, state: "posted" },
    data: { state: "pending", settledAt: null },
    select: { inventoryItemGid: true },
  });
  return [...new Set(rows.map((row) => row.inventoryItemGid))];
}

/** Releases what an order still holds. Returns the items whose pending units changed. */
export async function voidReservations(tx: Tx, orderId: number, now: Date): Promise<string[]> {
  const rows = await tx.reservation.updateManyAndReturn({
    where: { line: { orderId }, state: "pending" },
    data: { state: "voided", settledAt: now },
    select: { inventoryItemGid: true },
  });
  return [...new Set(rows.map((row) => row.inventoryItemGid))];
}

/** A parcel of the order is on its way, by the marketplace's word too: it wants units of nobody else. */
export async function recordShipped(tx: Tx, orderId: number): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Reservation" SET "isShipped" = true WHERE NOT "isShipped" AND id IN (
      SELECT r.id FROM "OrderLine" l JOIN "Reservation" r ON r."orderLineId" = l.id WHERE l."orderId" = ${orderId} ORDER BY r.id FOR UPDATE OF r)`;
}

/** What was held in Shopify for an order that never came to be is free again. */
export async function voidHeldReservation(tx: Tx, id: number, now: Date): Promise<void> {
  await tx.reservation.updateMany({
    where: {
      id,
      state: "posted",
      OR: [{ line: { order: { stage: { in: [...OVER] }, shopifyOrderGid: null } } }, { quantity: 0 }],
    },
    data: { state: "voided", settledAt: now },
  });
}

export async function recordCancelled(tx: Tx, id: number): Promise<void> {
  await tx.marketplaceOrder.update({ where: { id }, data: { stage: "cancelled", retryAt: null } });
}

/**
 * Shopify turned out not to have it: units that the marketplace took back meanwhile, while Shopify might have counted them,
 * are free. Returns their items.
 */
export async function trimReservations(tx: Tx, orderId: number, now: Date): Promise<string[]> {
  const rows = await tx.$queryRaw<{ inventoryItemGid: string }[]>`
    UPDATE "Reservation" r SET quantity = CASE WHEN l.open > 0 THEN l.open ELSE r.quantity END,
      state = CASE WHEN l.open > 0 THEN r.state ELSE 'voided' END, "settledAt" = CASE WHEN l.open > 0 THEN r."settledAt" ELSE ${now} END
    FROM (SELECT id, quantity - "quantityCancelled" AS open FROM "OrderLine" WHERE "orderId" = ${orderId}) l
    WHERE r."orderLineId" = l.id AND r.state = 'pending' AND r.quantity > l.open RETURNING r."inventoryItemGid"`;
  return [...new Set(rows.map((row) => row.inventoryItemGid))];
}

/** Nothing of it is left to be sent, and Shopify does not have it. */
export async function recordEmpty(tx: Tx, id: number): Promise<void> {
  await tx.marketplaceOrder.updateMany({ where: { id, stage: "claimed" }, data: { stage: "empty", retryAt: null } });
}
