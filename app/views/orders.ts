/** Read models of the order screens. */
import { z } from "zod";
import { isOvertaken, openCorrection, openGiven } from "../orders/corrected-buyer.ts";
import { unitsOf } from "../orders/picture.ts";
import { plainWords } from "../plain-words.ts";
import type { Runtime } from "../runtime.ts";
import { isInTrouble, isUnderWay as isOnItsWay } from "../shipments/shipment-state.ts";
import { readOrderAlerts, type ShownAlert } from "./alerts.ts";
import { buyerName } from "./buyer-name.ts";
import { marketplaceName } from "./home.ts";
import { type OrderFilters, type OrderWithAll, readOrderPage } from "./order-page.ts";
import { besidePage } from "./paging.ts";
import { readAttempts, type TimelineEntry } from "./timeline.ts";
import {
  type Said,
  sayCancellationState,
  sayConflict,
  sayOrderStage,
  sayReservationState,
  sayShipmentState,
} from "./words.ts";

export interface OrderRow {
  id: number;
  name: string;
  channel: { id: number; name: string; marketplace: string; cancels: boolean };
  soldAt: string;
  said: Said;
  holdReason: string | null;
  /** It may be tried again. */
  isHeld: boolean;
  units: number;
  total: { amount: string; currency: string };
  shopifyOrder: { id: string; name: string } | null;
  /** It lost to an earlier sale. */
  conflict: OrderConflict | null;
  /** The worst of its shipments and cancellations, when one needs the merchant. */
  trouble: Said | null;
}

export interface OrderConflict {
  said: Said;
  explanation: string;
  /** The merchant has not decided yet. */
  isOpen: boolean;
  /** It is not in Shopify yet. */
  isHeld: boolean;
}

export interface OrdersView {
  rows: OrderRow[];
  /** Ids to go on from; null: there is nothing there. */
  next: number | null;
  previous: number | null;
  live: boolean;
}

export async function readOrders(rt: Runtime, shopId: number, filters: OrderFilters): Promise<OrdersView> {
  const { beside } = filters;
  const found = await readOrderPage(rt.db, shopId, filters);
  // What it was beside is gone, or was the last: from the beginning.
  if (beside && !found?.length) return readOrders(rt, shopId, { ...filters, beside: null });
  const { rows, next, previous } = besidePage(found ?? [], beside);
  return { rows: rows.map((order) => toRow(rt, order)), next, previous, live: rows.some(isUnderWay) };
}

function toRow(rt: Runtime, order: OrderWithAll): OrderRow {
  const shipment = order.shipments.find((one) => isInTrouble(one.state));
  const cancellation = order.cancellations.find((one) => one.state === "failed" || one.state === "task");
  return {
    id: order.id,
    name: order.displayName,
    channel: {
      id: order.channel.id,
      name: order.channel.name,
      marketplace: marketplaceName(rt, order.channel.connectorKey),
      cancels: (rt.connectors.get(order.channel.connectorKey)?.manifest.capabilities.cancellation ?? "none") !== "none",
    },
    soldAt: order.soldAt.toISOString(),
    said: sayOrderStage(order.stage),
    isHeld: order.stage === "held",
    holdReason: order.stage === "held" && order.holdReason ? plainWords(order.holdReason) : null,
    conflict: order.conflict && {
      said: sayConflict(order.conflict),
      explanation: order.conflict.explanation,
      isOpen: order.conflict.state === "open",
      isHeld: order.stage === "held",
    },
    units: order.lines.reduce((units, line) => units + unitsOf(line), 0),
    total: { amount: order.totalAmount, currency: order.currency },
    shopifyOrder: order.shopifyOrderGid
      ? { id: numericId(order.shopifyOrderGid), name: order.shopifyOrderName ?? "Shopify order" }
      : null,
    trouble: shipment
      ? { label: "Shipment not relayed", tone: "critical" }
      : cancellation
        ? { label: "Cancellation needs you", tone: "warning" }
        : null,
  };
}

const CANCELLATION_UNDER_WAY = new Set(["waiting", "sending", "asked"]);

function isUnderWay(order: OrderWithAll): boolean {
  return (
    order.stage === "claimed" ||
    order.stage === "sent" ||
    order.shipments.some((shipment) => isOnItsWay(shipment.state)) ||
    order.cancellations.some((cancellation) => CANCELLATION_UNDER_WAY.has(cancellation.state))
  );
}

export interface OrderView extends OrderRow {
  stage: string;
  remoteId: string;
  paidAt: string | null;
  /** By when the marketplace wants what is left of it shipped; null: it names no time, or all was shipped. */
  shipBy: string | null;
  importedAt: string;
  placedAt: string | null;
  cancellationRequested: boolean;
  /** The marketplace has not cancelled it. */
  isOpenThere: boolean;
  retryAt: string | null;
  /** `id`: of the person across all channels; null: nobody that is known. */
  customer: { id: number | null; name: string | null; shopifyId: string | null };
  /** `forgotten`: it was held, and is not any more. */
  buyerData: "held" | "forgotten" | "none";
  /** Null: the buyer is as the marketplace gives them. `isOvertaken`: it gives something else since they were corrected. */
  corrected: { at: string; isOvertaken: boolean } | null;
  /** Shopify refused it for what the marketplace says of its buyer. */
  isBuyerRefused: boolean;
  shipping: string;
  tax: string;
  taxCollectedByMarketplace: boolean;
  lines: {
    id: number;
    title: string;
    sku: string | null;
    quantity: number;
    quantityCancelled: number;
    unitAmount: string;
    listingId: number | null;
    /** Null: it is no variant of Shopify's. */
    variantId: number | null;
    reservation: { quantity: number; said: Said } | null;
  }[];
  shipments: {
    id: number;
    said: Said;
    canRetry: boolean;
    carrier: string | null;
    trackingNumber: string | null;
    trackingUrl: string | null;
    units: number;
    shippedAt: string;
    relayedAt: string | null;
    retryAt: string | null;
    problem: string | null;
  }[];
  cancellations: {
    id: number;
    said: Said;
    isDone: boolean;
    canRetry: boolean;
    direction: string;
    reason: string;
    restock: boolean;
    problem: string | null;
    createdAt: string;
  }[];
  /** What differs from the marketplace or is to be checked, until the merchant says that it is done. */
  alerts: ShownAlert[];
  timeline: TimelineEntry[];
  live: boolean;
}

