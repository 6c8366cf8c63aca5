import { describe, expect, it } from "vitest";
import { NO_POLICY } from "#app/inventory/policy.ts";
import { decideQuantity, type Explanation } from "#app/inventory/quantity.ts";
import type { SoldSince } from "#app/listings/observation.ts";
import {
  batchSize,
  countSilence,
  type Due,
  learn,
  noLongerTooFew,
  planWrites,
  type ReadListing,
  showedTooMany,
  whenExplained,
} from "#app/listings/push-plan.ts";
import type { QuantityReading } from "#connectors/contract/connector.ts";
import type { Failure } from "#connectors/contract/failures.ts";

type Listing = ReadListing["listing"];

const at = (second: number) => new Date(Date.UTC(2026, 10, 22, 10, 0, second));
const CAPABILITIES = { saleLowersQuantity: true, atZero: "stays-listed", lateWriteMaxMs: 60_000 } as const;
const TIME = { begunAt: at(30), endedAt: at(31) };
const NO_ANSWER: Failure = { kind: "unavailable", scope: "item", message: "no answer" };

const listing = (change: Partial<Listing> = {}): Listing =>
  ({
    ...{ id: 1, variantId: 10, version: 7, acknowledgedQuantity: 10, acknowledgedAt: at(5), seenAt: at(1) },
    ...{
      unseen: [],
      unclearQuantity: null,
      unclearSince: null,
      unclearAccepted: false,
      unclearBefore: [],
      missingSince: null,
      editedAt: null,
    },
    ...change,
  }) as Listing;
const shows = (quantity: number | null): QuantityReading => ({ outcome: "read", quantity, state: "active" });
const MISSING: QuantityReading = { outcome: "missing" };

function learned(
  reading: QuantityReading,
  change: Partial<Listing> = {},
  { sold = {}, atZero = "stays-listed" }: { sold?: Partial<SoldSince>; atZero?: "stays-listed" | "deleted" } = {},
) {
  const soldSince = new Map([[1, { sinceAcknowledged: 0, sinceUnclear: 0, ...sold }]]);
  return learn([listing(change)], [reading], soldSince, { ...CAPABILITIES, atZero }, TIME);
}

