/**
 * What one shop, or a stranger's browser, can do to another shop: every door that takes an id, a signature or a cookie is
 * tried with the other shop's, and the rows of that shop are compared before and after. A new route, or a form with a new
 * id, is tried by itself, or fails the last test.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { z } from "zod";
import { connectWithKeys } from "#app/flows/connect-channel.ts";
import type { Runtime } from "#app/runtime.ts";
import { receiveWebhook } from "#app/webhooks.server.ts";
import { ADMIN_USER } from "#test/emulators/shopify/admin-user.ts";
import { demoStore } from "#test/emulators/shopify/demo-store.ts";
import { mintSessionToken } from "#test/emulators/shopify/session-tokens.ts";
import { signWebhook } from "#test/emulators/shopify/webhook-deliveries.ts";
import { createSimMarketplace } from "#test/simulation/sim-marketplace.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { type AppPages, type AppRoute, createAppPages } from "./app-build.ts";
import { type Fields, pressesOf } from "./inputs.ts";
import { rowsOfShop } from "./rows-of-shop.ts";
import { formValues, type Seeded, seedEverything } from "./seeded-shop.ts";

const schemas = vi.hoisted(() => new Map<string, z.ZodType>());
vi.mock("#app/ui/form-data.ts", async (load) => {
  const real = await load<typeof import("#app/ui/form-data.ts")>();
  const readForm: typeof real.readForm = (schema, request) => {
    schemas.set(new URL(request.url).pathname, schema);
    return real.readForm(schema, request);
  };
  return { ...real, readForm };
});

const API = { apiKey: "world-client-id", secret: "world-client-secret" };
const APP = "https://lockstep.example";
Object.assign(process.env, {
  SHOPIFY_APP_URL: APP,
  SHOPIFY_API_KEY: API.apiKey,
  SHOPIFY_API_SECRET: API.secret,
  SHOPIFY_ADMIN_ORIGIN: "http://shopify.test",
  LOCKSTEP_KEY: Buffer.alloc(32, 7).toString("base64"),
});
const USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
const OUR_DOMAIN = "other.myshopify.com";
/** On everything of theirs that can be read: no answer to us has it. */
const MARK = "OF-THE-OTHER-SHOP";
const NEVER_MS = 365 * 24 * 60 * 60_000;

let database: TestDatabase;
let world: World;
let pages: AppPages;
/** The shop that is attacked, and the one that attacks. */
let theirs: Side;
let ours: Side;
let before: Record<string, string[]>;

interface Side {
  shopId: number;
  domain: string;
  seeded: Seeded;
  values: Record<string, string[]>;
  /** Of a connection that waits for its merchant's word. */
  claim: string;
}

beforeAll(async () => {
  database = await openTestDatabase();
  let tickMs = 30_000;
  const made = await createConnectedWorld({
    database,
    mailer: () => ({ send: async () => ({ ok: true }) }),
    tickMs: () => tickMs,
    otherStores: [{ ...demoStore("other"), name: "Other Goods" }],
    markets({ time, random }) {
      const nature = { key: "market", capabilities: {}, limits: [], visibleAfterMs: 0, clockSkewMs: 0 };
      const market = createSimMarketplace({ ...nature, latencyMs: { min: 20, max: 80 } }, time, random);
      return [{ connector: market.connector, fetch: market.fetch }];
    },
  });
  world = made.world;
  const { db } = database;
  const ourId = await world.install(OUR_DOMAIN);
  await world.until("mirrored", async () => (await db.shop.count({ where: { mirroredAt: null } })) === 0);
  // From here on nothing happens by itself: what changes was changed by what is tried.
  tickMs = NEVER_MS;
  await world.run(60_000);
  const { id: _, ...like } = await db.channel.findUniqueOrThrow({ where: { id: made.channelId } });
  const ourChannel = await db.channel.create({
    data: { ...like, policy: {}, onSale: {}, shopId: ourId, remoteAccountId: "ours", name: "eBay · ours" },
  });
  theirs = await seed(world.shopId, world.shopDomain, made.channelId);
  ours = await seed(ourId, OUR_DOMAIN, ourChannel.id);
  await markRows(theirs.shopId);
  vi.useFakeTimers({ toFake: ["Date"] });
  const holder = globalThis as { lockstepRuntime?: Promise<{ rt: Runtime }> };
  holder.lockstepRuntime = Promise.resolve({ rt: world.rt });
  pages = await createAppPages(world.rt.logger);
}, 300_000);
afterAll(() => {
  vi.useRealTimers();
  world?.close();
  return database?.close();
});
beforeEach(async () => {
  before = await rowsOfShop(database.db, theirs);
});
afterEach(async () => {
  expect(await rowsOfShop(database.db, theirs), "rows of the other shop").toEqual(before);
});

