/**
 * Everything that grows has an end. A little at a time, the oldest first: what a tick deletes is bounded, so that nobody
 * waits for it, and a backlog of years is gone in days.
 */
import { forgetResolvedAlerts } from "../alerts/alerts.ts";
import { forgetEndedBudgets } from "../budgets/budgets.ts";
import { listChannels } from "../channels/channels.ts";
import { forgetConnections } from "../channels/connections.ts";
import { addMs } from "../clock.ts";
import { forgetPeopleOfShops, forgetUnnamed } from "../customers/customers.ts";
import { forgetTagsOfShops } from "../customers/taggings.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { forgetSettledDeliveries } from "../deliveries/deliveries.ts";
import { forgetAttemptsOfShops, forgetOldAttempts } from "../history/history.ts";
import { foldOldEntries } from "../inventory/ledger.ts";
import { forgetOldLatencies } from "../latencies/latencies.ts";
import { forgetOldChecks } from "../latency-checks/latency-checks.ts";
import { forgetOldMails } from "../mail/outbox.ts";
import { forgetBuyersOfShops, forgetBuyersSooner, forgetOldBuyers } from "../orders/buyers.ts";
import { forgetEndedRuns } from "../runs/runs.ts";
import type { Runtime } from "../runtime.ts";
import { HISTORY_DAYS_MAX, soonerMs } from "../shops/retention.ts";
import { listKeepingLess, listShopsLeftBefore } from "../shops/shops.ts";
import { forgetOldSweeps, forgetSwept } from "../sweeps/sweeps.ts";
import { buyerKeptMsOf } from "./buyer-clock.ts";

const DAY_MS = 24 * 60 * 60_000;

/** How long each is kept. Buyers have a time of their own, by marketplace: `buyerDataKeptMs` of its manifest. */
const KEPT_MS = {
  /** What Shopify and the marketplaces sent, without its body: so that the same one sent again is known. */
  deliveries: 7 * DAY_MS,
  attempts: HISTORY_DAYS_MAX * DAY_MS,
  /** Older entries of a level become one, with their sum. */
  ledger: 90 * DAY_MS,
  runs: 30 * DAY_MS,
  /** Changes of many listings, and what each listing was before: that is twice as long as it can be undone. */
  sweeps: 180 * DAY_MS,
  swept: 14 * DAY_MS,
  /** A check a month: the last year's can be compared. */
  latencyChecks: 400 * DAY_MS,
  /** From when they were resolved. */
  alerts: 90 * DAY_MS,
  /** Who was told what: it names staff, and nobody asks after a month. */
  mails: 30 * DAY_MS,
  /** All buyers of a shop that left: Shopify asks for it after two days, and may forget to. */
  buyersOfShopsThatLeft: 7 * DAY_MS,
} as const;

/** Rows of one statement. */
const ROWS_MAX = 500;
/** Statements of one kind in one turn. */
const STEPS_MAX = 4;

export async function forgetOld(rt: Runtime): Promise<void> {
  const { db } = rt;
  const now = rt.clock.now();
  const older = (ms: number) => ({ before: addMs(now, -ms), rowsMax: ROWS_MAX });
  await forgetConnections(db, { endedBefore: now });
  await inSteps(() => forgetEndedBudgets(db, { now, rowsMax: ROWS_MAX }));
  await inSteps(() => forgetSomeBuyers(rt, now, (tx) => forgetOldBuyers(tx, { now, rowsMax: ROWS_MAX })));
  const left = await listShopsLeftBefore(db, addMs(now, -KEPT_MS.buyersOfShopsThatLeft));
  if (left.length > 0) {
    await inSteps(() => forgetBuyersOfShops(db, { shopIds: left, now, rowsMax: ROWS_MAX }));
    await inSteps(() => forgetPeopleOfShops(db, { shopIds: left, rowsMax: ROWS_MAX }));
    await inSteps(() => forgetTagsOfShops(db, { shopIds: left, rowsMax: ROWS_MAX }));
  }
  await forgetWhereLessIsKept(rt, now);
  await inSteps(() => forgetSettledDeliveries(db, older(KEPT_MS.deliveries)));
  await inSteps(() => forgetOldAttempts(db, older(KEPT_MS.attempts)));
  await inSteps(() => foldOldEntries(db, older(KEPT_MS.ledger)));
  await inSteps(() => forgetEndedRuns(db, older(KEPT_MS.runs)));
  await inSteps(() => forgetSwept(db, older(KEPT_MS.swept)));
  await inSteps(() => forgetOldSweeps(db, older(KEPT_MS.sweeps)));
  await inSteps(() => forgetOldLatencies(db, { now, rowsMax: ROWS_MAX }));
  await inSteps(() => forgetOldChecks(db, older(KEPT_MS.latencyChecks)));
  await inSteps(() => forgetResolvedAlerts(db, older(KEPT_MS.alerts)));
  await inSteps(() => forgetOldMails(db, older(KEPT_MS.mails)));
}

/** Shops that want their history, or buyers, forgotten sooner than others. Few do. */
async function forgetWhereLessIsKept(rt: Runtime, now: Date): Promise<void> {
  const shops = await listKeepingLess(rt.db);
  const histories = shops.flatMap(({ id, historyDays }) =>
    historyDays === null ? [] : [{ id, before: addMs(now, -historyDays * DAY_MS) }],
  );
  if (histories.length > 0) await inSteps(() => forgetAttemptsOfShops(rt.db, { shops: histories, rowsMax: ROWS_MAX }));
  for (const { id, buyerDays } of shops) {
    if (buyerDays === null) continue;
    for (const { id: channelId, connectorKey } of await listChannels(rt.db, id)) {
      const sooner = soonerMs(buyerDays, buyerKeptMsOf(rt, connectorKey));
      const of = { channelIds: [channelId], soonerMs: sooner, now, rowsMax: ROWS_MAX };
      if (sooner > 0) await inSteps(() => forgetSomeBuyers(rt, now, (tx) => forgetBuyersSooner(tx, of)));
    }
  }
}

/** A person of whom Shopify knows nothing is known as long as an order names them. */
function forgetSomeBuyers(
  rt: Runtime,
  now: Date,
  forget: (tx: Tx) => Promise<{ recordId: number | null }[]>,
): Promise<number> {
  return inTransaction(rt.db, async (tx) => {
    const forgotten = await forget(tx);
    const recordIds = [...new Set(forgotten.flatMap((one) => one.recordId ?? []))];
    if (recordIds.length > 0) await forgetUnnamed(tx, recordIds, now);
    return forgotten.length;
  });
}

/** Until there is nothing more, or enough for one turn. */
async function inSteps(step: () => Promise<number>): Promise<void> {
  for (let steps = 0; steps < STEPS_MAX; steps += 1) if ((await step()) < ROWS_MAX) return;
}
