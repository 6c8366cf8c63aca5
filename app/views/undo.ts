/** Read model of undoing an approved change: what it would do now. */
import { undoEndsAt } from "../bulk-changes/undo-time.ts";
import type { Runtime } from "../runtime.ts";
import { explainListings, limitsOf, listPushable } from "./quantity-facts.ts";

export interface UndoView {
  approvedAt: string;
  /** Until then it can be undone. */
  endsAt: string;
  /** The brake's reason; null: a first push. */
  reason: string | null;
  /** Listings that would go back down to what they showed before. */
  back: number;
  /** How many of these to zero. */
  toZero: number;
  /** Listings that showed more before than there is to sell now: these stay. */
  short: number;
}

/** Null: nothing can be undone, or there is nothing left to take back. */
export async function readUndo(rt: Runtime, channelId: number): Promise<UndoView | null> {
  const change = await rt.db.bulkChange.findUnique({
    where: { channelId },
    include: { channel: { select: { pushApprovedAt: true, undoneAt: true } } },
  });
  if (!change?.channel.pushApprovedAt || change.channel.undoneAt) return null;
  const endsAt = undoEndsAt(change.approvedAt);
  if (endsAt <= rt.clock.now()) return null;
  const listings = await rt.db.bulkChangeListing.findMany({ where: { channelId } });
  const pushable = await listPushable(rt.db, channelId);
  const explanations = await explainListings(
    rt.db,
    pushable.map((listing) => listing.id),
    limitsOf(rt),
  );
  const view = { back: 0, toZero: 0, short: 0 };
  for (const { listingId, quantityBefore } of listings) {
    const quantity = explanations.get(listingId)?.quantity ?? null;
    if (quantity === null || quantity === quantityBefore) continue;
    if (quantity < quantityBefore) view.short += 1;
    else {
      view.back += 1;
      if (quantityBefore === 0) view.toZero += 1;
    }
  }
  // What would take nothing back is not offered.
  if (view.back === 0) return null;
  const { approvedAt, reason } = change;
  return { approvedAt: approvedAt.toISOString(), endsAt: endsAt.toISOString(), reason, ...view };
}
