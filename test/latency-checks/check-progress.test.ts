import { describe, expect, it } from "vitest";
import { checkStep, type PushSeen, progressOf, untilLookMs, WATCH_MS_MAX } from "#app/latency-checks/check-progress.ts";

const at = (second: number) => new Date(Date.UTC(2026, 10, 22, 12, 0, second));
const ROW = { quantityExpected: 8, pushedAt: null, acceptedAt: null };
const FREE = { isGivenUp: false, putOff: null };
const push = (quantity: number, outcome: string, second: number): PushSeen => ({
  ...{ quantity, outcome, message: `${outcome} ${second}`, startedAt: at(second) },
  finishedAt: outcome === "sending" ? null : at(second + 1),
});

describe("how far a listing came", () => {
  it("is nowhere before its number was sent, by whatever its channel is put off for", () => {
    expect(progressOf(ROW, [], FREE)).toEqual({ pushedAt: null, acceptedAt: null, isRefused: false, problem: null });
    expect(progressOf(ROW, [push(9, "accepted", 1)], { ...FREE, putOff: "no answer" })).toEqual({
      ...{ pushedAt: null, acceptedAt: null, isRefused: false, problem: "no answer" },
    });
  });

  it("is told by the first number sent with a unit less, or fewer, and the first of them that was accepted", () => {
    expect(progressOf(ROW, [push(8, "sending", 1)], FREE)).toMatchObject({ pushedAt: at(1), acceptedAt: null });
    for (const outcome of ["accepted", "verified"]) {
      const pushes = [push(9, "accepted", 1), push(7, "superseded", 2), push(7, outcome, 4), push(6, "accepted", 8)];
      expect(progressOf(ROW, pushes, { isGivenUp: true, putOff: "x" })).toEqual({
        ...{ pushedAt: at(2), acceptedAt: at(5), isRefused: false, problem: null },
      });
    }
  });

  it("stays what it was: a later number moves no time", () => {
    const row = { ...ROW, pushedAt: at(1), acceptedAt: at(2) };
    expect(progressOf(row, [push(8, "rejected", 20)], { isGivenUp: true, putOff: "x" })).toEqual({
      ...{ pushedAt: at(1), acceptedAt: at(2), isRefused: false, problem: null },
    });
  });

  it("tells what the marketplace said against it, and that it is refused once nothing is tried again", () => {
    for (const outcome of ["throttled", "unauthorized", "unavailable", "unclear", "rejected"])
      expect(progressOf(ROW, [push(8, outcome, 1)], { ...FREE, putOff: "x" })).toMatchObject({
        ...{ pushedAt: at(1), isRefused: false, problem: `${outcome} 1` },
      });
    const given = { isGivenUp: true, putOff: null };
    expect(progressOf(ROW, [push(8, "rejected", 1)], given)).toMatchObject({ isRefused: true, problem: "rejected 1" });
    expect(progressOf(ROW, [push(8, "throttled", 1)], given)).toMatchObject({ isRefused: false });
    expect(progressOf(ROW, [push(8, "rejected", 1), push(8, "sending", 3)], given)).toMatchObject({
      ...{ isRefused: false, problem: null },
    });
  });
});

describe("the unit", () => {
  const shown = { acceptedAt: at(2), shownAt: at(3), isRefused: false };
  const waits = { acceptedAt: at(2), shownAt: null, isRefused: false };
  const refused = { acceptedAt: null, shownAt: null, isRefused: true };
  const step = (more: Partial<Parameters<typeof checkStep>[0]> = {}, now = at(10)) =>
    checkStep({ startedAt: at(0), heardAt: at(1), left: 5, listings: [shown], ...more }, now);
  const late = new Date(at(0).getTime() + WATCH_MS_MAX);

  it("is put back once every listing showed the change, or will not", () => {
    expect(step()).toEqual({ kind: "put-back", problem: null });
    expect(step({ listings: [shown, refused] })).toEqual({ kind: "put-back", problem: null });
    expect(step({ listings: [shown, waits] })).toEqual({ kind: "watch" });
    expect(step({ heardAt: null })).toEqual({ kind: "watch" });
    expect(step({ heardAt: null, listings: [refused] })).toEqual({ kind: "put-back", problem: null });
  });

  it("is put back early where nothing is left to sell without it", () => {
    for (const left of [0, -2])
      expect(step({ left, listings: [waits] })).toEqual({
        ...{ kind: "put-back", problem: "It sold meanwhile, so the unit was put back early." },
      });
    for (const left of [1, null]) expect(step({ left, listings: [waits] })).toEqual({ kind: "watch" });
  });

  it("is put back after five minutes, and what was waited for is said", () => {
    expect(step({ listings: [waits] }, new Date(late.getTime() - 1))).toEqual({ kind: "watch" });
    expect(step({ listings: [waits] }, late)).toEqual({
      ...{ kind: "put-back", problem: "Not every marketplace showed the new number within 5 minutes." },
    });
    expect(step({ heardAt: null }, late)).toEqual({
      ...{ kind: "put-back", problem: "Shopify’s notice of the change did not come within 5 minutes." },
    });
  });
});

it("a listing is read back after a moment, then ever more rarely", () => {
  expect([0, 1, 2, 3, 6, 7, 9].map(untilLookMs)).toEqual([250, 500, 1_000, 2_000, 16_000, 30_000, 30_000]);
});
