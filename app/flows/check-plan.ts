/**
 * What a shop pays for, asked anew: as the merchant comes back from Shopify's page, as somebody looks, and once a day, for
 * nothing tells of a cancellation. A clear answer is confirmed, and carried out: a plan without stock sync lets quantities
 * only go down for some days, and then leaves the listings or takes them to 0, as the merchant chose; a plan that has it again
 * goes on where it stopped, once they approved what goes up.
 */
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import { recordBulkChange } from "../bulk-changes/bulk-changes.ts";
import {
  type Channel,
  endPlanHolds,
  holdIncreases,
  listPushing,
  recordGoesToZero,
  recordPlanEnded,
} from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { isAnyStale } from "../listings/claim.ts";
import { markStale } from "../listings/listings.ts";
import { listShown } from "../listings/push-state.ts";
import { type PlanAnswer, sayAnswer } from "../plans/answers.ts";
import { entitlements, mayUse, PLAN_ENDED, type PlanFacts } from "../plans/entitlements.ts";
import {
  factsOf,
  isEnding,
  nextAsk,
  nextOrderGap,
  takeAnswer,
  termsBy,
  termsOf,
  type WhenStockEnds,
  WIND_DOWN_DAYS,
  whenStockEndsOf,
} from "../plans/plan-state.ts";
import { gapOf, lockPlan, recordAnswer, recordUnlimited } from "../plans/plans.ts";
import type { Runtime } from "../runtime.ts";
import { findShop, type Shop } from "../shops/shops.ts";
import { limitsOf, withQuantities } from "../views/quantity-facts.ts";
import { sayDay } from "../views/shop-time.ts";
import { wakeChannels } from "./wake-channels.ts";

/** A channel that could not be taken to 0 for so long is left as it is. */
const ZEROING_MS_MAX = WIND_DOWN_DAYS * 24 * 60 * 60_000;
const TIMEOUT_MS = 5 * 60_000;

export async function checkPlan(rt: Runtime, { shopId }: { shopId: number }): Promise<void> {
  const shop = await findShop(rt.db, { id: shopId });
  if (!shop || shop.uninstalledAt) return;
  const askedAt = rt.clock.now();
  // Where no plans are sold any more, everybody has everything.
  if (!rt.billing) {
    await inTransaction(rt.db, (tx) => limitNothing(tx, shop, askedAt));
    return;
  }
  const answer = await rt.billing.ask(rt.admin(shop.domain));
  await inTransaction(rt.db, (tx) => carryOut(rt, tx, shop, answer, askedAt), { timeoutMs: TIMEOUT_MS });
}

async function limitNothing(tx: Tx, shop: Shop, now: Date): Promise<void> {
  const row = await lockPlan(tx, shop.id);
  await resume(tx, shop, now);
  await resolveAlert(tx, shop.id, "plan", now);
  const gap = nextOrderGap(gapOf(row), false, true, now);
  await recordUnlimited(tx, shop.id, gap);
}

async function carryOut(rt: Runtime, tx: Tx, shop: Shop, answer: PlanAnswer, askedAt: Date): Promise<void> {
  const row = await lockPlan(tx, shop.id);
  if (row.askedAt && row.askedAt > askedAt) return;
  const now = rt.clock.now();
  const held = factsOf(row);
  const hadOrders = mayImport(held);
  const pushing = await listPushing(tx, shop.id);
  const { facts: taken, event } = takeAnswer(held, answer, pushing.length > 0, now);
  const facts = { ...taken };
  if (event === "lowered") await holdIncreases(tx, shop.id);
  if (event === "resumed") await resume(tx, shop, now);
  const whenEnds = whenStockEndsOf(row);
  if (isEnding(facts, now)) {
    for (const channel of pushing)
      await (whenEnds === "zero" ? takeToZero(rt, tx, channel, now) : recordPlanEnded(tx, channel.id));
    facts.stockEndedAt = now;
  }
  const isZeroing = facts.stockEndedAt !== null && (await endZeroing(tx, shop.id, facts.stockEndedAt, now));
  const unclear = answer.kind === "unclear" ? answer.why : null;
  const terms = termsBy(answer) ?? termsOf(row);
  const dueAt = nextAsk(facts, { unclear: unclear !== null, isZeroing, terms }, now);
  const gap = nextOrderGap(gapOf(row), hadOrders, mayImport(facts), now);
  await recordAnswer(tx, shop.id, { facts, terms, gap, unclear, askedAt, dueAt });
  await tellOfPlan(tx, shop, facts, whenEnds, now);
  if (facts.plan !== held.plan) await writeDown(tx, shop.id, sayAnswer(answer), now);
}

