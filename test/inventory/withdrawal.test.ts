import { expect, test } from "vitest";
import { isStillCounted, isWithdrawal, WITHDRAWALS, WITHDRAWN_WORDS, zeroIsFinal } from "#app/inventory/withdrawal.ts";

test("Shopify still counts what is archived or a draft, and not what is gone, unstocked or untracked", () => {
  expect(WITHDRAWALS.map((one) => [one, isStillCounted(one)])).toEqual([
    ["deleted", false],
    ["archived", true],
    ["unstocked", false],
    ["draft", true],
    ["untracked", false],
  ]);
});

test("a withdrawal is known by its name", () => {
  for (const one of WITHDRAWALS) expect(isWithdrawal(one)).toBe(true);
  for (const other of ["", "active", "Deleted"]) expect(isWithdrawal(other)).toBe(false);
});

test("zero can't be taken back where it marks a listing as sold or deletes it", () => {
  const kinds = ["stays-listed", "inactive", "marked-sold", "deleted"] as const;
  expect(kinds.map(zeroIsFinal)).toEqual([false, false, true, true]);
});

test("each withdrawal has its words, for the middle of a sentence", () => {
  expect(WITHDRAWALS.map((one) => WITHDRAWN_WORDS[one])).toEqual([
    "deleted in Shopify",
    "archived in Shopify",
    "not stocked in Shopify at any location that this channel sells from",
    "a draft in Shopify",
    "not tracked in Shopify",
  ]);
});
