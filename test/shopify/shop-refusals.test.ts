import { describe, expect, it } from "vitest";
import { failureOfUserErrors, saidTogether } from "#app/shopify/shop-refusals.ts";

describe("several errors of Shopify's as one text", () => {
  it("sentences follow one another, and what is none is set apart", () => {
    expect(saidTogether(["The item could not be found.", "Is it stocked there?", "Quantity is too low", "SKU"])).toBe(
      "The item could not be found. Is it stocked there? Quantity is too low; SKU",
    );
  });

  it("the same of several lines is said once", () => {
    expect(saidTogether(["The item could not be found.", " The item could not be found. "])).toBe(
      "The item could not be found.",
    );
  });

  it("nothing said is no text", () => {
    expect(saidTogether(["", " "])).toBe("");
    expect(failureOfUserErrors([{ message: " " }])).toMatchObject({ kind: "rejected", message: "no reason given" });
  });
});
