/**
 * What a sweep does, to which listings, and what that comes to for one of them. Pure: the same decision when its effect is
 * worked out, when it is done, and when it is taken back.
 */
import { z } from "zod";
import { undoEndsAt } from "../bulk-changes/undo-time.ts";
import type { EffectShown } from "../changes/effect.ts";
import { isSame } from "../changes/same.ts";
import { type Policy, policySchema, sayPolicy } from "../inventory/policy.ts";

/** Listings may be named one by one up to here: those of a page. */
export const LISTINGS_NAMED_MAX = 100;

export const sweepDeed = z.discriminatedUnion("act", [
  z.object({ act: z.literal("exclude") }),
  z.object({ act: z.literal("include") }),
  /** The merchant's own word ends. */
  z.object({ act: z.literal("follow-rules") }),
  /** Null: none of its own, the channel's holds. */
  z.object({ act: z.literal("policy"), policy: policySchema.nullable() }),
  /** What went wrong is forgotten, and its number is worked out and pushed again. */
  z.object({ act: z.literal("push") }),
  /** What stands for no variant comes to stand for the one that is suggested. */
  z.object({ act: z.literal("match") }),
  /** What another sweep altered becomes what it was. */
  z.object({ act: z.literal("undo") }),
]);
export type SweepDeed = z.infer<typeof sweepDeed>;
export type SweepAct = SweepDeed["act"];

/** Its effect is worked out; the merchant is asked; it is done; it is over, wholly or not, or was never begun. */
const SWEEP_STATES = ["weighing", "asking", "running", "done", "stopped", "dropped"] as const;
export type SweepState = (typeof SWEEP_STATES)[number];

export function isSweepState(state: string): state is SweepState {
  return SWEEP_STATES.some((one) => one === state);
}

/** Not over: a shop has one of these at most. */
export const OPEN_STATES: readonly SweepState[] = ["weighing", "asking", "running"];

const id = z.number().int().positive();
export const sweepFilter = z.union([
  z.object({ listingIds: z.array(id).min(1).max(LISTINGS_NAMED_MAX) }),
  z.object({ channelId: id.nullable(), status: z.string().nullable(), search: z.string() }),
]);
/** Listings by name, or all that the page of listings shows with these filters. */
export type SweepFilter = z.infer<typeof sweepFilter>;

const match = z.object({ variantId: z.number().int(), matchedBy: z.enum(["sku", "barcode", "hand"]).nullable() });
/** Of a listing, what a sweep alters. Only what the sweep is about is there. */
export const sweptPart = z.object({
  ownExcluded: z.boolean().nullable().optional(),
  policy: policySchema.nullable().optional(),
  /** Null: it stands for nothing. */
  match: match.nullable().optional(),
});
export type SweptPart = z.infer<typeof sweptPart>;

/** What decides it. */
export interface SweptListing {
  ownExcluded: boolean | null;
  ruleExcludes: boolean;
  policy: Policy | null;
  match: z.infer<typeof match> | null;
  /** It stands for nothing, or for a variant that is gone. */
  isLoose: boolean;
}

export interface Swept {
  before: SweptPart;
  after: SweptPart;
}

/** The first of the listings whose number it moves, as a sweep keeps them. */
const movedFirst = z.array(
  z.object({
    listingId: z.number(),
    title: z.string(),
    sku: z.string().nullable(),
    from: z.number().nullable(),
    to: z.number(),
  }),
);

/** What was worked out so far, as the merchant is asked about it. */
export function weighedEffect(sweep: Omit<EffectShown, "first"> & { first: unknown }): EffectShown {
  const { zeroed, lowered, raised, unchanged, final, first } = sweep;
  return { zeroed, lowered, raised, unchanged, final, first: movedFirst.catch([]).parse(first) };
}

/** What the sweep alone knows of a listing. */
export interface OfSweep {
  /** Of a sweep that takes back, what the other one did here. */
  swept?: Swept | undefined;
  /** Of a sweep that matches, the variant that is suggested. */
  suggested?: number | null | undefined;
}

