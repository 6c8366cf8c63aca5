/** What a merchant does with a change of many listings: begins it, approves what it does, stops it, goes on, takes it back. */
import { type Actor, recordChange } from "../changes/changes.ts";
import { isWorse, type Moves, NO_EFFECT, sayMoves } from "../changes/effect.ts";
import { lockChannelOfShop } from "../channels/channels.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { countListings, listThere } from "../listings/many.ts";
import type { Feature } from "../plans/entitlements.ts";
import type { Runtime } from "../runtime.ts";
import { lockShop } from "../shops/shops.ts";
import {
  isOfSettings,
  type SweepAct,
  type SweepDeed,
  type SweepFilter,
  sayDone,
  undoUntil,
  weighedEffect,
} from "../sweeps/deeds.ts";
import {
  createSweep,
  deedOf,
  findOpenSweep,
  findSweepOfShop,
  findUndoOf,
  lockSweep,
  recordSweepApproved,
  type Sweep,
  setLeftOut,
  setSweepState,
  weighAgain,
} from "../sweeps/sweeps.ts";
import { countLookedAt, type ListingFilter, sayFilter } from "../views/listing-filter.ts";
import type { ChangeReply } from "./change-setting.ts";
import { refusalByPlan } from "./plan-gate.ts";
import { DONE, type Reply, refuse } from "./reply.ts";
import { sayWhatWasDone, sweepListings } from "./sweep-listings.ts";

interface ByWhom {
  shopId: number;
  actor: Actor;
}

type Begun = { ok: true; sweepId: number } | { ok: false; message: string };

/** While the merchant waits: a few hundred listings are worked out at once, many by a worker. */
const STEPS_AT_ONCE = 3;

/** Its effect is worked out, and nothing is done yet. */
export function beginSweep(
  rt: Runtime,
  { deed, filter, ...by }: ByWhom & { deed: Exclude<SweepDeed, { act: "undo" }>; filter: SweepFilter },
): Promise<Begun> {
  return begin(rt, by, async (tx) => {
    if ("listingIds" in filter) {
      const listingIds = await listThere(tx, by.shopId, filter.listingIds);
      const total = listingIds.length;
      if (total === 0) return "These listings are not there any more. Reload the page.";
      return { deed, filter: { listingIds }, about: sayChosen(total), total, undoesId: null };
    }
    const counted = await countLookedAt(tx, by.shopId, filter);
    if (counted?.isCut)
      return "More listings match than can be looked through at once. Type more of the title or the SKU.";
    const total = counted?.listings ?? (await countListings(tx, by.shopId));
    return { deed, filter, about: await sayWhich(tx, by.shopId, filter), total, undoesId: null };
  });
}

function sayChosen(listings: number): string {
  return listings === 1 ? "The listing that was chosen" : `The ${listings} listings that were chosen`;
}

async function sayWhich(tx: Tx, shopId: number, filter: ListingFilter): Promise<string> {
  const channel = filter.channelId === null ? null : await lockChannelOfShop(tx, shopId, filter.channelId);
  return sayFilter(filter, channel?.name ?? null);
}

/** Takes it back. What was altered again since stays. */
export function undoSweep(rt: Runtime, { sweepId, ...by }: ByWhom & { sweepId: number }): Promise<Begun> {
  return begin(rt, by, async (tx) => {
    const sweep = await lockSweep(tx, by.shopId, sweepId);
    if (!sweep || !undoUntil(sweep, deedOf(sweep).act, rt.clock.now()))
      return "This can’t be undone any more. Reload the page.";
    if (await findUndoOf(tx, sweep)) return "This is undone already, or is being undone. Reload the page.";
    const about = `What was changed: ${sayDone(deedOf(sweep), sweep)}`;
    return { deed: { act: "undo" }, filter: null, about, total: sweep.changed, undoesId: sweep.id };
  });
}

async function begin(
  rt: Runtime,
  { shopId, actor }: ByWhom,
  plan: (tx: Tx) => Promise<Omit<Parameters<typeof createSweep>[1], "shopId" | "actor" | "now"> | string>,
): Promise<Begun> {
  const begun = await inTransaction(rt.db, async (tx): Promise<Begun> => {
    // Locked, so that of two who begin at once one finds what the other began.
    if (!(await lockShop(tx, shopId))) return refuse("This shop does not use Lockstep any more.");
    const open = await findOpenSweep(tx, shopId);
    if (open?.state === "running")
      return refuse("Another change of many listings is under way. Stop it, or wait until it is done.");
    const wanted = await plan(tx);
    if (typeof wanted === "string") return refuse(wanted);
    const byPlan = await refusalOf(rt, tx, shopId, wanted.deed.act);
    if (byPlan !== null) return refuse(byPlan);
    // Nothing was done of it: whoever wants something else does not want it any more.
    if (open) await drop(rt, tx, open);
    const sweepId = await createSweep(tx, { ...wanted, shopId, actor, now: rt.clock.now() });
    await rt.queue.send(tx, "sweep-listings", { shopId });
    return { ok: true, sweepId };
  });
  if (begun.ok) await sweepListings(rt, { shopId }, { stepsMax: STEPS_AT_ONCE });
  return begun;
}

