/**
 * Each kind of page in Chromium, of a shop that has nothing yet and of one that has everything, at a desk and on a phone:
 * axe-core finds nobody shut out of it, and it is no wider than the window. Dialogs are opened and left by keyboard.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Db, openDatabase } from "#app/db.server.ts";
import { type Seeded, seedEverything } from "#test/crawl/seeded-shop.ts";
import { shutsOut } from "./accessibility.ts";
import { type MerchantVisit, startMerchantVisit, WAIT } from "./merchant-visit.ts";

const SCENE_MS = 300_000;
const WIDTHS = [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
];
const ROUTES = join(import.meta.dirname, "../../app/routes");

/** By the file of its route; with an id where it is about one thing. */
const LISTS = {
  "app._index": "/app",
  "app.alerts._index": "/app/alerts",
  "app.channels._index": "/app/channels",
  "app.customers._index": "/app/customers",
  "app.customers.stages": "/app/customers/stages",
  "app.history": "/app/history",
  "app.listings._index": "/app/listings",
  "app.listings.match": "/app/listings/match",
  "app.notifications": "/app/notifications",
  "app.orders._index": "/app/orders",
  "app.plan": "/app/plan",
  "app.rules._index": "/app/rules",
  "app.skus._index": "/app/skus",
  "app.skus.check": "/app/skus/check?check=shared",
  "app.trouble": "/app/trouble?sku=MUG-MOSS",
};
/** Not in this scene: the marketplace's answer to a connection under way. Its page is in the journey's test. */
const ELSEWHERE = ["app.connect.$id"];

type Pages = Record<string, string[]>;

/** Several of a kind where its parts differ by state. */
async function pagesOfOne(db: Db, seeded: Seeded): Promise<Pages> {
  const ids = { select: { id: true } } as const;
  const statuses = ["A problem", "A edited", "A not-matched", "A gone"];
  const listings = await db.listing.findMany({ where: { title: { in: statuses } }, distinct: ["title"], ...ids });
  const orders = await db.marketplaceOrder.findMany({
    where: { stage: { not: "placed" } },
    distinct: ["stage"],
    ...ids,
  });
  const conflict = await db.conflict.findFirstOrThrow({ where: { state: "open" } });
  const shipment = await db.shipment.findFirstOrThrow({ where: { state: "failed" } });
  const orderIds = [...orders.map(({ id }) => id), conflict.orderId, shipment.orderId];
  const at = (path: string, of: readonly number[]) => of.map((id) => `/app/${path}/${id}`);
  return {
    "app.alerts.$id": at("alerts", seeded.alertIds.slice(0, 1)),
    "app.buyer-data._index": [`/app/buyer-data?orders=${conflict.orderId}`],
    // In states of their own: see seedChannels.
    "app.channels.$id": at("channels", seeded.channelIds.slice(0, 5)),
    "app.customers.$id": at("customers", seeded.customerIds.slice(0, 2)),
    "app.listings.$id": at(
      "listings",
      listings.map(({ id }) => id),
    ),
    "app.orders.$id": at("orders", orderIds),
    "app.rules.$id": ["/app/rules/new", ...at("rules", seeded.ruleIds)],
    "app.skus.$variantId": at("skus", seeded.variantIds.slice(0, 1)),
  };
}

