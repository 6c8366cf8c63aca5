/** A merchant times one SKU in Chromium, at a desk and on a phone. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Marketplace } from "#test/demo/marketplaces.ts";
import { type MerchantVisit, type Phone, startMerchantVisit, startPhone, WAIT } from "./merchant-visit.ts";

const SKU = "MUG-MOSS";

describe("a merchant who wants to know how fast it is", () => {
  let merchant: MerchantVisit;
  let ebay: Marketplace;
  let onPhone: Phone["onPhone"];

  beforeAll(async () => {
    merchant = await startMerchantVisit(["ebay"]);
    ebay = merchant.network.marketplace("ebay");
    ({ onPhone } = await startPhone(merchant));
    await merchant.connect(ebay, "Agree and continue");
    await merchant.open("/app/skus");
    await link().click(WAIT);
    await merchant.sees(/eBay has had the right number/);
    await merchant.open("");
  });
  afterAll(() => merchant?.close());

  const link = () => merchant.here.app.getByRole("link", { name: SKU, exact: true });

  it("finds the check from Home, chooses a SKU, and sees what it does before it begins", async () => {
    const { here, press, sees } = merchant;
    await here.app.getByRole("link", { name: "Time one SKU" }).click();
    await sees("No check was made yet.");
    await here.shot("latency-check-none");
    await onPhone("No check was made yet.", "latency-check-none");
    await here.app.getByLabel("Find a SKU").fill("moss");
    await here.app.getByRole("link", { name: new RegExp(`Choose ${SKU}`) }).click(WAIT);
    await sees(/^One unit at .* is set aside in Shopify/);
    await sees(/^\d+ → \d+$/);
    await here.shot("latency-check-asks");
    await onPhone(/^One unit at .* is set aside in Shopify/, "latency-check-asks");
    await press("Start the check");
  });

  it("sees how far it comes, and the times of every step once it is over", async () => {
    const { here, sees, open, press } = merchant;
    // It may be over before the page looks again.
    await sees(/^(Setting a unit aside|Timing|Putting it back|Timed)$/);
    await here.shot("latency-check-runs");
    await sees(/^Shown after /);
    await sees(/Unit put back/);
    await here.shot("latency-check-ended");
    await onPhone(/Unit put back/, "latency-check-ended");
    await expect.poll(() => ebay.shown()[SKU] === merchant.shopify.available(SKU), WAIT).toBe(true);
    expect(here.problems).toEqual([]);
    // From the page of a SKU that it is not to spare of.
    await open("/app/skus");
    await link().click(WAIT);
    await here.app.getByRole("link", { name: "Time this SKU" }).click(WAIT);
    await here.app.getByRole("button", { name: "Start the check" }).waitFor(WAIT);
    await here.app.getByLabel("Remind me once a month").click();
    await sees("Nobody is reminded to time a SKU");
    await press("Undo");
    await sees(/Undone/);
  });

  it("sees what a poll would have cost, and works it out with figures of their own", async () => {
    const { here, sees, open } = merchant;
    await open("");
    await here.app.getByRole("link", { name: "What overselling would cost" }).click(WAIT);
    await sees("What you assume");
    await here.app.getByLabel("A poll every").fill("30");
    await sees("With a poll every 30 minutes");
    await here.app.getByLabel("A poll every").fill("0");
    await sees("Enter a number that makes sense here.");
    await here.shot("oversells");
    await onPhone("What you assume", "oversells");
    expect(here.problems).toEqual([]);
  });
});
