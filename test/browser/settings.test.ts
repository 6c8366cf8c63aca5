/** Settings in Chromium, at a desk and on a phone: the shop's policy and how long data is kept, each shown before it is saved. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type MerchantVisit, type Phone, startMerchantVisit, startPhone } from "./merchant-visit.ts";

describe("a merchant who sets what holds for the whole shop", () => {
  let merchant: MerchantVisit;
  let onPhone: Phone["onPhone"];
  beforeAll(async () => {
    merchant = await startMerchantVisit(["ebay"]);
    ({ onPhone } = await startPhone(merchant));
    await merchant.connect(merchant.network.marketplace("ebay"), "Agree and continue");
  });
  afterAll(() => merchant?.close());

  it("sees what a policy does before it is saved, and takes it back", async () => {
    const { here, open, sees, press } = merchant;
    await open("/app/settings");
    await sees("Policy of the shop");
    await here.shot("settings");
    await onPhone("Policy of the shop", "settings");
    await here.app.getByLabel("Cap", { exact: true }).fill("2");
    await here.page.getByRole("button", { name: "Save", exact: true }).click();
    await sees(/This changes \d+ listings/);
    await here.shot("settings-policy-asks");
    await press("Change and save");
    await sees("Policy of the shop: cap 2");
    await here.shot("settings-policy-saved");
    await press(/^Undo: Policy of the shop/);
    await press("Change and save");
    await sees("Undone. Policy of the shop: none");
  });

  it("reads what is forgotten before it is saved", async () => {
    const { here, sees } = merchant;
    await here.app.getByLabel("Buyers", { exact: true }).selectOption("14");
    await sees("Nothing is that old yet: nothing is forgotten at once.");
    await here.app.getByText("How long data is kept").scrollIntoViewIfNeeded();
    await here.shot("settings-retention");
    await here.page.getByRole("button", { name: "Save", exact: true }).click();
    await sees(/The history is kept for 180 days, buyers 14 days/);
    await here.app.getByText("What it may do in Shopify").scrollIntoViewIfNeeded();
    await here.shot("settings-about");
    expect(here.problems).toEqual([]);
  });
});
