/**
 * Rules 10 and 13: what changes after an order was placed, on either side, the merchant is told as long as the two sides
 * differ, and no longer. What differs is worked out anew from what the marketplace and Shopify have.
 */
import {
  currentQuantity,
  fulfillableQuantity,
  fulfilledQuantity,
  type Order as ShopifyOrder,
} from "#test/emulators/shopify/store.ts";
import { LINE_KEY, type Scene } from "../scene.ts";
import { type SimOrder, unitsOf } from "../sim-orders.ts";
import type { Difference } from "./difference.ts";

interface Row {
  id: number;
  remoteId: string;
  stage: string;
  lines: { id: number; remoteLineId: string }[];
}

/** Once things have settled. What the merchant ended by hand stays among the alerts until the difference goes. */
export async function afterPlacingDifferences(scene: Scene): Promise<Difference[]> {
  const { database, shopId } = scene.world;
  const rows = await database.db.marketplaceOrder.findMany({
    where: { shopId, stage: "placed" },
    select: { id: true, remoteId: true, stage: true, lines: { select: { id: true, remoteLineId: true } } },
  });
  const alerts = await database.db.alert.findMany({ where: { shopId }, select: { key: true, title: true } });
  const keys = alerts.map((one) => one.key);
  return rows.flatMap((row) => {
    const order = scene.markets.map((market) => market.orders.get(row.remoteId)).find((one) => one !== undefined);
    const [made] = order ? scene.shopifyOrdersOf(order) : [];
    if (!order || !made) return [];
    const prefix = `order-difference:${row.id}:`;
    const told = keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
    const wanted = differencesBetween(row, order, made);
    const what = [
      ...wanted.filter((one) => !told.includes(one)).map((one) => `the merchant is not told “${one}” of ${order.id}`),
      ...told.filter((one) => !wanted.includes(one)).map((one) => `the merchant is told “${one}” of ${order.id}`),
      ...refundMistakes(row, order, made, alerts),
      ...trackingMistakes(scene, order, made, keys),
    ];
    return what.map((one) => ({ rule: 13, what: `${one} (${made.name} in Shopify)`, isUntold: false }));
  });
}

/** As the end of an alert's key says it. */
function differencesBetween(row: Row, order: SimOrder, made: ShopifyOrder): string[] {
  if (order.cancelledAtMs !== null || made.cancelledAt) return [];
  const lines = row.lines.flatMap(({ id, remoteLineId }) => {
    const line = order.lines.find((one) => one.id === remoteLineId);
    const there = made.lineItems.find((one) =>
      one.customAttributes.some(({ key, value }) => key === LINE_KEY && value === remoteLineId),
    );
    if (!line) return [];
    const wanted = unitsOf(line);
    if (!there) return [{ id, wanted, sent: 0, open: 0, going: 0 }];
    const open = fulfillableQuantity(made, there);
    return [{ id, wanted, sent: fulfilledQuantity(made, there), open, going: currentQuantity(there) }];
  });
  const short = lines.filter((one) => one.wanted > one.going);
  const over = lines.filter((one) => one.open > 0 && one.going > one.wanted);
  const isNothingLeft = short.length > 1 && lines.every((one) => one.going === 0);
  const isNothingWanted =
    over.length > 0 && lines.every((one) => one.wanted === 0) && lines.every((one) => one.sent === 0);
  return [
    ...(isNothingLeft ? ["missing:all"] : short.map((one) => `missing:${one.id}:${one.wanted - one.going}`)),
    ...(isNothingWanted
      ? ["too-many:all"]
      : over.map((one) => `too-many:${one.id}:${Math.min(one.open, one.going - one.wanted)}`)),
  ];
}

/** Money that the marketplace gave back since, for no unit, the merchant is told of, to the penny. */
function refundMistakes(
  { id }: Row,
  order: SimOrder,
  made: ShopifyOrder,
  alerts: readonly { key: string; title: string }[],
): string[] {
  if (order.cancelledAtMs !== null) return [];
  const told = alerts.filter((one) => one.key.startsWith(`refunded:${id}:`));
  const pence = (title: string) => Math.round(100 * Number(/gave back ([\d.]+) /.exec(title)?.[1]));
  const most = Math.max(0, ...told.map((one) => pence(one.title)));
  // What of it was given back before it was placed is not in what was paid.
  const atMs = Date.parse(made.createdAt);
  const before = order.states.filter((state) => state.fromMs <= atMs + 1_000).map((state) => state.goodwill);
  const since = before.map((goodwill) => order.goodwill - goodwill);
  if (since.includes(most)) return [];
  return [`the merchant is told of ${most} pence given back of ${order.id}, and it were ${since.at(-1)}`];
}

/** Other tracking than the marketplace was told, or a parcel that did not leave after all, is for the merchant to correct there. */
function trackingMistakes(scene: Scene, order: SimOrder, made: ShopifyOrder, keys: readonly string[]): string[] {
  return made.fulfillments.flatMap(({ id, name, status }) => {
    const numbers = scene.trackings.get(id) ?? [];
    const last = numbers.at(-1) ?? null;
    const isTold = (number: string | null) => order.parcels.some((parcel) => parcel.tracking === number);
    const old = numbers.filter((number) => number !== null && number !== last && isTold(number));
    if (status === "CANCELLED")
      return numbers.some((number) => number !== null && isTold(number)) &&
        !keys.includes(`shipment-changed:${id}:cancelled`)
        ? [`the merchant is not told that ${name} of ${order.id} did not leave`]
        : [];
    return old.length > 0 && !keys.includes(`shipment-changed:${id}:${last}`)
      ? [`the merchant is not told that ${name} of ${order.id} has other tracking, ${last}`]
      : [];
  });
}
