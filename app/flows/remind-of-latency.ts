/** Once a month a merchant is asked to time a SKU, unless they timed one meanwhile, or said that they don't want to hear. */
import { z } from "zod";
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import type { AlertKey } from "../alerts/kinds.ts";
import type { Tx } from "../db.server.ts";
import { lockShop, postponeLatencyReminder, setLatencyReminder, takeLatencyReminders } from "../shops/shops.ts";
import { ofShop } from "./of-shop.ts";
import type { Setting } from "./settings.ts";

const KEY: AlertKey = "latency-check";

export async function remindOfLatency(tx: Tx, shopIds: readonly number[], now: Date): Promise<void> {
  if (shopIds.length === 0) return;
  for (const shopId of await takeLatencyReminders(tx, shopIds, now)) {
    // Where nothing is pushed there is nothing to time: the next month may be another.
    const where = { shopId, state: "connected", pushApprovedAt: { not: null } };
    if ((await tx.channel.findFirst({ where, select: { id: true } })) === null) continue;
    await raiseAlert(
      tx,
      {
        shopId,
        key: KEY,
        severity: "info",
        title: "Time one SKU through your channels",
        message:
          "It shows how long a change of stock takes to every marketplace today. It takes a few minutes, and one unit is away meanwhile. Done puts this away until next month; on that page it is switched off.",
        action: "/app/latency",
        endsByHand: true,
        reopens: true,
      },
      now,
    );
  }
}

/** A SKU was timed: the month begins anew. */
export async function endLatencyReminder(tx: Tx, shopId: number, now: Date): Promise<void> {
  await postponeLatencyReminder(tx, shopId, now);
  await resolveAlert(tx, shopId, KEY, now);
}

export const LATENCY_REMINDER: Setting<boolean, object> = {
  value: z.boolean(),
  async open({ tx, shopId, now }, _, after) {
    const shop = await lockShop(tx, shopId);
    if (!shop) return "This shop does not use Lockstep any more.";
    return ofShop({
      before: shop.remindsOfLatency,
      after,
      message: after ? "You are reminded each month to time a SKU" : "Nobody is reminded to time a SKU",
      async write() {
        await setLatencyReminder(tx, shopId, after, now);
        if (!after) await resolveAlert(tx, shopId, KEY, now);
      },
    });
  },
};
