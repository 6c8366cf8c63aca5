/** Which flow does which task, and the tick that finds what nobody nudged. */
import { applyDelivery } from "./flows/apply-delivery.ts";
import { applyLevelUpdates } from "./flows/apply-level-updates.ts";
import { checkLatency } from "./flows/check-latency.ts";
import { checkPlan } from "./flows/check-plan.ts";
import { countOnSale } from "./flows/count-on-sale.ts";
import { followOrders } from "./flows/follow-orders.ts";
import { holdStock } from "./flows/hold-stock.ts";
import { importOrders } from "./flows/import-orders.ts";
import { mirrorShop } from "./flows/mirror-shop.ts";
import { placeOrders } from "./flows/place-orders.ts";
import { pushQuantities } from "./flows/push-quantities.ts";
import { readCollections } from "./flows/read-collections.ts";
import { receiveHints } from "./flows/receive-hints.ts";
import { reconcileListings } from "./flows/reconcile-listings.ts";
import { relayCancellation } from "./flows/relay-cancellation.ts";
import { relayShipment } from "./flows/relay-shipment.ts";
import { sendMail } from "./flows/send-mail.ts";
import { settleOversold } from "./flows/settle-oversale.ts";
import { settleReservations } from "./flows/settle-reservations.ts";
import { subscribeChannel } from "./flows/subscribe-channel.ts";
import { sweepListings } from "./flows/sweep-listings.ts";
import { syncChannel } from "./flows/sync-channels.ts";
import { tagCustomers } from "./flows/tag-customers.ts";
import { tellOfAlerts } from "./flows/tell-of-alerts.ts";
import { tick } from "./flows/tick.ts";
import { watchStock } from "./flows/watch-stock.ts";
import { HEARTBEAT_MS, renewLeases } from "./leases/leases.ts";
import type { Runtime } from "./runtime.ts";
import type { JobQueue, TaskHandlers } from "./tasks/job-queue.server.ts";

const TICK_MS = 1_000;

export function taskHandlers(rt: Runtime): TaskHandlers {
  return {
    "apply-delivery": (payload) => applyDelivery(rt, payload),
    "apply-level-updates": (payload) => applyLevelUpdates(rt, payload),
    "mirror-shop": (payload) => mirrorShop(rt, payload),
    "read-collections": (payload) => readCollections(rt, payload),
    "sync-channel": (payload) => syncChannel(rt, payload),
    "count-on-sale": (payload) => countOnSale(rt, payload),
    "reconcile-listings": (payload) => reconcileListings(rt, payload),
    "push-quantities": (payload) => pushQuantities(rt, payload),
    "import-orders": (payload) => importOrders(rt, payload),
    "place-orders": (payload) => placeOrders(rt, payload),
    "hold-stock": (payload) => holdStock(rt, payload),
    "settle-oversold": (payload) => settleOversold(rt, payload),
    "settle-reservations": (payload) => settleReservations(rt, payload),
    "follow-orders": (payload) => followOrders(rt, payload),
    "relay-shipment": (payload) => relayShipment(rt, payload),
    "relay-cancellation": (payload) => relayCancellation(rt, payload),
    "receive-hints": (payload) => receiveHints(rt, payload),
    "subscribe-channel": (payload) => subscribeChannel(rt, payload),
    "check-plan": (payload) => checkPlan(rt, payload),
    "tag-customers": (payload) => tagCustomers(rt, payload),
    "sweep-listings": (payload) => sweepListings(rt, payload),
    "watch-stock": (payload) => watchStock(rt, payload),
    "check-latency": (payload) => checkLatency(rt, payload),
    "tell-of-alerts": (payload) => tellOfAlerts(rt, payload),
    "send-mail": (payload) => sendMail(rt, payload),
  };
}

export interface Worker {
  /** Ends the tick; running tasks end with the queue. */
  stop(): Promise<void>;
}

export async function startWorker(rt: Runtime, jobs: JobQueue): Promise<Worker> {
  await jobs.work(taskHandlers(rt));
  let stopped = false;
  const ticking = (async () => {
    while (!stopped) {
      try {
        await tick(rt);
      } catch (error) {
        rt.logger.error({ err: error }, "the tick failed; it comes again");
      }
      await rt.clock.sleep(TICK_MS);
    }
  })();
  const beating = (async () => {
    while (!stopped) {
      await renewLeases(rt.db, rt.workerId, rt.clock.now()).catch((error: unknown) =>
        rt.logger.error({ err: error }, "leases were not prolonged"),
      );
      for (let waitedMs = 0; waitedMs < HEARTBEAT_MS && !stopped; waitedMs += TICK_MS) await rt.clock.sleep(TICK_MS);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await Promise.all([ticking, beating]);
    },
  };
}
