/** Slice: orders, storing what a marketplace shows. */
import { compareAmounts, signOf, subtractAmounts } from "#connectors/contract/money.ts";
import type { RemoteBuyer, RemoteOrder, RemoteOrderLine } from "#connectors/contract/remote-types.ts";
import type { Tx } from "../db.server.ts";
import type { Reservation } from "../generated/prisma/client.ts";
import type { Secrets } from "../secrets.ts";
import { buyerForgetAt, buyerKeysOf } from "./buyers.ts";
import { fieldsOf, isOvertaken, openCorrection, openGiven, withCorrection } from "./corrected-buyer.ts";
import { moneyOf } from "./order-money.ts";
import { isOver, nextStage, type OrderStage } from "./order-stage.ts";
import { findOrder, type OrderLine, type OrderWithLines, setUnitsAside } from "./orders.ts";
import { lineAfter, unitsOf } from "./picture.ts";

/** What a line was sold on, as far as we can tell. */
export interface ResolvedLine {
  remoteLineId: string;
  listingId: number | null;
  variantId: number | null;
  inventoryItemGid: string | null;
}

export interface RecordedOrder {
  id: number;
  isNew: boolean;
  stageBefore: OrderStage | null;
  stage: OrderStage;
  /** Items whose pending units changed. */
  inventoryItemGids: string[];
  /** Whether it takes more units of any item than it did. */
  takesMore: boolean;
  /** Units that the picture held before showed, and this one does not show any more, or shows as cancelled. */
  unitsTakenBack: number;
  /** Set where money was given back after Shopify had the order (or may have it): how much, beyond the cancelled units. */
  refundToTell: string | null;
  /** The marketplace cancelled it after Shopify had it (or may have it). */
  cancelInShopify: boolean;
  /** Its order in Shopify, where the marketplace cancelled it, or gave units of it back, since it was stored before. */
  compareWith: string | null;
  shopifyOrderName: string | null;
  /** Whose it is; null: nobody's that is known. */
  customerRecordId: number | null;
  /** Its buyer was forgotten: what is shown of them is nobody's. */
  isForgotten: boolean;
  /** As they count, with what the merchant corrected. */
  buyer: RemoteBuyer;
  /**
   * Of a buyer that the merchant corrected, the marketplace gives something else than before: `moved` than when that was
   * done, `back` the same again. Null: nothing of it changed.
   */
  givenAnew: "moved" | "back" | null;
}

interface OrderShown {
  shopId: number;
  channelId: number;
  order: RemoteOrder;
  lines: readonly ResolvedLine[];
  secrets: Secrets;
  connectorKey: string;
  /** How long the buyer is kept after shipment or cancellation. */
  buyerKeptMs: number;
  /** It was stored before, as far as the caller has seen. */
  isKnown: boolean;
  /** Of this picture (picture.ts). */
  fingerprint: string;
  now: Date;
}

/**
 * Stores an order as the marketplace shows it, with a reservation per line, and moves it along its stages. Storing the
 * same again changes nothing; an older picture than the one held is not stored.
 */
export async function recordOrder(tx: Tx, input: OrderShown): Promise<RecordedOrder | null> {
  const { channelId, order } = input;
  const inserted = input.isKnown ? null : await insertOrder(tx, input);
  if (inserted) return inserted;
  const held = await lockOrderByRemoteId(tx, channelId, order.remoteId);
  // Erased a moment ago.
  if (!held) return insertOrder(tx, input);
  return held.remoteUpdatedAt > order.updatedAt ? null : updateOrder(tx, input, held);
}

