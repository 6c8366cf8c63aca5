/** The customers of a shop in Chromium, at a desk and on a phone: the list, one person, a wrong match, what the stages mean. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO_SHOP } from "#test/demo/network.ts";
import { type Visit, visit } from "./chromium.ts";
import { type MerchantVisit, startMerchantVisit, WAIT } from "./merchant-visit.ts";

describe("a merchant who asks who bought", () => {
  let merchant: MerchantVisit;
  let phone: Visit;

  beforeAll(async () => {
    merchant = await startMerchantVisit(["ebay", "amazon"]);
    phone = await visit(merchant.browser, { width: 390, height: 844 });
  });
  afterAll(() => merchant?.close());

  /** The same page on the phone; its problems are none. */
  const onPhone = async (text: string | RegExp, shot: string) => {
    await phone.page.goto(merchant.here.page.url());
    await phone.app.getByText(text).locator("visible=true").first().waitFor(WAIT);
    await phone.shot(`${shot}-phone`);
    const wider = await phone.app.locator("body").evaluate((body) => body.scrollWidth > window.innerWidth);
    expect(wider, `${shot} is wider than a phone`).toBe(false);
  };

  it("sees one person who bought on two channels and in the shop, and why it is one", async () => {
    const { network, here, open, sees, connect, shopify } = merchant;
    await open("/app/customers");
    await sees("No customers yet");
    await here.shot("customers-none");
    const [ebay, amazon] = [network.marketplace("ebay"), network.marketplace("amazon")];
    await connect(ebay, "Agree and continue");
    await connect(amazon, "Confirm");
    const lines = [{ variantId: shopify.variantOf("PAN-24").id, quantity: 1 }];
    network.shopify.controls.storefrontOrder(DEMO_SHOP, { email: "amara@buyer.example", lines });
    amazon.buy({ lines: [{ sku: "MUG-SLATE", quantity: 1 }] });
    ebay.buy({ lines: [{ sku: "MUG-OAT", quantity: 2 }] });
    ebay.buy({ lines: [{ sku: "MUG-SLATE", quantity: 1 }], username: "somebody_else" });
    await open("/app/customers");
    await here.app.getByRole("link", { name: "Rosa Lindqvist" }).first().waitFor(WAIT);
    await sees(/Amazon/);
    await here.shot("customers");
    await onPhone("Rosa Lindqvist", "customers");
    await here.app.getByRole("link", { name: "Rosa Lindqvist" }).first().click();
    await sees("Why this is one person");
    await sees("What Shopify knows");
    await here.shot("customer");
    await onPhone("Why this is one person", "customer");
  }, 300_000);

  it("reads and changes what the stages mean, and takes it back", async () => {
    const { here, open, sees, press } = merchant;
    await open("/app/customers/stages");
    await sees("Last bought 180 days ago or more.");
    await here.shot("customer-stages");
    await onPhone("Won back", "customer-stages");
    await here.app.getByLabel("Lapsed").fill("20");
    await here.page.getByRole("button", { name: "Save" }).click();
    await sees("More days than until they are at risk.");
    await here.shot("customer-stages-refused");
    await here.app.getByLabel("Lapsed").fill("200");
    await here.page.getByRole("button", { name: "Save" }).click();
    await sees("Last bought 200 days ago or more.");
    await press(/^Undo/);
    await sees("Last bought 180 days ago or more.");
    expect([...here.problems, ...phone.problems]).toEqual([]);
  });
});
