/** While a latency check's unit is away: how far the change came is read off the tables, and the marketplaces are read back. */
import { findChannel } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { checkStep, type PushSeen, progressOf, untilLookMs } from "../latency-checks/check-progress.ts";
import {
  type CheckWithListings,
  type LatencyCheckListing,
  lookAtCheckAgain,
  recordHeard,
  recordReturning,
  recordTimes,
} from "../latency-checks/latency-checks.ts";
import { type Lease, storeUnder } from "../leases/leases.ts";
import type { Runtime } from "../runtime.ts";
import { findSetback } from "../setbacks/setbacks.ts";
import { setbackName } from "../setbacks/words.ts";
import { readHeard, readLeft, readPushes } from "../views/latency-check-facts.ts";
import { openChannel } from "./open-channel.ts";

/** Where whoever looked died meanwhile, or has other things to do. */
const NEXT_LOOK_MS = 1_000;

/** `put back`: the unit is to be moved back now, which is written down already. */
export async function watchCheck(
  rt: Runtime,
  check: CheckWithListings,
  lease: Lease,
): Promise<"watch" | "put back" | "lease lost"> {
  const { id, shopId, inventoryItemGid, changedAt, movedAt, startedAt } = check;
  if (!changedAt || !movedAt) throw new Error(`the unit of check ${id} was taken at no time`);
  const isHeard = check.heardAt !== null;
  const heard = isHeard ? null : await readHeard(rt.db, { ...check, changedAt, movedAt });
  const progressed = await readProgress(rt, check, changedAt);
  const seen = await lookAtListings(rt, progressed);
  const left = await readLeft(rt.db, shopId, inventoryItemGid);
  const now = rt.clock.now();
  const heardAt = check.heardAt ?? heard?.at ?? null;
  // Before it was heard the unit is in what is left.
  const step = checkStep({ startedAt, heardAt, left, listings: seen }, now);
  const isStored = await storeUnder(rt.db, lease, async (tx) => {
    if (heard) await recordHeard(tx, id, heard.at, heard.byNotice);
    await recordTimes(tx, seen);
    if (step.kind === "watch") await lookAtCheckAgain(tx, id, addMs(now, NEXT_LOOK_MS));
    else await recordReturning(tx, id, step.problem, now);
  });
  if (!isStored) return "lease lost";
  return step.kind === "watch" ? "watch" : "put back";
}

async function readProgress(
  rt: Runtime,
  { listings }: CheckWithListings,
  changedAt: Date,
): Promise<LatencyCheckListing[]> {
  const ids = listings.map((one) => one.listingId);
  const pushes = await readPushes(rt.db, ids, changedAt);
  const its = await rt.db.listing.findMany({
    where: { id: { in: ids } },
    select: { id: true, problem: true, retryAt: true },
  });
  const channelIds = [...new Set(listings.map((one) => one.channelId))];
  const setbacks = await Promise.all(
    channelIds.map(async (id) => [id, (await findSetback(rt.db, setbackName("push", id)))?.why ?? null] as const),
  );
  const putOffs = new Map(setbacks);
  return listings.map((row) => {
    const own: PushSeen[] = pushes.filter((push) => push.listingId === row.listingId);
    const listing = its.find((one) => one.id === row.listingId);
    const isGivenUp = !listing || (listing.problem !== null && listing.retryAt === null);
    const putOff = putOffs.get(row.channelId) ?? null;
    return { ...row, ...progressOf(row, own, { isGivenUp, putOff }) };
  });
}

/** Reads back what was accepted, and is not seen there yet. Nothing of it is stored but the time: pushes look for themselves. */
async function lookAtListings(rt: Runtime, rows: readonly LatencyCheckListing[]): Promise<LatencyCheckListing[]> {
  const now = rt.clock.now();
  const due = rows.filter((row) => row.acceptedAt && !row.shownAt && (row.lookAt === null || row.lookAt <= now));
  const byChannel = Map.groupBy(due, (row) => row.channelId);
  const seen = (await Promise.all([...byChannel].map(([channelId, its]) => lookAtChannel(rt, channelId, its)))).flat();
  return rows.map((row) => seen.find((one) => one.listingId === row.listingId) ?? row);
}

async function lookAtChannel(
  rt: Runtime,
  channelId: number,
  rows: readonly LatencyCheckListing[],
): Promise<LatencyCheckListing[]> {
  const later = (row: LatencyCheckListing, problem: string | null): LatencyCheckListing => ({
    ...row,
    problem,
    looks: row.looks + 1,
    lookAt: addMs(rt.clock.now(), untilLookMs(row.looks)),
  });
  const channel = await findChannel(rt.db, channelId);
  if (!channel) return rows.map((row) => later(row, null));
  const opened = await openChannel(rt, channel, { urgent: false });
  if (!opened.ok) return rows.map((row) => later(row, opened.failure.message));
  const listings = await rt.db.listing.findMany({ where: { id: { in: rows.map((row) => row.listingId) } } });
  const refs = rows.flatMap((row) => {
    const listing = listings.find((one) => one.id === row.listingId);
    return listing ? [{ row, ref: { remoteId: listing.remoteId, sku: listing.sku, groupId: listing.groupId } }] : [];
  });
  const { readBatchMax } = opened.value.connector.manifest.capabilities;
  const looked: LatencyCheckListing[] = [];
  for (let start = 0; start < refs.length; start += readBatchMax) {
    const part = refs.slice(start, start + readBatchMax);
    const readings = await opened.value.remote.readQuantities(part.map((one) => one.ref));
    for (const [index, { row }] of part.entries()) {
      const reading = readings[index];
      const isShown =
        reading?.outcome === "read" && reading.quantity !== null && reading.quantity <= row.quantityExpected;
      const problem = reading?.outcome === "failed" ? reading.failure.message : null;
      looked.push(isShown ? { ...row, shownAt: rt.clock.now(), problem: null } : later(row, problem));
    }
  }
  return looked;
}
