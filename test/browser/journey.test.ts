import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO_SHOP, type Network, startNetwork } from "#test/demo/network.ts";
import { launch, PHONE, type Visit, visit } from "./chromium.ts";

const HANDLE = DEMO_SHOP.split(".")[0];
const WAIT_MS = 60_000;

describe("a merchant in the browser", () => {
  let network: Network;
  let browser: Browser;
  let here: Visit;
  const admin = (path: string) => `${network.shopify.origin}/store/${HANDLE}${path}`;
  const ebay = () => network.marketplace("ebay");

  beforeAll(async () => {
    network = await startNetwork({ logLevel: "warn" });
    await network.startApp();
    network.shopify.startDeliveries();
    browser = await launch();
    here = await visit(browser);
  });
  afterAll(async () => {
    await browser?.close();
    await network?.close();
  });

  it("opens the app inside the admin, which imports the store", async () => {
    await here.page.goto(admin("/apps/lockstep"));
    await here.app.getByRole("heading", { name: "No marketplace is connected yet" }).waitFor({ timeout: WAIT_MS });
    await here.app.getByText("20 Shopify variants are ready").waitFor({ timeout: WAIT_MS });
    await here.shot("home-first");
  });

  it("connects eBay on eBay's own page, comes back, and says yes to the account and the shop", async () => {
    await here.page.getByRole("link", { name: "Channels" }).first().click();
    await here.app.getByRole("button", { name: "Connect eBay" }).click();
    await here.page.getByRole("button", { name: "Agree and continue" }).click();
    await here.app.getByText("Fern & Flint (lockstep-demo.myshopify.com)").waitFor({ timeout: WAIT_MS });
    await here.shot("connect-question");
    await here.app.getByRole("button", { name: "Yes, connect this account" }).click();
    await here.app.getByRole("heading", { name: "First push: look, then approve" }).waitFor({ timeout: WAIT_MS });
    await here.shot("channel-preview");
  });

  it("sets a buffer through the save bar, sees it in the preview and approves", async () => {
    await here.app.getByLabel("Buffer").first().selectOption("units");
    await here.app.getByLabel("Units kept back").fill("2");
    await here.page.getByRole("button", { name: "Save" }).click();
    await here.app.getByText("− 2 buffer").first().waitFor({ timeout: WAIT_MS });
    await here.shot("channel-policy");
    await here.app.getByRole("button", { name: /Approve the first push/ }).click();
    await expect.poll(() => ebay().shown()["MUG-MOSS"], { timeout: WAIT_MS }).toBe(28);
  });

  it("changes a stock in the admin, and the listing follows", async () => {
    await here.page.goto(admin("/products"));
    const store = network.shopify.store(DEMO_SHOP);
    const variant = [...store.variants.values()].find((one) => one.sku === "MUG-MOSS");
    const level = [...store.levels.values()].find((one) => one.itemId === variant?.inventoryItemId);
    if (!level) throw new Error("MUG-MOSS is stocked nowhere");
    network.shopify.controls.setAvailable(DEMO_SHOP, level.itemId, level.locationId, 9);
    await here.shot("admin-products");
    await expect.poll(() => ebay().shown()["MUG-MOSS"], { timeout: WAIT_MS }).toBe(13);
    await here.page.goto(admin("/apps/lockstep/app/listings"));
    await here.app.getByRole("link", { name: "Stoneware mug, moss" }).waitFor({ timeout: WAIT_MS });
    await here.shot("listings");
  });

  it("a buyer buys on eBay; the order and its customer are in Shopify; shipped there, eBay shows the tracking", async () => {
    const buyer = await visit(browser);
    await buyer.page.goto(ebay().origin);
    await buyer.page.getByLabel("Quantity of MUG-MOSS").fill("2");
    await buyer.page.getByRole("button", { name: "Buy and pay" }).click();
    await buyer.page.waitForURL(/\/orders\//);
    const orderPage = buyer.page.url();
    await buyer.shot("ebay-order");

    await expect.poll(() => network.shopify.store(DEMO_SHOP).orders.size, { timeout: WAIT_MS }).toBe(1);
    await here.page.goto(admin("/orders"));
    await here.page.getByText("Rosa Lindqvist").first().waitFor();
    await here.shot("admin-orders");
    await here.page.getByRole("link", { name: /#1001/ }).first().click();
    await here.page.getByLabel("Tracking number").first().fill("RM123456789GB");
    await here.page.getByLabel("Carrier").first().fill("Royal Mail");
    await here.page
      .getByRole("button", { name: /Fulfil/ })
      .first()
      .click();

    await expect
      .poll(
        () =>
          ebay()
            .orders()[0]
            ?.parcels.map((parcel) => parcel.trackingNumber),
        { timeout: WAIT_MS },
      )
      .toEqual(["RM123456789GB"]);
    await buyer.page.goto(orderPage);
    await buyer.page.getByText("RM123456789GB").first().waitFor();
    await buyer.shot("ebay-shipped");
    expect(buyer.problems).toEqual([]);
  });

  it("every screen shows what happened, on a desk and on a phone", async () => {
    const phone = await visit(browser, PHONE);
    for (const [path, text] of [
      ["", "In step"],
      ["/app/channels", "Connect another account"],
      ["/app/listings", "Stoneware mug, moss"],
      ["/app/orders", "#1001"],
      ["/app/history", "Relay shipment"],
    ] as const) {
      for (const [device, seen] of [
        ["desk", here],
        ["phone", phone],
      ] as const) {
        await seen.page.goto(admin(`/apps/lockstep${path}`));
        // Of the same words in a filter and in a row, the row's are the visible ones.
        await seen.app.getByText(text).locator("visible=true").first().waitFor({ timeout: WAIT_MS });
        await seen.shot(`${device}${path.replaceAll("/", "-") || "-home"}`);
      }
    }
    expect([...here.problems, ...phone.problems]).toEqual([]);
  });
});
