/** A small shop: what a setting does is seen before it is saved, approved, and taken back with one button. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Marketplace } from "#test/demo/marketplaces.ts";
import { demoListings } from "#test/emulators/ebay/seed.ts";
import { PHONE, visit } from "./chromium.ts";
import { type MerchantVisit, startMerchantVisit, WAIT } from "./merchant-visit.ts";

const EIGHT = ["MUG-MOSS", "MUG-SLATE", "MUG-OAT", "THR-HEA", "THR-CHA", "CAN-BEE", "PAN-24", "VIN-JUG-01"];

describe("a merchant with 8 listings", () => {
  let merchant: MerchantVisit;
  let ebay: Marketplace;
  let before: Record<string, number>;

  beforeAll(async () => {
    merchant = await startMerchantVisit(["ebay"]);
    ebay = merchant.network.marketplace("ebay");
    for (const { sku, outsideInventoryApi } of demoListings) {
      if (EIGHT.includes(sku) || outsideInventoryApi) continue;
      await fetch(`${ebay.origin}/_control/remove-listing`, { method: "POST", body: JSON.stringify({ sku }) });
    }
  });
  afterAll(() => merchant?.close());

  const shown = () => Object.fromEntries(EIGHT.map((sku) => [sku, ebay.shown()[sku] ?? 0]));
  const save = async (units: string) => {
    const { app, page } = merchant.here;
    await app.getByLabel("Buffer").first().selectOption("units");
    await app.getByLabel("Units kept back").fill(units);
    await page.getByRole("button", { name: "Save" }).click();
  };

  it("connects eBay and approves the first push", async () => {
    await merchant.connect(ebay, "Agree and continue");
    const inStep = /8 of 8/;
    await merchant.sees(inStep);
    expect(Object.values(shown()).filter((quantity) => quantity > 0)).toHaveLength(8);
  });

  it("sets a buffer of 500, and is asked first: all 8 would go to zero", async () => {
    await merchant.openChannel(ebay);
    before = shown();
    await save("500");
    const question = merchant.here.app.getByRole("dialog");
    await question.getByText("This changes 8 listings").waitFor(WAIT);
    await question.getByText("Enamel pan, 24 cm").waitFor(WAIT);
    await merchant.here.shot("effect");
    await question.getByRole("button", { name: "Keep as it is" }).click();
    expect(shown()).toEqual(before);
  });

  it("approves, and all 8 go to zero without another question", async () => {
    await merchant.here.page.getByRole("button", { name: "Save" }).click();
    await merchant.press("Set 8 to 0 and save");
    await expect.poll(shown, WAIT).toEqual(Object.fromEntries(EIGHT.map((sku) => [sku, 0])));
    await merchant.sees("8 listings go to 0");
    await merchant.here.shot("changed");
    const phone = await visit(merchant.browser, PHONE);
    await phone.page.goto(merchant.here.page.url());
    await phone.app.getByText("Recent changes").scrollIntoViewIfNeeded(WAIT);
    await phone.shot("changed-phone");
    expect(phone.problems).toEqual([]);
  });

  it("undoes it, sees that all 8 go up, and all come back", async () => {
    await merchant.press(/^Undo: /);
    const question = merchant.here.app.getByRole("dialog");
    await question.getByText("This changes 8 listings").waitFor(WAIT);
    await merchant.here.shot("undo-effect");
    await question.getByRole("button", { name: "Change and save" }).click();
    await expect.poll(shown, WAIT).toEqual(before);
    await merchant.sees(/Undone by you/);
    await merchant.open("/app/history?kind=settings");
    await merchant.sees(/buffer 500.*\(You\)/);
    await merchant.here.shot("changes-history");
    expect(merchant.here.problems).toEqual([]);
  });
});
