/** Orders that were sold before the channel was connected, and a merchant who enters all of them by hand. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Marketplace } from "#test/demo/marketplaces.ts";
import { shutsOut } from "./accessibility.ts";
import { type MerchantVisit, type Phone, startMerchantVisit, startPhone } from "./merchant-visit.ts";

describe("a merchant who connects with open orders", () => {
  let merchant: MerchantVisit;
  let onPhone: Phone["onPhone"];
  let ebay: Marketplace;
  let older: string;
  beforeAll(async () => {
    merchant = await startMerchantVisit(["ebay"]);
    ({ onPhone } = await startPhone(merchant));
    ebay = merchant.network.marketplace("ebay");
    older = ebay.buy({ lines: [{ sku: "MUG-MOSS", quantity: 2 }] });
    await merchant.connect(ebay, "Agree and continue");
  });
  afterAll(() => merchant?.close());

  it("sees what an earlier day brings, and brings it", async () => {
    const { here, open, sees, press, shopify } = merchant;
    await open("/app/channels");
    await here.app
      .getByRole("link", { name: /eBay ·/ })
      .first()
      .click();
    await here.app.getByRole("link", { name: "Change which orders are imported" }).click();
    await sees("Go to Shopify");
    await here.app.getByLabel("Sold since the start of").fill("2026-01-01");
    await press("See what it brings");
    await sees("It brings 1 order.");
    await press("Import these orders");
    await sees("Choose one of the last 60 days");
    await here.shot("orders-too-old");
    const yesterday = new Date(Date.now() - 24 * 60 * 60_000).toISOString().slice(0, 10);
    await here.app.getByLabel("Sold since the start of").fill(yesterday);
    await press("See what it brings");
    await sees("It brings 1 order. 2 units are set aside on every channel");
    await here.shot("orders-found");
    await onPhone("It brings 1 order.", "orders-found");
    await press("Import these orders");
    await sees(/orders sold since .* are imported/);
    await expect.poll(() => shopify.ordersOf(older).length, { timeout: 60_000 }).toBe(1);
    await here.shot("orders-imported");
  });

  it("has orders wait whose address Shopify refuses, until it is corrected", async () => {
    const { here, sees } = merchant;
    await here.app.getByLabel("The order waits until you correct it").check({ force: true });
    await here.page.getByRole("button", { name: "Save" }).click();
    await sees("orders whose address Shopify refuses wait to be corrected");
    expect(await shutsOut(here, "refused-address")).toEqual([]);
  });

  it("turns the import off: the next order waits", async () => {
    const { here, sees } = merchant;
    await here.app.getByLabel("Wait on the Orders page").check({ force: true });
    await here.shot("orders-off");
    await here.page.getByRole("button", { name: "Save" }).click();
    await sees("orders wait on the Orders page");
    const waits = ebay.buy({ lines: [{ sku: "MUG-SLATE", quantity: 1 }] });
    await merchant.follow(/eBay .* needs you/, "order-waits");
    await sees(/Importing orders from eBay .* is off/);
    await here.shot("order-waits");
    expect(merchant.shopify.ordersOf(waits)).toEqual([]);
  });
});
