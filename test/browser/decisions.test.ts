/** What waits for the merchant: each is on Home, says why on its own page, and its button ends it. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Marketplace } from "#test/demo/marketplaces.ts";
import { DEMO_SHOP, type Network, startNetwork } from "#test/demo/network.ts";
import { createShopifyView, type ShopifyView } from "#test/demo/shopify-view.ts";
import { launch, type Visit, visit } from "./chromium.ts";

const HANDLE = DEMO_SHOP.split(".")[0];
const WAIT_MS = 30_000;
const WAIT = { timeout: WAIT_MS };
/** eBay's orders of a time are complete minutes after it. */
const EXPLAINED_MS = 6 * 60_000;
/** What sells on eBay. */
const SELLING = "MUG-MOSS MUG-SLATE MUG-OAT THR-HEA THR-CHA CAN-BEE BRD-OAK PAN-24 VIN-JUG-01 APR-S".split(" ");
/** Not every marketplace tells finer times of sale than seconds. */
const NEXT_SECOND_MS = 1_100;

describe("a merchant who must decide", () => {
  let network: Network;
  let shopify: ShopifyView;
  let browser: Browser;
  let here: Visit;
  let ebay: Marketplace;
  let etsy: Marketplace;

  beforeAll(async () => {
    network = await startNetwork({ logLevel: "warn", marketplaces: ["ebay", "etsy"] });
    await network.startApp();
    network.shopify.startDeliveries();
    shopify = createShopifyView(network);
    ebay = network.marketplace("ebay");
    etsy = network.marketplace("etsy");
    browser = await launch();
    here = await visit(browser);
    await open("");
    await here.app.getByText("20 Shopify variants are ready").waitFor(WAIT);
  });
  afterAll(async () => {
    await browser?.close();
    await network?.close();
  });

  const open = (path: string) => here.page.goto(`${network.shopify.origin}/store/${HANDLE}/apps/lockstep${path}`);
  const press = (name: string | RegExp) => here.app.getByRole("button", { name }).first().click();
  const sees = (text: string | RegExp) => here.app.getByText(text).locator("visible=true").first().waitFor(WAIT);
  const openChannel = async (market: Marketplace) => {
    await open("/app/channels");
    await here.app
      .getByRole("link", { name: new RegExp(`^${market.name} ·`) })
      .first()
      .click();
    await here.app.getByRole("heading", { name: "When more is sold than there is" }).waitFor(WAIT);
  };
  /** From Home to where the alert leads. */
  const follow = async (title: RegExp, shot: string) => {
    await open("");
    const alert = here.app.locator(".Polaris-Banner").filter({ hasText: title }).first();
    await alert.waitFor(WAIT);
    await here.shot(`${shot}-home`);
    await alert.getByRole("link", { name: "Go there" }).click();
  };
  const isGone = async (title: RegExp) => {
    await open("");
    await sees("In step");
    await expect.poll(() => here.app.getByText(title).count(), WAIT).toBe(0);
  };

  it("approves the first push of both", async () => {
    for (const [market, agree] of [
      [ebay, "Agree and continue"],
      [etsy, /Grant|Allow/],
    ] as const) {
      await open("/app/channels");
      await press(`Connect ${market.name}`);
      await here.page.getByRole("button", { name: agree }).click();
      await here.app.getByRole("heading", { name: "First push: look, then approve" }).waitFor(WAIT);
      await press(/Approve the first push/);
      await expect.poll(() => market.shown()["MUG-SLATE"], WAIT).toBe(22);
    }
  });

  it("asks to be asked about edits, and somebody edits a quantity on eBay", async () => {
    await openChannel(ebay);
    await here.app
      .getByRole("group", { name: /shows fewer than it should/ })
      .getByLabel("Waits for you")
      .check({ force: true });
    await here.page.getByRole("button", { name: "Save" }).click();
    await here.page.getByText("Saved").first().waitFor(WAIT);
    const seller = await visit(browser);
    await seller.page.goto(`${ebay.origin}/seller`);
    await seller.page.getByLabel("Quantity of PAN-24").fill("4");
    await seller.page.locator('[data-sku="PAN-24"]').getByRole("button", { name: "Save" }).click();
    await expect.poll(() => ebay.shown()["PAN-24"]).toBe(4);
    await openChannel(ebay);
    await press("Read listings again");
  });

  it("a hold: matches the listing that no variant had, and the order goes to Shopify", async () => {
    const id = ebay.buy({ lines: [{ sku: "EBAY-ONLY-TRAY", quantity: 1 }] });
    await follow(/eBay .* needs you/, "hold");
    await sees("On hold: not in Shopify yet");
    await here.shot("hold");
    await here.app.getByRole("link", { name: "Match the listing" }).click();
    await here.app.getByLabel("Find a variant").fill("CAN-BEE");
    await press(/^Match with/);
    await expect.poll(() => shopify.ordersOf(id).length, WAIT).toBe(1);
    await isGone(/needs you/);
  });

  it("a conflict: accepts the later order as a backorder", async () => {
    shopify.setStock("MUG-SLATE", "Leeds", 0);
    shopify.setStock("MUG-SLATE", "Sheffield", 1);
    await expect.poll(() => [ebay.shown()["MUG-SLATE"], etsy.shown()["MUG-SLATE"]], WAIT).toEqual([1, 1]);
    for (const market of [ebay, etsy]) await market.holdOrders?.(true);
    const earlier = ebay.buy({ lines: [{ sku: "MUG-SLATE", quantity: 1 }] });
    await new Promise((done) => setTimeout(done, NEXT_SECOND_MS));
    const later = etsy.buy({ lines: [{ sku: "MUG-SLATE", quantity: 1 }] });
    await ebay.holdOrders?.(false);
    await expect.poll(() => shopify.ordersOf(earlier).length, WAIT).toBe(1);
    await etsy.holdOrders?.(false);
    await follow(/was sold too late/, "conflict");
    await sees("Sold too late: an earlier sale has its units");
    await here.shot("conflict");
    await press("Accept as a backorder");
    await expect.poll(() => shopify.ordersOf(later).length, WAIT).toBe(1);
    await isGone(/was sold too late/);
  });

  it(
    "a drift: sees what was edited on eBay, and sets it right",
    async () => {
      // Until no order can explain it any more.
      const isAsked = async () => {
        await open("/app/listings?search=PAN-24");
        await sees("Enamel pan");
        return here.app.getByText("Edited there").locator("visible=true").count();
      };
      await expect.poll(isAsked, { timeout: EXPLAINED_MS - WAIT_MS, interval: 3_000 }).toBeGreaterThan(0);
      await here.shot("drift-list");
      await here.app
        .getByRole("link", { name: /Enamel pan/ })
        .first()
        .click();
      await sees(/To keep 4 sets a cap/);
      await here.shot("drift");
      await press("Set it to 11");
      await expect.poll(() => ebay.shown()["PAN-24"], WAIT).toBe(11);
    },
    EXPLAINED_MS,
  );

  it("a brake: looks at what would go to zero, and approves it", async () => {
    shopify.setStock("MUG-SLATE", "Sheffield", 10);
    await expect.poll(() => ebay.shown()["MUG-SLATE"], WAIT).toBe(10);
    for (const sku of SELLING) shopify.empty(sku);
    await follow(/^eBay .* waits for you: much would change at once/, "brake");
    await here.app.getByRole("heading", { name: "Much would change at once: look, then approve" }).waitFor(WAIT);
    await here.shot("brake");
    await press(/Approve these changes/);
    await expect.poll(() => SELLING.filter((sku) => (ebay.shown()[sku] ?? 0) > 0), WAIT).toEqual([]);
    await isGone(/eBay .* waits for you/);
    expect(here.problems).toEqual([]);
  });
});
