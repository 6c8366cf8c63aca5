/**
 * Every page of the app can be shown, and every button can be pressed, in a shop that has everything: links, filters and
 * further pages are followed from Home on; each form is sent with good and with bad input, on every page that has it. What
 * is new is found by itself, or fails the last test.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { z } from "zod";
import { approvalText } from "#app/changes/effect.ts";
import { checkPlan } from "#app/flows/check-plan.ts";
import { correct, fieldsOf } from "#app/orders/corrected-buyer.ts";
import type { Runtime } from "#app/runtime.ts";
import { adminBilling } from "#app/shopify/billing.ts";
import type { RemoteBuyer } from "#connectors/contract/remote-types.ts";
import { createSimMarketplace } from "#test/simulation/sim-marketplace.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { type AppPages, type AppRoute, createAppPages } from "./app-build.ts";
import { type Fields, type Press, pressesOf } from "./inputs.ts";
import { faultsOf, filtersOf, linksOf, rawWordsIn, textOf } from "./pages.ts";
import { formValues, type Seeded, seedEverything } from "./seeded-shop.ts";

/** The forms' schemas, by the path they were read at: each route keeps its own to itself. */
const schemas = vi.hoisted(() => new Map<string, z.ZodType>());
vi.mock("#app/ui/form-data.ts", async (load) => {
  const real = await load<typeof import("#app/ui/form-data.ts")>();
  const readForm: typeof real.readForm = (schema, request) => {
    schemas.set(new URL(request.url).pathname, schema);
    return real.readForm(schema, request);
  };
  return { ...real, readForm };
});

Object.assign(process.env, {
  SHOPIFY_APP_URL: "https://lockstep.example",
  SHOPIFY_API_KEY: "world-client-id",
  SHOPIFY_API_SECRET: "world-client-secret",
  SHOPIFY_ADMIN_ORIGIN: "http://shopify.test",
  LOCKSTEP_KEY: Buffer.alloc(32, 7).toString("base64"),
});
/** Shopify's library answers 410 to whatever calls itself a bot. */
const USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
/** React's warning that a component of Polaris lays out in the browser only. */
const EXPECTED_NOISE = /useLayoutEffect does nothing on the server/;

/** Typed into a search. */
const SEARCHES = ["mug", "MUG-MOSS", "100 % _ \\ '", "\u0000", "🫖".repeat(80), "<script>", "no such thing"];
const DAYS = ["2026-11-22", "2026-11-23", "0001-01-01", "9999-12-31", "2026-02-30", "tomorrow"];
const PAGES = ["2", "3", "99999", "0", "-1", "x"];

/** Buttons for what other buttons, and time, take away. */
const FIRST = ["read-address", "repair-edit", "keep-edit", "start", "leave-out", "stop-sweep"];
/** Buttons after which a channel, or an address, has nothing left to press: last, in this order. */
const LAST = [
  "find-order",
  "approve-sweep",
  "remove-recipient",
  "undo-change",
  "unmatch",
  "exclude",
  "pause",
  "disconnect",
  "reconnect",
  "reconnect-with-keys",
];

/** Buttons that refuse whatever is pressed here, and why. */
const ONLY_REFUSED: Record<string, string> = {
  "routes/app.orders.$id link-order":
    "It wants what the look-up showed: it is pressed after each that found something.",
  "routes/app.orders.$id correct-address": "It wants what its form showed: it is pressed after each that was opened.",
};

let database: TestDatabase;
let world: World;
let pages: AppPages;
let seeded: Seeded;
const noise: string[] = [];

/** Screens under /app; the rest are doors for machines, with tests of their own. */
const isScreen = (route: AppRoute): boolean => route.path.startsWith("/app") && route.id !== "routes/app";