describe("a merchant who does not see or point as others do", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "lockstep-accessibility-"));
  let merchant: MerchantVisit;

  beforeAll(async () => {
    merchant = await startMerchantVisit(["ebay"], { dataDir });
    // What is half faded in has the contrast of neither.
    await merchant.here.page.emulateMedia({ reducedMotion: "reduce" });
  }, SCENE_MS);
  afterAll(async () => {
    await merchant?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** What is wrong with what is open, at both widths. */
  const faultsAt = async (name: string): Promise<string[]> => {
    const { here } = merchant;
    const wrong: string[] = [];
    for (const size of WIDTHS) {
      await here.page.setViewportSize(size);
      await here.page.waitForTimeout(100);
      const widest = await here.app.locator("body").evaluate((body) => body.scrollWidth - window.innerWidth);
      const faults = [...(await shutsOut(here)), ...(widest > 0 ? [`${widest} px wider than the window`] : [])];
      wrong.push(...faults.map((fault) => `${name} at ${size.width}: ${fault}`));
      await here.shot(`accessibility${name.replace(/\W+/g, "-")}-${size.width}`);
    }
    await here.page.setViewportSize(WIDTHS[0] ?? { width: 1280, height: 900 });
    return wrong;
  };

  const faultsOf = async (path: string, named = path): Promise<string[]> => {
    await merchant.open(path);
    await merchant.here.app.locator("h1").first().waitFor(WAIT);
    return faultsAt(named);
  };

  it(
    "is shut out of no page of a shop that has nothing yet",
    async () => {
      const wrong: string[] = [];
      for (const path of Object.values(LISTS)) wrong.push(...(await faultsOf(path, `empty${path}`)));
      expect(wrong).toEqual([]);
    },
    SCENE_MS,
  );

  it(
    "is shut out of no kind of page of a shop that has everything",
    async () => {
      await merchant.connect(merchant.network.marketplace("ebay"), "Agree and continue");
      await merchant.network.stopApp();
      const database = await openDatabase({ dataDir });
      const { id: channelId, shopId } = await database.db.channel.findFirstOrThrow();
      const seeded = await seedEverything(database.db, { shopId, channelId, now: new Date() });
      const pagesOf = await pagesOfOne(database.db, seeded);
      await database.close();
      await merchant.network.startApp();
      const screens = readdirSync(ROUTES)
        .filter((file) => /^app\./.test(file) && file !== "app.tsx")
        .filter((file) => /^export default function/m.test(readFileSync(join(ROUTES, file), "utf8")))
        .map((file) => file.replace(".tsx", ""));
      const kinds = [...Object.keys(LISTS), ...Object.keys(pagesOf), ...ELSEWHERE];
      expect(screens.filter((screen) => !kinds.includes(screen))).toEqual([]);
      const wrong: string[] = [];
      for (const path of [...Object.values(LISTS), ...Object.values(pagesOf).flat()])
        wrong.push(...(await faultsOf(path)));
      expect(wrong).toEqual([]);
    },
    SCENE_MS,
  );

  it("is told of how pressing an alert is in the same words on Home and under Alerts", async () => {
    const { here, open } = merchant;
    const WORDS = /^(Urgent|To do|To know)$/;
    await open("/app");
    const needs = here.app.getByRole("list", { name: "What needs you" }).getByRole("listitem");
    await needs.first().waitFor(WAIT);
    // Also of those that are a press away.
    const titled = await needs.evaluateAll((items) =>
      items.map((item) => [item.querySelector("h3")?.textContent, item.querySelector(".Polaris-Badge")?.textContent]),
    );
    for (const [, badge] of titled) expect(badge).toMatch(WORDS);
    await open("/app/alerts");
    await here.app.getByRole("heading", { name: "Something needs you" }).first().waitFor(WAIT);
    const badges = await here.app
      .locator(".Polaris-Card .Polaris-Badge, .Polaris-ShadowBevel .Polaris-Badge")
      .allInnerTexts();
    const said = new Set(titled.map(([, badge]) => badge));
    expect(said.size).toBeGreaterThan(1);
    expect([...said].filter((badge) => !badges.some((one) => one.includes(badge ?? "")))).toEqual([]);
  });

  it("is shut out neither of a page that is not there, nor of one that can't be shown", async () => {
    const { here } = merchant;
    const wrong = await faultsOf("/app/listings/999999999");
    await merchant.open("/app/channels");
    await here.app.getByRole("heading", { name: "Channels" }).waitFor(WAIT);
    await here.page.route(/[?&]_data=|\.data\b/, (route) => route.abort());
    await here.app.getByRole("link", { name: "Open eBay · paused" }).click();
    await here.app.getByText("This page can't be shown").waitFor(WAIT);
    wrong.push(...(await faultsAt("error")));
    await here.page.unroute(/[?&]_data=|\.data\b/);
    expect(wrong).toEqual([]);
  });

  it("is shut out of no page that is on its way", async () => {
    const { here } = merchant;
    await merchant.open("/app/channels");
    await here.app.getByRole("heading", { name: "Channels" }).waitFor(WAIT);
    let go = (): void => {};
    const released = new Promise<void>((resolve) => {
      go = resolve;
    });
    await here.page.route(/[?&]_data=|\.data\b/, async (route) => {
      await released;
      await route.continue();
    });
    await here.app.getByRole("link", { name: "Open eBay · paused" }).click();
    await here.app.locator(".Polaris-SkeletonPage__Page, .Polaris-SkeletonPage").first().waitFor(WAIT);
    const wrong = await faultsAt("loading");
    go();
    await here.app.getByRole("heading", { name: "When more is sold than there is" }).waitFor(WAIT);
    await here.page.unrouteAll({ behavior: "wait" });
    expect(wrong).toEqual([]);
  });

  it("opens a dialog, is kept in it and leaves it by keyboard, and is where they were", async () => {
    const { here, open } = merchant;
    await open("/app");
    const opener = here.app.getByRole("button", { name: "Sync now" });
    await opener.waitFor(WAIT);
    const dialog = here.app.getByRole("dialog", { name: "Sync now" });
    // Until React has taken the page over, a key does nothing.
    await expect
      .poll(async () => {
        await opener.press("Enter");
        return dialog.count();
      }, WAIT)
      .toBe(1);
    await dialog.getByRole("button", { name: "Cancel" }).waitFor(WAIT);
    const wrong = await faultsAt("dialog");
    for (let tabs = 0; tabs < 25; tabs += 1) {
      await here.page.keyboard.press("Tab");
      const isInside = await dialog.evaluate((element) => {
        const modal = element.closest(".Polaris-Modal-Dialog") ?? element;
        return modal.contains(document.activeElement) || document.activeElement === document.body;
      });
      expect(isInside, `the focus after ${tabs + 1} tabs`).toBe(true);
    }
    await here.page.keyboard.press("Escape");
    await dialog.waitFor({ ...WAIT, state: "detached" });
    await expect.poll(() => opener.evaluate((element) => element === document.activeElement), WAIT).toBe(true);
    expect(wrong).toEqual([]);
  });

  it("filters a list and clears it by keyboard", async () => {
    const { here, open } = merchant;
    await open("/app/listings");
    const search = here.app.getByRole("searchbox");
    await search.focus();
    await here.page.keyboard.type("MUG");
    const clear = here.app.getByRole("button", { name: "Clear filters" });
    await clear.waitFor(WAIT);
    for (let tabs = 0; tabs < 8 && !(await clear.evaluate((one) => one === document.activeElement)); tabs += 1)
      await here.page.keyboard.press("Tab");
    await here.page.keyboard.press("Enter");
    await clear.waitFor({ ...WAIT, state: "detached" });
    await expect.poll(() => search.inputValue(), WAIT).toBe("");
  });

  it("would be noticed if it were shut out", async () => {
    await merchant.open("/app/rules");
    await merchant.here.app.locator("h1").first().waitFor(WAIT);
    await merchant.here.app.locator("main").evaluate((main) => {
      const [button, faint] = [document.createElement("button"), document.createElement("p")];
      faint.textContent = "hardly to be read";
      faint.style.color = "#ddd";
      main.append(button, faint);
    });
    const rules = (await shutsOut(merchant.here)).map((fault) => fault.split(" ")[0]);
    expect(rules).toEqual(expect.arrayContaining(["button-name", "color-contrast"]));
  });
});
