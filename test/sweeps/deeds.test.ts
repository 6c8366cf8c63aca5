/** What a change of many listings comes to for one of them. */
import { describe, expect, it } from "vitest";
import {
  isOfSettings,
  isSweepState,
  type SweepDeed,
  sayDeed,
  sayDone,
  sayWanted,
  sweepDeed,
  sweepFilter,
  sweepOne,
  sweptPart,
  undoUntil,
  weighedEffect,
} from "#app/sweeps/deeds.ts";

const listing = { ownExcluded: null, ruleExcludes: false, policy: null, match: null, isLoose: true };
const CAP_5: SweepDeed = { act: "policy", policy: { cap: 5 } };

describe("one listing of many", () => {
  it("is excluded where the merchant has not excluded it, also where a rule has", () => {
    const excluded = { before: { ownExcluded: null }, after: { ownExcluded: true } };
    expect(sweepOne({ act: "exclude" }, listing, {})).toEqual(excluded);
    expect(sweepOne({ act: "exclude" }, { ...listing, ruleExcludes: true }, {})).toEqual(excluded);
    expect(sweepOne({ act: "exclude" }, { ...listing, ownExcluded: true }, {})).toBeNull();
  });

  it("is included: against a rule by the merchant's word, else by none", () => {
    const own = { ...listing, ownExcluded: true };
    expect(sweepOne({ act: "include" }, own, {})?.after).toEqual({ ownExcluded: null });
    expect(sweepOne({ act: "include" }, { ...own, ruleExcludes: true }, {})?.after).toEqual({ ownExcluded: false });
    expect(sweepOne({ act: "include" }, { ...listing, ruleExcludes: true }, {})?.after).toEqual({
      ownExcluded: false,
    });
    expect(sweepOne({ act: "include" }, listing, {})).toBeNull();
  });

  it("does as the rules say where the merchant said something", () => {
    expect(sweepOne({ act: "follow-rules" }, { ...listing, ownExcluded: false }, {})).toEqual({
      before: { ownExcluded: false },
      after: { ownExcluded: null },
    });
    expect(sweepOne({ act: "follow-rules" }, listing, {})).toBeNull();
  });

  it("gets a policy unless it has that one, in whatever order its fields are", () => {
    expect(sweepOne(CAP_5, listing, {})).toEqual({ before: { policy: null }, after: { policy: { cap: 5 } } });
    expect(sweepOne(CAP_5, { ...listing, policy: { cap: 5 } }, {})).toBeNull();
    expect(sweepOne(CAP_5, { ...listing, policy: { cap: null } }, {})?.before).toEqual({ policy: { cap: null } });
    const both: SweepDeed = { act: "policy", policy: { threshold: 1, cap: 2 } };
    expect(sweepOne(both, { ...listing, policy: { cap: 2, threshold: 1 } }, {})).toBeNull();
    expect(sweepOne({ act: "policy", policy: null }, { ...listing, policy: { cap: 5 } }, {})?.after).toEqual({
      policy: null,
    });
  });

  it("is pushed again whatever it is", () => {
    expect(sweepOne({ act: "push" }, listing, {})).toEqual({ before: {}, after: {} });
  });

  it("comes to stand for what is suggested, where it stands for nothing that is there", () => {
    const match: SweepDeed = { act: "match" };
    const after = { match: { variantId: 7, matchedBy: "hand" } };
    expect(sweepOne(match, listing, { suggested: 7 })).toEqual({ before: { match: null }, after });
    const gone = { variantId: 3, matchedBy: "sku" as const };
    expect(sweepOne(match, { ...listing, match: gone }, { suggested: 7 })).toEqual({ before: { match: gone }, after });
    expect(sweepOne(match, { ...listing, isLoose: false, match: gone }, { suggested: 7 })).toBeNull();
    expect(sweepOne(match, listing, { suggested: null })).toBeNull();
    expect(sweepOne(match, listing, {})).toBeNull();
  });

  it("becomes what it was, unless it was altered again since", () => {
    const two = { before: { ownExcluded: null, policy: null }, after: { ownExcluded: true, policy: { cap: 1 } } };
    expect(
      sweepOne({ act: "undo" }, { ...listing, ownExcluded: false, policy: { cap: 1 } }, { swept: two }),
    ).toBeNull();
    expect(sweepOne({ act: "undo" }, { ...listing, ownExcluded: true, policy: { cap: 2 } }, { swept: two })).toBeNull();
    const undo: SweepDeed = { act: "undo" };
    const excluded = { before: { ownExcluded: null }, after: { ownExcluded: true } };
    const back = { before: { ownExcluded: true }, after: { ownExcluded: null } };
    expect(sweepOne(undo, { ...listing, ownExcluded: true }, { swept: excluded })).toEqual(back);
    expect(sweepOne(undo, { ...listing, ownExcluded: false }, { swept: excluded })).toBeNull();
    expect(sweepOne(undo, { ...listing, ownExcluded: true }, {})).toBeNull();
    const capped = { before: { policy: null }, after: { policy: { cap: 5 } } };
    expect(sweepOne(undo, { ...listing, policy: { cap: 5 } }, { swept: capped })?.after).toEqual({ policy: null });
    expect(sweepOne(undo, { ...listing, policy: { cap: 6 } }, { swept: capped })).toBeNull();
    const to = (variantId: number) => ({ match: { variantId, matchedBy: "hand" as const } });
    const matched = { before: { match: null }, after: to(7) };
    expect(sweepOne(undo, { ...listing, ...to(7) }, { swept: matched })).toEqual({
      before: to(7),
      after: { match: null },
    });
    expect(sweepOne(undo, { ...listing, ...to(8) }, { swept: matched })).toBeNull();
    expect(sweepOne(undo, listing, { swept: matched })).toBeNull();
  });
});

