/** Rules 1, 8, 10 and 13: what becomes of orders. */
import { currentQuantity } from "#test/emulators/shopify/store.ts";
import { type Scene, STAPLES, STRAY, TWINS } from "../scene.ts";
import { hasAny, unitsOf } from "../sim-orders.ts";
import { afterPlacingDifferences } from "./after-placing.ts";
import { cancellationDifferences } from "./cancellations.ts";
import { customerMistakes } from "./customers.ts";
import { type Difference, unsentWebhooks } from "./difference.ts";
import { parcelMistakes } from "./parcels.ts";
import { mistakesOf } from "./placed.ts";

/** What tells of an order in Shopify. */
const ORDER_TOPICS = [
  "fulfillments/create",
  "fulfillments/update",
  "orders/cancelled",
  "orders/updated",
  "refunds/create",
];
/** An order is decided upon within this time of a sale of the shop itself, or looks for such a sale. */
const TO_LOOK_MS = 15_000;
/** Whoever loses was without within this time before. */
const TO_DECIDE_MS = 15_000;

/** Rules 1, 8 and 10: each marketplace order is one Shopify order, or a visible hold. */
export async function orderDifferences(scene: Scene): Promise<Difference[]> {
  const { db } = scene.world.database;
  const differences: Difference[] = [];
  const add = (rule: number, what: string, isUntold = false) => differences.push({ rule, what, isUntold });
  const held = await db.marketplaceOrder.findMany({
    select: { id: true, remoteId: true, stage: true, holdReason: true },
  });
  const alerts = new Set(
    (await db.alert.findMany({ where: { resolvedAt: null }, select: { key: true } })).map((alert) => alert.key),
  );
  const unreadable = new Set(
    (await db.alert.findMany({ where: { key: { startsWith: "unreadable-order:" } }, select: { key: true } })).map(
      (alert) => alert.key.split(":").at(-1),
    ),
  );
  const inConflict = new Set((await db.conflict.findMany({ select: { orderId: true } })).map((one) => one.orderId));
  // Where apps can't cancel, one that is given up waits until the merchant has cancelled it there.
  const asked = await db.cancellation.findMany({ select: { id: true, orderId: true } });
  const givenUp = new Set(asked.map((one) => one.orderId));
  const toCancel = new Set(asked.filter((one) => alerts.has(`cancellation:${one.id}`)).map((one) => one.orderId));
  // Which order these were about nobody needs to know: they are rare.
  const isUntold = unsentWebhooks(scene, ORDER_TOPICS).length > 0;
  for (const market of scene.markets) {
    for (const order of market.orders.values()) {
      const made = scene.shopifyOrdersOf(order);
      const row = held.find((one) => one.remoteId === order.id);
      if (order.soldAtMs < scene.connectedMs) {
        if (row || made.length > 0) add(1, `${order.id} was sold before the channel was connected, and imported`);
        continue;
      }
      if (order.isGarbled) {
        if (row || made.length > 0) add(1, `${order.id} can't be read, and was imported`);
        else if (!unreadable.has(order.id)) add(10, `${order.id} can't be read, and the merchant was not told`);
        continue;
      }
      if (made.length > 1) add(1, `${order.id} became ${made.length} Shopify orders`);
      if (!row) add(1, `${order.id} was never imported`);
      else if (unitsOf(order) === 0 && made.length === 0) {
        // One that was given up is cancelled, though nothing was left there to cancel.
        const ends = givenUp.has(row.id) ? ["empty", "entered", "cancelled"] : ["empty", "entered"];
        if (order.cancelledAtMs === null && !ends.includes(row.stage))
          add(1, `nothing is left of ${order.id}, and it is ${row.stage}`);
      } else if (row.stage === "entered") {
        if (made.length > 0) add(1, `${order.id} was entered by hand, and made as ${made[0]?.name} as well`);
      } else if (made.length === 0 && row.stage !== "held" && row.stage !== "cancelled") {
        add(1, `${order.id} is ${row.stage}, and no Shopify order`);
      } else if (row.stage === "held" && !(row.holdReason && (alerts.has(`order:${row.id}`) || toCancel.has(row.id)))) {
        add(10, `${order.id} is held, and the merchant is not told why`);
      } else if (row.stage === "held" && !hasAny(order, [TWINS, STRAY]) && !inConflict.has(row.id)) {
        add(1, `${order.id} is held, and nothing was wrong with it: ${row.holdReason}`);
      }
      if (
        made.length === 0 &&
        order.cancelledAtMs === null &&
        unitsOf(order) > 0 &&
        scene.verdicts.get(order.id) === "taken all the same"
      )
        add(1, `${order.id} lost, the merchant took it all the same, and it is not in Shopify`);
      for (const one of made) for (const mistake of parcelMistakes(scene, order, one)) add(1, mistake, isUntold);
    }
  }
  return [
    ...differences,
    ...(await ownSalesDifferences(scene, alerts)),
    ...(await lostForNothing(scene)),
    ...placedDifferences(scene),
    ...[...(await afterPlacingDifferences(scene)), ...(await cancellationDifferences(scene))].map((one) => ({
      ...one,
      isUntold,
    })),
  ];
}

