/** The customers of a shop in Chromium, at a desk and on a phone: the list, one person, a wrong match, what the stages mean. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO_SHOP } from "#test/demo/network.ts";
import type { Visit } from "./chromium.ts";
import { type MerchantVisit, type Phone, startMerchantVisit, startPhone, WAIT } from "./merchant-visit.ts";

describe("a merchant who asks who bought", () => {
  let merchant: MerchantVisit;
  let phone: Visit;
  let onPhone: Phone["onPhone"];

  beforeAll(async () => {
    merchant = await startMerchantVisit(["ebay", "amazon"]);
    ({ phone, onPhone } = await startPhone(merchant));
  });
  afterAll(() => merchant?.close());

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
  });

  it("has customers tagged in Shopify once it is seen how many, and the tags taken off again", async () => {
    const { here, open, sees, network } = merchant;
    const tags = () =>
      [...network.shopify.store(DEMO_SHOP).customers.values()]
        .flatMap((one) => one.tags)
        .filter((tag) => tag.startsWith("Lockstep: "));
    const choose = here.app.getByLabel("Tag customers in Shopify");
    await open("/app/customers/stages");
    await sees("Nobody is tagged.");
    await choose.check();
    await sees(/^\d+ customers? will be tagged$/);
    expect(tags()).toEqual([]);
    await choose.scrollIntoViewIfNeeded();
    await here.shot("customer-tags-asked");
    await here.page.getByRole("button", { name: "Save" }).click();
    await sees(/^Customers are tagged;/);
    await expect.poll(tags, WAIT).toContain("Lockstep: eBay");
    await here.app.getByText("Tags in Shopify", { exact: true }).scrollIntoViewIfNeeded();
    await here.shot("customer-tags");
    await onPhone("Tags in Shopify", "customer-tags");
    await phone.app.getByText("Recent changes", { exact: true }).scrollIntoViewIfNeeded();
    await phone.shot("customer-tags-phone");
    await choose.uncheck();
    await sees(/^\d+ customers? will lose these tags$/);
    await here.shot("customer-tags-off");
    await here.page.getByRole("button", { name: "Save" }).click();
    await sees("Nobody is tagged.");
    await expect.poll(tags, WAIT).toEqual([]);
    expect([...here.problems, ...phone.problems]).toEqual([]);
  });
});