describe("what the readings of a batch mean", () => {
  it("a listing that shows what was accepted last has nothing missing", () => {
    const { observations, read, variantIdsWithUnseen } = learned(shows(10));
    expect(observations).toEqual([
      { id: 1, observedQuantity: 10, acknowledgedQuantity: 10, unseen: [], keepsUnclear: false, missingSince: null },
    ]);
    expect(read).toMatchObject([{ shown: 10, unclear: "none" }]);
    expect(variantIdsWithUnseen).toEqual([]);
  });

  it("units that no order explains were sold between the acknowledgement and the reading", () => {
    const { observations, read, variantIdsWithUnseen } = learned(shows(7));
    expect(observations[0]?.unseen).toEqual([{ units: 3, from: at(5), to: at(30), shown: 7 }]);
    expect(read[0]?.shown).toBe(7);
    expect(variantIdsWithUnseen).toEqual([10]);
  });

  it("orders that came in since explain theirs", () => {
    expect(learned(shows(7), {}, { sold: { sinceAcknowledged: 3 } }).observations[0]?.unseen).toEqual([]);
    expect(learn([listing()], [shows(7)], new Map(), CAPABILITIES, TIME).observations[0]?.unseen).toMatchObject([
      { units: 3 },
    ]);
  });

  it("without an acknowledgement they were sold after the listing was first seen", () => {
    expect(learned(shows(7), { acknowledgedAt: null }).observations[0]?.unseen).toMatchObject([{ from: at(1) }]);
  });

  it("what was missing before is still missing, and a guess is made anew", () => {
    const sure = { units: 2, from: at(1).toISOString(), to: at(4).toISOString() };
    const guess = { ...sure, units: 4, guess: true };
    const held = { unseen: [sure, guess] as never };
    const kept = { units: 2, from: at(1), to: at(4) };
    expect(learned(shows(10), held)).toMatchObject({ observations: [{ unseen: [kept] }], variantIdsWithUnseen: [10] });
    // The same sum is no news to any other listing.
    expect(learned(shows(6), held)).toMatchObject({
      observations: [{ unseen: [kept, { units: 4 }] }],
      variantIdsWithUnseen: [],
    });
  });

  it("a listing of no variant has nobody to tell of it", () => {
    expect(learned(shows(7), { variantId: null }).variantIdsWithUnseen).toEqual([]);
  });

  it("a listing that is gone is missing, and is looked at no more", () => {
    expect(learned(MISSING)).toMatchObject({ missing: [{ id: 1 }], observations: [], read: [] });
  });

  it("where zero takes a listing away, being away is what zero looks like", () => {
    const { missing, observations, read } = learned(MISSING, {}, { atZero: "deleted" });
    expect(missing).toEqual([]);
    // 10 units are missing with it: sold, or it was taken off by hand.
    expect(observations).toMatchObject([
      { observedQuantity: 0, unseen: [{ units: 10, shown: 0 }], missingSince: at(31) },
    ]);
    expect(read[0]?.shown).toBe(0);
  });

  it("a listing that we took away is not missing, and one that was missing stays so", () => {
    const gone = (change: Partial<Listing>) =>
      learned(MISSING, change, { atZero: "deleted" }).observations[0]?.missingSince;
    expect(gone({ acknowledgedQuantity: 0 })).toBeNull();
    expect(gone({ acknowledgedQuantity: 0, missingSince: at(9) })).toEqual(at(9));
    expect(learned(shows(4), { missingSince: at(9) }).observations[0]?.missingSince).toBeNull();
  });

  it("a listing that failed to be read is put off, and costs no other", () => {
    const readings: QuantityReading[] = [{ outcome: "failed", failure: NO_ANSWER }, shows(4)];
    const both = learn([listing(), listing({ id: 2 })], readings, new Map(), CAPABILITIES, TIME);
    expect(both.unread).toMatchObject([{ listing: { id: 1 }, failure: NO_ANSWER }]);
    expect(both.observations.map((one) => one.id)).toEqual([2]);
    // No answer at all for the second says nothing about it.
    expect(learn([listing(), listing({ id: 2 })], [shows(4)], new Map(), CAPABILITIES, TIME).read).toHaveLength(1);
  });

  it("an unknown number is no number, and nothing is missing", () => {
    const { observations, read } = learned(shows(null));
    expect(observations).toMatchObject([{ observedQuantity: null, acknowledgedQuantity: 10, unseen: [] }]);
    expect(read[0]?.shown).toBe(10);
  });

  describe("after a write whose outcome is not known", () => {
    const unclear = { unclearQuantity: 12, unclearSince: at(20), unclearAccepted: true };

    it("an accepted one that does not show yet is waited for", () => {
      const { observations, read } = learned(shows(10), unclear);
      expect(observations).toMatchObject([{ acknowledgedQuantity: 10, keepsUnclear: true, unseen: [] }]);
      expect(read).toMatchObject([{ shown: 10, unclear: "waiting" }]);
    });

    it("what is missing meanwhile is a guess", () => {
      const { observations, read } = learned(shows(9), unclear);
      expect(observations[0]?.unseen).toEqual([
        { units: 3, from: at(5), to: at(30), shown: 9, guess: true, doubtful: true },
      ]);
      expect(read[0]?.shown).toBe(9);
    });

    it("one that it replaced may show first: nothing was sold, and it is waited for", () => {
      const replaced = { ...unclear, unclearQuantity: 0, unclearBefore: [7, 4] };
      expect(learned(shows(4), replaced).observations).toMatchObject([
        { acknowledgedQuantity: 4, keepsUnclear: true, unseen: [] },
      ]);
      const sold = { sinceUnclear: 1, sinceAcknowledged: 1 };
      expect(learned(shows(6), replaced, { sold }).observations).toMatchObject([
        { acknowledgedQuantity: 6, unseen: [] },
      ]);
      expect(learned(shows(5), replaced).observations[0]?.unseen).toMatchObject([{ units: 5, guess: true }]);
    });

    it("one that it replaced shows no more once the time of both is over", () => {
      const replaced = { ...unclear, unclearAccepted: false, unclearQuantity: 0, unclearBefore: [4] };
      expect(learned(shows(4), replaced).observations[0]?.unseen).toMatchObject([{ units: 6, doubtful: true }]);
    });

    it("it landed where its number shows, or what orders since left of it", () => {
      expect(learned(shows(12), unclear)).toMatchObject({
        observations: [{ acknowledgedQuantity: 12, keepsUnclear: false }],
      });
      const sold = { sinceUnclear: 2, sinceAcknowledged: 2 };
      expect(learned(shows(10), unclear, { sold }).read).toMatchObject([{ shown: 10, unclear: "landed" }]);
    });

    it("it can land no more once its time is over", () => {
      const landsUntil = (lateWriteMaxMs: number) =>
        learn([listing(unclear)], [shows(10)], new Map(), { ...CAPABILITIES, lateWriteMaxMs }, TIME).read[0]?.unclear;
      // Sent at second 20, read by second 31.
      expect([11_001, 11_000].map(landsUntil)).toEqual(["waiting", "none"]);
    });

    it("what is missing then is doubtful: perhaps it never landed", () => {
      const refused = { ...unclear, unclearAccepted: false };
      expect(learned(shows(10), refused).observations[0]?.unseen).toEqual([
        { units: 2, from: at(5), to: at(30), shown: 10, doubtful: true },
      ]);
    });

    it("half of a write is none", () => {
      expect(learned(shows(10), { ...unclear, unclearSince: null }).read[0]?.unclear).toBe("none");
      expect(learned(shows(10), { ...unclear, unclearQuantity: null }).read[0]?.unclear).toBe("none");
    });
  });
});

