/**
 * Is there still something for an order? When more was sold than there was, the earliest sale wins, whichever arrived
 * first, those of the shop itself included. A later order that is in Shopify already, and not shipped, loses to an earlier
 * one that comes only now; one of the shop itself is left to the merchant, who is told. Asked before an order is placed,
 * and once more after it, where Shopify has less than nothing then.
 */
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import { type Channel, findChannel } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { type ConflictPolicy, type Loser, losersOf, readConflictPolicy } from "../conflicts/allotment.ts";
import { findConflict, recordConflict, settleConflict } from "../conflicts/conflicts.ts";
import { type Contest, type OrderClaim, readContest } from "../conflicts/contest.ts";
import { explainLoss } from "../conflicts/explanation.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { underLease } from "../leases/leases.ts";
import { findOrder, type OrderWithLines, postponeOrder, recordHeld } from "../orders/orders.ts";
import type { Runtime } from "../runtime.ts";
import { listOwnSales, type OwnSale } from "../shopify/orders.ts";
import { findShop, type Shop } from "../shops/shops.ts";
import { areUnitsMoving } from "../stock-holds/stock-holds.ts";
import { giveUpOrder } from "./give-up-order.ts";
import { settleReservationsOf } from "./settle-reservations.ts";

/**
 * Before an order is placed. `not now`: it lost, and what its channel's policy says was done; or that can't be decided yet:
 * its item is one of `unclearItems` then, and the next order of it need not ask again in this turn.
 */
export async function settleOversale(
  rt: Runtime,
  shop: Shop,
  order: OrderWithLines,
  unclearItems: Set<string>,
): Promise<"go on" | "not now"> {
  let wasInConflict = false;
  const items = [...new Set(order.lines.flatMap((line) => line.reservation?.inventoryItemGid ?? []))];
  for (const item of items) {
    const contest = await readContest(rt.db, shop.id, item);
    const own = contest.claims.find((claim) => claim.orderId === order.id);
    // One that was settled is placed without asking.
    if (!own || own.isAccepted) continue;
    wasInConflict ||= own.isInConflict;
    if (losersIn(contest, []).length === 0) continue;
    const held = unclearItems.has(item) ? "unclear" : await decideContest(rt, shop, item, contest, order.id);
    if (held === "unclear") {
      unclearItems.add(item);
      await postponeOrder(rt.db, order.id, addMs(rt.clock.now(), LOOK_AGAIN_MS));
    }
    if (held === "unclear" || held.includes(order.id)) return "not now";
  }
  if (wasInConflict) {
    await settleConflict(rt.db, { shopId: shop.id, orderId: order.id, decision: "hold", now: rt.clock.now() });
  }
  return "go on";
}

/** The shop sold the item itself while an order of it was being placed, and nobody had told us yet. */
export async function settleOversold(
  rt: Runtime,
  { shopId, inventoryItemGid }: { shopId: number; inventoryItemGid: string },
): Promise<void> {
  const shop = await findShop(rt.db, { id: shopId });
  if (!shop || shop.uninstalledAt) return;
  // One decides at a time: who places orders does.
  const turn = await underLease(rt, { name: `place:${shopId}`, holder: rt.workerId }, async () => {
    const contest = await readContest(rt.db, shopId, inventoryItemGid);
    return losersIn(contest, []).length > 0 ? decideContest(rt, shop, inventoryItemGid, contest, null) : [];
  });
  if (turn.busy || turn.value === "unclear")
    await rt.queue.send(rt.db, "settle-oversold", { shopId, inventoryItemGid }, { delayMs: LOOK_AGAIN_MS });
  // An order that came meanwhile found the lease held.
  if (!turn.busy) await rt.queue.send(rt.db, "place-orders", { shopId });
}

/**
 * Whoever lost the item is decided together, so that the next order of it need not ask Shopify again. Returns the orders
 * that are not to be placed. `unclear`: what Shopify counts is not known yet.
 */
async function decideContest(
  rt: Runtime,
  shop: Shop,
  inventoryItemGid: string,
  seen: Contest,
  besidesId: number | null,
): Promise<number[] | "unclear"> {
  // What moves before the levels are read may be in them or not, though it has arrived when they are looked at.
  if (seen.isMoving || (await areUnitsMoving(rt.db, shop.id, inventoryItemGid))) return "unclear";
  // It looks so from here. Shopify may have counted or restocked meanwhile: look again before anybody loses.
  if (!(await settleReservationsOf(rt, shop, [inventoryItemGid]))) return "unclear";
  const [first] = losersIn(await readContest(rt.db, shop.id, inventoryItemGid), []);
  if (!first) return [];
  const since = first.claim.soldAt;
  const ownSales = await readOwnSales(rt, shop, inventoryItemGid, since);
  // To read them may have taken a while.
  const contest = await readContest(rt.db, shop.id, inventoryItemGid);
  if (!ownSales || (await isUnclear(rt, shop, inventoryItemGid, contest, besidesId))) return "unclear";
  if (hasLeft(seen, contest) || losersIn(contest, []).some(({ claim }) => claim.soldAt < since)) return "unclear";
  const held: number[] = [];
  for (const loser of losersIn(contest, ownSales)) {
    if ("orderGid" in loser.claim) await tellOfOwnSale(rt, shop, loser, loser.claim);
    else if (await lose(rt, shop, loser, loser.claim.orderId)) held.push(loser.claim.orderId);
  }
  return held;
}

