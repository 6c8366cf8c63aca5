import { expect, test } from "vitest";
import {
  addAmounts,
  adjustmentOf,
  compareAmounts,
  multiplyAmount,
  subtractAmounts,
} from "#connectors/contract/money.ts";

test("sums are exact, with the decimals of the amount that has most", () => {
  expect(addAmounts("0.1", "0.2")).toBe("0.3");
  expect(addAmounts("12.50", "-0.5", "3")).toBe("15.00");
  expect(addAmounts()).toBe("0");
  expect(addAmounts("1200", "300")).toBe("1500");
  expect(subtractAmounts("0.05", "0.10")).toBe("-0.05");
  expect(multiplyAmount("99999999999999.99", 3)).toBe("299999999999999.97");
  expect(compareAmounts("1.5", "1.50")).toBe(0);
  expect(compareAmounts("-1", "0.00")).toBe(-1);
  expect(() => addAmounts("1e3")).toThrow("decimal amount");
});

test("what a total holds beyond lines, shipping and tax is the adjustment, to the cent", () => {
  const gbp = (amount: string) => ({ amount, currency: "GBP" });
  // A coupon of 1.00 over three units: each bears 0.33, and a cent is left.
  const lines = [{ quantity: 3, unitPrice: gbp("9.67") }];
  const parts = { lines, shipping: gbp("4.00"), tax: gbp("0.00") };
  expect(adjustmentOf({ ...parts, total: gbp("33.00") })).toEqual(gbp("-0.01"));
  expect(adjustmentOf({ ...parts, total: gbp("38.01") })).toEqual(gbp("5.00"));
});
