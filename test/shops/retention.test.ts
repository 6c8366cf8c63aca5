/** How long a shop keeps what it has. */
import { expect, it } from "vitest";
import { BUYER_CHOICES, HISTORY_CHOICES, retention, sayRetention, soonerMs } from "#app/shops/retention.ts";

const DAY_MS = 24 * 60 * 60_000;

it("what can be chosen, and nothing else, is taken", () => {
  for (const historyDays of HISTORY_CHOICES)
    for (const buyerDays of BUYER_CHOICES)
      expect(retention.safeParse({ historyDays, buyerDays }).success, `${historyDays} ${buyerDays}`).toBe(true);
  expect([HISTORY_CHOICES, BUYER_CHOICES]).toEqual([
    [null, 90, 30],
    [null, 60, 30, 14, 7],
  ]);
  expect(retention.safeParse({ historyDays: 1, buyerDays: null }).success).toBe(false);
  expect(retention.safeParse({ historyDays: null, buyerDays: 90 }).success).toBe(false);
});

it("a buyer's time is over sooner, and never later than their marketplace asks for", () => {
  expect(soonerMs(7, 30 * DAY_MS)).toBe(23 * DAY_MS);
  expect(soonerMs(60, 30 * DAY_MS)).toBe(0);
  expect(soonerMs(null, 30 * DAY_MS)).toBe(0);
});

it("it is said in words", () => {
  expect(sayRetention({ historyDays: null, buyerDays: null })).toBe(
    "The history is kept for 180 days, buyers as long as each marketplace lets",
  );
  expect(sayRetention({ historyDays: 30, buyerDays: 7 })).toBe(
    "The history is kept for 30 days, buyers 7 days after their order is over",
  );
});
