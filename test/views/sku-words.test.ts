import { describe, expect, it } from "vitest";
import { isDoubtful, type Standing, sayStanding, sayStock } from "#app/views/sku-words.ts";

const NOW = new Date("2026-11-22T14:30:00Z");
const ago = (ms: number) => new Date(NOW.getTime() - ms);

describe("the stock of a SKU", () => {
  it("is what Shopify has, less what is booked and missing", () => {
    expect(sayStock({ available: 12, pending: 2, reserved: 0, missing: 1 })).toBe(
      "12 available in Shopify − 2 booked, not yet counted by Shopify − 1 missing on a marketplace until all its orders are read = 9 left to sell.",
    );
  });

  it("never goes below nothing, and names what Shopify holds back beside it", () => {
    expect(sayStock({ available: 1, pending: 3, reserved: 1, missing: 0 })).toBe(
      "1 available in Shopify − 3 booked, not yet counted by Shopify = 0 left to sell. Shopify holds 1 unit more back for marketplace orders that are not paid yet, and does not count it as available.",
    );
  });

  it("is nothing where Shopify does not count it", () => {
    expect(sayStock({ available: null, pending: 0, reserved: 0, missing: 0 })).toMatch(/does not count/);
  });
});

describe("how a listing stands", () => {
  const inStep: Standing = {
    marketplace: "Etsy",
    status: { code: "in-step", group: "in-step", why: "The marketplace accepted it." },
    shows: 3,
    shouldShow: 3,
    acceptedAt: ago(4_000),
    staleSince: null,
    match: { listingSku: "MOSS", variantSku: "MOSS", other: null },
  };

  it("is how long it has had the right number", () => {
    expect(sayStanding(inStep, NOW)).toBe("Etsy has had the right number for 4 s.");
  });

  it("is lag, with how long it has been behind", () => {
    const status = { code: "updating", group: "updating", why: "A new quantity is on its way." } as const;
    expect(sayStanding({ ...inStep, status, shows: 5, staleSince: ago(12_000) }, NOW)).toBe(
      "Etsy has been behind for 12 s: it shows 5, and should show 3. A new quantity is on its way.",
    );
    expect(sayStanding({ ...inStep, status, staleSince: ago(12_000) }, NOW)).toBe("A new quantity is on its way.");
  });

  it("is a wrong match where its SKU is another variant's, however right the number is", () => {
    const match = { listingSku: "SLATE", variantSku: "MOSS", other: "Mug · Slate" };
    expect(isDoubtful(match)).toBe(true);
    expect(sayStanding({ ...inStep, match }, NOW)).toMatch(
      /^No lag: this listing is matched to another variant than its SKU says. Its SKU SLATE is of Mug · Slate/,
    );
    // Chosen by hand, and nobody else's.
    expect(isDoubtful({ ...match, other: null })).toBe(false);
    expect(isDoubtful({ listingSku: null, variantSku: "MOSS", other: null })).toBe(false);
    // Of two variants with one SKU either is right.
    expect(isDoubtful({ listingSku: "MOSS", variantSku: "MOSS", other: "Mug · Moss, old" })).toBe(false);
  });
});