/** Who had units, and wants none any more, was shipped or cancelled: they may be back on the levels that were read, or not. */
function hasLeft(before: Contest, now: Contest): boolean {
  const still = new Set(now.claims.map((claim) => claim.orderId));
  return before.claims.some(({ orderId, isCounted }) => isCounted && !still.has(orderId));
}

const LOOK_AGAIN_MS = 5_000;
/** A sale of the shop's this young may have come, or been cancelled, between reading the levels and the orders. */
const FRESH_MS = 10_000;

type Contender = OrderClaim | OwnSale;

/** After the levels. Null: they could not be read, or one may have come in between. */
async function readOwnSales(rt: Runtime, shop: Shop, inventoryItemGid: string, since: Date): Promise<OwnSale[] | null> {
  const sales = await listOwnSales(rt.admin(shop.domain), { inventoryItemGid, since });
  if (!sales.ok) {
    rt.logger.info({ shop: shop.domain, why: sales.failure.message }, "the shop's own sales could not be read");
    return null;
  }
  const freshFrom = addMs(rt.clock.now(), -FRESH_MS);
  // What is sold without stock too may sell every few seconds, and a unit more or less that is owed decides nothing.
  const isFresh = ({ soldAt, cancelledAt, isBackorder }: OwnSale) =>
    (soldAt > freshFrom && !isBackorder) || (cancelledAt !== null && cancelledAt > freshFrom);
  return sales.value.some(isFresh) ? null : sales.value.filter((sale) => sale.units > 0);
}

/** Whether Shopify counts an order that it has, or may have, is not known: nobody loses on such a count. */
async function isUnclear(
  rt: Runtime,
  shop: Shop,
  inventoryItemGid: string,
  { claims, isMoving }: Contest,
  besidesId: number | null,
): Promise<boolean> {
  if (isMoving) return true;
  const isOnItsWay = claims.some(
    ({ orderId, stage, isCounted }) => orderId !== besidesId && !isCounted && (stage === "placed" || stage === "sent"),
  );
  return isOnItsWay || (await areUnitsMoving(rt.db, shop.id, inventoryItemGid));
}

function losersIn({ available, claims }: Contest, ownSales: readonly OwnSale[]): Loser<Contender>[] {
  if (available === null) return [];
  // What was taken for orders is given out again with the rest: the earliest sale has the first word.
  const taken = [...claims.filter((claim) => claim.isCounted), ...ownSales];
  const units = available + taken.reduce((sum, claim) => sum + claim.units, 0);
  const losers = losersOf<Contender>(units, [...claims, ...ownSales]);
  return losers.filter(({ claim }) => !("isAccepted" in claim && claim.isAccepted));
}

function explain({ timezone }: Shop, { claim, unitsMissing, winners }: Loser<Contender>): string {
  const named = winners.map((one) => ({ ...one, name: "orderGid" in one ? nameOfOwn(one) : one.name }));
  return explainLoss({ soldAt: claim.soldAt, unitsMissing, winners: named, timezone });
}

const nameOfOwn = (sale: OwnSale): string => `Your shop's order ${sale.name}`;

/** Nothing of the shop's own is cancelled without the merchant. The earlier sale gets its units, which Shopify owes then. */
async function tellOfOwnSale(rt: Runtime, shop: Shop, loser: Loser<Contender>, sale: OwnSale): Promise<void> {
  if (sale.isBackorder) return;
  await raiseAlert(
    rt.db,
    {
      shopId: shop.id,
      key: ownSaleAlertKey(sale.orderGid),
      endsByHand: true,
      severity: "critical",
      title: `${nameOfOwn(sale)} was sold too late`,
      message: `${explain(shop, loser)} Cancel it in Shopify, or get the units and ship it; then choose Done.`,
      action: `shopify:/orders/${sale.orderGid.split("/").at(-1)}`,
    },
    rt.clock.now(),
  );
}

/** An order of the shop itself was shipped, or cancelled: nothing is left to decide about it. */
export async function endOwnSaleAlert(rt: Runtime, shop: Shop, orderGid: string): Promise<void> {
  await resolveAlert(rt.db, shop.id, ownSaleAlertKey(orderGid), rt.clock.now());
}

const ownSaleAlertKey = (orderGid: string): string => `own-sale:${orderGid}`;

/** An order that got nothing, in Shopify already or not yet. True when it is not to be placed now. */
async function lose(rt: Runtime, shop: Shop, loser: Loser<Contender>, orderId: number): Promise<boolean> {
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
  await inTransaction(rt.db, async (tx) => {
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
    if (decision === "cancel") await giveUpOrder(rt, tx, order);
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
