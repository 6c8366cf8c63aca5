/**
 * Everything that grows has an end. A little at a time, the oldest first: what a tick deletes is bounded, so that nobody
 * waits for it, and a backlog of years is gone in days.
 */
import { forgetResolvedAlerts } from "../alerts/alerts.ts";
import { forgetEndedBudgets } from "../budgets/budgets.ts";
import { forgetConnections } from "../channels/connections.ts";
import { addMs } from "../clock.ts";
import { forgetPeopleOfShops, forgetUnnamed } from "../customers/customers.ts";
import { forgetTagsOfShops } from "../customers/taggings.ts";
import { inTransaction } from "../db.server.ts";
import { forgetSettledDeliveries } from "../deliveries/deliveries.ts";
import { forgetOldAttempts } from "../history/history.ts";
import { foldOldEntries } from "../inventory/ledger.ts";
import { forgetOldLatencies } from "../latencies/latencies.ts";
import { forgetOldChecks } from "../latency-checks/latency-checks.ts";
import { forgetOldMails } from "../mail/outbox.ts";
import { forgetBuyersOfShops, forgetOldBuyers } from "../orders/buyers.ts";
import { forgetEndedRuns } from "../runs/runs.ts";
import type { Runtime } from "../runtime.ts";
import { listShopsLeftBefore } from "../shops/shops.ts";
import { forgetOldSweeps, forgetSwept } from "../sweeps/sweeps.ts";

const DAY_MS = 24 * 60 * 60_000;

/** How long each is kept. Buyers have a time of their own, by marketplace: `buyerDataKeptMs` of its manifest. */
const KEPT_MS = {
  /** What Shopify and the marketplaces sent, without its body: so that the same one sent again is known. */
  deliveries: 7 * DAY_MS,
  attempts: 180 * DAY_MS,
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
  await inSteps(() => forgetBuyersAndPeople(rt, now));
  const left = await listShopsLeftBefore(db, addMs(now, -KEPT_MS.buyersOfShopsThatLeft));
  if (left.length > 0) {
    await inSteps(() => forgetBuyersOfShops(db, { shopIds: left, now, rowsMax: ROWS_MAX }));
    await inSteps(() => forgetPeopleOfShops(db, { shopIds: left, rowsMax: ROWS_MAX }));
    await inSteps(() => forgetTagsOfShops(db, { shopIds: left, rowsMax: ROWS_MAX }));
  }
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

/** A person of whom Shopify knows nothing is known as long as an order names them. */
function forgetBuyersAndPeople(rt: Runtime, now: Date): Promise<number> {
  return inTransaction(rt.db, async (tx) => {
    const forgotten = await forgetOldBuyers(tx, { now, rowsMax: ROWS_MAX });
    const recordIds = [...new Set(forgotten.flatMap((one) => one.recordId ?? []))];
    if (recordIds.length > 0) await forgetUnnamed(tx, recordIds, now);
    return forgotten.length;
  });
}

/** Until there is nothing more, or enough for one turn. */
async function inSteps(step: () => Promise<number>): Promise<void> {
  for (let steps = 0; steps < STEPS_MAX; steps += 1) if ((await step()) < ROWS_MAX) return;
}