const NOW = at(40);
const explanation = (available: number | null): Explanation =>
  decideQuantity({ available, pendingUnits: 0, unseenUnits: 0, policy: NO_POLICY });

/** What is to be done with one listing that shows `shown` and should show `wanted`. */
function plan(
  {
    shown,
    wanted,
    unclear = "none",
    ...change
  }: { shown: number | null; wanted: number | null; unclear?: ReadListing["unclear"] } & Partial<Listing>,
  {
    ordersReadAt = at(39),
    staleSince = null,
    explainedAt,
  }: { ordersReadAt?: Date | null; staleSince?: Date | null; explainedAt?: Date | undefined } = {},
) {
  return planWrites([{ listing: listing(change), shown, unclear }], new Map([[1, explanation(wanted)]]), {
    ordersReadAt,
    staleSince: new Map([[1, staleSince]]),
    explainedAt: new Map(explainedAt ? [[1, explainedAt]] : []),
    now: NOW,
  });
}
const NOTHING = { writes: [], unchanged: [], increases: [], toShow: [] };

describe("a push, planned", () => {
  it("writes what differs, with what it showed", () => {
    expect(plan({ shown: 10, wanted: 4 })).toMatchObject({
      ...NOTHING,
      writes: [{ quantity: 4, before: 10, listing: { id: 1 } }],
    });
    expect(plan({ shown: null, wanted: 4 }).writes).toMatchObject([{ quantity: 4, before: null }]);
  });

  it("leaves alone what is right already, and what nothing may be published of", () => {
    expect(plan({ shown: 4, wanted: 4 })).toEqual({ ...NOTHING, unchanged: [{ id: 1, quantity: 4, version: 7 }] });
    expect(plan({ shown: 4, wanted: null })).toEqual({
      ...NOTHING,
      unchanged: [{ id: 1, quantity: null, version: 7 }],
    });
    const facts = { ordersReadAt: null, staleSince: new Map(), explainedAt: new Map(), now: NOW };
    const read = [{ listing: listing(), shown: 4, unclear: "none" as const }];
    expect(planWrites(read, new Map(), facts).unchanged).toEqual([{ id: 1, quantity: null, version: 7 }]);
  });

  it("lets an increase wait for orders newer than the change that caused it, and a decrease for nothing", () => {
    const wait = (ordersReadAt: Date | null, staleSince: Date | null, wanted = 5) =>
      plan({ shown: 4, wanted }, { ordersReadAt, staleSince });
    expect(wait(at(10), at(11))).toEqual({ ...NOTHING, increases: [{ id: 1, quantity: 5, version: 7 }] });
    expect(wait(null, at(11)).increases).toHaveLength(1);
    expect(wait(at(11), at(11)).writes).toHaveLength(1);
    expect(wait(at(12), at(11)).writes).toHaveLength(1);
    expect(wait(null, null).writes).toHaveLength(1);
    expect(wait(null, at(11), 3).writes).toHaveLength(1);
    expect(plan({ shown: null, wanted: 5 }, { ordersReadAt: null, staleSince: at(11) }).writes).toHaveLength(1);
  });

  it("raises nothing where units are missing, until the orders that may have taken them are read", () => {
    const raise = (explainedAt: Date, wanted = 5) => plan({ shown: 4, wanted }, { explainedAt });
    expect(raise(at(55))).toEqual({ ...NOTHING, toShow: [{ id: 1, lookAt: at(55) }] });
    // Too soon, or past: then in a minute.
    expect(raise(at(42)).toShow).toEqual([{ id: 1, lookAt: at(100) }]);
    expect(raise(at(20)).toShow).toEqual([{ id: 1, lookAt: at(100) }]);
    expect(raise(at(43)).toShow).toEqual([{ id: 1, lookAt: at(43) }]);
    expect(raise(at(55), 3).writes).toHaveLength(1);
    expect(raise(at(55), 4).unchanged).toHaveLength(1);
    expect(plan({ shown: null, wanted: 5 }, { explainedAt: at(55) }).writes).toHaveLength(1);
  });

  describe("while an accepted write does not show", () => {
    const waiting = { unclear: "waiting", unclearQuantity: 6, unclearSince: at(40) } as const;

    it("looks again, later each time, a minute later at most", () => {
      const lookAt = (unclearSince: Date) => plan({ shown: 4, wanted: 6, ...waiting, unclearSince }).toShow[0]?.lookAt;
      expect(lookAt(at(40))).toEqual(at(42));
      expect(lookAt(at(39))).toEqual(at(42));
      expect(lookAt(at(30))).toEqual(at(50));
      expect(lookAt(at(-60))).toEqual(at(100));
      expect(plan({ shown: 4, wanted: 6, ...waiting, unclearSince: null }).toShow[0]?.lookAt).toEqual(at(42));
    });

    it("lowers further at once, and raises later", () => {
      expect(plan({ shown: 4, wanted: 5, ...waiting }).writes).toMatchObject([{ quantity: 5 }]);
      expect(plan({ shown: 4, wanted: 7, ...waiting })).toMatchObject({ writes: [], toShow: [{ id: 1 }] });
      // What is shown now is soon something else: it is written even where it is the right number.
      expect(plan({ shown: 4, wanted: 4, ...waiting }).writes).toMatchObject([{ quantity: 4 }]);
      const facts = { explainedAt: at(55), ordersReadAt: null, staleSince: at(11) };
      expect(plan({ shown: 4, wanted: 4, ...waiting }, facts).writes).toMatchObject([{ quantity: 4 }]);
      expect(plan({ shown: 4, wanted: 4, ...waiting }, { ...facts, explainedAt: undefined }).writes).toHaveLength(1);
      expect(plan({ shown: 4, wanted: null, ...waiting }).toShow).toHaveLength(1);
      expect(plan({ shown: 4, wanted: 0, ...waiting, unclearQuantity: null }).toShow).toHaveLength(1);
    });
  });
});

