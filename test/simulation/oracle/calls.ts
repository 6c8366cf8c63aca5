/** Rule 5, and the scope of a refusal: what the app's calls to the marketplaces may be. */
import type { Limit } from "#connectors/contract/connector.ts";
import type { Scene } from "../scene.ts";
import type { SimMarketplace } from "../sim-marketplace.ts";

/** Calls that fail within this time before the app learned something may still be holding up its push. */
export const FAULT_SHADOW_MS = 60_000;

/** So much of a limit may be used up before the app waits: the rest is for what can't wait. */
const BUDGET_SHARE = 0.5;

/** Rule 5: never more calls in a window than the marketplace publishes. */
export function checkBudgets(scene: Scene): void {
  for (const market of scene.markets) {
    for (const limit of market.nature.limits) {
      // A worker whose clock is ahead sees calls of one that is behind end so much earlier: that much of a window is not kept.
      const windowMs = Math.max(0, limit.windowMs - scene.clocksApartMs);
      const over = callsOver({ ...limit, windowMs }, market.callTimesMs);
      if (over) {
        scene.violate(5, `${market.nature.key}: ${over.calls} calls within ${limit.windowMs} ms (${limit.name})`);
      }
    }
  }
}

/**
 * What a marketplace refuses of one listing does not stop the others: nothing else went wrong there since, and there were
 * calls left. To a worker that stands still nobody answers.
 */
export async function checkScope(
  scene: Scene,
  market: SimMarketplace,
  refused: { remoteId: string; sinceMs: number },
): Promise<void> {
  const { time, database } = scene.world;
  const refusedAtMs = market.refusedAtMs.get(refused.remoteId) ?? Number.NEGATIVE_INFINITY;
  const fromMs = refused.sinceMs - FAULT_SHADOW_MS;
  if (refusedAtMs < refused.sinceMs || market.faultTimesMs.some((fault) => fault > fromMs)) return;
  const isScarce = market.nature.limits.some((limit) => {
    const lately = market.callTimesMs.filter((call) => call.atMs > refused.sinceMs - limit.windowMs);
    return callsOver({ ...limit, callsMax: limit.callsMax * BUDGET_SHARE }, lately) !== null;
  });
  if (isScarce) return;
  const where = { connectorKey: market.nature.key };
  const { id } = await time.busy(database.db.channel.findFirstOrThrow({ where, select: { id: true } }));
  const setback = await time.busy(database.db.setback.findFirst({ where: { name: `push:${id}` } }));
  if (!setback || (/does not answer/.test(setback.why) && scene.workerFailedMs > fromMs)) return;
  scene.violate(
    2,
    `${market.nature.key} is put off as a whole (${setback.why}), and only ${refused.remoteId} was refused`,
  );
}

/** The fullest window, if it holds more than the limit allows. */
export function callsOver(
  limit: Limit,
  calls: readonly { operation: string; atMs: number }[],
): { calls: number } | null {
  const times = calls
    .filter((call) => limit.operations === "*" || limit.operations.includes(call.operation))
    .map((call) => call.atMs)
    .sort((a, b) => a - b);
  let most = 0;
  let first = 0;
  for (const [index, at] of times.entries()) {
    while (first < index && (times[first] ?? at) <= at - limit.windowMs) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most > limit.callsMax ? { calls: most } : null;
}
