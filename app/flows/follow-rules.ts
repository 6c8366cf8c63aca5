/** Products or matches changed: rules that hit their listings now, or hit them no more, are written down on these. */
import type { Tx } from "../db.server.ts";
import { hitsSql } from "../listing-rules/hits.ts";
import { keepRules, listListingRules } from "../listing-rules/listing-rules.ts";
import { inScope, markStale } from "../listings/listings.ts";
import { recordHits } from "../listings/many.ts";
import type { Runtime } from "../runtime.ts";
import { retellWithdrawn } from "./note-withdrawn.ts";
import { wakeChannels } from "./wake-channels.ts";

export async function followRules(
  rt: Runtime,
  tx: Tx,
  shopId: number,
  scope: { variantIds: readonly number[] } | { listingIds: readonly number[] },
): Promise<void> {
  if (Object.values(scope).every((ids: readonly number[]) => ids.length === 0)) return;
  await keepRules(tx, shopId);
  const rules = await listListingRules(tx, shopId);
  if (rules.length === 0) return;
  const changed = await recordHits(tx, hitsSql(rules, inScope(shopId, scope)));
  if (changed.length === 0) return;
  const listingIds = changed.map((one) => one.id);
  const now = rt.clock.now();
  await wakeChannels(rt, tx, await markStale(tx, shopId, { listingIds }, { decreasing: true, now }));
  const withdrawn = changed.filter((one) => one.withdrawnAs !== null);
  await retellWithdrawn(
    rt,
    tx,
    withdrawn.map((one) => one.channelId),
  );
}
