/** The SKUs of a shop in Chromium, at a desk and on a phone: the list, one SKU, and what was shown at a minute that is past. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Marketplace } from "#test/demo/marketplaces.ts";
import { type Visit, visit } from "./chromium.ts";
import { type MerchantVisit, type Phone, startMerchantVisit, startPhone, WAIT } from "./merchant-visit.ts";

const SKU = "MUG-MOSS";

describe("a merchant who asks about one SKU", () => {
  let merchant: MerchantVisit;
  let ebay: Marketplace;
  let phone: Visit;
  let onPhone: Phone["onPhone"];

  beforeAll(async () => {
    merchant = await startMerchantVisit(["ebay"]);
    ebay = merchant.network.marketplace("ebay");
    ({ phone, onPhone } = await startPhone(merchant));
  });
  afterAll(() => merchant?.close());

  const link = () => merchant.here.app.getByRole("link", { name: SKU, exact: true });

  it("finds every SKU in a list before any channel is connected, and this one by a word of its title", async () => {
    const { here, open, sees } = merchant;
    await open("/app/skus");
    await link().waitFor(WAIT);
    await here.shot("skus");
    await onPhone(SKU, "skus");
    await here.app.getByPlaceholder("SKU or title").fill("no such thing");
    await sees("No SKU matches this search");
    await here.shot("skus-none");
    await here.app.getByPlaceholder("SKU or title").fill("moss");
    await sees("not listed");
    await link().click();
    await sees("No listing is matched to this SKU");
    await sees(/available in Shopify = /);
    await here.shot("sku-bare");
    await onPhone("No listing is matched to this SKU", "sku-bare");
  });

  it("sees its listing side by side with its stock, and how long it has had the right number", async () => {
    const { here, open, sees, connect } = merchant;
    await connect(ebay, "Agree and continue");
    await open("/app/skus");
    await link().click();
    await sees(/eBay has had the right number for \d+ (s|min)\b/);
    merchant.shopify.sell(SKU);
    await sees("Push quantity");
    ebay.buy({ lines: [{ sku: SKU, quantity: 2 }] });
    await sees("Sold on eBay");
    await sees("Counted by Shopify");
    await here.shot("sku");
    await onPhone("Counted by Shopify", "sku");
  });

  it("holds it at 0 on every channel after seeing what that does, finds that in the list, and releases it", async () => {
    const { here, open, sees, press } = merchant;
    await here.app.getByLabel("Show at most").fill("0");
    await press("Hold it");
    await here.app.getByText("This changes 1 listing").waitFor(WAIT);
    await here.shot("sku-hold-asks");
    await press("Set 1 to 0 and save");
    await sees("You hold it at 0 on every channel");
    await sees(/held at 0 by you since/);
    await sees("Held by you");
    await here.shot("sku-held");
    await onPhone("You hold it at 0 on every channel", "sku-held");
    await open("/app/skus");
    await sees("Held at 0");
    await here.shot("skus-held");
    await link().click();
    await press("Release");
    await here.app.getByText("This changes 1 listing").waitFor(WAIT);
    await press("Change and save");
    await here.app.getByRole("button", { name: "Hold it" }).waitFor(WAIT);
    await sees(/eBay has had the right number/);
  });

  it("goes from the timeline to what was shown at a minute, with a link for a colleague", async () => {
    const { here, sees, open, browser } = merchant;
    await here.app.locator("ol li", { hasText: "Push quantity" }).locator("a time").first().click();
    // Whether the push of that second was taken by its end is the machine's.
    await sees(/^(Right|Lag)/);
    await sees(/^Available in Shopify then: /);
    await here.shot("sku-minute");
    const shared = await here.app.getByRole("link", { name: "Link to this minute" }).getAttribute("href");
    await onPhone(/Available in Shopify then/, "sku-minute");
    const colleague = await visit(browser);
    await colleague.page.goto(shared ?? "");
    await colleague.app.getByText("Available in Shopify then").waitFor(WAIT);
    expect(new URL(shared ?? "").search).toMatch(/^\?at=\d{4}-/);

    await here.app.getByLabel("Minute, in your shop’s time").fill("2038-01-01T10:00");
    await here.app.getByRole("button", { name: "Show that minute" }).click();
    await sees("This minute is still to come");
    await here.app.getByRole("button", { name: "Back to now" }).click();
    await sees("Counted by Shopify");

    await open("/app/skus");
    await here.app.getByRole("link", { name: "Find what is wrong" }).first().click();
    await here.app.getByPlaceholder("The whole SKU").fill(SKU.toLowerCase());
    await sees(/^eBay shows \d+, and that is right: /);
    await here.shot("trouble");
    await onPhone(/^eBay shows \d+, and that is right: /, "trouble");
    await here.app.getByPlaceholder("The whole SKU").fill("MUG-MOS");
    await sees("No variant in Shopify has this SKU, as it is spelled here.");
    await here.shot("trouble-none");

    await open("/app/listings");
    await sees("Stoneware mug, moss");
    await here.shot("listings");
    await onPhone("Stoneware mug, moss", "listings");
    await here.app.getByLabel("Status").selectOption({ label: "In step, of any kind" });
    await here.app.getByPlaceholder("Title or SKU").fill("mug mo");
    await sees("Stoneware mug, moss");
    await here.app.getByRole("link", { name: "Stoneware mug, slate" }).waitFor({ ...WAIT, state: "hidden" });
    // Typed before the list of that status was there, and beside it all the same.
    await expect.poll(() => here.app.getByLabel("Status").inputValue(), WAIT).toBe("any-in-step");
    await here.shot("listings-searched");
    await here.app.getByRole("link", { name: "Stoneware mug, moss" }).first().click();
    await here.app.getByRole("link", { name: "Stock and every listing of this SKU" }).click();
    await sees(/left to sell/);
    expect([...here.problems, ...phone.problems, ...colleague.problems]).toEqual([]);
  });
});