/** One statement for the order, its lines and their reservations; null when it had been stored before. */
async function insertOrder(tx: Tx, input: OrderShown): Promise<RecordedOrder | null> {
  const { shopId, channelId, order, now } = input;
  const stage = nextStage(null, order.status, { isEmpty: isEmpty(order.lines), wasSent: false });
  const facts = factsOf(input);
  const buyer = buyerOf(input, null, input.order.buyer);
  const lines = order.lines.map((line) => {
    const resolved = input.lines.find((one) => one.remoteLineId === line.remoteLineId);
    const unitsToReserve = isOver(stage) ? 0 : unitsOf(line);
    return { ...lineFactsOf(line), ...lineAfter(null, line), unitsToReserve, ...resolved };
  });
  const [row] = await tx.$queryRaw<{ id: number; inventoryItemGids: string[] }[]>`
    WITH shown AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) AS i("remoteLineId" text, sku text, title text,
        quantity int, "quantityCancelled" int, "unitAmount" text, "requiresShipping" boolean, "listingId" int, "variantId" int, "inventoryItemGid" text,
        "unitsToReserve" int)
    ), stored AS (
      INSERT INTO "MarketplaceOrder" ("shopId", "channelId", "remoteId", "soldAt", "importedAt", "displayName", "paidAt", "remoteUpdatedAt",
        "remoteStatus", "cancellationRequested", "buyerSealed", "buyerKeys", "buyerForgetAt", currency, "totalAmount", "shippingAmount", "taxAmount",
        "taxCollectedByMarketplace", "taxIncludedAmount", "adjustmentAmount", "refundedAmount", "paidAmount", "buyerIsHidden", delivery, "shipBy", "shipByLookAt", "holdBecause", "remarksSealed", "pictureHash",
        stage)
      VALUES (${shopId}, ${channelId}, ${order.remoteId}, ${order.soldAt}, ${now}, ${facts.displayName}, ${facts.paidAt}, ${facts.remoteUpdatedAt},
        ${facts.remoteStatus}, ${facts.cancellationRequested}, ${buyer.buyerSealed}, ${buyer.buyerKeys}, ${buyer.buyerForgetAt}, ${facts.currency}, ${facts.totalAmount},
        ${facts.shippingAmount}, ${facts.taxAmount}, ${facts.taxCollectedByMarketplace}, ${facts.taxIncludedAmount}, ${facts.adjustmentAmount},
        ${facts.refundedAmount}, ${paidAmountOf(order, order.lines)}, ${buyer.buyerIsHidden}, ${facts.delivery}, ${facts.shipBy}, ${facts.shipBy === null ? null : now}, ${facts.holdBecause}, ${buyer.remarksSealed}, ${facts.pictureHash}, ${stage})
      ON CONFLICT ("channelId", "remoteId") DO NOTHING RETURNING id
    ), lines AS (
      INSERT INTO "OrderLine" ("orderId", "remoteLineId", sku, title, quantity, "quantityCancelled", "unitAmount", "requiresShipping", "listingId", "variantId",
        "soldAt", "importedAt")
      SELECT o.id, i."remoteLineId", i.sku, i.title, i.quantity, i."quantityCancelled", i."unitAmount", i."requiresShipping", i."listingId", i."variantId",
        ${order.soldAt}, ${now}
      FROM stored o, shown i ON CONFLICT DO NOTHING RETURNING id, "remoteLineId"
    ), reserved AS (
      INSERT INTO "Reservation" ("shopId", "orderLineId", "inventoryItemGid", quantity, state, "createdAt")
      SELECT ${shopId}, l.id, i."inventoryItemGid", i."unitsToReserve", 'pending', ${now}
      FROM lines l JOIN shown i ON i."remoteLineId" = l."remoteLineId"
      WHERE i."inventoryItemGid" IS NOT NULL AND i."unitsToReserve" > 0 ON CONFLICT DO NOTHING RETURNING "inventoryItemGid"
    )
    SELECT id, ARRAY(SELECT DISTINCT "inventoryItemGid" FROM reserved ORDER BY 1) AS "inventoryItemGids" FROM stored`;
  return row ? { ...NOTHING_BEFORE, ...row, stage, takesMore: !isOver(stage), buyer: order.buyer } : null;
}

const NOTHING_BEFORE = {
  isNew: true,
  stageBefore: null,
  unitsTakenBack: 0,
  refundToTell: null,
  cancelInShopify: false,
  compareWith: null,
  shopifyOrderName: null,
  customerRecordId: null,
  isForgotten: false,
  givenAnew: null,
};

