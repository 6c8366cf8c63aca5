/** What waits for the merchant: each is on Home, says why on its own page, and its button ends it. */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Marketplace, TELLS_APART_MS } from "#test/demo/marketplaces.ts";
import type { ShopifyView } from "#test/demo/shopify-view.ts";
import { visit } from "./chromium.ts";
import { type MerchantVisit, startMerchantVisit, WAIT, WAIT_MS } from "./merchant-visit.ts";

/** eBay's orders of a time are complete minutes after it. */
const EXPLAINED_MS = 6 * 60_000;
/** What sells on eBay. */
const SELLING = "MUG-MOSS MUG-SLATE MUG-OAT THR-HEA THR-CHA CAN-BEE BRD-OAK PAN-24 VIN-JUG-01 APR-S".split(" ");

describe("a merchant who must decide", () => {
  let merchant: MerchantVisit;
  let shopify: ShopifyView;
  let ebay: Marketplace;
  let etsy: Marketplace;

  beforeAll(async () => {
    merchant = await startMerchantVisit(["ebay", "etsy"]);
    shopify = merchant.shopify;
    ebay = merchant.network.marketplace("ebay");
    etsy = merchant.network.marketplace("etsy");
  });
  afterAll(() => merchant?.close());

  it("approves the first push of both", async () => {
    await merchant.connect(ebay, "Agree and continue");
    // So that Etsy's listing of it goes up.
    shopify.setStock("CAN-BEE", "Sheffield", 70);
    await merchant.connect(etsy, /Grant|Allow/);
    await expect.poll(() => etsy.shown()["CAN-BEE"], WAIT).toBe(85);
  });

  it("undoes one of them, looks again, and approves it", async () => {
    const { press, sees, here } = merchant;
    await merchant.openChannel(etsy);
    await sees("Undo the first push");
    await here.shot("undo");
    await press("Undo the first push");
    await press(/^Undo$/);
    await expect.poll(() => etsy.shown()["CAN-BEE"], WAIT).toBe(75);
    await merchant.follow(/is held back: you undid a change/, "undone");
    await here.app.getByRole("heading", { name: /look, then approve/ }).waitFor(WAIT);
    await here.shot("undone");
    await press(/^Approve/);
    await expect.poll(() => etsy.shown()["CAN-BEE"], WAIT).toBe(85);
    await merchant.isGone(/you undid a change/);
  });

  it("asks to be asked about edits, and somebody edits a quantity on eBay", async () => {
    await merchant.openChannel(ebay);
    await merchant.here.app
      .getByRole("group", { name: /shows fewer than it should/ })
      .getByLabel("Waits for you")
      .check({ force: true });
    await merchant.here.page.getByRole("button", { name: "Save" }).click();
    await merchant.here.page.getByText("Saved").first().waitFor(WAIT);
    const seller = await visit(merchant.browser);
    await seller.page.goto(`${ebay.origin}/seller`);
    for (const sku of ["PAN-24", "CAN-BEE"]) {
      await seller.page.getByLabel(`Quantity of ${sku}`).fill("4");
      await seller.page.locator(`[data-sku="${sku}"]`).getByRole("button", { name: "Save" }).click();
      await expect.poll(() => ebay.shown()[sku]).toBe(4);
    }
    await merchant.openChannel(ebay);
    await merchant.press("Read listings again");
  });

  it("a hold: matches the listing that no variant had, and the order goes to Shopify", async () => {
    const id = ebay.buy({ lines: [{ sku: "EBAY-ONLY-TRAY", quantity: 1 }] });
    await merchant.follow(/eBay .* needs you/, "hold");
    await merchant.sees("On hold: not in Shopify yet");
    await merchant.here.shot("hold");
    await merchant.here.app.getByRole("link", { name: "Match the listing" }).click();
    await merchant.here.app.getByLabel("Find a variant").fill("BRD-OAK");
    await merchant.press(/^Match with/);
    // Its number moves, so that is shown first.
    await merchant.press("Change and save");
    await expect.poll(() => shopify.ordersOf(id).length, WAIT).toBe(1);
    await merchant.isGone(/needs you/);
  });

  /** The last mug, on both, before the app hears of either sale. Returns the order that was sold too late. */
  const sellTwice = async (earlier: Marketplace, later: Marketplace): Promise<string> => {
    shopify.setStock("MUG-SLATE", "Leeds", 0);
    shopify.setStock("MUG-SLATE", "Sheffield", 1);
    await expect.poll(() => [ebay.shown()["MUG-SLATE"], etsy.shown()["MUG-SLATE"]], WAIT).toEqual([1, 1]);
    for (const market of [ebay, etsy]) await market.holdOrders?.(true);
    await pause(TELLS_APART_MS);
    const first = earlier.buy({ lines: [{ sku: "MUG-SLATE", quantity: 1 }] });
    await pause(TELLS_APART_MS);
    const second = later.buy({ lines: [{ sku: "MUG-SLATE", quantity: 1 }] });
    await pause(TELLS_APART_MS);
    await earlier.holdOrders?.(false);
    await expect.poll(() => shopify.ordersOf(first).length, WAIT).toBe(1);
    await later.holdOrders?.(false);
    return second;
  };

  it("a conflict: accepts the later order as a backorder", async () => {
    const later = await sellTwice(ebay, etsy);
    await merchant.follow(/was sold too late/, "conflict");
    await merchant.sees("Sold too late: an earlier sale has its units");
    await merchant.here.shot("conflict");
    await merchant.press("Accept as a backorder");
    await expect.poll(() => shopify.ordersOf(later).length, WAIT).toBe(1);
    await merchant.isGone(/was sold too late/);
  });

  it("another: has the later order cancelled", async () => {
    const later = await sellTwice(etsy, ebay);
    await merchant.follow(/was sold too late/, "conflict-cancel");
    await merchant.press("Cancel on eBay");
    await merchant.press("Cancel the order");
    await expect.poll(() => ebay.order(later).isCancelled, WAIT).toBe(true);
    await merchant.here.shot("conflict-cancelled");
    await merchant.isGone(/was sold too late/);
  });

  it(
    "a drift: sees what was edited on eBay, sets one right and keeps the other",
    async () => {
      for (const [sku, title, decision, shown] of [
        ["PAN-24", /Enamel pan/, "Set it to 11", 11],
        ["CAN-BEE", /Beeswax candle, hand-dipped/, "Keep 4 as its own quantity", 4],
      ] as const) {
        const isAsked = async () => {
          await merchant.open(`/app/listings?search=${sku}`);
          await merchant.sees(title);
          return merchant.here.app.getByText("Edited there").locator("visible=true").count();
        };
        // Until no order can explain it any more.
        await expect.poll(isAsked, { timeout: EXPLAINED_MS - WAIT_MS, interval: 3_000 }).toBeGreaterThan(0);
        await merchant.here.shot("drift-list");
        await merchant.here.app.getByRole("link", { name: title }).first().click();
        await merchant.here.app.getByRole("heading", { name: title }).waitFor(WAIT);
        await merchant.here.shot(`drift-${sku}`);
        await merchant.sees(/To keep 4 sets a cap/);
        await merchant.press(decision);
        await expect.poll(() => merchant.here.app.getByText(/To keep 4 sets a cap/).count(), WAIT).toBe(0);
        await expect.poll(() => ebay.shown()[sku], WAIT).toBe(shown);
        await expect.poll(isAsked, WAIT).toBe(0);
      }
      await merchant.here.shot("drift-kept");
    },
    EXPLAINED_MS,
  );

  it("a brake: looks at what would go to zero, and approves it", async () => {
    shopify.setStock("MUG-SLATE", "Sheffield", 10);
    await expect.poll(() => ebay.shown()["MUG-SLATE"], WAIT).toBe(10);
    for (const sku of SELLING) shopify.empty(sku);
    await merchant.follow(/eBay .* waits for you: much would change at once/, "brake");
    await merchant.here.app
      .getByRole("heading", { name: "Much would change at once: look, then approve" })
      .waitFor(WAIT);
    await merchant.here.shot("brake");
    await merchant.press(/Approve these changes/);
    await expect.poll(() => SELLING.filter((sku) => (ebay.shown()[sku] ?? 0) > 0), WAIT).toEqual([]);
    // A small channel is weighed like a large one: a third of Etsy's few listings waits as well.
    await merchant.follow(/Etsy .* waits for you: much would change at once/, "brake-etsy");
    await merchant.press(/Approve these changes/);
    // Who leaves the page in the same moment takes the request back: its token has not come yet.
    const asked = merchant.here.app.getByRole("button", { name: /Approve these changes/ });
    await expect.poll(() => asked.count(), WAIT).toBe(0);
    await merchant.isGone(/waits for you/);
    expect(merchant.here.problems).toEqual([]);
  });
});
