/** Read model of what overselling would cost: sums of a shop's last 30 days, over no more orders than can be read at once. */
import { addMs } from "../clock.ts";
import type { Runtime } from "../runtime.ts";
import { type OversellFacts, POLL_MINUTES_MAX } from "./oversell-cost-words.ts";

const DAY_MS = 24 * 60 * 60_000;
const MINUTE_MS = 60_000;
const DAYS = 30;
/** The latest of the month. */
const ORDERS_MAX = 1_000;

/** What the marketplaces of the shop's channels make of an order that is cancelled for want of stock. */
export async function readConsequences(
  { db, connectors }: Pick<Runtime, "db" | "connectors">,
  shopId: number,
): Promise<string[]> {
  const where = { shopId, state: { not: "disconnected" } };
  const keys = await db.channel.findMany({ where, select: { connectorKey: true }, distinct: ["connectorKey"] });
  return keys.flatMap(({ connectorKey }) => connectors.get(connectorKey)?.manifest.cancellationCounts ?? []);
}

export async function readOversellFacts(
  rt: Pick<Runtime, "db" | "clock">,
  shop: { id: number; currency: string },
): Promise<OversellFacts> {
  const { db } = rt;
  const since = addMs(rt.clock.now(), -DAYS * DAY_MS);
  const orders = await db.$queryRaw<OrderSold[]>`
    SELECT o."channelId", o."soldAt", o.currency, o."totalAmount",
      ARRAY(SELECT DISTINCT l."variantId" FROM "OrderLine" l WHERE l."orderId" = o.id AND l."variantId" IS NOT NULL) AS "variantIds"
    FROM "MarketplaceOrder" o WHERE o."shopId" = ${shop.id} AND o."soldAt" >= ${since}
    ORDER BY o."soldAt" DESC LIMIT ${ORDERS_MAX + 1}`;
  const channels = await db.channel.findMany({ where: { shopId: shop.id }, select: { id: true } });
  const channelId = { in: channels.map((channel) => channel.id) };
  const days = await db.latency.aggregate({
    where: { channelId, span: "day", startsAt: { gte: since } },
    _sum: { takenDown: true, decreases: true, decreasesMs: true },
  });
  const read = orders.slice(0, ORDERS_MAX);
  const sales = read.flatMap(({ channelId: on, soldAt, variantIds }) =>
    variantIds.map((variantId) => ({ variantId, on, soldAt })),
  );
  const amounts = read.filter((order) => order.currency === shop.currency).map((order) => Number(order.totalAmount));
  return {
    sales: sales.length,
    isCut: orders.length > ORDERS_MAX,
    soldElsewhere: countSoldElsewhere(sales),
    channels: new Set(sales.map((sale) => sale.on)).size,
    takenDown: days._sum.takenDown ?? 0,
    decreases: days._sum.decreases ?? 0,
    staleMs: Number(days._sum.decreasesMs ?? 0),
    averageOrder: amounts.length === 0 ? null : amounts.reduce((sum, one) => sum + one, 0) / amounts.length,
  };
}

interface OrderSold {
  channelId: number;
  soldAt: Date;
  currency: string;
  totalAmount: string;
  variantIds: number[];
}

interface Sale {
  variantId: number;
  on: number;
  soldAt: Date;
}

/** By minute: sales after which the same variant is next sold on another channel. Pure. */
export function countSoldElsewhere(sales: readonly Sale[]): number[] {
  const counts = Array.from({ length: POLL_MINUTES_MAX }, () => 0);
  for (const ofVariant of Map.groupBy(sales, (sale) => sale.variantId).values()) {
    const inOrder = [...ofVariant].sort((a, b) => a.soldAt.getTime() - b.soldAt.getTime());
    for (const [index, sale] of inOrder.entries()) {
      const next = inOrder.slice(index + 1).find((other) => other.on !== sale.on);
      const minute = next && Math.floor((next.soldAt.getTime() - sale.soldAt.getTime()) / MINUTE_MS);
      if (minute !== undefined && minute < POLL_MINUTES_MAX) counts[minute] = (counts[minute] ?? 0) + 1;
    }
  }
  return counts;
}