/** A shop with everything, buyers, changes that can be undone, and a connection to be decided. */
async function seed(shopId: number, domain: string, channelId: number): Promise<Side> {
  const { db } = database;
  const now = world.time.now();
  const seeded = await seedEverything(db, { shopId, channelId, now });
  const buyerSealed = world.rt.secrets.seal(JSON.stringify({ name: shopId === world.shopId ? MARK : "Ann" }));
  await db.marketplaceOrder.updateMany({ where: { shopId, stage: "placed" }, data: { buyerSealed } });
  const [excluded] = await db.listing.findMany({ where: { shopId, excluded: true }, take: 1 });
  const effect = { zeroed: 0, lowered: 0, raised: 0, unchanged: 1, changedAt: now };
  for (const [setting, about, values] of [
    ["excluded", { listingId: excluded?.id ?? 0, channelId: excluded?.channelId ?? 0 }, [false, true]],
    ["edits", { channelId }, ["repair", "ask"]],
  ] as const) {
    const [was, is] = values;
    await db.change.create({
      data: { shopId, setting, ...about, before: was, after: is, message: "changed", ...effect },
    });
  }
  const keys = { shopId, userId: String(ADMIN_USER.id), connectorKey: "market", keys: { token: "t" } };
  const pending = await world.drive(connectWithKeys(world.rt, keys));
  if (!pending.ok) throw new Error(pending.message);
  return { shopId, domain, seeded, values: await formValues(db, shopId, seeded), claim: pending.claim };
}

async function markRows(shopId: number): Promise<void> {
  for (const [table, column] of [
    ["Channel", "name"],
    ["Listing", "title"],
    ["MarketplaceOrder", "displayName"],
    ["Attempt", "message"],
    ["Alert", "title"],
    ["Change", "message"],
    ["Variant", "productTitle"],
    ["PendingConnection", "accountName"],
  ]) {
    const sql = `UPDATE "${table}" SET "${column}" = '${MARK} ' || "${column}" WHERE "shopId" = ${shopId}`;
    await database.db.$executeRawUnsafe(sql);
  }
}

interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

async function ask(path: string, init: RequestInit = {}): Promise<Answer> {
  vi.setSystemTime(world.time.nowMs());
  const headers = { "user-agent": USER_AGENT, ...(init.headers as Record<string, string> | undefined) };
  const request = new Request(new URL(path, APP), { ...init, headers });
  // The server has a door of its own for webhooks. What it reads of a body, it reads beside the virtual time.
  const answered = path === "/webhooks" ? world.time.busy(receiveWebhook(request)) : pages.answer(request);
  const response = await world.drive(answered);
  return { status: response.status, headers: response.headers, text: await world.drive(response.text()) };
}

const bearer = (side: Side) => ({ authorization: `Bearer ${world.shopify.controls.mintIdToken(side.domain)}` });

/** As the app's own page asks, in a session of ours unless said. `to` may have a query. */
function load(route: AppRoute | undefined, to: string, by = ours): Promise<Answer> {
  const url = new URL(to, APP);
  if (route?.hasPage) url.searchParams.set("_data", route.id);
  return ask(`${url.pathname}${url.search}`, { headers: bearer(by) });
}

interface Reply {
  ok: boolean;
  asks?: unknown;
  url?: string;
  path?: string;
}