async function updateOrder(tx: Tx, input: OrderShown, held: OrderWithLines): Promise<RecordedOrder> {
  const { order } = input;
  const stageBefore = held.stage as OrderStage;
  const lines = linesAfter(order.lines, held.lines);
  const stage = nextStage(stageBefore, order.status, { isEmpty: isEmpty(lines), wasSent: held.sentAt !== null });
  const followed = followCorrection(input, held);
  await tx.marketplaceOrder.update({
    where: { id: held.id },
    data: {
      ...factsOf(input),
      ...(held.redactedAt ? {} : buyerOf(input, held, followed.buyer)),
      // The time, the units or the payment may be others now.
      ...(order.shipBy === null && held.shipBy === null ? {} : { shipByLookAt: input.now }),
      paidAmount: paidAmountOf(order, pricedAfter(lines)),
      stage,
    },
    select: { id: true },
  });
  const touched = new Map<string, number>();
  for (const line of lines) {
    const changed = await updateLine(tx, input, held, stage, line);
    if (changed) touched.set(changed.inventoryItemGid, (touched.get(changed.inventoryItemGid) ?? 0) + changed.by);
  }
  return {
    id: held.id,
    isNew: false,
    stageBefore,
    stage,
    inventoryItemGids: [...touched.keys()],
    takesMore: [...touched.values()].some((by) => by > 0),
    unitsTakenBack: lines.reduce((sum, line) => sum + Math.max(0, unitsBefore(line) - unitsOf(line)), 0),
    refundToTell: isOver(stage) && stage !== "entered" ? null : refundToTell(order, held, lines),
    cancelInShopify: order.status === "cancelled" && (stage === "sent" || stage === "placed"),
    compareWith:
      lines.some((line) => unitsOf(line) !== unitsBefore(line)) || order.status !== held.remoteStatus
        ? held.shopifyOrderGid
        : null,
    shopifyOrderName: held.shopifyOrderName,
    customerRecordId: held.customerRecordId,
    isForgotten: held.redactedAt !== null,
    ...followed,
  };
}

/** What is sealed is opened only where the merchant corrected something: of few orders. */
function followCorrection(
  { order, secrets }: OrderShown,
  held: OrderWithLines,
): Pick<RecordedOrder, "buyer" | "givenAnew"> {
  const correction = openCorrection(secrets, held);
  if (!correction) return { buyer: order.buyer, givenAnew: null };
  const before = openGiven(secrets, held);
  const isAnew = before !== null && isOvertaken({ ...correction, given: fieldsOf(before) }, order.buyer);
  const since = isOvertaken(correction, order.buyer) ? "moved" : "back";
  return { buyer: withCorrection(order.buyer, correction), givenAnew: isAnew ? since : null };
}

/** What the buyer paid and was not given back. */
function paidAmountOf(
  order: RemoteOrder,
  lines: readonly { quantity: number; quantityCancelled: number; unitPrice: { amount: string } }[],
): string {
  if (order.status === "cancelled") return "0";
  return moneyOf({
    ...amountsOf(order),
    lines: lines.map(({ unitPrice, ...units }) => ({ ...units, unitAmount: unitPrice.amount })),
  }).paid;
}

function amountsOf(order: RemoteOrder) {
  return {
    totalAmount: order.total.amount,
    shippingAmount: order.shipping.amount,
    taxAmount: order.tax.amount,
    adjustmentAmount: order.adjustment.amount,
    refundedAmount: order.refunded.amount,
  };
}

/** At the price that a line shows, or showed before it was taken out. */
function pricedAfter(lines: readonly LineAfter[]) {
  return lines.map(({ quantity, quantityCancelled, shown, held }) => ({
    quantity,
    quantityCancelled,
    unitPrice: { amount: shown?.unitPrice.amount ?? held?.unitAmount ?? "0" },
  }));
}

function unitsBefore({ held }: LineAfter): number {
  return held ? unitsOf(held) : 0;
}

