/** Slice: orders, storing what a marketplace shows. */
import type { RemoteOrder } from "#connectors/contract/remote-types.ts";
import { identifyBuyer, identityKeys } from "../customers/identities.ts";
import type { Tx } from "../db.server.ts";
import type { Reservation } from "../generated/prisma/client.ts";
import type { Secrets } from "../secrets.ts";
import { buyerForgetAt } from "./buyers.ts";
import { isOver, nextStage, type OrderStage } from "./order-stage.ts";
import { findOrder, type OrderWithLines } from "./orders.ts";

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
  /** The marketplace cancelled it after Shopify had it (or may have it). */
  cancelInShopify: boolean;
  /** Its order in Shopify, where the marketplace cancelled it, or gave units of it back, since it was stored before. */
  compareWith: string | null;
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
  const stage = nextStage(null, order.status, false);
  const facts = factsOf(input);
  const buyer = buyerOf(input, null);
  const lines = order.lines.map((line) => {
    const resolved = input.lines.find((one) => one.remoteLineId === line.remoteLineId);
    const { remoteLineId, sku, title, quantity, quantityCancelled } = line;
    const unitAmount = line.unitPrice.amount;
    const unitsToReserve = isOver(stage) ? 0 : quantity - quantityCancelled;
    return { remoteLineId, sku, title, quantity, quantityCancelled, unitAmount, unitsToReserve, ...resolved };
  });
  const [row] = await tx.$queryRaw<{ id: number; inventoryItemGids: string[] }[]>`
    WITH shown AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) AS i("remoteLineId" text, sku text, title text,
        quantity int, "quantityCancelled" int, "unitAmount" text, "listingId" int, "variantId" int, "inventoryItemGid" text, "unitsToReserve" int)
    ), stored AS (
      INSERT INTO "MarketplaceOrder" ("shopId", "channelId", "remoteId", "soldAt", "importedAt", "displayName", "paidAt", "remoteUpdatedAt",
        "remoteStatus", "cancellationRequested", "buyerSealed", "buyerKeys", "buyerForgetAt", currency, "totalAmount", "shippingAmount", "taxAmount",
        "taxCollectedByMarketplace", stage)
      VALUES (${shopId}, ${channelId}, ${order.remoteId}, ${order.soldAt}, ${now}, ${facts.displayName}, ${facts.paidAt}, ${facts.remoteUpdatedAt},
        ${facts.remoteStatus}, ${facts.cancellationRequested}, ${buyer.buyerSealed}, ${buyer.buyerKeys}, ${buyer.buyerForgetAt}, ${facts.currency}, ${facts.totalAmount},
        ${facts.shippingAmount}, ${facts.taxAmount}, ${facts.taxCollectedByMarketplace}, ${stage})
      ON CONFLICT ("channelId", "remoteId") DO NOTHING RETURNING id
    ), lines AS (
      INSERT INTO "OrderLine" ("orderId", "remoteLineId", sku, title, quantity, "quantityCancelled", "unitAmount", "listingId", "variantId")
      SELECT o.id, i."remoteLineId", i.sku, i.title, i.quantity, i."quantityCancelled", i."unitAmount", i."listingId", i."variantId"
      FROM stored o, shown i ON CONFLICT DO NOTHING RETURNING id, "remoteLineId"
    ), reserved AS (
      INSERT INTO "Reservation" ("shopId", "orderLineId", "inventoryItemGid", quantity, state, "createdAt")
      SELECT ${shopId}, l.id, i."inventoryItemGid", i."unitsToReserve", 'pending', ${now}
      FROM lines l JOIN shown i ON i."remoteLineId" = l."remoteLineId"
      WHERE i."inventoryItemGid" IS NOT NULL AND i."unitsToReserve" > 0 ON CONFLICT DO NOTHING RETURNING "inventoryItemGid"
    )
    SELECT id, ARRAY(SELECT DISTINCT "inventoryItemGid" FROM reserved ORDER BY 1) AS "inventoryItemGids" FROM stored`;
  return row ? { ...row, isNew: true, stageBefore: null, stage, cancelInShopify: false, compareWith: null } : null;
}