async function press(
  route: AppRoute,
  path: string,
  fields: Fields,
  by = ours,
): Promise<Answer & { reply: Reply | null }> {
  const to = `${path}?${new URLSearchParams({ _data: route.id })}`;
  const answer = await ask(to, { method: "POST", body: new URLSearchParams(fields), headers: bearer(by) });
  return { ...answer, reply: answer.status === 200 ? (JSON.parse(answer.text) as Reply) : null };
}

const routeOf = (id: string): AppRoute => {
  const route = pages.routes.find((one) => one.id === id);
  if (!route) throw new Error(`there is no ${id}`);
  return route;
};
const isScreen = (route: AppRoute): boolean => route.path.startsWith("/app") && route.id !== "routes/app";

/** What stands for :id in a path. */
function idsOf(route: AppRoute, { seeded, claim }: Side): string[] {
  const parts = route.path.split("/");
  const noun = parts[parts.findIndex((part) => part.startsWith(":")) - 1] ?? "";
  const ids: Record<string, (number | string)[]> = {
    channels: seeded.channelIds,
    skus: spread(seeded.variantIds),
    listings: spread(seeded.listingIds),
    orders: spread(seeded.orderIds),
    customers: seeded.customerIds.slice(0, 10),
    alerts: spread(seeded.alertIds),
    rules: seeded.ruleIds,
    changes: seeded.sweepIds,
    connect: [claim],
  };
  const found = ids[noun];
  if (!found) throw new Error(`name the ids of ${route.path} here`);
  return found.map(String);
}

/** Half of the first and the last: those between are like each other. */
function spread(ids: readonly number[]): number[] {
  return ids.filter((_, index) => index < 45 || index >= ids.length - 40).filter((_, index) => index % 2 === 0);
}

/** Names of fields that hold an id of a row, or several. */
const isId = (field: string): boolean => /^(id|\w+Id|\w+Ids\[\])$/.test(field);

const tried = new Set<string>();
const counts = { pages: 0, presses: 0 };

/** Nothing of theirs is done, asked or shown. */
function faultOf(answer: Answer & { reply?: Reply | null }, said: string, isHarmless = false): string[] {
  const faults: string[] = [];
  if (answer.status >= 500) faults.push(`${said} answered ${answer.status}`);
  if (answer.text.includes(MARK)) faults.push(`${said} shows what is theirs`);
  if (!isHarmless && (answer.reply?.ok || answer.reply?.asks)) faults.push(`${said} was not refused`);
  return faults;
}