describe("words of it", () => {
  const nameOf = (variantId: number) => `MUG-${variantId}`;

  it("say what was done to one listing", () => {
    expect(sayDeed({ act: "exclude" }, { ownExcluded: true }, nameOf)).toBe("Excluded: its quantity is left alone");
    expect(sayDeed({ act: "include" }, { ownExcluded: false }, nameOf)).toBe("Included again");
    expect(sayDeed(CAP_5, { policy: { cap: 5 } }, nameOf)).toBe("Policy of its own: cap 5");
    expect(sayDeed({ act: "undo" }, { ownExcluded: null }, nameOf)).toBe(
      "Undone. Excluded or included as the rules say",
    );
    const both = { ownExcluded: true, policy: null };
    expect(sayDeed({ act: "undo" }, both, nameOf)).toBe(
      "Undone. Excluded: its quantity is left alone; Policy of its own: as for the channel",
    );
    const matched = { match: { variantId: 7, matchedBy: "hand" as const } };
    expect(sayDeed({ act: "match" }, matched, nameOf)).toBe("Matched to MUG-7");
    expect(sayDeed({ act: "undo" }, { match: null }, nameOf)).toBe("Undone. The match was removed");
    expect(sayDeed({ act: "push" }, {}, nameOf)).toBe("Another push was asked for");
  });

  it("say how many, and how many were left", () => {
    expect(sayDone({ act: "exclude" }, { changed: 1204, skipped: 3 })).toBe(
      "1,204 listings excluded; 3 left as they were",
    );
    expect(sayDone({ act: "include" }, { changed: 1, skipped: 1 })).toBe("1 listing included; 1 left as it was");
    const words = (deed: SweepDeed) => sayDone(deed, { changed: 2, skipped: 0 });
    expect(words({ act: "follow-rules" })).toBe("2 listings excluded or included as the rules say");
    expect(words(CAP_5)).toBe("2 listings with the policy: cap 5");
    expect(words({ act: "policy", policy: null })).toBe("2 listings without a policy of their own");
    expect(words({ act: "push" })).toBe("2 listings to be pushed again");
    expect(words({ act: "match" })).toBe("2 listings matched");
    expect(words({ act: "undo" })).toBe("2 listings as they were before");
  });

  it("say what is wanted", () => {
    expect(sayWanted(CAP_5)).toBe("Set a policy");
    expect(sayWanted({ act: "policy", policy: null })).toBe("Use the channel’s policy");
    expect(sayWanted({ act: "follow-rules" })).toBe("Do as the rules say");
    expect((["exclude", "include", "push", "match", "undo"] as const).map((act) => sayWanted({ act }))).toEqual([
      ...["Exclude", "Include", "Push again", "Match as suggested", "Undo"],
    ]);
    expect([isOfSettings("push"), isOfSettings("undo"), isOfSettings("exclude")]).toEqual([false, true, true]);
  });
});