/** Null: there is nothing to do, for it is so already. */
export function sweepOne(deed: SweepDeed, listing: SweptListing, { swept, suggested = null }: OfSweep): Swept | null {
  switch (deed.act) {
    case "exclude":
      return excludedTo(listing, true);
    case "include":
      // Where no rule excludes it there is nothing to stand above.
      return excludedTo(listing, listing.ruleExcludes ? false : null);
    case "follow-rules":
      return excludedTo(listing, null);
    case "policy":
      return isSame(listing.policy, deed.policy)
        ? null
        : { before: { policy: listing.policy }, after: { policy: deed.policy } };
    case "push":
      return { before: {}, after: {} };
    case "match":
      return listing.isLoose && suggested !== null
        ? { before: { match: listing.match }, after: { match: { variantId: suggested, matchedBy: "hand" } } }
        : null;
    case "undo":
      return swept ? takenBack(listing, swept) : null;
  }
}

function excludedTo({ ownExcluded }: SweptListing, to: boolean | null): Swept | null {
  return ownExcluded === to ? null : { before: { ownExcluded }, after: { ownExcluded: to } };
}

/** What was altered again since stays as it is. */
function takenBack(listing: SweptListing, { before, after }: Swept): Swept | null {
  const isAsLeft =
    (after.ownExcluded === undefined || after.ownExcluded === listing.ownExcluded) &&
    (after.policy === undefined || isSame(after.policy, listing.policy)) &&
    (after.match === undefined || isSame(after.match, listing.match));
  return isAsLeft ? { before: after, after: before } : null;
}

/** Whether it alters a setting, which is written with who did it and can be undone. */
export function isOfSettings(act: SweepAct): boolean {
  return act !== "push";
}

/** Until when it can be taken back, where it is not already; null: it can't, or not any more. */
export function undoUntil(
  { state, changed, finishedAt }: { state: string; changed: number; finishedAt: Date | null },
  act: SweepAct,
  now: Date,
): Date | null {
  const isOver = state === "done" || state === "stopped";
  if (!isOver || changed === 0 || !finishedAt || !isOfSettings(act)) return null;
  const until = undoEndsAt(finishedAt);
  return until > now ? until : null;
}

const DEED_TITLES: Record<SweepAct, string> = {
  exclude: "Exclude",
  include: "Include",
  "follow-rules": "Do as the rules say",
  policy: "Set a policy",
  push: "Push again",
  match: "Match as suggested",
  undo: "Undo",
};

/** What was done to one listing, in its own history. `after`: what it became; `nameOf`: of the variant that it stands for. */
export function sayDeed({ act }: SweepDeed, after: SweptPart, nameOf: (variantId: number) => string): string {
  if (act === "push") return "Another push was asked for";
  const parts = [
    ...(after.ownExcluded === undefined ? [] : [EXCLUDED_WORDS[`${after.ownExcluded}`]]),
    ...(after.policy === undefined ? [] : [`Policy of its own: ${sayPolicy(after.policy, "the channel")}`]),
    ...(after.match === undefined ? [] : [after.match ? `Matched to ${nameOf(after.match.variantId)}` : UNMATCHED]),
  ];
  return `${act === "undo" ? "Undone. " : ""}${parts.join("; ")}`;
}

const UNMATCHED = "The match was removed";
const EXCLUDED_WORDS = {
  true: "Excluded: its quantity is left alone",
  false: "Included again",
  null: "Excluded or included as the rules say",
};

/** "1,204 listings excluded; 3 left as they were". */
export function sayDone(deed: SweepDeed, { changed, skipped }: { changed: number; skipped: number }): string {
  const left = skipped === 0 ? "" : `; ${number(skipped)} left as ${skipped === 1 ? "it was" : "they were"}`;
  return `${listings(changed)} ${doneWords(deed)}${left}`;
}

function doneWords(deed: SweepDeed): string {
  switch (deed.act) {
    case "exclude":
      return "excluded";
    case "include":
      return "included";
    case "follow-rules":
      return "excluded or included as the rules say";
    case "policy":
      return deed.policy === null
        ? "without a policy of their own"
        : `with the policy: ${sayPolicy(deed.policy, "the channel")}`;
    case "push":
      return "to be pushed again";
    case "match":
      return "matched";
    case "undo":
      return "as they were before";
  }
}

/** What is wanted, as a title: "Exclude listings". */
export function sayWanted(deed: SweepDeed): string {
  if (deed.act === "policy" && deed.policy === null) return "Use the channel’s policy";
  return DEED_TITLES[deed.act];
}

const number = (count: number): string => count.toLocaleString("en");
const listings = (count: number): string => (count === 1 ? "1 listing" : `${number(count)} listings`);
