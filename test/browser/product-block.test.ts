/** The block on a product's page in the admin: the real bundle, against the real app, moves what eBay shows. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Marketplace } from "#test/demo/marketplaces.ts";
import { DEMO_SHOP } from "#test/demo/network.ts";
import { DESK, PHONE, visit } from "./chromium.ts";
import { type MerchantVisit, startMerchantVisit, WAIT } from "./merchant-visit.ts";

const SKU = "MUG-MOSS";

describe("the block on a product's page", () => {
  let merchant: MerchantVisit;
  let ebay: Marketplace;
  const productGid = (sku: string): string => {
    const store = merchant.network.shopify.store(DEMO_SHOP);
    const variant = [...store.variants.values()].find((one) => one.sku === sku);
    if (!variant) throw new Error(`no variant has SKU ${sku}`);
    return variant.productId;
  };
  const productPage = (sku: string): string =>
    `${merchant.network.shopify.origin}/store/${DEMO_SHOP.split(".")[0]}/products/${productGid(sku).split("/").at(-1)}`;
  const block = () => merchant.here.page.frameLocator("iframe#block");
  /** On a desk and on a phone. */
  const shoot = async (name: string): Promise<void> => {
    const { page, shot } = merchant.here;
    for (const size of [PHONE, DESK]) {
      await page.setViewportSize(size);
      await page.locator("iframe#block").scrollIntoViewIfNeeded();
      await shot(`block-${name}-${size.width}`);
    }
  };

  beforeAll(async () => {
    merchant = await startMerchantVisit(["ebay"]);
    ebay = merchant.network.marketplace("ebay");
    await merchant.connect(ebay, "Agree and continue");
  });
  afterAll(() => merchant?.close());

  it("shows the product's listing, in step", async () => {
    await merchant.here.page.goto(productPage(SKU));
    await block().getByText("In step").first().waitFor(WAIT);
    await block().getByText("shows 30").first().waitFor(WAIT);
    await shoot("in-step");
  });

  it("pauses the listing, which then stays as it is when stock changes", async () => {
    await block()
      .getByRole("button", { name: `Pause: eBay · fern_and_flint ${SKU}` })
      .click();
    await block()
      .getByRole("button", { name: new RegExp(`^Resume: .* ${SKU}$`) })
      .waitFor(WAIT);
    merchant.shopify.setStock(SKU, "Sheffield", 3);
    await block().getByText("Paused").first().waitFor(WAIT);
    await shoot("paused");
    expect(ebay.shown()[SKU]).toBe(30);
  });

  it("resumes it, and eBay shows what there is", async () => {
    await block()
      .getByRole("button", { name: new RegExp(`^Resume: .* ${SKU}$`) })
      .click();
    // Its number moves, so that is said first.
    await block().getByRole("button", { name: "Go ahead" }).click(WAIT);
    await expect.poll(() => ebay.shown()[SKU], WAIT).not.toBe(30);
    await block().getByText("In step").first().waitFor(WAIT);
  });

  it("pushes now: a quantity that somebody raised on eBay is set right at once", async () => {
    const should = ebay.shown()[SKU];
    const seller = await visit(merchant.browser);
    await seller.page.goto(`${ebay.origin}/seller`);
    await seller.page.getByLabel(`Quantity of ${SKU}`).fill("99");
    await seller.page.locator(`[data-sku="${SKU}"]`).getByRole("button", { name: "Save" }).click();
    await expect.poll(() => ebay.shown()[SKU]).toBe(99);
    await block()
      .getByRole("button", { name: new RegExp(`^Push now: .* ${SKU}$`) })
      .click();
    await expect.poll(() => ebay.shown()[SKU], WAIT).toBe(should);
    await shoot("pushed");
  });

  it("says so where nothing is listed", async () => {
    await merchant.here.page.goto(productPage("GIFT-WRAP"));
    await block().getByText("No marketplace listing is matched to this product.").waitFor(WAIT);
    await shoot("empty");
  });

  it("shows the most urgent of many listings, and how many more there are", async () => {
    const { page } = merchant.here;
    const rows = [
      ["problem", "critical", "eBay did not take it: the listing's category needs a brand"],
      ["updating", "info", null],
      ["in-step", "success", null],
      ["in-step", "success", null],
      ["excluded", "neutral", null],
    ].map(([status, tone, problem], at) => ({
      ...{ id: at + 1, channel: "eBay · fern_and_flint", title: "Stoneware mug, moss", sku: SKU, shows: 30, status },
      ...{ shouldShow: status === "updating" ? 12 : 30, tone, problem, pushedAt: "2026-11-20T10:00:00Z" },
      ...{ mayPause: status !== "excluded", mayResume: status === "excluded", mayPush: status !== "excluded" },
    }));
    const product = { rows, listings: 30, needYou: 1, updating: 0 };
    await page.route("**/api/product-listings?**", (route) =>
      route.fulfill({ json: { ok: true, product }, headers: { "access-control-allow-origin": "*" } }),
    );
    await page.goto(productPage(SKU));
    await block().getByText("25 more listings in Lockstep").waitFor(WAIT);
    await shoot("many");
    await block().getByRole("button", { name: "Collapse" }).click();
    await block().getByText("30 listings, 1 need you").waitFor(WAIT);
    await page.unroute("**/api/product-listings?**");
  });

  it("leads into the app", async () => {
    await merchant.here.page.goto(productPage(SKU));
    await block()
      .getByRole("link", { name: /fern_and_flint/ })
      .first()
      .click();
    await merchant.here.app.getByText("Why this number").or(merchant.here.app.getByText(SKU)).first().waitFor(WAIT);
    expect(merchant.here.problems).toEqual([]);
  });

  describe("its backend", () => {
    const ask = (headers: Record<string, string>, product = productGid(SKU), init: RequestInit = {}) =>
      fetch(`${merchant.network.appUrl}/api/product-listings?product=${encodeURIComponent(product)}`, {
        ...init,
        headers: { "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0", ...headers },
        redirect: "manual",
      });
    const token = (shop = DEMO_SHOP) => merchant.network.shopify.controls.mintIdToken(shop);
    const bearer = (idToken = token()) => ({ authorization: `Bearer ${idToken}` });

    it("answers who has a token, and lets the extension read it", async () => {
      const origin = "https://extensions.shopifycdn.com";
      const response = await ask({ ...bearer(), origin });
      expect(response.status).toBe(200);
      expect(response.headers.get("access-control-allow-origin")).toBe(origin);
      expect(await response.json()).toMatchObject({ ok: true, product: { listings: 3 } });
    });

    it.each([
      ["no token", {}, 401],
      ["a token that is none", { authorization: "Bearer nonsense" }, 401],
    ])("refuses %s, readably", async (_, headers, status) => {
      const response = await ask(headers as Record<string, string>);
      expect(response.status).toBe(status);
      expect(response.headers.get("access-control-allow-origin")).toBe("*");
    });

    it("refuses a token that has expired", async () => {
      const { world } = merchant.network.shopify;
      const lifetime = world.settings.sessionTokenMs;
      world.settings.sessionTokenMs = -60_000;
      const old = token();
      world.settings.sessionTokenMs = lifetime;
      expect((await ask(bearer(old))).status).toBe(401);
    });

    it("refuses a page of somebody else's, and lets it read nothing", async () => {
      const response = await ask({ ...bearer(), origin: "https://evil.example" });
      expect(response.status).toBe(403);
      expect(response.headers.get("access-control-allow-origin")).toBeNull();
    });

    it("knows no product of another shop, and touches no listing by its number", async () => {
      expect((await ask(bearer(), "gid://shopify/Product/1")).status).toBe(404);
      const shown = ebay.shown()[SKU];
      const body = JSON.stringify({ product: productGid(SKU), listing: 999_999, act: "pause" });
      const headers = { ...bearer(), "content-type": "application/json" };
      const refused = await ask(headers, productGid(SKU), { method: "POST", body });
      expect(refused.status).toBe(409);
      expect(ebay.shown()[SKU]).toBe(shown);
    });

    it.each(["{", '{"act":"explode"}', ""])("says what is wrong with %j", async (body) => {
      const headers = { ...bearer(), "content-type": "application/json" };
      const response = await ask(headers, productGid(SKU), { method: "POST", body });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        ok: false,
        message: expect.stringContaining("pause, resume, push"),
      });
    });
  });

  it("says that the app can't be reached, and tries again when asked to", async () => {
    const { page } = merchant.here;
    await page.route("**/api/product-listings?**", (route) => route.abort());
    await page.goto(productPage(SKU));
    await block().getByText("Lockstep can't be reached right now.").waitFor(WAIT);
    await shoot("error");
    await page.unroute("**/api/product-listings?**");
    await block().getByRole("button", { name: "Try again" }).click();
    await block().getByText("In step").first().waitFor(WAIT);
  });
});