/** What the Shopify order leaves out, and the price of cancelled units, is told of otherwise. */
function refundToTell(order: RemoteOrder, held: OrderWithLines, lines: readonly LineAfter[]): string | null {
  const isThere = held.stage === "placed" || held.stage === "sent" || held.stage === "entered";
  if (!isThere || order.status === "cancelled") return null;
  if (compareAmounts(order.refunded.amount, held.refundedAmount) <= 0) return null;
  const { refundedBeyondUnits } = moneyOf({
    ...amountsOf(order),
    lines: pricedAfter(lines).map(({ unitPrice, ...units }) => ({ ...units, unitAmount: unitPrice.amount })),
  });
  const amount = subtractAmounts(refundedBeyondUnits, held.refundedBefore);
  return signOf(amount) > 0 ? amount : null;
}

interface LineAfter {
  quantity: number;
  quantityCancelled: number;
  /** Null: the picture does not have it any more. */
  shown: RemoteOrderLine | null;
  held: OrderWithLines["lines"][number] | null;
}

/** A picture without any line says nothing of lines. */
function linesAfter(shown: readonly RemoteOrderLine[], held: OrderWithLines["lines"]): LineAfter[] {
  const heldOf = (line: RemoteOrderLine) => held.find((one) => one.remoteLineId === line.remoteLineId) ?? null;
  const kept = shown.map((line) => ({ ...lineAfter(heldOf(line), line), shown: line, held: heldOf(line) }));
  if (kept.length === 0) return [];
  const gone = held.filter((line) => !shown.some((one) => one.remoteLineId === line.remoteLineId));
  return [...kept, ...gone.map((line) => ({ ...lineAfter(line, null), shown: null, held: line }))];
}

function isEmpty(lines: readonly { quantity: number; quantityCancelled: number }[]): boolean {
  return lines.length > 0 && lines.every((line) => unitsOf(line) === 0);
}

/** Returns by how much the units that it takes of its item changed. */
async function updateLine(
  tx: Tx,
  { shopId, order, lines, now }: OrderShown,
  { id: orderId, soldAt, importedAt }: OrderWithLines,
  stage: OrderStage,
  { held, shown, quantity, quantityCancelled }: LineAfter,
): Promise<{ inventoryItemGid: string; by: number } | null> {
  const resolved = lines.find((one) => one.remoteLineId === (shown ?? held)?.remoteLineId);
  // What it was sold on is decided once: a later rebinding of the listing does not move the sale.
  const soldOn = {
    listingId: held?.listingId ?? resolved?.listingId ?? null,
    variantId: held?.variantId ?? resolved?.variantId ?? null,
  };
  const units = { quantity, quantityCancelled };
  let orderLineId: number;
  if (held) {
    await updateHeldLine(tx, held, { ...(shown ? lineFactsOf(shown) : {}), ...units, ...soldOn });
    orderLineId = held.id;
  } else if (shown) {
    const data = { orderId, soldAt, importedAt, ...lineFactsOf(shown), ...units, ...soldOn };
    ({ id: orderLineId } = await tx.orderLine.create({ data, select: { id: true } }));
  } else return null;
  return settleReservation(tx, {
    shopId,
    orderLineId,
    held: held?.reservation ?? null,
    inventoryItemGid: held?.reservation?.inventoryItemGid ?? resolved?.inventoryItemGid ?? null,
    quantity: isOver(stage) ? 0 : unitsOf(units),
    // What Shopify has, or may have, it counts by itself: until that is seen, too low is safe.
    isShopifys: (stage === "placed" || stage === "sent") && order.status !== "cancelled",
    isOver: isOver(stage),
    now,
  });
}

function updateHeldLine(tx: Tx, held: OrderLine, data: Partial<OrderLine>): Promise<unknown> | null {
  const changes = Object.entries(data).filter(([name, value]) => held[name as keyof OrderLine] !== value);
  return changes.length === 0
    ? null
    : tx.orderLine.update({ where: { id: held.id }, data: Object.fromEntries(changes), select: { id: true } });
}

function lineFactsOf(line: RemoteOrderLine) {
  const { remoteLineId, sku, title, requiresShipping } = line;
  return { remoteLineId, sku, title, unitAmount: line.unitPrice.amount, requiresShipping };
}

