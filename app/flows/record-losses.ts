/**
 * What becomes of a sale that came too late: of a marketplace's order, what its channel's policy says; one of the shop
 * itself is left to the merchant, who is told. All under the lease of whoever decided it: who has it now decides anew, for
 * the other may have stood still since it read what there is.
 */
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import type { AlertKey } from "../alerts/kinds.ts";
import { type Channel, findChannel } from "../channels/channels.ts";
import { type ConflictPolicy, type Loser, readConflictPolicy } from "../conflicts/allotment.ts";
import { findConflict, recordConflict } from "../conflicts/conflicts.ts";
import type { OrderClaim } from "../conflicts/contest.ts";
import { explainLoss } from "../conflicts/explanation.ts";
import type { Tx } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { type Lease, storeUnder } from "../leases/leases.ts";
import { findOrder, type OrderWithLines, recordHeld } from "../orders/orders.ts";
import type { Runtime } from "../runtime.ts";
import type { OwnSale } from "../shopify/orders.ts";
import type { Shop } from "../shops/shops.ts";
import { giveUpOrder } from "./give-up-order.ts";

/** Who wants units of an item. */
export type Contender = OrderClaim | OwnSale;

/** Returns the orders that are not to be placed now. */
export async function recordLosses(
  rt: Runtime,
  shop: Shop,
  losers: readonly Loser<Contender>[],
  lease: Lease,
): Promise<number[]> {
  const held: number[] = [];
  for (const loser of losers) {
    if ("orderGid" in loser.claim) await tellOfOwnSale(rt, shop, loser, loser.claim, lease);
    else if (await lose(rt, shop, loser, loser.claim.orderId, lease)) held.push(loser.claim.orderId);
  }
  return held;
}

function explain({ timezone }: Shop, { claim, unitsMissing, winners }: Loser<Contender>): string {
  const named = winners.map((one) => ({ ...one, name: "orderGid" in one ? nameOfOwn(one) : one.name }));
  return explainLoss({ soldAt: claim.soldAt, unitsMissing, winners: named, timezone });
}

const nameOfOwn = (sale: OwnSale): string => `Your shop's order ${sale.name}`;

/** Nothing of the shop's own is cancelled without the merchant. The earlier sale gets its units, which Shopify owes then. */
async function tellOfOwnSale(
  rt: Runtime,
  shop: Shop,
  loser: Loser<Contender>,
  sale: OwnSale,
  lease: Lease,
): Promise<void> {
  if (sale.isBackorder) return;
  const alert = {
    shopId: shop.id,
    key: ownSaleAlertKey(sale.orderGid),
    endsByHand: true,
    severity: "critical",
    title: `${nameOfOwn(sale)} was sold too late`,
    message: `${explain(shop, loser)} Cancel it in Shopify, or get the units and ship it; then choose Done.`,
    action: `shopify:/orders/${sale.orderGid.split("/").at(-1)}`,
  } as const;
  await storeUnder(rt.db, lease, (tx) => raiseAlert(tx, alert, rt.clock.now()));
}

/** An order of the shop itself was shipped, or cancelled: nothing is left to decide about it. */
export async function endOwnSaleAlert(rt: Runtime, shop: Shop, orderGid: string): Promise<void> {
  await resolveAlert(rt.db, shop.id, ownSaleAlertKey(orderGid), rt.clock.now());
}

const ownSaleAlertKey = (orderGid: string): AlertKey => `own-sale:${orderGid}`;

/** An order that got nothing, in Shopify already or not yet. True when it is not to be placed now. */
async function lose(rt: Runtime, shop: Shop, loser: Loser<Contender>, orderId: number, lease: Lease): Promise<boolean> {
  const order = await findOrder(rt.db, orderId);
  const channel = order && (await findChannel(rt.db, order.channelId));
  if (!order || !channel) return false;
  const isPlaced = order.stage === "placed";
  // One that is neither placed nor about to be, or was decided when it was placed, is not decided here.
  if (isPlaced ? await findConflict(rt.db, order.id) : order.stage !== "claimed") return false;
  const wanted = readConflictPolicy(channel.conflictPolicy);
  const capabilities = rt.connectors.get(channel.connectorKey)?.manifest.capabilities;
  // Where apps can't cancel, one that is in Shopify is cancelled there, and there is a task to cancel the rest by hand.
  const canCancel = isPlaced || (capabilities && capabilities.cancellation !== "none");
  const decision = wanted === "cancel" && !canCancel ? "hold" : wanted;
  const explanation = `${isPlaced ? "It was in Shopify when an earlier sale came in. " : ""}${explain(shop, loser)}`;
  const isHeld = !isPlaced && decision !== "backorder";
  await storeUnder(rt.db, lease, async (tx) => {
    if (isHeld && !(await recordHeld(tx, order.id, `Sold out. ${explanation} ${WAY_OUT[decision]}`))) return;
    await recordConflict(tx, {
      shopId: order.shopId,
      orderId: order.id,
      unitsMissing: loser.unitsMissing,
      explanation,
      decision,
      state: decision === "hold" ? "open" : "settled",
      now: rt.clock.now(),
    });
    if (decision === "cancel") await giveUpOrder(rt, tx, order, "sold out");
    await tell(rt, tx, channel, order, decision, explanation);
  });
  return isHeld;
}

const WAY_OUT = {
  hold: "Accept it as a backorder, or cancel it.",
  cancel: "It is being cancelled on the marketplace.",
} as const;

async function tell(
  rt: Runtime,
  tx: Tx,
  channel: Channel,
  order: OrderWithLines,
  decision: ConflictPolicy,
  explanation: string,
): Promise<void> {
  const now = rt.clock.now();
  const done = { hold: "It waits for you.", cancel: "It is cancelled.", backorder: "It is accepted as a backorder." };
  await recordAttempt(tx, {
    shopId: order.shopId,
    channelId: channel.id,
    kind: "place-order",
    orderId: order.id,
    outcome: "held",
    message: `Order ${order.displayName} was sold too late. ${explanation} ${done[decision]}`,
    startedAt: now,
    finishedAt: now,
  });
  if (decision !== "hold") return;
  await raiseAlert(
    tx,
    {
      shopId: order.shopId,
      channelId: channel.id,
      key: `order:${order.id}`,
      severity: "critical",
      title: `${channel.name} order ${order.displayName} was sold too late`,
      message: `${explanation} Open it and accept it as a backorder, or cancel it.`,
      action: `/app/orders/${order.id}`,
    },
    now,
  );
}