describe("a batch after failures of the account", () => {
  it("halves with each, to one", () => {
    expect([0, 1, 2, 3, 4, 5, 60].map((failures) => batchSize(25, failures))).toEqual([25, 12, 6, 3, 1, 1, 1]);
  });
});

describe("rows without an answer", () => {
  const failed = (failure: Failure) => ({ outcome: "failed", failure });
  const silence = failed(NO_ANSWER);
  const answer = { outcome: "accepted" };
  const refusal = failed({ kind: "rejected", scope: "item", message: "no" });
  const throttled = (retryAfterMs: number | null) =>
    failed({ kind: "throttled", scope: "item", message: "slow down", retryAfterMs });

  it("three in a row are an outage of the account, over batches too", () => {
    expect(countSilence(0, [silence, silence])).toEqual({ silent: 2, outage: null });
    const outage = { ...NO_ANSWER, scope: "account" };
    expect(countSilence(0, [silence, silence, silence])).toEqual({ silent: 3, outage });
    expect(countSilence(2, [silence])).toEqual({ silent: 3, outage });
    expect(countSilence(7, [silence])).toEqual({ silent: 8, outage });
  });

  it("an answer between them, of whatever kind, is no silence", () => {
    expect(countSilence(2, [answer])).toEqual({ silent: 0, outage: null });
    expect(countSilence(2, [refusal, silence])).toEqual({ silent: 1, outage: null });
    expect(countSilence(0, [silence, silence, silence, answer])).toEqual({ silent: 0, outage: null });
    expect(countSilence(2, [])).toEqual({ silent: 2, outage: null });
  });

  it("a marketplace that says when to come back has answered", () => {
    expect(countSilence(2, [throttled(1_000)])).toEqual({ silent: 0, outage: null });
    expect(countSilence(2, [throttled(null)])).toMatchObject({
      silent: 3,
      outage: { kind: "throttled", scope: "account" },
    });
    expect(countSilence(2, [failed({ kind: "outcome-unknown", scope: "item", message: "?" })]).silent).toBe(0);
  });
});

