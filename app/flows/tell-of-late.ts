/** Quantities that wait longer for a marketplace than its merchant allows: one alert for a channel, until none does. */
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import type { AlertKey } from "../alerts/kinds.ts";
import { type Channel, findChannel } from "../channels/channels.ts";
import type { Tx } from "../db.server.ts";
import { findLongestWait } from "../listings/claim.ts";

const keyOf = (channelId: number): AlertKey => `delayed:${channelId}`;

/** Ids of channels: `late` are late now, of those `said` it is said. */
export async function tellOfLate(
  tx: Tx,
  { late, said }: { late: readonly number[]; said: readonly number[] },
  now: Date,
): Promise<void> {
  for (const channelId of late.filter((one) => !said.includes(one))) {
    const channel = await findChannel(tx, channelId);
    if (channel) await sayLate(tx, channel, now);
  }
  for (const channelId of said.filter((one) => !late.includes(one))) {
    const channel = await findChannel(tx, channelId);
    if (channel) await resolveAlert(tx, channel.shopId, keyOf(channelId), now);
  }
}

async function sayLate(tx: Tx, { id, shopId, name, lateAfterMinutes }: Channel, now: Date): Promise<void> {
  const longest = await findLongestWait(tx, id);
  const which = longest
    ? `“${longest.title}”${longest.sku ? ` (${longest.sku})` : ""} has waited longest${longest.problem ? `: ${longest.problem}` : ""}`
    : "";
  await raiseAlert(
    tx,
    {
      shopId,
      channelId: id,
      key: keyOf(id),
      severity: "critical",
      title: `${name}: quantities wait longer than ${lateAfterMinutes === 1 ? "a minute" : `${lateAfterMinutes} minutes`}`,
      message: `What changed in Shopify is not there yet, so more may be sold there than there is. ${which ? `${which}. ` : ""}Lockstep goes on by itself, and this ends when all is there. Look at the channel's page for what holds it up; if it lasts, lower what sells fast over there by hand.`,
      action: `/app/channels/${id}`,
    },
    now,
  );
}
