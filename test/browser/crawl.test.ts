/**
 * The pages of a shop that has nothing yet, then of one that has everything, in Chromium: each link and filter value from
 * Home on, and each kind of button once. Nobody is shut out of any kind of page or dialog, at a desk or on a phone. What
 * test/crawl does to the routes, this does to what the browser makes of them.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "#app/db.server.ts";
import { rawWordsIn } from "#test/crawl/pages.ts";
import { seedEverything } from "#test/crawl/seeded-shop.ts";
import { isTakenOver, shutsOut } from "./accessibility.ts";
import { type MerchantVisit, startMerchantVisit, WAIT } from "./merchant-visit.ts";

const CRAWL_MS = 15 * 60_000;
/** A list of a kind is asked for each value once; that is what differs in a browser. */
const LISTS = /^\/app\/(skus|listings|orders|history)$/;
/** Of pages that their rows say the same of so many are seen: test/crawl asks for all. */
const ALIKE_MAX = 3;
/** These leave the app, or leave nothing to press. */
const LEAVES = /^(Connect|Reconnect|Disconnect)/;

interface Link {
  path: string;
  /** What the row of the link says of it in badges. */
  state: string;
}

describe("a merchant who looks at everything", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "lockstep-crawl-"));
  let merchant: MerchantVisit;
  const covered = { pages: 0, filters: 0, kinds: new Set<string>(), buttons: new Set<string>(), dialogs: 0 };

  beforeAll(async () => {
    merchant = await startMerchantVisit(["ebay"], { dataDir });
    // What is half faded in has the contrast of neither.
    await merchant.here.page.emulateMedia({ reducedMotion: "reduce" });
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

  /** Pages of a path that have the same headings are of one kind, whatever they are about. */
  const kindOf = async (path: string): Promise<string> => {
    const headings = await merchant.here.app.locator("h2, h3").allTextContents();
    return [path.replace(/\?.*/, ""), ...new Set(headings)].join(" | ").replace(/\d+/g, "#");
  };

  /** Who is shut out of the page that is open; nobody of a kind that was looked at before. */
  const shutsOutOf = async (path: string): Promise<string[]> => {
    const kind = await kindOf(path);
    if (covered.kinds.has(kind)) return [];
    covered.kinds.add(kind);
    const name = `kind-${covered.kinds.size} ${path.replace(/\W+/g, "-")}`.slice(0, 60);
    return (await shutsOut(merchant.here, name)).map((fault) => `${path}, ${fault}`);
  };

  /**
   * Where the links lead: of a list the address alone, as its filters are tried each by itself; others mean nothing without
   * their query. Of a row with the state that it tells.
   */
  const linksOn = async (): Promise<Link[]> => {
    const found = await merchant.here.app.locator("body").evaluate((body) =>
      [...body.querySelectorAll<HTMLAnchorElement>("a[href]")]
        .map((link) => ({ url: new URL(link.href), row: link.closest("tr, li") }))
        .filter(({ url }) => url.origin === location.origin)
        .map(({ url: { pathname, search }, row }) => ({
          pathname,
          search,
          state: [...(row?.querySelectorAll(".Polaris-Badge") ?? [])].map((badge) => badge.textContent).join(", "),
        })),
    );
    return found.map(({ pathname, search, state }) => ({
      path: LISTS.test(pathname) ? pathname : `${pathname}${search}`,
      state: state.replace(/\d+/g, "#"),
    }));
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

  /**
   * The buttons that can be pressed on the page that is open: what each is called, and its kind. What a button of a row says
   * to the eye alone means something else on another page.
   */
  const buttonsOn = async (path: string): Promise<{ name: string; kind: string }[]> => {
    const found = await merchant.here.app
      .locator("button:not([disabled]):not([aria-disabled='true']):not([aria-hidden='true']):visible")
      .evaluateAll((buttons) =>
        buttons.map((button) => ({
          // biome-ignore lint/performance/useDomNodeTextContent: it would give what is hidden too.
          text: (button as HTMLElement).innerText.trim(),
          label: button.getAttribute("aria-label")?.trim(),
        })),
      );
    return found.map(({ text, label }) => {
      const kind = label === undefined ? text : `${text} on ${path}`;
      return { name: label ?? text, kind: kind.replace(/\d+/g, "#") };
    });
  };
  const isToPress = ({ name, kind }: { name: string; kind: string }): boolean =>
    !covered.buttons.has(kind) && !LEAVES.test(name);

  /** Every page from Home on that is to be seen, with its buttons; `wrong` says what is wrong with it. */
  const walk = async (isToSee: (link: Link) => boolean) => {
    const wrong: string[] = [];
    const seen = new Map<string, { name: string; kind: string }[]>();
    const waiting: Link[] = [{ path: "/app", state: "" }];
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { path } = next;
      if (seen.has(path) || !isToSee(next)) continue;
      wrong.push(...(await look(path)), ...(await shutsOutOf(path)));
      seen.set(path, await buttonsOn(path));
      waiting.push(...(await linksOn()));
      if (!LISTS.test(path)) continue;
      const filters = await filtersOn(path);
      covered.filters += filters.length;
      waiting.push(...[...filters, `${path}?after=1`].map((to) => ({ path: to, state: to })));
    }
    return { wrong, seen };
  };

  it(
    "finds nothing wrong on a page of each address in a shop that has nothing yet",
    async () => {
      const addresses = new Set<string>();
      const { wrong } = await walk(({ path }) => {
        const [address = path] = path.replace(/\d+/g, "#").split("?");
        return addresses.size < addresses.add(address).size;
      });
      expect(wrong).toEqual([]);
    },
    CRAWL_MS,
  );

  describe("in a shop that has everything", () => {
    let fillers: ReadonlySet<string>;
    let seen: ReadonlyMap<string, { name: string; kind: string }[]>;

    beforeAll(async () => {
      await merchant.connect(merchant.network.marketplace("ebay"), "Agree and continue");
      await merchant.network.stopApp();
      const database = await openDatabase({ dataDir });
      const { id: channelId, shopId } = await database.db.channel.findFirstOrThrow();
      ({ fillers } = await seedEverything(database.db, { shopId, channelId, now: new Date() }));
      await database.close();
      await merchant.network.startApp();
    }, CRAWL_MS);

    it(
      "finds nothing wrong on pages of each state, with any filter, and further on",
      async () => {
        const alike = new Map<string, number>();
        const walked = await walk(({ path, state }) => {
          const kind = `${path.replace(/\d+/g, "#").replace(/=[^&]*/g, "=")} ${state}`;
          const others = alike.get(kind) ?? 0;
          alike.set(kind, others + 1);
          return others < ALIKE_MAX && !fillers.has(path);
        });
        seen = walked.seen;
        expect(walked.wrong).toEqual([]);
      },
      CRAWL_MS,
    );

    it(
      "presses each button once, and none of them breaks its page",
      async () => {
        const wrong: string[] = [];
        const { here } = merchant;
        for (const [path, buttons] of seen) {
          if (path.includes("?") || !buttons.some(isToPress)) continue;
          await look(path);
          // What was pressed may bring others, or take some away.
          for (let next = await firstToPress(path); next; next = await firstToPress(path)) {
            covered.buttons.add(next.kind);
            const { name } = next;
            here.problems.length = 0;
            const button = here.app.getByRole("button", { name, exact: true }).locator("visible=true").first();
            if ((await button.count()) === 0) {
              wrong.push(`${path}: no button has the name that it is given, “${name}”`);
              continue;
            }
            await isTakenOver(button, WAIT);
            await button.click(WAIT);
            await here.page.waitForTimeout(300);
            // Where it asks first, and then about the numbers that it moves.
            const sure = here.app.getByRole("dialog").locator("button:not([disabled]):visible").last();
            for (let asked = 0; asked < 2 && (await sure.count()) > 0; asked += 1) {
              covered.dialogs += 1;
              wrong.push(...(await shutsOut(here)).map((fault) => `${path}, “${name}”, ${fault}`));
              if ((await sure.count()) > 0) await sure.click(WAIT);
              // A dialog takes a moment to leave.
              await here.page.waitForTimeout(600);
            }
            const raw = rawWordsIn(await shownText());
            wrong.push(...here.problems.map((fault) => `${path}, “${name}”: ${fault}`));
            if (raw) wrong.push(`${path}, “${name}”: says “${raw.slice(0, 300)}”`);
            await look(path);
          }
        }
        const { pages, filters, kinds, buttons, dialogs } = covered;
        console.log(
          `The crawl in Chromium: ${pages} pages shown, of ${kinds.size} kinds, ${filters} filter values, ` +
            `${buttons.size} kinds of buttons, ${dialogs} dialogs.`,
        );
        expect(wrong).toEqual([]);
      },
      CRAWL_MS,
    );
  });

  async function firstToPress(path: string) {
    return (await buttonsOn(path)).find(isToPress);
  }
});
