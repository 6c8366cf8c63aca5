import { expect, test } from "vitest";
import { published } from "./published.ts";

test("a percent is kept back in whole units, never fewer than it says", () => {
  const policy = [{ buffer: { kind: "percent" as const, percent: 10 } }];
  expect([0, 1, 9, 10, 11, 20].map((sellable) => published(policy, sellable))).toEqual([0, 0, 8, 9, 9, 18]);
});

test("a percent that comes out even keeps back no unit more", () => {
  expect(published([{ buffer: { kind: "percent", percent: 16.1 } }], 1_000)).toBe(839);
});

test("below the threshold nothing is shown, at it what the buffer leaves", () => {
  const policy = [{ threshold: 5, buffer: { kind: "units" as const, units: 2 } }];
  expect([4, 5, 6].map((sellable) => published(policy, sellable))).toEqual([0, 3, 4]);
});

test("the most specific level that says something of a field decides it", () => {
  const shop = { cap: 4, buffer: { kind: "units" as const, units: 1 } };
  expect(published([null, null, shop], 9)).toBe(4);
  expect(published([null, { cap: 6 }, shop], 9)).toBe(6);
  expect(published([{ cap: null }, { cap: 6 }, shop], 9)).toBe(8);
  expect(published([{ buffer: { kind: "units", units: 0 } }, null, shop], 3)).toBe(3);
});

test("nothing is shown of what is not there", () => {
  expect(published([], -2)).toBe(0);
  expect(published([{ buffer: { kind: "units", units: 5 } }], 3)).toBe(0);
});