describe("ids of another shop", () => {
  it("show no page", async () => {
    const wrong: string[] = [];
    for (const route of pages.routes.filter((one) => isScreen(one) && one.hasLoader && one.path.includes("/:"))) {
      tried.add(route.id);
      for (const id of idsOf(route, theirs)) {
        const path = route.path.replace(/:\w+/, id);
        const answer = await load(route, path);
        counts.pages += 1;
        wrong.push(...faultOf(answer, path));
        // Of a claim nobody is told whether there is one.
        if (answer.status !== 404 && !route.path.startsWith("/app/connect/")) wrong.push(`${path}: ${answer.status}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 300_000);

  it("filter nothing into a list, and no search finds what is theirs", async () => {
    const wrong: string[] = [];
    for (const route of pages.routes.filter((one) => isScreen(one) && one.hasLoader && !one.path.includes("/:"))) {
      tried.add(route.id);
      const [channel = 0] = theirs.seeded.channelIds;
      const { variantIds, listingIds, orderIds } = theirs.seeded;
      const beside = [variantIds, listingIds, orderIds].flatMap((ids) => [
        `?after=${ids.at(-1)}`,
        `?before=${ids.at(-1)}`,
      ]);
      for (const query of ["", `?channel=${channel}`, `?search=${MARK}`, ...beside]) {
        counts.pages += 1;
        wrong.push(...faultOf(await load(route, `${route.path.replace(/\/$/, "")}${query}`), route.path + query));
      }
    }
    expect(wrong).toEqual([]);
  }, 300_000);

  it("open no buyer: not alone, and not beside an order of one's own", async () => {
    const held = async (side: Side) =>
      (
        await database.db.marketplaceOrder.findFirstOrThrow({
          where: { shopId: side.shopId, buyerSealed: { not: null } },
        })
      ).id;
    const [their, our] = [await held(theirs), await held(ours)];
    const download = routeOf("routes/app.buyer-data.download");
    const page = routeOf("routes/app.buyer-data._index");
    for (const query of [`of=${their}`, `orders=${their}`]) {
      expect((await load(download, `/app/buyer-data/download?${query}`)).status).toBe(404);
    }
    expect((await load(page, `/app/buyer-data?orders=${their}`)).status).toBe(404);
    const both = await load(download, `/app/buyer-data/download?orders=${our},${their}`);
    expect(both).toMatchObject({ status: 200, text: expect.stringContaining("Ann") });
    expect(both.headers.get("content-disposition")).toContain("attachment");
    expect(both.text).not.toContain(MARK);
    // And its own merchant is given it.
    expect((await load(download, `/app/buyer-data/download?of=${their}`, theirs)).text).toContain(MARK);
  });

  /** One number may be a listing of theirs and an order of ours: with its kind it names what is ours. */
  const namesOurs = (fields: Fields): boolean => {
    const { kind, id } = Object.fromEntries(fields);
    const { orderIds, listingIds } = ours.seeded;
    return (kind === "order" ? orderIds : kind === "listing" ? listingIds : []).includes(Number(id));
  };

  it("press no button, in the address or in a field", async () => {
    const wrong: string[] = [];
    const idFields = new Set<string>();
    for (const route of pages.routes.filter((one) => isScreen(one) && one.hasAction)) {
      tried.add(route.id);
      const isOfOne = route.path.includes("/:");
      const pathsOf = (side: Side) =>
        isOfOne ? idsOf(route, side).map((id) => route.path.replace(/:\w+/, id)) : [route.path.replace(/\/$/, "")];
      const [own = ""] = pathsOf(ours);
      await press(route, own, [["intent", "no such button"]]);
      const schema = schemas.get(own);
      if (!schema) throw new Error(`the form of ${route.id} was not read`);
      // “No, don't connect it” is answered alike, whether there was something to connect or not.
      const tries: [path: string, fields: Fields, isHarmless: boolean][] = [];
      if (isOfOne) {
        for (const values of [theirs.values, ours.values]) {
          for (const { name, good } of pressesOf(schema, values)) {
            const [fields = []] = good;
            // A button that names what is ours in a field does that, wherever it is pressed: to theirs it does nothing.
            const isOurs = values === ours.values && fields.some(([field]) => isId(field));
            for (const path of pathsOf(theirs)) tries.push([path, fields, isOurs || name === "decline"]);
          }
        }
      }
      for (const { name, good } of pressesOf(schema, theirs.values)) {
        const withIds = good.filter((fields) => fields.some(([field]) => isId(field)) && !namesOurs(fields));
        for (const fields of withIds) {
          for (const [field] of fields.filter(([one]) => isId(one))) idFields.add(field);
          const paths = pathsOf(ours);
          for (const path of paths.length > 4 ? [...paths.slice(0, 2), ...paths.slice(-2)] : paths)
            tries.push([path, fields, name === "decline"]);
        }
      }
      for (const [path, fields, isHarmless] of tries) {
        counts.presses += 1;
        const said = `${path} ${JSON.stringify(fields)}`;
        wrong.push(...faultOf(await press(route, path, fields), said, isHarmless));
      }
      // Here already, so that it is known which route it was.
      expect(await rowsOfShop(database.db, theirs), `after ${route.id}`).toEqual(before);
    }
    expect(wrong).toEqual([]);
    const ids = [
      "alertId",
      "cancellationId",
      "changeId",
      "channelId",
      "customerRecordId",
      "id",
      "ruleId",
      "shipmentId",
      "variantId",
    ];
    expect([...idFields].sort()).toEqual([...ids, "channelIds[]", "listingIds[]", "orderIds[]"].sort());
  }, 600_000);

  it("are not known to the block on a product's page", async () => {
    const route = routeOf("routes/api.product-listings");
    tried.add(route.id);
    const { db } = database;
    const where = { removedAt: null, variant: { gid: { startsWith: "gid://shopify/" } } };
    const listing = await db.listing.findFirstOrThrow({
      where: { ...where, shopId: theirs.shopId },
      include: { variant: true },
    });
    const product = await db.variant.findFirstOrThrow({
      where: { shopId: ours.shopId, gid: { startsWith: "gid://shopify/" } },
    });
    const headers = { ...bearer(ours), "content-type": "application/json" };
    for (const gid of [listing.variant?.productGid, product.productGid]) {
      const shown = await ask(`${route.path}?product=${gid}`, { headers });
      expect(shown.text).not.toContain(MARK);
      for (const act of ["pause", "resume", "push"]) {
        const body = JSON.stringify({ product: gid, listing: listing.id, act, approved: true });
        const done = await ask(route.path, { method: "POST", headers, body });
        expect(done.status, act).toBe(409);
        expect(done.text).not.toContain(MARK);
      }
    }
  });
});

describe("a session", () => {
  const anOrder = () => `/app/orders/${theirs.seeded.orderIds[0]}`;
  const route = () => routeOf("routes/app.orders.$id");

  it("is of the shop in its token, whatever the address says", async () => {
    const url = `${anOrder()}?shop=${theirs.domain}&_data=${route().id}`;
    const answer = await ask(url, { headers: bearer(ours) });
    expect(answer.text).not.toContain(MARK);
    expect(answer.status).not.toBe(200);
  });

  it("that somebody else signed, that is over, or that is not there opens nothing", async () => {
    const now = world.time.now();
    const claims = { shop: theirs.domain, userId: "1", sessionId: "s", jti: "j", lifetimeMs: 60_000, ...API };
    const forged = mintSessionToken({ ...claims, secret: "a guess", now });
    const over = mintSessionToken({ ...claims, now: new Date(now.getTime() - 3_600_000) });
    const otherApp = mintSessionToken({ ...claims, apiKey: "another-app", now });
    for (const token of [forged, over, otherApp, "x.y.z", ""]) {
      const headers: Record<string, string> = token === "" ? {} : { authorization: `Bearer ${token}` };
      const answer = await ask(`${anOrder()}?_data=${route().id}`, { headers });
      expect(answer.status).not.toBe(200);
      expect(answer.text).not.toContain(MARK);
      const body = new URLSearchParams({ intent: "retry-order" });
      expect((await ask(`${anOrder()}?_data=${route().id}`, { method: "POST", body, headers })).status).not.toBe(200);
    }
  });
});

let sent = 0;
/** `more`: headers; a name with no value is left out. */
function knock(topic: string, body: string, domain: string, more: Record<string, string | null> = {}): Promise<Answer> {
  sent += 1;
  const all: Record<string, string | null> = {
    "x-shopify-hmac-sha256": signWebhook(body, API.secret),
    "x-shopify-webhook-id": `stranger-${sent}`,
    "x-shopify-event-id": `event-${sent}`,
    "x-shopify-topic": topic,
    "x-shopify-shop-domain": domain,
    "x-shopify-api-version": "2026-10",
    "x-shopify-triggered-at": world.time.now().toISOString(),
    "content-type": "application/json",
    ...more,
  };
  const headers = Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
  return ask("/webhooks", { method: "POST", body, headers: headers as Record<string, string> });
}

const numberOf = (gid: string | null | undefined): number => Number(gid?.split("/").at(-1));
const deliveries = () => database.db.delivery.count();
const settled = (since: bigint) =>
  world.until(
    "settled",
    async () => (await database.db.delivery.count({ where: { state: "stored", id: { gt: since } } })) === 0,
  );
const lastDelivery = async () => (await database.db.delivery.findFirst({ orderBy: { id: "desc" } }))?.id ?? 0n;

describe("webhooks", () => {
  it("that Shopify did not sign are refused, and nothing of them is stored", async () => {
    const held = await deliveries();
    const end = JSON.stringify({ id: 1, domain: theirs.domain });
    const forgeries: (Record<string, string | null> | string)[] = [
      { "x-shopify-hmac-sha256": signWebhook(end, "a guess") },
      { "x-shopify-hmac-sha256": signWebhook(`${end} `, API.secret) },
      { "x-shopify-hmac-sha256": null },
      { "x-shopify-hmac-sha256": "" },
      { "x-shopify-hmac-sha256": "A".repeat(44) },
    ];
    for (const topic of ["app/uninstalled", "shop/redact", "customers/redact", "inventory_levels/update"]) {
      for (const forgery of forgeries)
        expect((await knock(topic, end, theirs.domain, forgery as never)).status).toBe(401);
    }
    expect(await deliveries()).toBe(held);
  });

  it("of one shop that name what is another's do nothing to the other", async () => {
    const { db } = database;
    const since = await lastDelivery();
    const order = await db.marketplaceOrder.findFirstOrThrow({
      where: { shopId: theirs.shopId, shopifyOrderGid: { not: null }, buyerSealed: { not: null } },
    });
    const level = await db.level.findFirstOrThrow({ where: { shopId: theirs.shopId } });
    const variant = await db.variant.findFirstOrThrow({
      where: { shopId: theirs.shopId, inventoryItemGid: level.inventoryItemGid },
    });
    const orderId = numberOf(order.shopifyOrderGid);
    const item = { inventory_item_id: numberOf(level.inventoryItemGid), location_id: numberOf(level.locationGid) };
    const moment = world.time.now().toISOString();
    const named: Record<string, object> = {
      "inventory_levels/update": { ...item, available: 0, updated_at: moment },
      "inventory_levels/disconnect": item,
      "inventory_items/update": { id: item.inventory_item_id, tracked: false },
      "inventory_items/delete": { id: item.inventory_item_id },
      "products/delete": { id: numberOf(variant.productGid) },
      "locations/delete": { id: item.location_id },
      "orders/updated": { id: orderId },
      "orders/cancelled": { id: orderId, cancelled_at: moment },
      "orders/edited": { order_edit: { id: 1, order_id: orderId } },
      "orders/delete": { id: orderId },
      "refunds/create": { id: 1, order_id: orderId },
      "fulfillments/create": { id: 1, order_id: orderId },
      "customers/data_request": { shop_domain: theirs.domain, orders_requested: [orderId] },
      "customers/redact": { shop_domain: theirs.domain, orders_to_redact: [orderId] },
    };
    for (const [topic, body] of Object.entries(named))
      expect((await knock(topic, JSON.stringify(body), ours.domain)).status, topic).toBe(200);
    await settled(since);
  });

  it("of an earlier installation, or of a shop that is not here, end nothing", async () => {
    const since = await lastDelivery();
    const { installedAt } = await database.db.shop.findUniqueOrThrow({ where: { id: theirs.shopId } });
    const old = { "x-shopify-triggered-at": new Date(installedAt.getTime() - 60_000).toISOString() };
    for (const topic of ["app/uninstalled", "shop/redact"]) {
      expect((await knock(topic, "{}", theirs.domain, old)).status).toBe(200);
      expect((await knock(topic, JSON.stringify({ domain: theirs.domain }), "nobody.myshopify.com")).status).toBe(200);
    }
    await settled(since);
    const after = await database.db.delivery.findMany({ where: { id: { gt: since } } });
    expect(after.map((one) => one.state)).toEqual(["ignored", "ignored", "ignored", "ignored"]);
  });

  it("that come again are stored once", async () => {
    const since = await lastDelivery();
    const again = { "x-shopify-webhook-id": "the-very-same" };
    for (const topic of ["locations/update", "app/uninstalled"])
      expect((await knock(topic, "{}", ours.domain, again)).status).toBe(200);
    await settled(since);
    expect(await database.db.delivery.count({ where: { remoteId: "the-very-same" } })).toBe(1);
    expect((await database.db.shop.findUniqueOrThrow({ where: { id: ours.shopId } })).uninstalledAt).toBe(null);
  });

  it("of a marketplace that nobody signed are refused, for the app and for a channel", async () => {
    const route = "routes/notifications.$connector.($channelId)";
    tried.add(route);
    const held = await deliveries();
    for (const path of [
      "/notifications/ebay",
      `/notifications/ebay/${theirs.seeded.channelIds[0]}`,
      "/notifications/nobody",
    ]) {
      for (const headers of [{}, { "x-ebay-signature": "AAAA" }] as Record<string, string>[]) {
        const { status } = await ask(path, { method: "POST", body: "{}", headers });
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
      }
    }
    expect(await deliveries()).toBe(held);
  });
});

describe("a consent page", () => {
  /** The button in a shop's admin; returns the address that a browser is to go to. */
  async function begin(by: Side): Promise<string> {
    const fields: Fields = [
      ["intent", "connect"],
      ["connector", "ebay"],
    ];
    const { reply } = await press(routeOf("routes/app.channels._index"), "/app/channels", fields, by);
    if (!reply?.url) throw new Error("no way to the consent page");
    return reply.url;
  }

  /** A browser goes there; returns its cookie. */
  async function goThere(url: string): Promise<string> {
    const answer = await ask(url);
    expect(answer.status).toBe(302);
    return (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  }

  function comeBack(url: string, cookie: string | null): Promise<Answer> {
    const state = new URL(url).searchParams.get("state") ?? "";
    const asked = world.rt.connectors.get("ebay")?.authorization;
    const scopes = asked?.kind === "oauth" ? asked.scopes.map(({ scope }) => scope) : [];
    return ask(world.ebay.controls.consent({ state, scopes }), cookie === null ? {} : { headers: { cookie } });
  }

  const joined = async () => [await database.db.channel.count(), await database.db.pendingConnection.count()];

  it("is come back from in the browser that went there, once", async () => {
    for (const id of ["routes/connect.$connector.start", "routes/connect.$connector.callback"]) tried.add(id);
    const held = await joined();
    // Sent to somebody who is signed in over there: without the cookie, with a made-up one, with that of another attempt.
    for (const cookie of [null, "__Host-lockstep-connect=guess", await goThere(await begin(ours))]) {
      const url = await begin(ours);
      const mine = await goThere(url);
      expect((await comeBack(url, cookie)).status).toBe(400);
      expect((await comeBack(url, mine)).status, "it is over").toBe(400);
    }
    // Never begun, and begun for another marketplace.
    expect((await ask("/connect/ebay/callback?code=x&state=never-begun")).status).toBe(400);
    expect((await ask((await begin(ours)).replace("/ebay/", "/market/"))).status).toBe(400);
    expect(await joined()).toEqual(held);
    const url = await begin(ours);
    const cookie = await goThere(url);
    expect((await ask(url)).status, "another browser goes there too").toBe(400);
    expect((await comeBack(url, cookie)).status).toBe(302);
    expect((await comeBack(url, cookie)).status, "the same way again").toBe(400);
    expect(await joined()).toEqual([held[0], (held[1] ?? 0) + 1]);
  });

  it("that a stranger sent somebody to leads into no shop of theirs, and gives the stranger nothing", async () => {
    const [channels] = await joined();
    const url = await begin(ours);
    const back = await comeBack(url, await goThere(url));
    const claim = /\/app\/connect\/([\w-]{43})/.exec(decodeURIComponent(back.headers.get("location") ?? ""))?.[1] ?? "";
    expect(claim).not.toBe("");
    const route = routeOf("routes/app.connect.$id");
    // Who agreed is signed in to their own shop, where this is not known.
    for (const transfer of ["true", "false"]) {
      const { reply } = await press(
        route,
        `/app/connect/${claim}`,
        [
          ["intent", "join"],
          ["transfer", transfer],
        ],
        theirs,
      );
      expect(reply?.ok).toBe(false);
    }
    expect((await joined())[0]).toBe(channels);
    // The stranger was never told the claim.
    for (const path of ["/app", "/app/channels", "/app/history"]) {
      const page = pages.routes.find((one) => one.path.replace(/\/$/, "") === path && one.id !== "routes/app");
      expect((await load(page, path)).text).not.toContain(claim);
    }
  });
});

it("no route was left out", () => {
  /** These take no id, and know no shop. */
  const nobodys = ["routes/_index", "routes/app", "routes/auth.$", "routes/auth.login", "routes/healthz"];
  const left = pages.routes.map((route) => route.id).filter((id) => !tried.has(id) && !nobodys.includes(id));
  expect(left).toEqual([]);
  console.log(
    `Two shops: ${tried.size} routes, ${counts.pages} pages and ${counts.presses} buttons with ids of the other.`,
  );
});
