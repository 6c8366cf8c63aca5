import { expect, test } from "vitest";
import { isGood, RENEW_WHEN_LEFT_MS } from "#app/token-life.ts";

const now = new Date("2026-11-22T10:00:00Z");

test("a token is good while more than five minutes of it are left", () => {
  expect(RENEW_WHEN_LEFT_MS).toBe(300_000);
  expect(isGood(new Date("2026-11-22T10:05:00.001Z"), now)).toBe(true);
  expect(isGood(new Date("2026-11-22T10:05:00Z"), now)).toBe(false);
  expect(isGood(new Date("2026-11-22T10:04:59.999Z"), now)).toBe(false);
  // At its very end, and after it.
  expect(isGood(now, now)).toBe(false);
  expect(isGood(new Date("2026-11-21T10:00:00Z"), now)).toBe(false);
});

test("a token without an end is good", () => {
  expect([isGood(null, now), isGood(undefined, now)]).toEqual([true, true]);
});
