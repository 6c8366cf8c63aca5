/**
 * kill -9 of the whole app, or of one of its processes, again and again, at random moments under load and while it
 * starts, with the outside world going on. Afterwards nothing may be lost, nothing doubled, every number right and explained.
 *
 *   npm run crash -- --times 100            the embedded database
 *   npm run crash -- --times 100 --postgres PostgreSQL, web and two workers
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "#app/db.server.ts";
import { findUnexplainedLevels } from "#app/inventory/levels.ts";
import { createMerchant, type Merchant } from "#test/demo/merchant.ts";
import { DEMO_SHOP, type Network, startNetwork } from "#test/demo/network.ts";
import { createShopifyView } from "#test/demo/shopify-view.ts";
import { createRandom, type Random } from "#test/support/world/random.ts";
import { testServerUrl } from "#test/support/world/server-url.ts";
import { createServerDatabase } from "#test/support/world/test-database.ts";

export interface CrashOptions {
  times: number;
  seed: number;
  /** A PostgreSQL server to make a database on; null: the embedded database. */
  serverUrl: string | null;
  say(line: string): void;
}

export interface CrashReport {
  kills: number;
  /** Kills while the import of the store or of listings was under way. */
  killsDuringImport: number;
  marketplaceOrders: number;
  lost: string[];
  doubled: string[];
  /** Listings that don't show what they should. */
  diverged: string[];
  unexplainedLevels: number;
  /** Levels whose mirror is not what Shopify has. */
  staleLevels: number;
}

const SKUS = ["MUG-MOSS", "MUG-SLATE", "CAN-BEE", "PAN-24", "THR-HEA", "THR-CHA"];
/**
 * Leases of the dead end, lost requests can no longer land, and what seemed sold on eBay comes back when its orders of that
 * time are complete: two minutes after. And each kill leaves something to be done.
 */
const SETTLE_MS_MAX = 240_000;
const SETTLE_MS_PER_KILL = 3_000;
const LOOK_EVERY_MS = 250;
const SETTLED_LOOKS = 2;
/** What came while nobody was there is told again soon: this is about crashes, not about waiting. */
const WEBHOOK_RETRIES_MS = Array.from({ length: 40 }, () => 5_000);
const RUN_MS = { min: 150, max: 1_800 };
const ACT_EVERY_MS = 150;
/** A third of the kills hit an app that has just been started, some before it is ready. */
const STARTING = { chance: 1 / 3, ms: { min: 100, max: 3_000 } };
/** Of several processes mostly one dies. */
const ONE_OF_MANY = 0.7;
const SAY_EVERY = 5;

