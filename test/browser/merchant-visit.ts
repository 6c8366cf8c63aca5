/** A merchant in Chromium, at the app inside the admin: where they go, what they press, and what they wait to see. */
import type { Browser } from "playwright-core";
import { expect } from "vitest";
import type { Marketplace } from "#test/demo/marketplaces.ts";
import { DEMO_SHOP, type Network, startNetwork } from "#test/demo/network.ts";
import { createShopifyView, type ShopifyView } from "#test/demo/shopify-view.ts";
import { launch, PHONE, type Visit, visit } from "./chromium.ts";

const HANDLE = DEMO_SHOP.split(".")[0];
/** What never comes fails all the same: a slow machine, or one that does other things too, is no fault of the app's. */
export const WAIT_MS = 90_000;
export const WAIT = { timeout: WAIT_MS };

export interface MerchantVisit {
  network: Network;
  shopify: ShopifyView;
  browser: Browser;
  here: Visit;
  /** A page of the app, by its path after the admin's. */
  open(path: string): Promise<unknown>;
  press(name: string | RegExp): Promise<void>;
  sees(text: string | RegExp): Promise<void>;
  openChannel(market: Marketplace): Promise<void>;
  /** Connects by the marketplace's consent page, and approves the first push. */
  connect(market: Marketplace, agree: string | RegExp): Promise<void>;
  /** From Home to where the alert leads. */
  follow(title: RegExp, shot: string): Promise<void>;
  /** Home does not speak of it any more. */
  isGone(title: RegExp): Promise<void>;
  close(): Promise<void>;
}

export interface Phone {
  phone: Visit;
  /** The page that the merchant has open, on the phone: it shows `text`, and is no wider than the phone. */
  onPhone(text: string | RegExp, shot: string): Promise<void>;
}

export async function startPhone({ browser, here }: MerchantVisit): Promise<Phone> {
  const phone = await visit(browser, PHONE);
  return {
    phone,
    async onPhone(text, shot) {
      await phone.page.goto(here.page.url());
      await phone.app.getByText(text).locator("visible=true").first().waitFor(WAIT);
      await phone.shot(`${shot}-phone`);
      const wider = await phone.app.locator("body").evaluate((body) => body.scrollWidth > window.innerWidth);
      expect(wider, `${shot} is wider than a phone`).toBe(false);
    },
  };
}

/** The network with the app in it, opened for the first time. */
export async function startMerchantVisit(
  marketplaces: readonly string[],
  options: { dataDir?: string } = {},
): Promise<MerchantVisit> {
  const network = await startNetwork({ logLevel: "warn", marketplaces, ...options });
  await network.startApp();
  network.shopify.startDeliveries();
  const browser = await launch();
  const here = await visit(browser);

  const open = (path: string) => here.page.goto(`${network.shopify.origin}/store/${HANDLE}/apps/lockstep${path}`);
  const press = (name: string | RegExp) => here.app.getByRole("button", { name }).first().click();
  const sees = (text: string | RegExp) => here.app.getByText(text).locator("visible=true").first().waitFor(WAIT);
  const needs = (title: RegExp) =>
    here.app.getByRole("list", { name: "What needs you" }).getByRole("listitem").filter({ hasText: title });
  await open("");
  await here.app.getByText("20 Shopify variants are ready").waitFor(WAIT);

  return {
    network,
    shopify: createShopifyView(network),
    browser,
    here,
    open,
    press,
    sees,
    async openChannel(market) {
      await open("/app/channels");
      await here.app
        .getByRole("link", { name: new RegExp(`^${market.name} ·`) })
        .first()
        .click();
      await here.app.getByRole("heading", { name: "When more is sold than there is" }).waitFor(WAIT);
    },
    async connect(market, agree) {
      await open("/app/channels");
      await press(`Connect ${market.name}`);
      await here.page.getByRole("button", { name: agree }).click();
      await here.app.getByRole("button", { name: "Yes, connect this account" }).click(WAIT);
      await here.app.getByRole("heading", { name: "First push: look, then approve" }).waitFor(WAIT);
      await press(/Approve the first push/);
      await here.app.getByText("Listings in step").locator("visible=true").first().waitFor(WAIT);
    },
    async follow(title, shot) {
      await open("");
      const alert = needs(title).first();
      await alert.waitFor(WAIT);
      await here.shot(`${shot}-home`);
      await alert.getByRole("link", { name: "Go there" }).click();
    },
    async isGone(title) {
      await open("");
      await sees("In step");
      await expect.poll(() => needs(title).count(), WAIT).toBe(0);
    },
    async close() {
      await browser.close();
      await network.close();
    },
  };
}