beforeAll(async () => {
  database = await openTestDatabase();
  const made = await createConnectedWorld({
    database,
    mailer: () => ({ send: async () => ({ ok: true }) }),
    billing: (_, clock) =>
      adminBilling({ clock, handles: new Map(), pricingUrl: () => "https://admin.shopify.example/pricing_plans" }),
    markets({ time, random }) {
      const nature = { key: "market", capabilities: {}, limits: [], visibleAfterMs: 0, clockSkewMs: 0 };
      const market = createSimMarketplace({ ...nature, latencyMs: { min: 20, max: 80 } }, time, random);
      market.addListing("MUG-MOSS", 5);
      return [{ connector: market.connector, fetch: market.fetch }];
    },
  });
  world = made.world;
  const { shopId } = world;
  world.shopify.controls.setSubscriptions(world.shopDomain, [{ status: "ACTIVE", planHandle: "agency" }]);
  await world.drive(checkPlan(world.rt, { shopId }));
  seeded = await seedEverything(database.db, { shopId, channelId: made.channelId, now: world.time.now() });
  await sealBuyers();
  sellTwo();
  vi.spyOn(console, "error").mockImplementation(
    (...said) => void (EXPECTED_NOISE.test(String(said[0])) || noise.push(said.join(" "))),
  );
  vi.useFakeTimers({ toFake: ["Date"] });
  const holder = globalThis as { lockstepRuntime?: Promise<{ rt: Runtime }> };
  holder.lockstepRuntime = Promise.resolve({ rt: world.rt });
  pages = await createAppPages(world.rt.logger);
}, 300_000);
/** Of orders on hold the buyer is there to be corrected; of one in Shopify it was, and the marketplace moved on. */
async function sealBuyers(): Promise<void> {
  const { db } = database;
  const { secrets } = world.rt;
  const shippingAddress = {
    ...{ name: "Ann", company: null, line1: "1 Road", line2: null, city: "Leeds", region: null, postalCode: "LS1 1AA" },
    countryCode: "GB",
  };
  const buyer: RemoteBuyer = {
    ...{ remoteId: null, name: "Ann", email: null, emailIsRelay: false, phone: null, phoneIsMasked: false },
    shippingAddress,
  };
  const buyerSealed = secrets.seal(JSON.stringify(buyer));
  const { shopId } = world;
  await db.marketplaceOrder.updateMany({ where: { shopId, stage: "held" }, data: { buyerSealed } });
  const { id } = await db.marketplaceOrder.findFirstOrThrow({ where: { shopId, stage: "placed" } });
  const before = { ...buyer, shippingAddress: { ...shippingAddress, city: "York" } };
  const correction = correct(before, { ...fieldsOf(before), line1: "2 Road" });
  const corrected = { correctionSealed: secrets.seal(JSON.stringify(correction)), correctedAt: world.time.now() };
  await db.marketplaceOrder.update({ where: { id }, data: { buyerSealed, ...corrected } });
}

afterAll(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  world?.close();
  return database?.close();
});

/** An order of the shop's own, of what no channel sells: of as many units as each marketplace order, as if entered for one. */
function sellTwo(): void {
  const variant = [...world.shopify.store(world.shopDomain).variants.values()].find((one) => one.sku === "APR-S");
  if (!variant) throw new Error("the demo store has no APR-S");
  const lines = [{ variantId: variant.id, quantity: 2 }];
  const sold = world.shopify.controls.storefrontOrder(world.shopDomain, { email: "shop@buyer.example", lines });
  if (!sold.ok) throw new Error(sold.message);
}

function send(path: string, query: Record<string, string>, init: RequestInit = {}): Promise<Response> {
  vi.setSystemTime(world.time.nowMs());
  const url = new URL(path, "https://lockstep.example");
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const token = world.shopify.controls.mintIdToken(world.shopDomain);
  if (!("_data" in query)) url.searchParams.set("id_token", token);
  const headers = {
    "user-agent": USER_AGENT,
    ...("_data" in query ? { authorization: `Bearer ${token}` } : {}),
    ...init.headers,
  };
  return world.drive(pages.answer(new Request(url, { ...init, headers })));
}

async function show(path: string): Promise<{ status: number; html: string }> {
  const host = Buffer.from("admin.shopify.com/store/lockstep-demo").toString("base64");
  const response = await send(path, { embedded: "1", shop: world.shopDomain, host });
  return { status: response.status, html: await world.drive(response.text()) };
}

const covered = {
  pages: new Set<string>(),
  links: new Set<string>(),
  filters: new Set<string>(),
  actions: new Set<string>(),
};
const pressed = { sent: 0, refused: 0 };

/** The address of a page without what the admin adds to it. */
function pathOf(link: string): string {
  const url = new URL(link, "https://lockstep.example");
  for (const name of ["embedded", "shop", "host", "id_token"]) url.searchParams.delete(name);
  return `${url.pathname}${url.search}`;
}

const isOurs = (link: string): boolean =>
  new URL(link, "https://lockstep.example").origin === "https://lockstep.example";

