/** Rules, a file of matches and the check of SKUs in Chromium, at a desk and on a phone. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MerchantVisit, type Phone, startMerchantVisit, startPhone, WAIT } from "./merchant-visit.ts";

describe("a merchant with many listings", () => {
  let merchant: MerchantVisit;
  let onPhone: Phone["onPhone"];
  beforeAll(async () => {
    merchant = await startMerchantVisit(["ebay"]);
    ({ onPhone } = await startPhone(merchant));
    await merchant.connect(merchant.network.marketplace("ebay"), "Agree and continue");
  });
  afterAll(() => merchant?.close());

  it("makes a rule, sees what it does before it is saved, and whom it hits", async () => {
    const { here, open, sees, press } = merchant;
    await open("/app/rules");
    await sees("No rules yet");
    await here.shot("rules-none");
    await here.app.getByRole("link", { name: "Add a rule" }).first().click();
    await sees("Which listings");
    await here.app.getByLabel("Name", { exact: true }).fill("Few mugs");
    await press("Save rule");
    await sees("Please fill this in.");
    await here.shot("rule-refused");
    await here.app.getByLabel("Condition 1", { exact: true }).selectOption("sku");
    await here.app.getByLabel("What", { exact: true }).fill("MUG-*");
    await press("Add a condition");
    await here.app.getByLabel("Condition 2", { exact: true }).selectOption("stock");
    await here.app.getByLabel("How", { exact: true }).nth(1).selectOption("at-least");
    await here.app.getByLabel("What", { exact: true }).nth(1).fill("1");
    await press("Save rule");
    await sees(/A rule by stock can’t exclude|A rule by stock can't exclude/);
    await here.app.getByLabel("Set a policy").check({ force: true });
    await here.app.getByLabel("Cap", { exact: true }).fill("2");
    await here.shot("rule-new");
    await onPhone("Which listings", "rule-new");
    await press("Save rule");
    await here.app.getByText(/This changes \d+ listing/).waitFor(WAIT);
    await here.shot("rule-asks");
    await press("Change and save");
    await sees("Few mugs");
    await sees(/Hits \d listings?, while their stock is so/);
    await here.shot("rules");
    await onPhone("Few mugs", "rules");
    await here.app.getByRole("link", { name: "Few mugs" }).click();
    await sees(/should show 2/);
    await here.shot("rule");
    await onPhone(/should show 2/, "rule");
    await here.app.getByRole("link", { name: "Stoneware mug, moss" }).first().click();
    await sees(/by the rule “Few mugs”/);
    await here.shot("listing-ruled");
  });

  it("makes a rule by collection, by its name in Shopify", async () => {
    const { here, open, sees, press } = merchant;
    await open("/app/rules/new");
    await sees("Which listings");
    await here.app.getByLabel("Name", { exact: true }).fill("Hardly any");
    await here.app.getByLabel("Condition 1", { exact: true }).selectOption("collection");
    await here.app.getByLabel("What", { exact: true }).fill("Last");
    await here.app.getByLabel("Set a policy").check({ force: true });
    await here.app.getByLabel("Cap", { exact: true }).fill("0");
    await press("Save rule");
    await sees("Shopify has no collection called “Last”. There is “Last few”.");
    await here.shot("rule-by-collection");
    await here.app.getByLabel("What", { exact: true }).fill("last few");
    await press("Save rule");
    await here.app.getByText(/This changes \d+ listing/).waitFor(WAIT);
    await press("Set 1 to 0 and save");
    await sees(/^Collection is Last few: /);
    await sees("Hits 1 listing");
    await here.shot("rules-by-collection");
  });

  it("matches by a file: what can't be used is named, the rest is approved and undone", async () => {
    const { here, open, sees, press } = merchant;
    await open("/app/listings/match");
    await sees("Choose a file");
    await here.shot("match");
    await onPhone("Choose a file", "match");
    const csv = "Marketplace SKU;Shopify SKU\r\nEBAY-ONLY-TRAY;BRD-OAK\r\nNO-SUCH;BRD-OAK\r\nMUG-MOSS;BRD-OAK\r\n";
    await here.app.locator("input[type=file]").setInputFiles({
      name: "matches.csv",
      mimeType: "text/csv",
      buffer: Buffer.from([0xe9, 0x3b]),
    });
    await sees(/not in UTF-8/);
    await here.shot("match-encoding");
    await here.app.locator("input[type=file]").setInputFiles({
      name: "matches.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(csv),
    });
    await press("Check the file");
    await sees("This matches 1 listing");
    await sees("2 lines can’t be used");
    await sees("The channel has no listing with the SKU NO-SUCH.");
    await here.shot("match-checked");
    await here.app.getByRole("button", { name: /^Approve: match 1 listing/ }).click();
    await sees("A file of matches: 1 listing matched");
    await here.shot("match-done");
    await here.app.getByRole("button", { name: /^Undo/ }).first().click();
    await sees(/^Undone\. A file of matches/);
  });

  it("sees which SKUs will make trouble", async () => {
    const { here, open, sees } = merchant;
    await open("/app/skus/check?check=shared");
    await sees("A good SKU");
    await sees("“SOAP-01”");
    await here.shot("sku-check");
    await onPhone("A good SKU", "sku-check");
    expect(here.problems).toEqual([]);
  });
});
