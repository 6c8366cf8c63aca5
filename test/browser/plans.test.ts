/** The plan in Chromium, at a desk and on a phone: what it has, a choice in Shopify, what it does not have, and how it ends. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO_SHOP } from "#test/demo/network.ts";
import type { Visit } from "./chromium.ts";
import { type MerchantVisit, type Phone, startMerchantVisit, startPhone, WAIT } from "./merchant-visit.ts";

describe("a merchant and their plan", () => {
  let merchant: MerchantVisit;
  let phone: Visit;
  let onPhone: Phone["onPhone"];

  beforeAll(async () => {
    merchant = await startMerchantVisit(["ebay"]);
    ({ phone, onPhone } = await startPhone(merchant));
    await merchant.connect(merchant.network.marketplace("ebay"), "Agree and continue");
  });
  afterAll(() => merchant?.close());

  it("reads what each plan has, and chooses another on Shopify's page", async () => {
    const { here, open, sees } = merchant;
    await open("/app/plan");
    await sees("Nothing is counted");
    await here.shot("plan");
    await onPhone("Nothing is counted", "plan");
    await here.app.getByRole("link", { name: "Choose a plan in Shopify" }).first().click();
    await here.page.getByRole("heading", { name: "Plans of Lockstep" }).waitFor(WAIT);
    await here.page.getByRole("button", { name: "Choose Starter" }).click();
    // The welcome link leads back to the page, which asks Shopify.
    await here.app.locator("[data-plan='starter']").getByText("Your plan").waitFor(WAIT);
    await here.shot("plan-starter");
  });

  it("reads when a trial ends", async () => {
    const { here, open, sees, network } = merchant;
    const trial = { status: "ACTIVE", planHandle: "starter", trialDays: 14 } as const;
    network.shopify.controls.setSubscriptions(DEMO_SHOP, [trial]);
    await open("/app/plan");
    await sees(/^Trial ends on \d+ \w+ \d{4}$/);
    await here.shot("plan-trial");
    await onPhone(/^Trial ends on/, "plan-trial");
  });

  it("finds buffers and locations to be read only below their plan, and which plan has them", async () => {
    const { here, openChannel, network, sees } = merchant;
    await openChannel(network.marketplace("ebay"));
    await sees("Buffers, thresholds and caps are part of the Pro plan");
    await sees("Choosing locations for each channel is part of the Agency plan");
    expect(await here.app.getByLabel("Threshold").isDisabled()).toBe(true);
    expect(await here.app.getByLabel("These locations").isDisabled()).toBe(true);
    await here.app.getByText("Buffers, thresholds and caps are part of").scrollIntoViewIfNeeded();
    await here.shot("plan-gates");
    await onPhone("Buffers, thresholds and caps are part of the Pro plan", "plan-gates");
  });

  it("cancels, is told when stock sync ends, and sees what would go to 0 before it is chosen", async () => {
    const { here, open, press, sees, network } = merchant;
    network.shopify.controls.setSubscriptions(DEMO_SHOP, []);
    await open("/app/plan");
    await sees(/Stock sync ends on/);
    await here.shot("plan-ending");
    await onPhone(/Stock sync ends on/, "plan-ending");
    await here.app.getByText("Go to 0", { exact: true }).click();
    await here.page.getByRole("button", { name: "Save" }).click();
    await here.app
      .getByText(/listings? goes? to 0|This changes/)
      .first()
      .waitFor(WAIT);
    await here.shot("plan-zero");
    await press("Keep as it is");
    await here.page.getByRole("button", { name: "Discard" }).click();
    await open("");
    await sees(/Stock sync ends on/);
    await here.shot("plan-home");
  });

  it("chooses a plan again, and approves what goes up", async () => {
    const { here, open, press, sees, network, openChannel } = merchant;
    network.shopify.controls.setSubscriptions(DEMO_SHOP, [{ status: "ACTIVE", planHandle: "agency" }]);
    await open("/app/plan?plan_handle=agency");
    await here.app.locator("[data-plan='agency']").getByText("Your plan").waitFor(WAIT);
    await openChannel(network.marketplace("ebay"));
    await sees("Stock sync is back: look, then approve");
    await here.shot("plan-back");
    await onPhone("Stock sync is back: look, then approve", "plan-back");
    await press(/Approve these changes/);
    await here.app.getByText("Stock sync is back").waitFor({ ...WAIT, state: "detached" });
    expect([...here.problems, ...phone.problems]).toEqual([]);
  });
});