/** Never stored again on an order whose buyer was forgotten. `counts`: the buyer, with what the merchant corrected. */
function buyerOf(
  { order, secrets, connectorKey, buyerKeptMs }: OrderShown,
  held: OrderWithLines | null,
  counts: RemoteBuyer,
) {
  const isCancelled = order.status === "cancelled";
  const endedAt = isCancelled ? order.updatedAt : null;
  const forgetAt = buyerForgetAt({ soldAt: order.soldAt, endedAt }, buyerKeptMs);
  const keys = buyerKeysOf(secrets, connectorKey, { given: order.buyer, counts });
  return {
    buyerSealed: secrets.seal(JSON.stringify(order.buyer)),
    remarksSealed: order.remarks.length > 0 ? secrets.seal(JSON.stringify(order.remarks)) : null,
    buyerKeys: keys,
    buyerIsHidden: keys.length === 0,
    // A shipment has set it, or an earlier cancellation.
    buyerForgetAt:
      held?.buyerForgetAt && (!isCancelled || held.buyerForgetAt < forgetAt) ? held.buyerForgetAt : forgetAt,
  };
}

function factsOf({ order, fingerprint }: OrderShown) {
  return {
    displayName: order.displayName,
    paidAt: order.paidAt,
    remoteUpdatedAt: order.updatedAt,
    remoteStatus: order.status,
    cancellationRequested: order.cancellationRequested,
    currency: order.total.currency,
    totalAmount: order.total.amount,
    shippingAmount: order.shipping.amount,
    taxAmount: order.tax.amount,
    taxCollectedByMarketplace: order.taxCollectedByMarketplace,
    taxIncludedAmount: order.taxIncluded.amount,
    adjustmentAmount: order.adjustment.amount,
    refundedAmount: order.refunded.amount,
    delivery: order.delivery,
    shipBy: order.shipBy,
    holdBecause: order.holdBecause,
    pictureHash: fingerprint,
  };
}

/**
 * Brings a line's reservation to `quantity` units. Returns by how much the units changed that count as pending; units that
 * Shopify holds back for it are given back there (stock-holds), and count until then.
 */
async function settleReservation(
  tx: Tx,
  wanted: {
    shopId: number;
    orderLineId: number;
    held: Reservation | null;
    inventoryItemGid: string | null;
    quantity: number;
    isShopifys: boolean;
    isOver: boolean;
    now: Date;
  },
): Promise<{ inventoryItemGid: string; by: number } | null> {
  const { held, quantity, now } = wanted;
  // One that was given up is taken up again where the marketplace shows units again.
  if (!held || held.state === "voided") {
    const { inventoryItemGid } = wanted;
    if (!inventoryItemGid || quantity <= 0 || wanted.isShopifys) return null;
    const { shopId, orderLineId } = wanted;
    await setUnitsAside(tx, { shopId, orderLineId, inventoryItemGid, quantity, now });
    return { inventoryItemGid, by: quantity };
  }
  if (held.quantity === quantity || wanted.isShopifys) return null;
  const { id, inventoryItemGid } = held;
  if (held.state === "posted") {
    if (!wanted.isOver && quantity < held.quantity) await tx.reservation.update({ where: { id }, data: { quantity } });
    return null;
  }
  const isVoid = quantity <= 0;
  await tx.reservation.update({ where: { id }, data: isVoid ? { state: "voided", settledAt: now } : { quantity } });
  return { inventoryItemGid, by: quantity - held.quantity };
}

/** Its stage stays as it is read until the transaction ends: whoever places it waits, or has been here before. */
async function lockOrderByRemoteId(tx: Tx, channelId: number, remoteId: string): Promise<OrderWithLines | null> {
  const [locked] = await tx.$queryRaw<{ id: number }[]>`
    SELECT id FROM "MarketplaceOrder" WHERE "channelId" = ${channelId} AND "remoteId" = ${remoteId} FOR NO KEY UPDATE`;
  return locked ? findOrder(tx, locked.id) : null;
}
