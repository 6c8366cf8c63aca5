/**
 * Goes through all listings that a sweep is about, from one id to the next, some at a time. First it works out what that
 * would do, by writing it and taking it back, and asks; then it does it. Each step is one transaction, which also says how far
 * it has come: whoever takes over after a crash goes on behind the last one, and nothing is done twice.
 *
 * The filter is asked anew in each step: what a listing is when its turn comes decides. Where more would go to 0 than the
 * merchant was shown, it stops there, and asks again.
 */
import { listNames } from "../catalogue/catalogue.ts";
import { approveNumbers, restateChange } from "../changes/changes.ts";
import {
  countMoves,
  type Effect,
  isWorse,
  type ListingNumber,
  type Moves,
  showEffect,
  weighChange,
} from "../changes/effect.ts";
import { addMs } from "../clock.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { recordAttempt, recordAttempts } from "../history/history.ts";
import { type Lease, storeUnder, underLease } from "../leases/leases.ts";
import { keepRules } from "../listing-rules/listing-rules.ts";
import type { StaleScope } from "../listings/listings.ts";
import {
  forgetProblems,
  type ListingOfMany,
  lockMany,
  type MatchOfMany,
  setManyExcluded,
  setManyPolicies,
} from "../listings/many.ts";
import type { Suggestion } from "../listings/matching.ts";
import type { Runtime } from "../runtime.ts";
import { findShop } from "../shops/shops.ts";
import {
  isOfSettings,
  type SweepDeed,
  type Swept,
  sayDeed,
  sayDone,
  sweepOne,
  weighedEffect,
} from "../sweeps/deeds.ts";
import {
  addDone,
  addWeighed,
  deedOf,
  filterOf,
  findOpenSweep,
  listMatches,
  listSwept,
  lockSweep,
  type Stretch,
  type Sweep,
  setSweepState,
  type TriedMatch,
  weighAgain,
} from "../sweeps/sweeps.ts";
import { nextMatching } from "../views/listing-filter.ts";
import { decideAgain, readNumbers } from "./change-setting.ts";
import { writeMatches } from "./matches-setting.ts";
import { retellWithdrawn } from "./note-withdrawn.ts";
import { looseOf, onlyPresent, showMatches, suggestMatches } from "./suggest-matches.ts";

/** Listings changed by one transaction: others wait for these, and no longer than for a moment. */
const CHANGED_MAX = 500;
/** Listings looked at by one statement. */
const LOOK = 4_000;
/** Then it asks for another turn, at the end of the queue. */
const TURN_MS = 20_000;
/** By name in the question. */
const FIRST_MAX = 8;

export async function sweepListings(
  rt: Runtime,
  { shopId }: { shopId: number },
  { stepsMax = Number.POSITIVE_INFINITY }: { stepsMax?: number } = {},
): Promise<void> {
  const shop = await findShop(rt.db, { id: shopId });
  if (!shop || shop.uninstalledAt) return;
  await underLease(rt, { name: `sweep:${shopId}`, holder: rt.workerId }, async (lease) => {
    const until = addMs(rt.clock.now(), TURN_MS);
    for (let steps = 0; steps < stepsMax && rt.clock.now() < until; steps += 1) {
      const sweep = await findOpenSweep(rt.db, shopId);
      if (sweep?.state === "weighing") await weighNext(rt, sweep, lease);
      else if (sweep?.state === "running") await doNext(rt, sweep, lease);
      else return;
    }
    await rt.queue.send(rt.db, "sweep-listings", { shopId });
  });
}

/** Takes back what was tried. */
class TakenBack extends Error {
  readonly tried: Tried;
  constructor(tried: Tried) {
    super("it was only tried");
    this.tried = tried;
  }
}

interface Tried {
  next: Next;
  found: number;
  effect: Effect;
  /** Of one that matches. */
  matches: TriedMatch[];
}

async function weighNext(rt: Runtime, sweep: Sweep, lease: Lease): Promise<void> {
  const { next, found, effect, matches } = await inTransaction(rt.db, async (tx): Promise<Tried> => {
    const next = await nextOf(tx, sweep, sweep.weighedId);
    const done = await sweepThese(rt, tx, sweep, next);
    const tried = { next, found: done.swept.length, effect: done.effect, matches: await showMatches(rt, tx, done) };
    if (tried.found > 0) throw new TakenBack(tried);
    return tried;
  }).catch((error: unknown) => {
    if (error instanceof TakenBack) return error.tried;
    throw error;
  });
  await storeUnder(rt.db, lease, async (tx) => {
    const now = await lockSweep(tx, sweep.shopId, sweep.id);
    if (now?.state !== "weighing" || now.weighedId !== sweep.weighedId) return;
    if (next.upTo === null) await ask(tx, now, rt.clock.now());
    else {
      const first = [...weighedEffect(now).first, ...showEffect(effect).first].slice(0, FIRST_MAX);
      const unclear = matches.filter((one) => one.variantId === null).length;
      const alike = next.ids.length - found - unclear;
      await addWeighed(tx, now, { upTo: next.upTo, looked: next.looked, found, alike, effect, first, matches });
    }
  });
}

