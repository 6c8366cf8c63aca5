/** Rule 13: an order that is cancelled on one side is cancelled on the other, once; or the merchant is asked to, as long as it is not. */
import type { Scene } from "../scene.ts";
import { unitsOf } from "../sim-orders.ts";
import type { Difference } from "./difference.ts";

/** Once things have settled. */
export async function cancellationDifferences(scene: Scene): Promise<Difference[]> {
  const { database, shopId } = scene.world;
  const rows = await database.db.cancellation.findMany({
    where: { shopId },
    select: { id: true, direction: true, order: { select: { remoteId: true } } },
  });
  const where = { shopId, resolvedAt: null, key: { startsWith: "cancellation:" } };
  const open = (await database.db.alert.findMany({ where, select: { key: true } })).map((one) => one.key);
  const isAsked = (remoteId: string, direction: string) =>
    rows.some(
      (row) =>
        row.order.remoteId === remoteId && row.direction === direction && open.includes(`cancellation:${row.id}`),
    );
  const wrong: string[] = [];
  for (const market of scene.markets)
    for (const order of scene.ordersOf(market)) {
      const { id, cancelledAtMs, parcels, timesCancelled } = order;
      if (timesCancelled > 1) wrong.push(`${id} was cancelled there ${timesCancelled} times`);
      const [made] = scene.shopifyOrdersOf(order);
      const [isAskedThere, isAskedHere] = [isAsked(id, "to-marketplace"), isAsked(id, "to-shopify")];
      if (cancelledAtMs !== null && isAskedThere)
        wrong.push(`the merchant is asked to cancel ${id}, which is cancelled`);
      // What is shipped, or given back by the unit, is not cancelled there any more.
      const isOver = parcels.length > 0 || unitsOf(order) === 0;
      if (scene.verdicts.get(id) === "given up" && cancelledAtMs === null && !isOver && !isAskedThere)
        wrong.push(`${id} lost, the merchant gave it up, and it was not cancelled there`);
      if (!made) continue;
      const its = `${id} (${made.name} in Shopify)`;
      if (made.cancelledAt && isAskedHere) wrong.push(`the merchant is asked to cancel ${its}, which is cancelled`);
      if (cancelledAtMs !== null && !made.cancelledAt && !isAskedHere)
        wrong.push(`${its} was cancelled there and not in Shopify`);
      if (made.cancelledAt && cancelledAtMs === null && !isOver && !isAskedThere)
        wrong.push(`${its} was cancelled in Shopify and not there`);
    }
  return wrong.map((what) => ({ rule: 13, what, isUntold: false }));
}