const mayImport = (facts: PlanFacts): boolean => mayUse(entitlements(facts, true), "orders");

/** Everything goes on as it was; what would go up waits for the merchant. */
async function resume(tx: Tx, shop: Shop, now: Date): Promise<void> {
  for (const channel of await endPlanHolds(tx, shop.id, now)) {
    const stoodStill = channel.planHold === null;
    await raiseAlert(
      tx,
      {
        shopId: shop.id,
        channelId: channel.id,
        key: `brake:${channel.id}`,
        severity: "critical",
        title: `${channel.name} waits for you: your plan has stock sync again`,
        message: stoodStill
          ? "No quantity is changed there until you approve it. Look at the preview; if it is right, approve it."
          : "Quantities there go down, and none goes up until you approve it. Look at the preview; if it is right, approve it.",
        action: `/app/channels/${channel.id}`,
      },
      now,
    );
  }
}

/** As with any change of a whole channel: what was shown is kept, and the brake knows that the merchant chose it. */
async function takeToZero(rt: Runtime, tx: Tx, channel: Channel, now: Date): Promise<void> {
  await recordGoesToZero(tx, channel.id, now);
  const listings = await withQuantities(tx, await listShown(tx, channel.id), limitsOf(rt));
  await recordBulkChange(tx, { channelId: channel.id, reason: PLAN_ENDED, listings, now });
  await markStale(tx, channel.shopId, { channelId: channel.id }, { decreasing: true, now, restarts: true });
  await wakeChannels(rt, tx, [channel.id]);
}

/** Channels where all is at 0 stand still from then on: what somebody edits over there later is theirs. True: some are not. */
async function endZeroing(tx: Tx, shopId: number, endedAt: Date, now: Date): Promise<boolean> {
  let isAnyLeft = false;
  for (const channel of (await listPushing(tx, shopId)).filter(({ planHold }) => planHold === "zero")) {
    const isDone = endedAt < now && !(await isAnyStale(tx, channel.id));
    if (isDone || endedAt <= addMs(now, -ZEROING_MS_MAX)) await recordPlanEnded(tx, channel.id);
    else isAnyLeft = true;
  }
  return isAnyLeft;
}

async function tellOfPlan(
  tx: Tx,
  shop: Shop,
  { stockEndsAt, stockEndedAt }: { stockEndsAt: Date | null; stockEndedAt: Date | null },
  whenEnds: WhenStockEnds,
  now: Date,
): Promise<void> {
  if (!stockEndsAt) return resolveAlert(tx, shop.id, "plan", now);
  const day = sayDay(stockEndsAt, shop.timezone);
  const then = whenEnds === "zero" ? "go to 0" : "stay as they are";
  const said = stockEndedAt
    ? {
        title: "Stock sync has ended with your plan",
        message: `Since ${day} no quantity is changed on your marketplaces, and no order is imported: what is sold there can be sold twice. Choose a plan to go on where it stopped.`,
      }
    : {
        title: `Stock sync ends on ${day}`,
        message: `Your plan has none any more. Until then quantities go down, none goes up, and orders come in. Then the listings ${then}, and orders stay on their marketplaces. Choose a plan, or what becomes of the listings.`,
      };
  await raiseAlert(tx, { shopId: shop.id, key: "plan", severity: "critical", action: "/app/plan", ...said }, now);
}

async function writeDown(tx: Tx, shopId: number, message: string, now: Date): Promise<void> {
  await recordAttempt(tx, { shopId, kind: "settings", outcome: "done", message, startedAt: now, finishedAt: now });
}
