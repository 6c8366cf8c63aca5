/** Slice: shipments. Owns Shipment: a Shopify fulfilment on its way to the marketplace, exactly once. */
import type { Db, Tx } from "../db.server.ts";
import { Prisma, type Shipment } from "../generated/prisma/client.ts";
import { stateOfRetry, UNDER_WAY } from "./shipment-state.ts";

export type { Shipment };

export interface ShipmentLine {
  remoteLineId: string;
  quantity: number;
}

export interface ShipmentFacts {
  shopId: number;
  orderId: number;
  fulfilmentGid: string;
  lines: ShipmentLine[];
  carrier: string | null;
  trackingNumber: string | null;
  trackingUrl: string | null;
  shippedAt: Date;
  /** The marketplace may have been told of it by somebody else: it is looked for there first. */
  mayBeTold?: boolean;
}

export function shipmentLines(shipment: Pick<Shipment, "lines">): ShipmentLine[] {
  return shipment.lines as unknown as ShipmentLine[];
}

export function isOtherTracking(
  shipment: Pick<Shipment, "carrier" | "trackingNumber">,
  facts: Pick<ShipmentFacts, "carrier" | "trackingNumber">,
): boolean {
  return shipment.trackingNumber !== facts.trackingNumber || shipment.carrier !== facts.carrier;
}

/** Those of these fulfilments that are stored. */
export async function listShipmentsByGid(
  db: Db | Tx,
  shopId: number,
  fulfilmentGids: readonly string[],
): Promise<Map<string, Shipment>> {
  if (fulfilmentGids.length === 0) return new Map();
  const rows = await db.$queryRaw<Shipment[]>`
    SELECT * FROM "Shipment" WHERE "shopId" = ${shopId} AND "fulfilmentGid" = ANY(${[...fulfilmentGids]}::text[])`;
  return new Map(rows.map((row) => [row.fulfilmentGid, row]));
}

/** Units of an order that went or are going to the marketplace as shipped. */
export async function countUnitsShipped(tx: Tx, orderId: number): Promise<number> {
  const shipments = await tx.shipment.findMany({ where: { orderId, state: { not: "withdrawn" } } });
  return shipments.flatMap(shipmentLines).reduce((sum, line) => sum + line.quantity, 0);
}

export interface Relayed {
  /** That the marketplace was told of. */
  units: number;
  /** Of more, it is still to be told. */
  isWaiting: boolean;
}

/** By order; none of whom nothing was shipped. */
export async function countUnitsRelayed(tx: Tx, orderIds: readonly number[]): Promise<Map<number, Relayed>> {
  const shipments = await tx.shipment.findMany({
    where: { orderId: { in: [...orderIds] }, state: { not: "withdrawn" } },
    select: { orderId: true, state: true, lines: true },
  });
  const relayed = new Map<number, Relayed>();
  for (const shipment of shipments) {
    const so = relayed.get(shipment.orderId) ?? { units: 0, isWaiting: false };
    const units = shipmentLines(shipment).reduce((sum, line) => sum + line.quantity, 0);
    const isRelayed = shipment.state === "relayed";
    relayed.set(shipment.orderId, isRelayed ? { ...so, units: so.units + units } : { ...so, isWaiting: true });
  }
  return relayed;
}

/** Stores a fulfilment once. Until it is sent, later tracking replaces earlier; after that, `changedAfterRelay` says so. */
export async function recordShipment(
  tx: Tx,
  { mayBeTold = false, ...facts }: ShipmentFacts,
): Promise<{ shipment: Shipment; isNew: boolean; changedAfterRelay: boolean }> {
  const { shopId, fulfilmentGid } = facts;
  const inserted = await tx.shipment.createManyAndReturn({
    data: [{ ...facts, lines: facts.lines as object[], state: mayBeTold ? "unseen" : "waiting" }],
    skipDuplicates: true,
  });
  if (inserted[0]) return { shipment: inserted[0], isNew: true, changedAfterRelay: false };
  const held = await tx.shipment.findUniqueOrThrow({ where: { shopId_fulfilmentGid: { shopId, fulfilmentGid } } });
  const differs = isOtherTracking(held, facts);
  if (differs && (held.state === "waiting" || held.state === "failed")) {
    const { carrier, trackingNumber, trackingUrl } = facts;
    const shipment = await tx.shipment.update({
      where: { id: held.id },
      data: { carrier, trackingNumber, trackingUrl, ...againFrom(held.state) },
    });
    return { shipment, isNew: true, changedAfterRelay: false };
  }
  return { shipment: held, isNew: false, changedAfterRelay: differs && held.state === "relayed" };
}

/**
 * A fulfilment that was cancelled in Shopify. The shipment, where it need not be relayed any more; `too-late`: the marketplace
 * has it, or may have it, and only a person can take that back.
 */
export async function withdrawShipment(
  tx: Tx,
  shopId: number,
  fulfilmentGid: string,
): Promise<Shipment | "too-late" | "unknown"> {
  const held = await tx.shipment.findUnique({ where: { shopId_fulfilmentGid: { shopId, fulfilmentGid } } });
  if (!held || held.state === "withdrawn") return "unknown";
  if (held.state !== "waiting" && held.state !== "failed") return "too-late";
  return tx.shipment.update({ where: { id: held.id }, data: { state: "withdrawn", retryAt: null } });
}

export function findShipment(db: Db | Tx, id: number): Promise<Shipment | null> {
  return db.shipment.findUnique({ where: { id } });
}

export function listShipmentsOf(db: Db | Tx, orderId: number): Promise<Shipment[]> {
  return db.shipment.findMany({ where: { orderId }, orderBy: { id: "asc" } });
}

/** Written before the call. False when it was withdrawn or settled meanwhile. */
export async function recordShipmentSending(tx: Tx, id: number, retryAt: Date): Promise<boolean> {
  const { count } = await tx.shipment.updateMany({
    where: { id, state: { in: [...UNDER_WAY] } },
    data: { state: "sending", attempts: { increment: 1 }, retryAt },
  });
  return count === 1;
}

export async function recordRelayed(tx: Tx, id: number, remoteId: string | null, now: Date): Promise<void> {
  await tx.shipment.update({
    where: { id },
    data: { state: "relayed", remoteId, relayedAt: now, problem: null, retryAt: null },
  });
}

export async function recordShipmentProblem(
  tx: Tx,
  id: number,
  problem: { state: "waiting" | "sending" | "unseen" | "failed"; problem: string; retryAt: Date | null },
): Promise<void> {
  await tx.shipment.update({ where: { id }, data: problem });
}

export async function retryFailedShipment(tx: Tx, shopId: number, id: number): Promise<boolean> {
  const held = await tx.shipment.findFirst({ where: { id, shopId }, select: { state: true } });
  const again = held && againFrom(held.state);
  if (!again) return false;
  const { count } = await tx.shipment.updateMany({ where: { id, state: held.state }, data: again });
  return count === 1;
}

function againFrom(held: string) {
  const state = stateOfRetry(held);
  return state && { state, retryAt: null, problem: null };
}

/** Ids. */
export function dueShipments(now: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT id FROM "Shipment" WHERE state = ANY(${[...UNDER_WAY]}::text[]) AND ("retryAt" IS NULL OR "retryAt" <= ${now})
    ORDER BY id LIMIT ${DUE_MAX}`;
}

const DUE_MAX = 500;
