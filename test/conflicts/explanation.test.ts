import { describe, expect, it } from "vitest";
import { explainLoss } from "#app/conflicts/explanation.ts";

const soldAt = new Date("2026-11-22T09:00:03Z");
const winner = (name: string) => ({ name, soldAt: new Date("2026-11-22T09:00:01Z") });

describe("why an order lost", () => {
  it("names the earlier sales, to the second, where the shop is", () => {
    expect(explainLoss({ soldAt, unitsMissing: 1, winners: [winner("eBay 12-1")], timezone: "Europe/Berlin" })).toBe(
      "Sold 22 Nov, 10:00:03. Earlier: eBay 12-1, 22 Nov, 10:00:01. 1 of its units is not there.",
    );
  });

  it("names those that took the last of it, and counts the others", () => {
    const winners = ["A", "B", "C", "D", "E"].map(winner);
    expect(explainLoss({ soldAt, unitsMissing: 2, winners, timezone: "UTC" })).toContain(
      "Earlier: C, 22 Nov, 09:00:01; D, 22 Nov, 09:00:01; E, 22 Nov, 09:00:01; and 2 more. 2 of its units are not there.",
    );
  });

  it("says so when no other marketplace order was earlier", () => {
    expect(explainLoss({ soldAt, unitsMissing: 1, winners: [], timezone: "UTC" })).toContain(
      "Shopify had none left for it.",
    );
  });
});