/** Follows every link, filter and further page from Home on, or links alone. Returns what is wrong. */
async function crawl(follows: "filters too" | "links" = "filters too"): Promise<string[]> {
  const wrong: string[] = [];
  const seen = new Set<string>();
  const waiting = ["/app"];
  const filtered = new Set<string>();
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    if (seen.has(path) || seeded.fillers.has(path)) continue;
    seen.add(path);
    covered.pages.add(path);
    const page = await show(path);
    wrong.push(...faultsOf(page).map((fault) => `${path} ${fault}`));
    for (const link of linksOf(page.html)) {
      covered.links.add(`${path} -> ${pathOf(link)}`);
      if (link === "" || link.startsWith("javascript:") || link.includes("shopify:"))
        wrong.push(`${path} links to “${link}”`);
      else if (isOurs(link)) waiting.push(pathOf(link));
    }
    const [list = path] = path.split("?");
    if (filtered.has(list) || follows === "links") continue;
    filtered.add(list);
    waiting.push(...filterPaths(list, filtersOf(page.html)));
  }
  return wrong;
}

/** Each value of each filter, alone, and together with a channel and a word; and pages that there may not be. */
function filterPaths(list: string, filters: ReturnType<typeof filtersOf>): string[] {
  if (filters.length === 0) return [];
  const values = filters.flatMap(({ name, values, type }) => {
    expect(name, `a filter of ${list} has a name`).not.toBe("");
    const known = values ?? (type === "date" ? DAYS : SEARCHES);
    for (const value of known) covered.filters.add(`${list}?${name}=${value}`);
    return known.map((value) => ({ name, value }));
  });
  const channel = values.find((one) => one.name === "channel");
  const query = (...all: { name: string; value: string }[]): string =>
    `${list}?${new URLSearchParams(all.map((one) => [one.name, one.value]))}`;
  return [
    ...values.map((one) => query(one)),
    ...values
      .filter((one) => channel && one.name !== "channel")
      .map((one) => query(one, ...(channel ? [channel] : []), { name: "search", value: "mug" })),
    ...PAGES.flatMap((value) => ["after", "before"].map((name) => query({ name, value }))),
    query(
      { name: "status", value: "constructor" },
      { name: "stage", value: "toString" },
      { name: "kind", value: "__proto__" },
      { name: "channel", value: "9999999999" },
    ),
  ];
}

/** The pages that have the form of a route. */
function instancesOf(route: AppRoute): string[] {
  const reached = [...covered.pages].map((path) => path.split("?")[0] ?? path);
  return [...new Set(reached.filter((path) => routeOf(path)?.id === route.id))];
}

function routeOf(path: string): AppRoute | undefined {
  const parts = path.split("/");
  const fits = ({ path: pattern }: AppRoute): boolean => {
    const wanted = pattern.split("/");
    return wanted.length === parts.length && wanted.every((part, at) => part.startsWith(":") || part === parts[at]);
  };
  return pages.routes
    .filter((route) => isScreen(route) && fits(route))
    .sort((a, b) => a.path.split(":").length - b.path.split(":").length)[0];
}

/** Sends a form; `wrong` gets what must not be. Null: it was refused. */
async function press(
  route: AppRoute,
  path: string,
  fields: Fields,
  wrong: string[],
): Promise<{ path?: string } | null> {
  const said = `${path} ${JSON.stringify(fields).slice(0, 200)}`;
  const response = await send(path, { _data: route.id }, { method: "POST", body: new URLSearchParams(fields) });
  pressed.sent += 1;
  const text = await world.drive(response.text());
  if (response.status !== 200 || response.headers.has("x-remix-error")) {
    wrong.push(`${said} answered ${response.status}: ${text.slice(0, 200)}`);
    return null;
  }
  const reply = JSON.parse(text) as {
    ok: boolean;
    message?: string;
    errors?: Record<string, string>;
    asks?: Parameters<typeof approvalText>[0];
    path?: string;
    found?: { gid: string; shown: string };
    address?: { values: Record<string, string>; shown: string };
  };
  if (!reply.ok && !reply.message && !reply.asks) wrong.push(`${said} was refused without a word`);
  for (const words of [reply.message ?? "", ...Object.values(reply.errors ?? {})]) {
    const raw = rawWordsIn(words);
    if (raw !== null) wrong.push(`${said} answered “${raw}”`);
  }
  if (reply.asks && !fields.some(([name]) => name === "approved"))
    return press(route, path, [...fields, ["approved", approvalText(reply.asks)]], wrong);
  if (reply.found) {
    const { gid: orderGid, shown } = reply.found;
    const agreed = new URLSearchParams({ intent: "link-order", orderGid, shown });
    return press(route, path, [...agreed], wrong);
  }
  if (reply.address) {
    const { values, shown } = reply.address;
    const saved = new URLSearchParams({ intent: "correct-address", shown, ...values });
    return press(route, path, [...saved], wrong);
  }
  if (reply.ok) return reply;
  pressed.refused += 1;
  return null;
}

interface Button extends Press {
  route: AppRoute;
  key: string;
}