const NEEDS: Partial<Record<SweepAct, Feature>> = { policy: "buffers", push: "stock" };

async function refusalOf(rt: Runtime, tx: Tx, shopId: number, act: SweepAct): Promise<string | null> {
  const feature = NEEDS[act];
  return feature ? refusalByPlan(rt, tx, shopId, feature) : null;
}

/** What was shown is approved, and is done now. Where more is asked about than was shown, it asks with that. */
export async function approveSweep(
  rt: Runtime,
  { shopId, actor, sweepId, approved }: ByWhom & { sweepId: number; approved: Moves | null },
): Promise<ChangeReply> {
  return inTransaction(rt.db, async (tx): Promise<ChangeReply> => {
    const sweep = await lockSweep(tx, shopId, sweepId);
    if (sweep?.state !== "asking") return refuse(NOT_AS_SHOWN);
    if (sweep.found === 0) return refuse("You left all of them out. Tick some, or leave it.");
    if (isWorse(sweep, approved ?? NO_EFFECT))
      return {
        ok: false,
        message: `Not done yet: ${sayMoves(sweep)}. Look, and approve it.`,
        asks: weighedEffect(sweep),
      };
    const deed = deedOf(sweep);
    const byPlan = await refusalOf(rt, tx, shopId, deed.act);
    if (byPlan !== null) return refuse(byPlan);
    const now = rt.clock.now();
    const changeId = sweep.changeId ?? (isOfSettings(deed.act) ? await recordBegun(tx, sweep, actor, now) : null);
    await recordSweepApproved(tx, sweep, { changeId, actor, now });
    await rt.queue.send(tx, "sweep-listings", { shopId });
    return DONE;
  });
}

const NOT_AS_SHOWN = "This is not as it was shown any more. Reload the page.";

async function recordBegun(tx: Tx, sweep: Sweep, actor: Actor, now: Date): Promise<number> {
  const { shopId, zeroed, lowered, raised, unchanged } = sweep;
  const undone = sweep.undoesId === null ? null : await findSweepOfShop(tx, shopId, sweep.undoesId);
  return recordChange(tx, {
    ...{ shopId, channelId: null, listingId: null, variantId: null, setting: MANY_LISTINGS, actor, now },
    before: null,
    after: { sweepId: sweep.id },
    effect: { ...NO_EFFECT, zeroed, lowered, raised, unchanged },
    message: `${sayDone(deedOf(sweep), { changed: sweep.found, skipped: 0 })} (under way)`,
    undoesId: undone?.changeId ?? null,
  });
}

/** In `changes`, beside the names of settings: a sweep is taken back by another one, and not by what was before. */
const MANY_LISTINGS = "many-listings";

/** Of one that matches, these are not matched, or are after all: what it does is shown without them. */
export function leaveOut(
  rt: Runtime,
  { shopId, sweepId, ...which }: { shopId: number; sweepId: number; listingIds: readonly number[]; leftOut: boolean },
): Promise<Reply> {
  return inTransaction(rt.db, async (tx) => {
    const sweep = await lockSweep(tx, shopId, sweepId);
    if (sweep?.state !== "asking") return refuse(NOT_AS_SHOWN);
    return (await setLeftOut(tx, sweep, which)) > 0 ? DONE : refuse(NOT_AS_SHOWN);
  });
}

/** What is done stays so; the rest can be done later, or what is done be taken back. */
export function stopSweep(
  rt: Runtime,
  { shopId, sweepId }: Omit<ByWhom, "actor"> & { sweepId: number },
): Promise<Reply> {
  return inTransaction(rt.db, async (tx) => {
    const sweep = await lockSweep(tx, shopId, sweepId);
    if (!sweep || sweep.finishedAt) return refuse("This is over already. Reload the page.");
    await drop(rt, tx, sweep);
    return DONE;
  });
}

async function drop(rt: Runtime, tx: Tx, sweep: Sweep): Promise<void> {
  const now = rt.clock.now();
  const isBegun = sweep.approvedAt !== null;
  await setSweepState(tx, sweep, isBegun ? "stopped" : "dropped", { finishedAt: now });
  if (isBegun) await sayWhatWasDone(tx, sweep, now, ", then it was stopped");
}

/** The rest of what was stopped: worked out from there on, and asked about. */
export async function resumeSweep(
  rt: Runtime,
  { shopId, sweepId }: Omit<ByWhom, "actor"> & { sweepId: number },
): Promise<Reply> {
  const resumed = await inTransaction(rt.db, async (tx): Promise<Reply> => {
    await lockShop(tx, shopId);
    const sweep = await lockSweep(tx, shopId, sweepId);
    if (sweep?.state !== "stopped" || (await findUndoOf(tx, sweep))) return refuse(NOT_AS_SHOWN);
    if (await findOpenSweep(tx, shopId))
      return refuse("Another change of many listings is open. Stop it, or wait until it is done.");
    await weighAgain(tx, sweep, null);
    await rt.queue.send(tx, "sweep-listings", { shopId });
    return DONE;
  });
  if (resumed.ok) await sweepListings(rt, { shopId }, { stepsMax: STEPS_AT_ONCE });
  return resumed;
}
