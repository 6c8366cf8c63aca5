/** Slice: orders. Which of them are looked at for the time by which their marketplace wants them shipped. */
import { type Db, type Tx, tableOf } from "../db.server.ts";
import { type MarketplaceOrder, Prisma } from "../generated/prisma/client.ts";

/** What is left is due in the next tick. */
const LOOKS_MAX = 500;

/** Ids, along the index of those that are to be looked at. */
export function ordersToShipSoon(now: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT id FROM "MarketplaceOrder" WHERE "shipByLookAt" <= ${now} ORDER BY "shipByLookAt" LIMIT ${LOOKS_MAX}`;
}

export type OrderToShip = Pick<
  MarketplaceOrder,
  "id" | "shopId" | "channelId" | "displayName" | "remoteStatus" | "stage" | "shipBy"
> & {
  /** Bought and not cancelled, of lines that a parcel carries. */
  units: number;
};

/** Locked: whoever has one of them shipped at this moment has it looked at once more. */
export async function lockToShip(tx: Tx, ids: readonly number[]): Promise<OrderToShip[]> {
  if (ids.length === 0) return [];
  const orders = await tx.$queryRaw<Omit<OrderToShip, "units">[]>`
    SELECT id, "shopId", "channelId", "displayName", "remoteStatus", stage, "shipBy" FROM "MarketplaceOrder"
    WHERE id = ANY(${[...ids]}::int[]) ORDER BY id FOR NO KEY UPDATE`;
  const sums = await tx.$queryRaw<{ orderId: number; units: number }[]>`
    SELECT "orderId", SUM(quantity - "quantityCancelled")::int AS units FROM "OrderLine"
    WHERE "orderId" = ANY(${[...ids]}::int[]) AND "requiresShipping" GROUP BY "orderId"`;
  const units = new Map(sums.map((sum) => [sum.orderId, sum.units]));
  return orders.map((order) => ({ ...order, units: units.get(order.id) ?? 0 }));
}

/** `at` null: not again. */
export async function recordLooks(tx: Tx, looks: readonly { id: number; at: Date | null }[]): Promise<void> {
  if (looks.length === 0) return;
  await tx.$executeRaw`
    UPDATE "MarketplaceOrder" o SET "shipByLookAt" = i.at FROM ${tableOf(looks, "id int, at timestamptz")} i WHERE o.id = i.id`;
}

/** A parcel of it was told to the marketplace. */
export async function lookAtShipBy(tx: Tx, orderId: number, now: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE "MarketplaceOrder" SET "shipByLookAt" = ${now} WHERE id = ${orderId} AND "shipBy" IS NOT NULL`;
}

/** All of a shop that wait for their time, and these of which the merchant was told: what they want to hear is another now. */
export async function lookAtAllShipBy(tx: Db | Tx, shopId: number, told: readonly number[], now: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE "MarketplaceOrder" SET "shipByLookAt" = ${now}
    WHERE "shopId" = ${shopId} AND "shipBy" IS NOT NULL AND ("shipByLookAt" IS NOT NULL OR id = ANY(${[...told]}::int[]))`;
}
