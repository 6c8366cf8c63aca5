/**
 * Rule 10: what history says of an order is what happened to it: it came to Shopify once, under the name that it has there;
 * each parcel that the marketplace was told of is told of once, with its number; units that were taken back there are.
 */
import type { Scene } from "../scene.ts";
import type { SimOrder } from "../sim-orders.ts";
import type { Difference } from "./difference.ts";

/** Once things have settled. */
export async function orderHistoryDifferences(scene: Scene): Promise<Difference[]> {
  const { database, shopId } = scene.world;
  const rows = await database.db.attempt.findMany({
    where: { shopId, outcome: "done", orderId: { not: null } },
    select: { kind: true, message: true, orderId: true },
    orderBy: { id: "asc" },
  });
  const orders = await database.db.marketplaceOrder.findMany({
    where: { shopId },
    select: { id: true, remoteId: true },
  });
  const wrong = scene.markets
    .flatMap((market) => scene.ordersOf(market))
    .flatMap((order) => {
      const id = orders.find((row) => row.remoteId === order.id)?.id;
      const said = rows.filter((row) => id !== undefined && row.orderId === id);
      const of = (kind: string) => said.filter((row) => row.kind === kind).map((row) => row.message);
      return [
        ...placedMistakes(scene, order, of("place-order")),
        ...relayedMistakes(order, of("relay-shipment")),
        ...takenBackMistakes(order, of("import-order")),
      ].map((what) => `history ${what} (${order.id})`);
    });
  return wrong.map((what) => ({ rule: 10, what, isUntold: false }));
}

function placedMistakes(scene: Scene, order: SimOrder, said: readonly string[]): string[] {
  const names = said.flatMap((message) => /^Shopify order (\S+) /.exec(message)?.[1] ?? []);
  const made = scene.shopifyOrdersOf(order).map((one) => one.name);
  return names.join() === made.join()
    ? []
    : [`says ${names.join() || "nothing"} of what is ${made.join() || "nothing"} in Shopify`];
}

function relayedMistakes(order: SimOrder, said: readonly string[]): string[] {
  const numbers = said.map((message) => / with tracking (\S+): /.exec(message)?.[1] ?? "none").sort();
  const told = order.parcels.map((parcel) => parcel.tracking ?? "none").sort();
  return numbers.join() === told.join() ? [] : [`says parcels ${numbers.join()}, and there are ${told.join()}`];
}

/** Several changes may have been read as one. */
function takenBackMistakes(order: SimOrder, said: readonly string[]): string[] {
  const units = said.reduce(
    (sum, message) => sum + Number(/: (\d+) units? w(?:as|ere) taken back/.exec(message)?.[1] ?? 0),
    0,
  );
  const most = order.lines.reduce((sum, line) => sum + line.unitsCancelled, 0);
  return units > most ? [`says ${units} units taken back, and there were ${most}`] : [];
}
