/**
 * Units that went missing on listings and that no order explains, now that all orders of that time are read: somebody
 * edited them over there. They are set right, or the merchant is asked, as the channel says.
 */
import { type Channel, editPolicyOf } from "../channels/channels.ts";
import type { Tx } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { recordEdited, type Unexplained } from "../listings/push-state.ts";
import { sumUnseen } from "../listings/unseen.ts";
import { readSoldNear } from "../views/quantity-facts.ts";

export async function noticeEdits(
  tx: Tx,
  channel: Channel,
  unexplained: readonly Unexplained[],
  { toleranceMs, now }: { toleranceMs: number; now: Date },
): Promise<void> {
  const asks = editPolicyOf(channel) === "ask";
  const others = channel.sharesStockWith.join(", ");
  for (const { listingId, observations } of unexplained) {
    const sure = observations.filter((one) => !one.doubtful);
    const ends = sure.flatMap(({ from, to }) => [from, to]);
    const units = sumUnseen(sure) - (await readSoldNear(tx, listingId, ends, toleranceMs));
    if (units <= 0) continue;
    const editedQuantity = sure.at(-1)?.shown ?? null;
    if (asks) await recordEdited(tx, listingId, { editedQuantity, now });
    const what = units === 1 ? "unit was" : "units were";
    const sold = others === "" ? "" : `. It may have been sold on ${others}, whose orders Lockstep does not read`;
    const missing = `${units} ${what} taken off this listing on ${channel.name}, and no order explains it${sold}`;
    await recordAttempt(tx, {
      shopId: channel.shopId,
      channelId: channel.id,
      kind: "reconcile",
      listingId,
      outcome: asks ? "held" : "done",
      message: asks ? `${missing}. Open the listing, and set it right or keep it.` : `${missing}. It is set right.`,
      startedAt: now,
      finishedAt: now,
    });
  }
}