export async function readOrder(rt: Runtime, shopId: number, orderId: number): Promise<OrderView | null> {
  const order = await rt.db.marketplaceOrder.findFirst({
    where: { id: orderId, shopId },
    include: {
      channel: true,
      lines: { include: { reservation: { include: { hold: true } } }, orderBy: { id: "asc" } },
      conflict: true,
      shipments: { orderBy: { id: "asc" } },
      cancellations: { orderBy: { id: "asc" } },
      customerRecord: { select: { customerId: true } },
    },
  });
  if (!order) return null;
  return {
    ...toRow(rt, order),
    stage: order.stage,
    remoteId: order.remoteId,
    paidAt: order.paidAt?.toISOString() ?? null,
    shipBy: order.shipBy?.toISOString() ?? null,
    importedAt: order.importedAt.toISOString(),
    placedAt: order.placedAt?.toISOString() ?? null,
    cancellationRequested: order.cancellationRequested,
    isOpenThere: order.remoteStatus !== "cancelled",
    retryAt: order.retryAt?.toISOString() ?? null,
    customer: {
      id: order.customerRecord?.customerId ?? null,
      name: buyerName(rt, order),
      shopifyId: order.customerGid ? numericId(order.customerGid) : null,
    },
    buyerData: order.buyerSealed ? "held" : order.redactedAt ? "forgotten" : "none",
    corrected: correctedSince(rt, order),
    isBuyerRefused: order.refusedSealed !== null,
    shipping: order.shippingAmount,
    tax: order.taxAmount,
    taxCollectedByMarketplace: order.taxCollectedByMarketplace,
    lines: order.lines.map((line) => ({
      id: line.id,
      title: line.title,
      sku: line.sku,
      quantity: line.quantity,
      quantityCancelled: line.quantityCancelled,
      unitAmount: line.unitAmount,
      listingId: line.listingId,
      variantId: line.variantId,
      reservation: line.reservation && {
        quantity: line.reservation.quantity,
        said: sayReservationState(isReserved(line.reservation) ? "reserved" : line.reservation.state),
      },
    })),
    shipments: order.shipments.map((shipment) => ({
      id: shipment.id,
      said: sayShipmentState(shipment.state),
      canRetry: isInTrouble(shipment.state),
      carrier: shipment.carrier,
      trackingNumber: shipment.trackingNumber,
      trackingUrl: safeUrl(shipment.trackingUrl),
      units: unitsShipped(shipment.lines),
      shippedAt: shipment.shippedAt.toISOString(),
      relayedAt: shipment.relayedAt?.toISOString() ?? null,
      retryAt: shipment.retryAt?.toISOString() ?? null,
      problem: shipment.problem && plainWords(shipment.problem),
    })),
    cancellations: order.cancellations.map((cancellation) => ({
      id: cancellation.id,
      said: sayCancellationState(cancellation.state),
      isDone: cancellation.state === "done",
      canRetry: cancellation.state === "failed" || cancellation.state === "task",
      direction: cancellation.direction,
      reason: cancellation.reason,
      restock: cancellation.restock,
      problem: cancellation.problem && plainWords(cancellation.problem),
      createdAt: cancellation.createdAt.toISOString(),
    })),
    alerts: await readOrderAlerts(rt, { shopId, orderId }),
    timeline: await readAttempts(rt.db, { shopId, orderId }),
    live: isUnderWay(order),
  };
}

function correctedSince(
  { secrets }: Runtime,
  order: { buyerSealed: string | null; correctionSealed: string | null; correctedAt: Date | null },
): OrderView["corrected"] {
  if (!order.correctedAt) return null;
  try {
    const given = openGiven(secrets, order);
    const correction = openCorrection(secrets, order);
    return {
      at: order.correctedAt.toISOString(),
      isOvertaken: given !== null && correction !== null && isOvertaken(correction, given),
    };
  } catch {
    // Sealed with a key that is not here any more: nothing can be compared.
    return null;
  }
}

/** Shopify counts them as held for the order, which has not taken them itself. */
function isReserved({ state, hold }: { state: string; hold: { state: string } | null }): boolean {
  return state === "posted" && hold?.state === "held";
}

const shipmentLines = z.array(z.object({ quantity: z.number() }));

function unitsShipped(lines: unknown): number {
  const parsed = shipmentLines.safeParse(lines);
  return parsed.success ? parsed.data.reduce((units, line) => units + line.quantity, 0) : 0;
}

export function numericId(gid: string): string {
  return gid.split("/").at(-1) ?? "";
}

/** A link that came from outside is only shown as one when it is a web address. */
function safeUrl(url: string | null): string | null {
  return url && /^https?:\/\//.test(url) ? url : null;
}