describe("when missing units are explained", () => {
  const lags = { orderVisibilityLagMs: 10_000, saleTimeToleranceMs: 2_000 };
  const observed = (...unseen: { units: number; from: Date; to: Date; guess?: boolean }[]) => ({
    ...{ id: 1, observedQuantity: 1, acknowledgedQuantity: 1, keepsUnclear: false, missingSince: null },
    unseen,
  });
  const missing = { units: 1, from: at(0), to: at(10) };

  it("is when the orders of the last of them show, clocks allowed for", () => {
    expect(whenExplained([observed({ ...missing, to: at(20) }, missing)], lags)).toEqual(new Map([[1, at(32)]]));
  });

  it("is never where nothing is, or only a guess is", () => {
    expect(whenExplained([observed()], lags).size).toBe(0);
    expect(whenExplained([observed({ ...missing, guess: true })], lags).size).toBe(0);
    expect(whenExplained([observed({ ...missing, to: at(20), guess: true }, missing)], lags)).toEqual(
      new Map([[1, at(22)]]),
    );
  });
});

describe("a listing that showed too many", () => {
  const due = (before: number | null, quantity: number, change: Partial<Listing> = {}): Due => ({
    ...{
      listing: listing({ acknowledgedQuantity: 5, ...change }),
      before,
      quantity,
      explanation: explanation(quantity),
    },
  });
  const isOversold = (...args: Parameters<typeof due>) => showedTooMany([due(...args)]).length === 1;

  it("showed more than it had accepted, and is to show fewer", () => {
    expect(isOversold(6, 5)).toBe(true);
    expect(isOversold(5, 4)).toBe(false);
    expect(isOversold(6, 6)).toBe(false);
    expect(isOversold(6, 7)).toBe(false);
  });

  it("is none where it is not known what it accepted, or showed, or what a write became", () => {
    expect(isOversold(6, 5, { acknowledgedQuantity: null })).toBe(false);
    expect(isOversold(null, 5)).toBe(false);
    expect(isOversold(6, 5, { unclearQuantity: 6 })).toBe(false);
  });
});

describe("a listing that the merchant is asked about for showing too few", () => {
  const isOver = (shown: number | null, available: number | null, editedAt: Date | null = at(3)) =>
    noLongerTooFew(
      [{ listing: listing({ editedAt }), shown, unclear: "none" }],
      new Map([[1, { ...explanation(available), editedTo: 2 }]]),
    ).length === 1;

  it("shows too few no more where it shows what it should without the edit", () => {
    expect(isOver(4, 4)).toBe(true);
    expect(isOver(5, 4)).toBe(true);
    expect(isOver(3, 4)).toBe(false);
  });

  it("is asked about still where nothing is known, and was never where there was no edit", () => {
    expect(isOver(null, 4)).toBe(false);
    expect(isOver(null, 0)).toBe(false);
    expect(isOver(4, null)).toBe(false);
    expect(isOver(4, 4, null)).toBe(false);
    const read = [{ listing: listing({ editedAt: at(3) }), shown: 4, unclear: "none" as const }];
    expect(noLongerTooFew(read, new Map())).toEqual([]);
  });
});