it("a filter names a page of listings at most", () => {
  const named = (count: number) => ({ listingIds: Array.from({ length: count }, (_, at) => at + 1) });
  expect(sweepFilter.safeParse(named(100)).success).toBe(true);
  expect(sweepFilter.safeParse(named(101)).success).toBe(false);
  expect(sweepFilter.safeParse(named(0)).success).toBe(false);
});

it("what is stored is read as it was, and nothing else", () => {
  for (const act of ["exclude", "include", "follow-rules", "push", "match", "undo"])
    expect(sweepDeed.parse({ act })).toEqual({ act });
  expect(sweepDeed.parse(CAP_5)).toEqual(CAP_5);
  expect(sweepDeed.safeParse({ act: "delete" }).success).toBe(false);
  expect(sweptPart.parse({ ownExcluded: null, policy: { cap: 1 } })).toEqual({ ownExcluded: null, policy: { cap: 1 } });
  const match = { variantId: 7, matchedBy: "hand" };
  expect([sweptPart.parse({ match }), sweptPart.parse({ match: null })]).toEqual([{ match }, { match: null }]);
  const filter = { channelId: 1, status: "problem", search: "mug" };
  expect(sweepFilter.parse(filter)).toEqual(filter);
  expect([isSweepState("asking"), isSweepState("asked")]).toEqual([true, false]);
});

it("what was worked out is asked about with the first by name", () => {
  const moves = { zeroed: 1, lowered: 2, raised: 3, unchanged: 4, final: 5 };
  const first = [{ listingId: 1, title: "Mug", sku: null, from: 2, to: 0 }];
  expect(weighedEffect({ ...moves, first })).toEqual({ ...moves, first });
  expect(weighedEffect({ ...moves, first: "odd" })).toEqual({ ...moves, first: [] });
});

describe("taking it back", () => {
  const NOW = new Date("2026-11-30T12:00:00Z");
  const ago = (ms: number) => new Date(NOW.getTime() - ms);
  const WEEK_MS = 7 * 24 * 60 * 60_000;
  const over = { state: "done", changed: 1, finishedAt: ago(WEEK_MS - 1) };

  it("can be done for a week after it is over, wholly or not", () => {
    expect(undoUntil(over, "exclude", NOW)).toEqual(new Date(NOW.getTime() + 1));
    expect(undoUntil({ ...over, state: "stopped" }, "undo", NOW)).not.toBeNull();
    expect(undoUntil({ ...over, finishedAt: ago(WEEK_MS) }, "exclude", NOW)).toBeNull();
  });

  it.each([
    ["is under way", { state: "running" }, "exclude"],
    ["was never begun", { state: "dropped" }, "exclude"],
    ["changed nothing", { changed: 0 }, "exclude"],
    ["has no end", { finishedAt: null }, "exclude"],
    ["only pushes again", {}, "push"],
  ] as const)("can't be done of one that %s", (_, change, act) => {
    expect(undoUntil({ ...over, ...change }, act, NOW)).toBeNull();
  });
});