/** Nothing to change is nothing to ask. */
async function ask(tx: Tx, sweep: Sweep, now: Date): Promise<void> {
  if (sweep.found > 0) return setSweepState(tx, sweep, "asking", { finishedAt: null, problem: sweep.problem });
  return sweep.approvedAt ? end(tx, sweep, now) : setSweepState(tx, sweep, "done", { finishedAt: now });
}

async function doNext(rt: Runtime, sweep: Sweep, lease: Lease): Promise<void> {
  try {
    await storeUnder(rt.db, lease, async (tx) => {
      const now = rt.clock.now();
      const held = await lockSweep(tx, sweep.shopId, sweep.id);
      if (held?.state !== "running") return;
      const next = await nextOf(tx, held, held.doneId);
      if (next.upTo === null) return end(tx, held, now);
      const { swept, effect, scopes } = await sweepThese(rt, tx, held, next);
      if (isWorse(together(held, effect), approvedOf(held))) throw new MoreThanApproved();
      const skipped = next.ids.length - swept.length;
      await addDone(tx, held, { upTo: next.upTo, looked: next.looked, swept, skipped, moves: effect });
      await writeDown(tx, held, swept, effect, now);
      await decideAgain(rt, tx, held.shopId, { scopes }, now);
    });
  } catch (error) {
    if (!(error instanceof MoreThanApproved)) throw error;
    await storeUnder(rt.db, lease, async (tx) => {
      const held = await lockSweep(tx, sweep.shopId, sweep.id);
      if (held?.state === "running" && held.doneId === sweep.doneId) await weighAgain(tx, held, MORE_THAN_SHOWN);
    });
  }
}

const MORE_THAN_SHOWN =
  "It stopped, because it does more by now than you were shown: stock or listings have changed meanwhile. What was done until then stays. Look at the rest, and approve it.";

class MoreThanApproved extends Error {}

const approvedOf = (sweep: Sweep): Moves => ({
  zeroed: sweep.approvedZeroed,
  lowered: sweep.approvedLowered,
  raised: sweep.approvedRaised,
});

const together = (sweep: Sweep, effect: Moves): Moves => ({
  zeroed: sweep.doneZeroed + effect.zeroed,
  lowered: sweep.doneLowered + effect.lowered,
  raised: sweep.doneRaised + effect.raised,
});

interface Next extends Omit<Stretch, "upTo"> {
  ids: number[];
  /** Null: there are none beyond. */
  upTo: number | null;
  /** Where another sweep is taken back: what it did to them. */
  swept: ReadonlyMap<number, Swept> | null;
  /** Where they are matched: to what, as the merchant was shown it. */
  shown: ReadonlyMap<number, number> | null;
}

async function nextOf(tx: Tx, sweep: Sweep, afterId: number): Promise<Next> {
  const filter = filterOf(sweep);
  if (filter === null) {
    const swept = await listSwept(tx, sweep.undoesId ?? 0, { afterId, limit: CHANGED_MAX });
    const ids = [...swept.keys()];
    return { ids, upTo: ids.at(-1) ?? null, looked: ids.length, swept, shown: null };
  }
  if (deedOf(sweep).act === "match" && sweep.approvedAt !== null) {
    const shown = await listMatches(tx, sweep.id, { afterId, limit: CHANGED_MAX });
    const ids = [...shown.keys()];
    const isDone = sweep.state === "running";
    return { ids, upTo: ids.at(-1) ?? null, looked: ids.length, swept: null, shown: isDone ? shown : null };
  }
  if ("listingIds" in filter) {
    const ids = filter.listingIds.filter((id) => id > afterId).sort((a, b) => a - b);
    return { ids, upTo: ids.at(-1) ?? null, looked: ids.length, swept: null, shown: null };
  }
  const next = await nextMatching(tx, sweep.shopId, filter, { afterId, look: LOOK, limit: CHANGED_MAX });
  return { ...next, swept: null, shown: null };
}

interface Done {
  swept: ({ listingId: number; channelId: number } & Swept)[];
  effect: Effect;
  /** The numbers that it leads to. */
  after: ReadonlyMap<number, ListingNumber>;
  scopes: StaleScope[];
  /** Of those that stand for nothing, what is suggested, while that is worked out. */
  suggested: ReadonlyMap<number, Suggestion>;
}

const NO_NUMBERS: ReadonlyMap<number, ListingNumber> = new Map();

