/**
 * Is there still something for an order? When more was sold than there was, the earliest sale wins, whichever arrived
 * first, those of the shop itself included. A later order that is in Shopify already, and not shipped, loses to an earlier
 * one that comes only now. Asked before an order is placed, and once more after it, where Shopify has less than nothing
 * then.
 */
import { addMs } from "../clock.ts";
import { type Loser, losersOf } from "../conflicts/allotment.ts";
import { settleConflict } from "../conflicts/conflicts.ts";
import { type Contest, readContest } from "../conflicts/contest.ts";
import { listUnitsAway } from "../latency-checks/latency-checks.ts";
import { type Lease, storeUnder, underLease } from "../leases/leases.ts";
import { listOrderGids, type OrderWithLines, postponeOrder } from "../orders/orders.ts";
import type { Runtime } from "../runtime.ts";
import { listOwnSales, type OwnSale } from "../shopify/orders.ts";
import { findShop, type Shop } from "../shops/shops.ts";
import { areUnitsMoving } from "../stock-holds/stock-holds.ts";
import { RemoteFailureError } from "./or-throw.ts";
import { type Contender, recordLosses } from "./record-losses.ts";
import { refreshLocations } from "./refresh-locations.ts";
import { settleReservationsOf } from "./settle-reservations.ts";

/**
 * Before an order is placed. `not now`: it lost, and what its channel's policy says was done; or that can't be decided yet:
 * its item is one of `unclearItems` then, and the next order of it need not ask again in this turn.
 */
export async function settleOversale(
  rt: Runtime,
  shop: Shop,
  order: OrderWithLines,
  lease: Lease,
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
    const held = unclearItems.has(item) ? "unclear" : await decideContest(rt, shop, item, contest, order.id, lease);
    if (held === "unclear") {
      unclearItems.add(item);
      await postponeOrder(rt.db, order.id, addMs(rt.clock.now(), LOOK_AGAIN_MS));
    }
    if (held === "unclear" || held.includes(order.id)) return "not now";
  }
  if (wasInConflict) {
    const settled = { shopId: shop.id, orderId: order.id, decision: "hold", now: rt.clock.now() } as const;
    await storeUnder(rt.db, lease, (tx) => settleConflict(tx, settled));
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
  const turn = await underLease(rt, { name: `place:${shopId}`, holder: rt.workerId }, async (lease) => {
    const contest = await readContest(rt.db, shopId, inventoryItemGid);
    return losersIn(contest, []).length > 0 ? decideContest(rt, shop, inventoryItemGid, contest, null, lease) : [];
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
  lease: Lease,
): Promise<number[] | "unclear"> {
  // What moves before the levels are read may be in them or not, though it has arrived when they are looked at.
  if (seen.isMoving || (await isCountUnclear(rt, shop, inventoryItemGid))) return "unclear";
  // It looks so from here. Shopify may have counted or restocked meanwhile: look again before anybody loses.
  if (!(await readWhereItSells(rt, shop))) return "unclear";
  if (!(await settleReservationsOf(rt, shop, [inventoryItemGid]))) return "unclear";
  const [first] = losersIn(await readContest(rt.db, shop.id, inventoryItemGid), []);
  if (!first) return [];
  const since = first.claim.soldAt;
  const ownSales = await readOwnSales(rt, shop, inventoryItemGid, since);
  // To read them may have taken a while.
  const contest = await readContest(rt.db, shop.id, inventoryItemGid);
  if (!ownSales || (await isUnclear(rt, shop, inventoryItemGid, contest, besidesId))) return "unclear";
  if (hasLeft(seen, contest) || losersIn(contest, []).some(({ claim }) => claim.soldAt < since)) return "unclear";
  return recordLosses(rt, shop, losersIn(contest, ownSales), lease);
}

/** Of what is available now units may count twice, or be away for a moment: nobody may lose on such a count. */
async function isCountUnclear(rt: Runtime, shop: Shop, inventoryItemGid: string): Promise<boolean> {
  if (await areUnitsMoving(rt.db, shop.id, inventoryItemGid)) return true;
  return (await listUnitsAway(rt.db, shop.id, [inventoryItemGid])).size > 0;
}

/** A location may have opened, and nobody told us yet. False: Shopify could not be asked. */
async function readWhereItSells(rt: Runtime, shop: Shop): Promise<boolean> {
  try {
    await refreshLocations(rt, shop);
    return true;
  } catch (error) {
    if (!(error instanceof RemoteFailureError)) throw error;
    rt.logger.info({ shop: shop.domain, why: error.message }, "the shop's locations could not be read");
    return false;
  }
}

/** Who had units, and wants none any more, was shipped or cancelled: they may be back on the levels that were read, or not. */
function hasLeft(before: Contest, now: Contest): boolean {
  const still = new Set(now.claims.map((claim) => claim.orderId));
  return before.claims.some(({ orderId, unitsCounted }) => unitsCounted > 0 && !still.has(orderId));
}

const LOOK_AGAIN_MS = 5_000;
/** A sale of the shop's this young may have come, or been cancelled, between reading the levels and the orders. */
const FRESH_MS = 10_000;

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
  // Another app may have taken our tag off an order of ours.
  const gids = sales.value.map((sale) => sale.orderGid);
  const ours = gids.length > 0 ? await listOrderGids(rt.db, shop.id, gids) : new Set<string>();
  const own = sales.value.filter((sale) => !ours.has(sale.orderGid));
  return own.some(isFresh) ? null : own.filter((sale) => sale.units > 0);
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
    ({ orderId, stage, units, unitsCounted }) =>
      orderId !== besidesId && unitsCounted < units && (stage === "placed" || stage === "sent"),
  );
  return isOnItsWay || (await isCountUnclear(rt, shop, inventoryItemGid));
}

function losersIn({ available, claims }: Contest, ownSales: readonly OwnSale[]): Loser<Contender>[] {
  if (available === null) return [];
  // What was taken for orders is given out again with the rest: the earliest sale has the first word.
  const taken = [...claims.map((claim) => claim.unitsCounted), ...ownSales.map((sale) => sale.units)];
  const units = available + taken.reduce((sum, counted) => sum + counted, 0);
  const losers = losersOf<Contender>(units, [...claims, ...ownSales]);
  return losers.filter(({ claim }) => !("isAccepted" in claim && claim.isAccepted));
}
