/**
 * The one way to alter what a shop does: it is tried, and its effect on the numbers of listings is weighed by the arithmetic
 * of the pushes themselves. Where a number moves it is taken back, and the merchant is asked; once they approved what they
 * were shown, it is written with who did it, and can be undone by restoring what was before.
 */
import { type Actor, findChangeOfShop, recordChange } from "../changes/changes.ts";
import {
  countMoves,
  type Effect,
  type EffectShown,
  isWorse,
  type ListingNumber,
  type Moves,
  sayMoves,
  showEffect,
  weighChange,
} from "../changes/effect.ts";
import { isSame } from "../changes/same.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { listingRules } from "../listing-rules/rules.ts";
import { markStale, type StaleScope } from "../listings/listings.ts";
import { type LiveListing, listLive } from "../listings/push-state.ts";
import type { Feature } from "../plans/entitlements.ts";
import type { Runtime } from "../runtime.ts";
import { BY_RULE } from "../stock-rules/patterns.ts";
import { limitsOf, withQuantities } from "../views/quantity-facts.ts";
import { refusalByPlan } from "./plan-gate.ts";
import { refuse } from "./reply.ts";
import { type Altered, isSetting, openSetting, type ProposedSetting, SETTINGS, type SettingName } from "./settings.ts";
import { wakeChannels } from "./wake-channels.ts";

/** Done; refused with words; or asked first, with the effect to approve. */
export type ChangeReply = { ok: true } | { ok: false; message: string; asks?: EffectShown };

interface ByWhom {
  shopId: number;
  actor?: Actor;
  /** The effect that the merchant was shown and approved; rule: a rule of theirs says it, which they approved before. */
  approved?: Moves | "rule" | null;
  /** What a rule does it for, in words that go on from what was done. */
  why?: string;
  /** Nothing is written, whatever it does: its effect is asked for. */
  onlyAsks?: boolean;
}

/** Listings read at once: what a change of a whole channel costs grows with it, a page at a time. */
const PAGE = 2_000;
/** A channel of hundreds of thousands of listings takes its time. */
const TIMEOUT_MS = 5 * 60_000;

export function changeSetting(
  rt: Runtime,
  { change, ...by }: ByWhom & { change: ProposedSetting },
): Promise<ChangeReply> {
  return alter(rt, by, async () => ({ proposed: change }));
}

/**
 * What a rule of the merchant's does by itself, within what led to it: written down, shown and undone as if they had done it.
 * Words: why it can't be done.
 */
export function changeByRule(
  rt: Runtime,
  tx: Tx,
  { change, ...by }: { shopId: number; change: ProposedSetting; why: string },
): Promise<string | null> {
  return tryOut(rt, tx, { ...by, actor: BY_RULE, approved: "rule" }, async () => ({ proposed: change }));
}

/** Restores what was before, if nobody has altered it since. That is a change as any other, with its own effect. */
export function undoChange(rt: Runtime, { changeId, ...by }: ByWhom & { changeId: number }): Promise<ChangeReply> {
  return alter(rt, by, async (tx) => {
    const found = await findChangeOfShop(tx, by.shopId, changeId);
    if (!found || !isSetting(found.change.setting)) return "There is no such change any more. Reload the page.";
    if (found.isUndone) return "This is undone already. Reload the page.";
    const { setting, before, after, channelId, listingId, variantId, customerRecordId } = found.change;
    const value = SETTINGS[setting].value.safeParse(before);
    if (!value.success) return "What it was before can't be restored. Change it by hand.";
    const of = { channelId, listingId, variantId, customerRecordId };
    const proposed = { setting, after: value.data, ...of } as ProposedSetting;
    // As it is written today: what was added to the setting since has its default.
    const led = SETTINGS[setting].value.safeParse(after);
    return { proposed, undoes: { id: changeId, after: led.success ? led.data : after } };
  });
}

interface Proposal {
  proposed: ProposedSetting;
  /** The change that is taken back, and what it had led to. */
  undoes?: { id: number; after: unknown };
}

/** Takes back what was tried. */
class AskFirst extends Error {
  readonly effect: EffectShown;
  constructor(effect: EffectShown) {
    super("the merchant is asked first");
    this.effect = effect;
  }
}

async function alter(rt: Runtime, by: ByWhom, propose: (tx: Tx) => Promise<Proposal | string>): Promise<ChangeReply> {
  try {
    const refusal = await inTransaction(rt.db, (tx) => tryOut(rt, tx, by, propose), { timeoutMs: TIMEOUT_MS });
    return refusal === null ? { ok: true } : refuse(refusal);
  } catch (error) {
    if (!(error instanceof AskFirst)) throw error;
    const { effect } = error;
    return { ok: false, message: `Not saved yet: ${sayMoves(effect)}. Look, and approve it.`, asks: effect };
  }
}

