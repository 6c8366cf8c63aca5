/**
 * The pages of a shop that has everything, in Chromium: each link and filter value from Home on, and each kind of button
 * once. What test/crawl does to the routes, this does to what the browser makes of them.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "#app/db.server.ts";
import { rawWordsIn } from "#test/crawl/pages.ts";
import { seedEverything } from "#test/crawl/seeded-shop.ts";
import { type MerchantVisit, startMerchantVisit, WAIT } from "./merchant-visit.ts";

const CRAWL_MS = 15 * 60_000;
/** A list of a kind is asked for each value once; that is what differs in a browser. */
const LISTS = /^\/app\/(skus|listings|orders|history)$/;

describe("a merchant who looks at everything", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "lockstep-crawl-"));
  let merchant: MerchantVisit;
  let fillers: ReadonlySet<string>;
  const covered = { pages: 0, filters: 0, buttons: new Set<string>() };

  beforeAll(async () => {
    merchant = await startMerchantVisit(["ebay"], { dataDir });
    await merchant.connect(merchant.network.marketplace("ebay"), "Agree and continue");
    await merchant.network.stopApp();
    const database = await openDatabase({ dataDir });
    const { id: channelId, shopId } = await database.db.channel.findFirstOrThrow();
    ({ fillers } = await seedEverything(database.db, { shopId, channelId, now: new Date() }));
    await database.close();
    await merchant.network.startApp();
  }, CRAWL_MS);
  afterAll(async () => {
    await merchant?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** What a person can read: the scripts in the document are none of it. */
  // biome-ignore lint/performance/useDomNodeTextContent: it would give the scripts too.
  const shownText = (): Promise<string> => merchant.here.app.locator("body").innerText();

  /** Opens a page; what is wrong with it. */
  const look = async (path: string): Promise<string[]> => {
    const { here, open } = merchant;
    here.problems.length = 0;
    await open(path);
    const heading = here.app.locator("h1").first();
    await heading.waitFor(WAIT);
    covered.pages += 1;
    const title = ((await heading.textContent()) ?? "").trim();
    const raw = rawWordsIn(await shownText());
    const wrong = [
      ...here.problems,
      ...(title === "" ? ["has no title"] : []),
      ...(raw ? [`says “${raw.slice(0, 300)}”`] : []),
    ];
    return wrong.map((fault) => `${path}: ${fault}`);
  };

  /** Of a list the address alone, as its filters are tried each by itself; others mean nothing without their query. */
  const pathsOn = async (): Promise<string[]> => {
    const found = await merchant.here.app.locator("body").evaluate((body) =>
      [...body.querySelectorAll("a[href]")]
        .map((link) => new URL((link as HTMLAnchorElement).href))
        .filter((url) => url.origin === location.origin)
        .map(({ pathname, search }) => ({ pathname, search })),
    );
    return found.map(({ pathname, search }) => (LISTS.test(pathname) ? pathname : `${pathname}${search}`));
  };

  const filtersOn = (list: string): Promise<string[]> =>
    merchant.here.app
      .locator("body")
      .evaluate(
        (body, at) =>
          [...body.querySelectorAll<HTMLSelectElement>("search select[name]")].flatMap((select) =>
            [...select.options]
              .filter((one) => one.value !== "")
              .map((one) => `${at}?${select.name}=${encodeURIComponent(one.value)}`),
          ),
        list,
      );

  const seen = new Set<string>();

  it(
    "finds nothing wrong on any page, filter or further page",
    async () => {
      const wrong: string[] = [];
      const waiting = ["/app"];
      for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
        if (seen.has(path) || fillers.has(path)) continue;
        seen.add(path);
        wrong.push(...(await look(path)));
        waiting.push(...(await pathsOn()));
        if (!LISTS.test(path)) continue;
        const filters = await filtersOn(path);
        covered.filters += filters.length;
        waiting.push(...filters, `${path}?after=1`);
      }
      expect(wrong).toEqual([]);
    },
    CRAWL_MS,
  );

  it(
    "presses each button once, and none of them breaks its page",
    async () => {
      const wrong: string[] = [];
      const { here } = merchant;
      for (const path of seen) {
        if (path.includes("?")) continue;
        await look(path);
        const names = await here.app
          .locator("button:not([disabled]):not([aria-disabled='true']):visible")
          .allInnerTexts();
        for (const name of names.map((one) => one.trim()).filter((one) => one !== "")) {
          const key = name.replace(/\d+/g, "#");
          // These leave the app, or leave nothing to press.
          if (covered.buttons.has(key) || /^(Connect|Reconnect|Disconnect)/.test(key)) continue;
          covered.buttons.add(key);
          here.problems.length = 0;
          const button = here.app.getByRole("button", { name, exact: true }).locator("visible=true").first();
          if ((await button.count()) === 0) continue;
          await button.click(WAIT);
          // Where it asks first.
          const sure = here.app.locator(".Polaris-Modal-Footer button").locator("visible=true").last();
          if ((await sure.count()) > 0) await sure.click(WAIT);
          await here.page.waitForTimeout(300);
          const raw = rawWordsIn(await shownText());
          wrong.push(...here.problems.map((fault) => `${path}, “${name}”: ${fault}`));
          if (raw) wrong.push(`${path}, “${name}”: says “${raw.slice(0, 300)}”`);
          await look(path);
        }
      }
      console.log(
        `The crawl in Chromium: ${covered.pages} pages shown, ${covered.filters} filter values, ${covered.buttons.size} kinds of buttons.`,
      );
      expect(wrong).toEqual([]);
    },
    CRAWL_MS,
  );
});