export async function crash(options: CrashOptions): Promise<CrashReport> {
  const random = createRandom(options.seed);
  const dataDir = mkdtempSync(join(tmpdir(), "lockstep-crash-"));
  const server = options.serverUrl ? await createServerDatabase(options.serverUrl) : null;
  const database = server ? { databaseUrl: server.url, workers: 2 } : {};
  const network = await startNetwork({
    dataDir,
    logLevel: "warn",
    marketplaces: ["ebay"],
    webhookRetriesMs: WEBHOOK_RETRIES_MS,
    ...database,
  });
  const merchant = createMerchant({
    appUrl: network.appUrl,
    shop: DEMO_SHOP,
    idToken: () => network.shopify.controls.mintIdToken(DEMO_SHOP),
  });
  try {
    await network.startApp();
    network.shopify.startDeliveries();
    const killsDuringImport = await install(network, merchant, random, options);
    await eventually("the first push", () => isInStep(network, merchant));
    let kills = killsDuringImport;
    const kill = async (): Promise<void> => {
      const isOne = network.processes.length > 1 && random.chance(ONE_OF_MANY);
      await network.killApp(isOne ? random.between(0, network.processes.length - 1) : undefined);
      kills += 1;
      if (kills % SAY_EVERY === 0)
        options.say(`${kills} of ${options.times} kills, ${ordersOf(network).length} orders so far`);
    };
    while (kills < options.times) {
      const load = startLoad(network, random);
      await sleep(random.between(RUN_MS.min, RUN_MS.max));
      await kill();
      // The world does not wait: some of it happens while nobody is there.
      await sleep(random.between(0, 300));
      if (kills < options.times && random.chance(STARTING.chance)) {
        const started = network.startApp().catch(() => undefined);
        await sleep(random.between(STARTING.ms.min, STARTING.ms.max));
        await kill();
        await started;
      }
      const started = network.startApp();
      await sleep(random.between(0, 1_000));
      await load.stop();
      await started;
    }
    options.say(`${kills} kills done, waiting until all has settled`);
    // Twice in a row: what the app learns between two of these looks makes the first one worthless.
    let settledLooks = 0;
    let missing: string | null = null;
    await eventually(
      "everything settles",
      async () => {
        missing = await whatIsMissing(network, merchant);
        settledLooks = missing === null ? settledLooks + 1 : 0;
        return settledLooks === SETTLED_LOOKS;
      },
      SETTLE_MS_MAX + kills * SETTLE_MS_PER_KILL,
      () => missing ?? "it does not stay so",
    );
    const report = await inspect(network, merchant);
    await network.stopApp();
    const left = await openDatabase({ databaseUrl: server?.url, dataDir });
    const shop = await left.db.shop.findUniqueOrThrow({ where: { domain: DEMO_SHOP } });
    const levels = await left.db.level.findMany({ where: { shopId: shop.id, available: { not: null } } });
    const real = network.shopify.store(DEMO_SHOP).levels;
    const staleLevels = levels.filter((level) => {
      const found = [...real.values()].find(
        (one) => one.itemId === level.inventoryItemGid && one.locationId === level.locationGid,
      );
      return found?.quantities.available !== level.available;
    }).length;
    const unexplainedLevels = (await findUnexplainedLevels(left.db, shop.id)).length;
    await left.close();
    return { ...report, kills, killsDuringImport, unexplainedLevels, staleLevels };
  } finally {
    await network.close();
    await server?.drop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Installs and connects while the app is being killed. Returns the kills. */
async function install(network: Network, merchant: Merchant, random: Random, options: CrashOptions): Promise<number> {
  let kills = 0;
  await merchant.openDocument();
  await sleep(random.between(100, 900));
  await restart();
  await eventually("the import", async () => (await merchant.home()).mirrored);
  for (const market of network.marketplaces) {
    if (!market.consent) throw new Error(`${market.name} has no consent page`);
    await merchant.join(await merchant.agree(market.key, market.consent));
  }
  await sleep(random.between(0, 200));
  await restart();
  const { channels } = await merchant.channels();
  for (const { id } of channels) {
    await eventually("the listings", async () => (await merchant.channel(id)).preview !== null);
    await merchant.act(`/app/channels/${id}`, { intent: "approve" });
  }
  await sleep(random.between(0, 200));
  await restart();
  return kills;

  async function restart(): Promise<void> {
    await network.killApp();
    kills += 1;
    options.say(`kill ${kills}, during the import or the first push`);
    await network.startApp();
  }
}

/** Buyers, the shop's staff and payers, until stopped. */
function startLoad(network: Network, random: Random): { stop(): Promise<void> } {
  let stopped = false;
  const unpaid: { market: (typeof network.marketplaces)[number]; id: string }[] = [];
  const running = (async () => {
    while (!stopped) {
      const market = random.pick(network.marketplaces);
      const sku = random.pick(SKUS);
      const dice = random.next();
      if (dice < 0.35) addStock(network, sku, random.between(1, 4));
      else if (dice < 0.8) {
        const shown = market.shown()[sku] ?? 0;
        const pay = random.chance(0.8);
        if (shown > 0) {
          const id = market.buy({ lines: [{ sku, quantity: 1 }], username: `buyer_${random.between(1, 9)}`, pay });
          if (!pay) unpaid.push({ market, id });
        }
      } else if (dice < 0.9) {
        const next = unpaid.shift();
        if (next) next.market.pay?.(next.id);
      } else ship(network, random);
      await sleep(ACT_EVERY_MS);
    }
    for (const { market, id } of unpaid) market.pay?.(id);
  })();
  return {
    async stop() {
      stopped = true;
      await running;
    },
  };
}

function addStock(network: Network, sku: string, units: number): void {
  const store = network.shopify.store(DEMO_SHOP);
  const variant = [...store.variants.values()].find((one) => one.sku === sku);
  const level = [...store.levels.values()].find((one) => one.itemId === variant?.inventoryItemId);
  if (!level) return;
  network.shopify.controls.setAvailable(DEMO_SHOP, level.itemId, level.locationId, level.quantities.available + units);
}

function ship(network: Network, random: Random): void {
  const open = [...network.shopify.store(DEMO_SHOP).orders.values()].filter(
    (order) => order.fulfillments.length === 0 && !order.cancelledAt && order.sourceIdentifier,
  );
  const order = open.length > 0 ? random.pick(open) : null;
  if (!order) return;
  network.shopify.controls.fulfill(DEMO_SHOP, order.id, {
    tracking: [{ company: "Royal Mail", number: `RM${random.between(100_000_000, 999_999_999)}GB`, url: null }],
  });
}

const ordersOf = (network: Network) =>
  network.marketplaces.flatMap((market) => market.orders().map((order) => ({ market, order })));

/** In words; null: all has settled. */
async function whatIsMissing(network: Network, merchant: Merchant): Promise<string | null> {
  const shopify = createShopifyView(network);
  const unplaced = ordersOf(network).filter(({ order }) => shopify.ordersOf(order.id).length === 0);
  const reasons = [
    ...unplaced.map(({ order }) => `order ${order.id} is not in Shopify`),
    ...(await listUnknownStock(network, merchant)),
    ...(await listDiverged(network, merchant)),
  ];
  if (!(await isAtRest(merchant))) reasons.push("the app says that it is still at work");
  if (reasons.length === 0) return null;
  const { needs } = await merchant.home();
  return [...reasons, ...needs.map((need) => `${need.title}: ${need.message}`)].join("\n");
}

async function isInStep(network: Network, merchant: Merchant): Promise<boolean> {
  return (await isAtRest(merchant)) && (await listDiverged(network, merchant)).length === 0;
}

async function isAtRest(merchant: Merchant): Promise<boolean> {
  const home = await merchant.home();
  return home.mirrored && home.listings.updating === 0 && home.ordersUnderWay === 0;
}

/** A change that came while nobody was there is told again by Shopify, a little later. */
async function listUnknownStock(network: Network, merchant: Merchant): Promise<string[]> {
  const { available } = createShopifyView(network);
  const { rows } = await merchant.listings();
  return rows
    .filter((row) => SKUS.includes(row.sku ?? "") && row.channel.marketplace === network.marketplaces[0]?.name)
    .filter((row) => row.shouldShow !== Math.max(0, available(row.sku ?? "")))
    .map((row) => `${row.sku} should show ${row.shouldShow}, Shopify has ${available(row.sku ?? "")}`);
}

async function listDiverged(network: Network, merchant: Merchant): Promise<string[]> {
  const { rows } = await merchant.listings();
  return rows
    .filter((row) => SKUS.includes(row.sku ?? ""))
    .flatMap((row) => {
      const market = network.marketplaces.find((one) => one.name === row.channel.marketplace);
      const shown = market?.shown()[row.sku ?? ""];
      return shown === row.shouldShow
        ? []
        : [`${market?.name} ${row.sku} shows ${shown}, should show ${row.shouldShow}`];
    });
}

async function inspect(network: Network, merchant: Merchant) {
  const orders = ordersOf(network);
  const shopify = createShopifyView(network);
  const counts = orders.map(({ market, order }) => ({
    name: `${market.name} ${order.id}`,
    count: shopify.ordersOf(order.id).length,
    shipments: shopify.ordersOf(order.id).flatMap((one) => one.fulfillments).length,
    parcels: order.parcels.length,
  }));
  return {
    marketplaceOrders: orders.length,
    lost: counts.filter((one) => one.count === 0).map((one) => one.name),
    doubled: counts.filter((one) => one.count > 1 || one.parcels > one.shipments).map((one) => one.name),
    diverged: await listDiverged(network, merchant),
  };
}

async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  waitMsMax = SETTLE_MS_MAX,
  missing?: () => string,
): Promise<void> {
  const endAt = Date.now() + waitMsMax;
  while (Date.now() < endAt) {
    if (await holds()) return;
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error(`${what}: not within ${waitMsMax / 1_000} s${missing ? `: ${missing()}` : ""}`);
}

function sleep(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

if (process.argv[1]?.endsWith("crash.ts")) {
  const { parseArgs } = await import("node:util");
  const { values } = parseArgs({
    options: {
      times: { type: "string", default: "20" },
      seed: { type: "string", default: "1" },
      postgres: { type: "boolean", default: false },
    },
  });
  const startedAt = Date.now();
  const report = await crash({
    times: Number(values.times),
    seed: Number(values.seed),
    serverUrl: values.postgres ? testServerUrl() : null,
    say: (line) => console.log(line),
  });
  console.log(JSON.stringify(report, null, 2));
  const wrong =
    [...report.lost, ...report.doubled, ...report.diverged].length + report.unexplainedLevels + report.staleLevels;
  console.log(
    `${report.kills} kills in ${((Date.now() - startedAt) / 1_000).toFixed(0)} s: ${wrong === 0 ? "all right" : `${wrong} wrong`}`,
  );
  process.exit(wrong === 0 ? 0 : 1);
}
