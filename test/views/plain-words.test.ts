import { describe, expect, it } from "vitest";
import { listed, OUR_FAULT, plainWords } from "#app/plain-words.ts";

describe("what went wrong is said as a person would", () => {
  it.each([
    [
      "getSellerDetails: Depop answered 401, unauthorized: invalid api key",
      "Depop does not let us in: “invalid api key”",
    ],
    ["getOffers: eBay answered 503", "eBay has a problem of its own"],
    [
      "Shopify refused it: orderCreate: Shopify answered 500 and may have done it. Mend the cause, then choose Retry.",
      "Shopify refused it: Shopify has a problem of its own and may have done it. Mend the cause, then choose Retry.",
    ],
    [
      "createShippingFulfillment: sent, but no reply (ECONNRESET)",
      "There was no answer, so it may or may not have been done",
    ],
    ["getOrders: no reply (ENOTFOUND)", "There was no answer"],
    [
      "orderCreate: sent to Shopify, but no reply (timed out)",
      "Shopify did not answer, so it may or may not have been done",
    ],
    ["ShopLevels: no reply from Shopify (ECONNREFUSED)", "Shopify did not answer"],
    [
      "getReceipts: Etsy's reply does not have the documented shape (results.0.transactions: Invalid input: expected array, received undefined)",
      "Etsy sent an answer that Lockstep can't read",
    ],
    ["SKU MUG: eBay answered 400, 25002: The price is missing.", "SKU MUG: eBay refused it: “The price is missing”."],
    [
      "getOrders: our share of the marketplace's call limit is used up for 89606 s",
      "The calls that the marketplace allows are used up for now",
    ],
    ["Its price is missing.", "Its price is missing."],
    ["eBay: the listing has no SKU", "eBay: the listing has no SKU"],
  ])("%s", (made, said) => {
    expect(plainWords(made)).toBe(said);
  });

  it("what a database or a program says of itself is for its log", () => {
    const raw = "Invalid `prisma.$executeRaw()` invocation:\n\nRaw query failed. Code: `23502`.";
    expect(plainWords(raw)).toBe(OUR_FAULT);
    expect(plainWords(`It is kept and tried again: ${raw}`)).toBe(OUR_FAULT);
  });
});

it("names are told apart by commas, and the last by a word", () => {
  expect([
    listed([]),
    listed(["A"]),
    listed(["A", "B"]),
    listed(["A", "B", "C"]),
    listed(["A", "B", "C"], "or"),
  ]).toEqual(["", "A", "A and B", "A, B and C", "A, B or C"]);
});
