/** Notifications and alerts as a merchant meets them, from the rule to the mail in the inbox and the button it leads to. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PHONE, type Visit, visit } from "./chromium.ts";
import { type MerchantVisit, startMerchantVisit, WAIT } from "./merchant-visit.ts";

const KEEPER = "stock@lockstep-demo.example";

describe("a merchant who wants mail", () => {
  let merchant: MerchantVisit;
  let inbox: Visit;

  beforeAll(async () => {
    merchant = await startMerchantVisit(["ebay"]);
    inbox = await visit(merchant.browser);
  });
  afterAll(() => merchant?.close());

  it("adds an address, says what it gets, and sees a test mail arrive", async () => {
    const { open, press, sees, here, network } = merchant;
    await open("/app/notifications");
    await sees("owner@lockstep-demo.example");
    await here.shot("notifications");
    await press("Add an address");
    await here.app.getByLabel("E-mail address").fill("no address");
    await here.app.getByRole("button", { name: "Save", exact: true }).click();
    await sees("This is not an e-mail address.");
    await here.app.getByLabel("E-mail address").fill(KEEPER);
    await here.app.getByLabel("Listings", { exact: true }).selectOption("off");
    await here.shot("notifications-address");
    await here.app.getByRole("button", { name: "Save", exact: true }).click();
    await here.app.getByRole("button", { name: `Send a test mail to ${KEEPER}` }).click(WAIT);
    await expect.poll(() => network.inbox.server.mails.map((mail) => mail.to[0]), WAIT).toContain(KEEPER);
    await open("/app/notifications");
    await sees("Sent");
    await here.shot("notifications-sent");
  });

  it("makes a rule for low stock, hears of it by mail, and says that they see to it", async () => {
    const { open, press, sees, here, network, shopify } = merchant;
    await open("/app/alerts");
    await here.app.getByRole("link", { name: "What you are told of" }).click();
    await press("Add a rule");
    await here.app.getByLabel("SKU", { exact: true }).fill("MUG-MOSS");
    await here.app.getByLabel("Low at so many units, or fewer").fill("3");
    await here.shot("low-stock-rule");
    await here.app.getByRole("button", { name: "Save", exact: true }).click();
    await sees("SKU MUG-MOSS");
    shopify.empty("MUG-MOSS");
    shopify.setStock("MUG-MOSS", "Sheffield", 2);
    const lowMails = () => network.inbox.server.mails.filter((mail) => mail.subject.includes("MUG-MOSS is low"));
    await expect.poll(() => lowMails().length, WAIT).toBe(2);
    await inbox.page.goto(network.inbox.origin);
    await inbox.page
      .getByRole("link", { name: /MUG-MOSS is low/ })
      .first()
      .click();
    await inbox.page.frameLocator("iframe").getByText("MUG-MOSS is low").first().waitFor(WAIT);
    await inbox.shot("inbox-mail");
    const url = /http\S+\/app\/alerts\/\d+/.exec(lowMails()[0]?.text ?? "")?.[0] ?? "";
    await here.page.goto(url);
    await sees("MUG-MOSS is low: 2 left");
    await here.shot("alert");
    await press("I’ll see to it");
    await sees("You see to it");
    await here.shot("alert-seen-to");
    await open("/app/alerts");
    await sees("You see to it");
    await here.shot("alerts");
  });

  it("finds all of it on a phone", async () => {
    const phone = await visit(merchant.browser, PHONE);
    for (const name of ["notifications", "alerts/rules"]) {
      await phone.page.goto(merchant.here.page.url().replace(/\/app\/\w+.*$/, `/app/${name}`));
      await phone.app.getByRole("heading", { level: 1 }).first().waitFor(WAIT);
      await phone.app
        .getByText(name === "alerts/rules" ? "Low stock" : "Last mails")
        .first()
        .waitFor(WAIT);
      await phone.shot(`${name.replace("/", "-")}-phone`);
      await phone.app.locator("body").evaluate((body) => body.ownerDocument.defaultView?.scrollTo(0, 900));
      await phone.shot(`${name.replace("/", "-")}-phone-below`);
      const isTooWide = await phone.app
        .locator("body")
        .evaluate((body) => body.ownerDocument.documentElement.scrollWidth > 390);
      expect(isTooWide).toBe(false);
    }
    await phone.page.goto(merchant.network.inbox.origin);
    await phone.page
      .getByRole("link", { name: /MUG-MOSS is low/ })
      .first()
      .click();
    await phone.page.goto(`${phone.page.url()}/html`);
    await phone.shot("mail-phone");
  });
});