async function updateOrder(tx: Tx, input: OrderShown, held: OrderWithLines): Promise<RecordedOrder> {
  const { shopId, order, now } = input;
  const stageBefore = held.stage as OrderStage;
  const stage = nextStage(stageBefore, order.status, held.sentAt !== null);
  const orderId = held.id;
  await tx.marketplaceOrder.update({
    where: { id: orderId },
    data: { ...factsOf(input), ...(held.redactedAt ? {} : buyerOf(input, held)), stage },
    select: { id: true },
  });
  const touched = new Set<string>();
  for (const line of order.lines) {
    const resolved = input.lines.find((one) => one.remoteLineId === line.remoteLineId);
    const heldLine = held.lines.find((one) => one.remoteLineId === line.remoteLineId);
    const stored = await tx.orderLine.upsert({
      where: { orderId_remoteLineId: { orderId, remoteLineId: line.remoteLineId } },
      create: {
        orderId,
        remoteLineId: line.remoteLineId,
        sku: line.sku,
        title: line.title,
        quantity: line.quantity,
        quantityCancelled: line.quantityCancelled,
        unitAmount: line.unitPrice.amount,
        listingId: resolved?.listingId ?? null,
        variantId: resolved?.variantId ?? null,
      },
      // What it was sold on is decided once: a later rebinding of the listing does not move the sale.
      update: {
        quantityCancelled: line.quantityCancelled,
        listingId: heldLine?.listingId ?? resolved?.listingId ?? null,
        variantId: heldLine?.variantId ?? resolved?.variantId ?? null,
      },
      select: { id: true },
    });
    const changed = await settleReservation(tx, {
      shopId,
      orderLineId: stored.id,
      held: heldLine?.reservation ?? null,
      inventoryItemGid: heldLine?.reservation?.inventoryItemGid ?? resolved?.inventoryItemGid ?? null,
      quantity: isOver(stage) ? 0 : line.quantity - line.quantityCancelled,
      now,
    });
    if (changed) touched.add(changed);
  }
  return {
    id: orderId,
    isNew: false,
    stageBefore,
    stage,
    inventoryItemGids: [...touched],
    cancelInShopify: order.status === "cancelled" && (stage === "sent" || stage === "placed"),
    compareWith: hasOtherUnits(order, held) || order.status !== held.remoteStatus ? held.shopifyOrderGid : null,
  };
}

function hasOtherUnits(order: RemoteOrder, held: OrderWithLines): boolean {
  return order.lines.some((line) => {
    const before = held.lines.find((one) => one.remoteLineId === line.remoteLineId);
    const units = line.quantity - line.quantityCancelled;
    return before ? before.quantity - before.quantityCancelled !== units : units > 0;
  });
}

/** Never stored again on an order whose buyer was forgotten. */
function buyerOf({ order, secrets, connectorKey, buyerKeptMs }: OrderShown, held: OrderWithLines | null) {
  const isCancelled = order.status === "cancelled";
  const endedAt = isCancelled ? order.updatedAt : null;
  const forgetAt = buyerForgetAt({ soldAt: order.soldAt, endedAt }, buyerKeptMs);
  return {
    buyerSealed: secrets.seal(JSON.stringify(order.buyer)),
    buyerKeys: identityKeys(secrets.hash, connectorKey, identifyBuyer(order.buyer)).map((key) => key.valueHash),
    // A shipment has set it, or an earlier cancellation.
    buyerForgetAt:
      held?.buyerForgetAt && (!isCancelled || held.buyerForgetAt < forgetAt) ? held.buyerForgetAt : forgetAt,
  };
}

function factsOf({ order }: OrderShown) {
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
  };
}

/** Brings a line's reservation to `quantity` pending units while Shopify does not count it. Returns the item if that changed. */
async function settleReservation(
  tx: Tx,
  wanted: {
    shopId: number;
    orderLineId: number;
    held: Reservation | null;
    inventoryItemGid: string | null;
    quantity: number;
    now: Date;
  },
): Promise<string | null> {
  const { held, quantity, now } = wanted;
  if (!held) {
    if (!wanted.inventoryItemGid || quantity <= 0) return null;
    await tx.reservation.create({
      data: {
        shopId: wanted.shopId,
        orderLineId: wanted.orderLineId,
        inventoryItemGid: wanted.inventoryItemGid,
        quantity,
        state: "pending",
        createdAt: now,
      },
    });
    return wanted.inventoryItemGid;
  }
  if (held.state !== "pending" || held.quantity === quantity) return null;
  await tx.reservation.update({
    where: { id: held.id },
    data: quantity <= 0 ? { state: "voided", settledAt: now } : { quantity },
  });
  return held.inventoryItemGid;
}

/** Its stage stays as it is read until the transaction ends: whoever places it waits, or has been here before. */
async function lockOrderByRemoteId(tx: Tx, channelId: number, remoteId: string): Promise<OrderWithLines | null> {
  const [locked] = await tx.$queryRaw<{ id: number }[]>`
    SELECT id FROM "MarketplaceOrder" WHERE "channelId" = ${channelId} AND "remoteId" = ${remoteId} FOR UPDATE`;
  return locked ? findOrder(tx, locked.id) : null;
}