/** Null: done. */
async function tryOut(
  rt: Runtime,
  tx: Tx,
  { shopId, actor = null, approved = null, why, onlyAsks = false }: ByWhom,
  propose: (tx: Tx) => Promise<Proposal | string>,
): Promise<string | null> {
  const now = rt.clock.now();
  const proposal = await propose(tx);
  if (typeof proposal === "string") return proposal;
  const { proposed, undoes } = proposal;
  const altered = await openSetting({ rt, tx, shopId, now }, proposed);
  if (typeof altered === "string") return altered;
  if (undoes && !isSame(altered.before, undoes.after))
    return "This was changed again since, so it can't be undone. Change it by hand.";
  if (altered.refusal !== null) return altered.refusal;
  const feature = featureOf(proposed.setting, altered);
  const byPlan = feature ? await refusalByPlan(rt, tx, shopId, feature) : null;
  if (byPlan !== null) return byPlan;
  if (isSame(altered.before, altered.after)) return null;

  const { shown, effect } = await weigh(rt, tx, shopId, altered);
  const isApproved = approved === "rule" || (approved !== null && !isWorse(effect, approved));
  if (onlyAsks || (countMoves(effect) > 0 && !isApproved)) throw new AskFirst(shown);

  const { channelId, listingId, variantId = null, customerRecordId = null, before, after } = altered;
  const message = undoes ? `Undone. ${altered.message}` : `${altered.message}${why ? `: ${why}` : ""}`;
  const of = { shopId, channelId, listingId, variantId, actor, message };
  await recordChange(tx, {
    ...of,
    customerRecordId,
    setting: proposed.setting,
    before,
    after,
    effect,
    undoesId: undoes?.id ?? null,
    now,
  });
  await decideAgain(rt, tx, shopId, altered, now);
  const moves = sayMoves(effect);
  await recordAttempt(tx, {
    ...of,
    message: moves ? `${message}. ${moves}` : message,
    kind: "settings",
    outcome: "done",
    startedAt: now,
    finishedAt: now,
  });
  return null;
}

/** Null: every plan may change it. A rule that leaves listings alone is in all of them, one with a policy is not. */
function featureOf(setting: SettingName, { before, after }: Altered): Feature | null {
  if (setting !== "listing-rules") return FEATURE_OF[setting] ?? null;
  return isSame(withPolicy(before), withPolicy(after)) ? null : "buffers";
}

function withPolicy(rules: unknown): unknown[] {
  return listingRules.parse(rules).filter(({ action }) => action.kind === "policy");
}

/** Settings that not every plan may change. What is set goes on working. */
const FEATURE_OF: Partial<Record<SettingName, Feature>> = {
  "shop-policy": "buffers",
  "channel-policy": "buffers",
  "listing-policy": "buffers",
  "channel-locations": "routing",
  conflicts: "conflicts",
  containment: "stock",
  "customer-apart": "customers",
  "customer-stages": "customers",
  "customer-tags": "customers",
};

/** Writes it, and compares the numbers of before and after. */
async function weigh(
  rt: Runtime,
  tx: Tx,
  shopId: number,
  altered: Altered,
): Promise<{ effect: Effect; shown: EffectShown }> {
  const { scopes, later } = altered;
  if (!later) {
    const before = await readNumbers(rt, tx, shopId, scopes);
    await altered.write();
    const effect = weighChange(before, await readNumbers(rt, tx, shopId, scopes));
    return { effect, shown: showEffect(effect) };
  }
  await altered.write();
  const before = await readNumbers(rt, tx, shopId, later.scopes);
  await later.begin();
  const after = await readNumbers(rt, tx, shopId, later.scopes);
  await later.takeBack();
  const effect = weighChange(before, after);
  // No number is approved for now: what brings a listing there before then is another cause.
  return { effect: { ...effect, moved: [] }, shown: showEffect(effect) };
}

/** Of listings that pushes are responsible for, what each shows and what it should show now. */
export async function readNumbers(
  rt: Runtime,
  tx: Tx,
  shopId: number,
  scopes: readonly StaleScope[],
): Promise<Map<number, ListingNumber>> {
  const limits = limitsOf(rt);
  const numbers = new Map<number, ListingNumber>();
  for (const scope of scopes) {
    for (let afterId = 0; ; ) {
      const page = await listLive(tx, shopId, scope, { afterId, limit: PAGE });
      for (const listing of await withQuantities(tx, page, limits)) {
        if (isTakenDown(rt, listing)) continue;
        const { zeroIsFinal } = limits(listing.connectorKey);
        numbers.set(listing.id, { ...listing, zeroIsFinal });
      }
      if (page.length < PAGE) break;
      afterId = page.at(-1)?.id ?? 0;
    }
  }
  return numbers;
}

/** What was deleted there at zero no setting brings back, though the marketplace's list was not read since. */
function isTakenDown(rt: Runtime, { connectorKey, shown }: LiveListing): boolean {
  return shown === 0 && rt.connectors.get(connectorKey)?.manifest.capabilities.atZero === "deleted";
}

/** Every listing that it may concern, for what else decides them may be changing at this moment. */
export async function decideAgain(
  rt: Runtime,
  tx: Tx,
  shopId: number,
  { scopes }: Pick<Altered, "scopes">,
  now: Date,
): Promise<void> {
  for (const scope of scopes) {
    const woken = await markStale(tx, shopId, scope, { decreasing: true, now });
    // Also where all was stale before, and could not be pushed.
    await wakeChannels(rt, tx, "channelId" in scope ? [scope.channelId] : woken);
  }
}