/** What is in Shopify is right from the moment at which it is there. */
export function placedDifferences(scene: Scene): Difference[] {
  const orders = scene.markets.flatMap((market) => scene.ordersOf(market));
  const mistakes = orders.flatMap((order) =>
    scene.shopifyOrdersOf(order).flatMap((made) => mistakesOf(scene, order, made)),
  );
  return [...mistakes, ...customerMistakes(scene)].map((what) => ({ rule: 1, what, isUntold: false }));
}

/** Nobody loses for whom there was a unit all the time. */
async function lostForNothing(scene: Scene): Promise<Difference[]> {
  const lost = await scene.world.database.db.conflict.findMany({
    where: { shopId: scene.world.shopId },
    include: { order: { select: { remoteId: true, lines: { select: { sku: true } } } } },
  });
  return lost.flatMap(({ createdAt, explanation, order: { remoteId, lines } }) => {
    if (!lines.every(({ sku }) => sku !== null && STAPLES.includes(sku))) return [];
    if (scene.shortages.wasShort(remoteId, createdAt.getTime() - TO_DECIDE_MS - scene.clocksApartMs)) return [];
    const lostAtS = Math.round((createdAt.getTime() - scene.startedMs) / 1_000);
    const what = `${remoteId} lost ${lostAtS} s in, and there was a unit for it: ${explanation}`;
    return [{ rule: 10, what, isUntold: false }];
  });
}

/** Where an order of one unit lost, nothing was left: who bought it later, from the shop itself, lost as well. */
async function ownSalesDifferences(scene: Scene, alerts: ReadonlySet<string>): Promise<Difference[]> {
  const { store, world, clocksApartMs } = scene;
  const lost = await world.database.db.conflict.findMany({
    include: {
      order: { select: { soldAt: true, remoteId: true, lines: { select: { sku: true, quantity: true } } } },
    },
  });
  const own = [...store.orders.values()].filter(
    (one) => !one.sourceIdentifier && !one.cancelledAt && one.fulfillments.length === 0,
  );
  return lost.flatMap(({ createdAt, order: { soldAt, remoteId, lines } }) => {
    const [line, ...others] = lines;
    if (!line || line.quantity > 1 || others.length > 0) return [];
    const later = own.find((one) => {
      const at = Date.parse(one.createdAt);
      const isKnown = at > soldAt.getTime() && at < createdAt.getTime() - TO_LOOK_MS - clocksApartMs;
      const isTaken = one.lineItems.some((item) => item.sku === line.sku && currentQuantity(item) > 0);
      return isKnown && isTaken && !alerts.has(`own-sale:${one.id}`);
    });
    if (!later) return [];
    const what = `${remoteId} lost, ${later.name} of the shop itself was later, and nobody is told`;
    return [{ rule: 10, what, isUntold: false }];
  });
}