/** Writes it, and compares the numbers of before and after. */
async function sweepThese(rt: Runtime, tx: Tx, sweep: Sweep, next: Next): Promise<Done> {
  const { ids, swept: earlier } = next;
  const deed = deedOf(sweep);
  const { shopId } = sweep;
  // What is matched comes under rules.
  if (deed.act === "match" || deed.act === "undo") await keepRules(tx, shopId);
  const listings = ids.length === 0 ? [] : await lockMany(tx, shopId, ids);
  const loose = deed.act === "match" ? await looseOf(tx, shopId, listings) : new Set<number>();
  // What was shown is done, as far as that is there, and nothing else.
  const shown = next.shown && (await onlyPresent(tx, shopId, next.shown));
  const suggested = await suggestMatches(tx, shopId, shown ? [] : [...loose]);
  const swept = listings.flatMap((listing) => {
    const { id, variantId, matchedBy } = listing;
    const facts = { ...listing, match: variantId === null ? null : { variantId, matchedBy }, isLoose: loose.has(id) };
    const one = sweepOne(deed, facts, {
      swept: earlier?.get(id),
      suggested: shown ? shown.get(id) : suggested.get(id)?.variantId,
    });
    return one ? [{ listingId: id, channelId: listing.channelId, ...one }] : [];
  });
  const changed = new Set(swept.map((one) => one.listingId));
  const those = listings.filter(({ id }) => changed.has(id));
  const scopes = scopesOf(those, swept);
  if (swept.length === 0)
    return { swept, effect: weighChange(NO_NUMBERS, NO_NUMBERS), after: NO_NUMBERS, scopes: [], suggested };
  // What is only pushed again is to show what it was to show before.
  const before = isOfSettings(deed.act) ? await readNumbers(rt, tx, shopId, scopes) : new Map();
  await write(rt, tx, shopId, deed, swept, those);
  const after = isOfSettings(deed.act) ? await readNumbers(rt, tx, shopId, scopes) : new Map();
  return { swept, effect: weighChange(before, after), after, scopes, suggested };
}

/** As for one listing: whether it is excluded, or stands for it, concerns what else its variant is sold as. */
function scopesOf(listings: readonly ListingOfMany[], swept: readonly Swept[]): StaleScope[] {
  const concerns = swept.some(({ after }) => after.ownExcluded !== undefined || after.match !== undefined);
  const own = listings.flatMap(({ variantId }) => variantId ?? []);
  const variantIds = concerns
    ? [...new Set([...own, ...swept.flatMap(({ after }) => after.match?.variantId ?? [])])]
    : [];
  return [{ listingIds: listings.map(({ id }) => id) }, ...(variantIds.length > 0 ? [{ variantIds }] : [])];
}

async function write(
  rt: Runtime,
  tx: Tx,
  shopId: number,
  deed: SweepDeed,
  swept: Done["swept"],
  listings: readonly ListingOfMany[],
): Promise<void> {
  if (deed.act === "push")
    return forgetProblems(
      tx,
      swept.map((one) => one.listingId),
    );
  await setManyExcluded(
    tx,
    swept.flatMap(({ listingId: id, after: { ownExcluded: own } }) => (own === undefined ? [] : [{ id, own }])),
    rt.clock.now(),
  );
  await setManyPolicies(
    tx,
    swept.flatMap(({ listingId: id, after: { policy } }) => (policy === undefined ? [] : [{ id, policy }])),
  );
  const matches = swept.flatMap(({ listingId, after: { match } }): MatchOfMany[] =>
    match === undefined ? [] : [[listingId, match?.variantId ?? null, match?.matchedBy ?? null]],
  );
  await writeMatches({ rt, tx, shopId, now: rt.clock.now() }, matches, listings);
  const withdrawn = listings.filter((one) => one.withdrawnAs !== null);
  await retellWithdrawn(
    rt,
    tx,
    withdrawn.map((one) => one.channelId),
  );
}

/** Each listing says in its own history what was done to it, and by whom. */
async function writeDown(tx: Tx, sweep: Sweep, swept: Done["swept"], effect: Effect, now: Date): Promise<void> {
  await approveNumbers(tx, effect.moved, now);
  const { shopId, actor } = sweep;
  const names = await listNames(
    tx,
    swept.flatMap(({ after }) => after.match?.variantId ?? []),
  );
  const nameOf = (variantId: number): string => names.get(variantId) ?? "a variant";
  await recordAttempts(
    tx,
    swept.map(({ listingId, channelId, after }) => ({
      ...{ shopId, actor, channelId, listingId, kind: "settings" as const, outcome: "done" as const },
      message: `${sayDeed(deedOf(sweep), after, nameOf)}, with others`,
      startedAt: now,
      finishedAt: now,
    })),
  );
}

async function end(tx: Tx, sweep: Sweep, now: Date): Promise<void> {
  await setSweepState(tx, sweep, "done", { finishedAt: now });
  await sayWhatWasDone(tx, sweep, now);
}

/** What it came to, wholly or until it was stopped: in the history, and in the change that was recorded as it began. */
export async function sayWhatWasDone(tx: Tx, sweep: Sweep, now: Date, stopped = ""): Promise<void> {
  const message = `${sayDone(deedOf(sweep), sweep)}${stopped}`;
  const { shopId, actor, doneZeroed: zeroed, doneLowered: lowered, doneRaised: raised } = sweep;
  const moves = countMoves({ zeroed, lowered, raised });
  if (sweep.changeId !== null) {
    const effect = { zeroed, lowered, raised, unchanged: Math.max(0, sweep.changed - moves) };
    await restateChange(tx, sweep.changeId, { message, effect });
  }
  await recordAttempt(tx, {
    ...{ shopId, actor, message, kind: "settings", outcome: "done" },
    startedAt: sweep.approvedAt ?? now,
    finishedAt: now,
  });
}