/** Every button of every form on the pages reached so far. */
async function readButtons(wrong: string[]): Promise<Button[]> {
  const values = await formValues(database.db, world.shopId, seeded);
  const buttons: Button[] = [];
  for (const route of pages.routes.filter((one) => isScreen(one) && one.hasAction)) {
    const instances = instancesOf(route);
    const [first] = instances;
    if (first === undefined) continue;
    const read = () => instances.map((path) => schemas.get(path)).find((one) => one !== undefined);
    if (!read()) await press(route, first, [["intent", "no such button"]], wrong);
    const schema = read();
    if (!schema) continue;
    for (const one of pressesOf(schema, values)) buttons.push({ ...one, route, key: `${route.id} ${one.name}` });
  }
  return buttons;
}

const turnOf = ({ name }: Button): number => (FIRST.includes(name) ? -1 : LAST.indexOf(name) + 1);

/** On one page after the other, until it does what it is for: what is left is for the other buttons. */
async function pressUntilDone(route: AppRoute, good: readonly Fields[], wrong: string[]): Promise<boolean> {
  for (const path of instancesOf(route)) {
    for (const fields of good) {
      const reply = await press(route, path, fields, wrong);
      if (reply?.path) covered.pages.add(reply.path);
      if (reply) return true;
    }
  }
  return false;
}

describe("in a shop that has everything", () => {
  it("every link, every filter and every further page leads to a page that can be shown", async () => {
    expect(await crawl()).toEqual([]);
  }, 600_000);

  it("a page that there is not says so", async () => {
    const wrong: string[] = [];
    for (const route of pages.routes.filter((one) => isScreen(one) && one.hasPage && one.path.includes("/:"))) {
      for (const id of ["999999999", "0", "-1", "x", "%00", "1e3"]) {
        const path = route.path.replace(/:\w+\??/g, id);
        wrong.push(...faultsOf(await show(path), { mayBeMissing: true }).map((fault) => `${path} ${fault}`));
      }
    }
    expect(wrong).toEqual([]);
  });

  it("every form answers bad input with a message, and does what it is for with good input", async () => {
    const wrong: string[] = [];
    const done = new Set<string>();
    for (;;) {
      // Anew each time: a button may lead to a page that has others.
      const [next] = (await readButtons(wrong))
        .filter((one) => !done.has(one.key))
        .sort((a, b) => turnOf(a) - turnOf(b));
      if (!next) break;
      const { route, key, good, bad } = next;
      done.add(key);
      covered.actions.add(key);
      const [first = ""] = instancesOf(route);
      for (const fields of bad) await press(route, first, fields, wrong);
      if (!(await pressUntilDone(route, good, wrong)) && !ONLY_REFUSED[key])
        wrong.push(`${key} never did anything: give the shop a row that it is for`);
    }
    expect(wrong).toEqual([]);
  }, 900_000);

  it("every page can still be shown after that", async () => {
    expect(await crawl()).toEqual([]);
  }, 600_000);

  it.each([
    ["while stock sync winds down", {}],
    ["once it has ended", { stockEndedAt: new Date(0) }],
  ])(
    "and on the least plan, %s",
    async (_, data) => {
      const days = { plan: "free", stockEndsAt: new Date(world.time.nowMs() + 86_400_000) };
      await database.db.shopPlan.updateMany({ data: { ...days, ...data } });
      world.shopify.controls.setSubscriptions(world.shopDomain, []);
      // Not what was seen before: buttons took some of it away.
      expect(await crawl("links")).toEqual([]);
      const customers = textOf((await show("/app/customers")).html);
      expect(customers.includes("Customer matching is part of the Starter plan")).toBe("stockEndedAt" in data);
    },
    600_000,
  );

  it("no route and no form was left out, and nothing was complained of", () => {
    const screens = pages.routes.filter(isScreen);
    expect(
      screens.filter((one) => one.hasPage && instancesOf(one).length === 0).map((one) => one.path),
      "pages that no link leads to",
    ).toEqual([]);
    const formsRead = new Set([...schemas.keys()].map((path) => routeOf(path)?.id));
    expect(
      screens.filter((one) => one.hasAction && !formsRead.has(one.id)).map((one) => one.id),
      "routes whose form was never read",
    ).toEqual([]);
    const { pages: shown, links, filters, actions } = covered;
    console.log(
      `The crawl: ${shown.size} pages, ${links.size} links, ${filters.size} filter values, ${actions.size} actions in ${screens.length} routes (${pressed.sent} times pressed, ${pressed.refused} refused).`,
    );
    expect(noise).toEqual([]);
    const stacks = world.logged.filter((line) => /"msg":"(a page could not be rendered|a request failed)"/.test(line));
    expect(stacks).toEqual([]);
  });
});
