/**
 * The app as the fuzzer knocks at it: real flows and real SQL on an embedded database, emulated outside worlds, and a clock
 * that goes on only where somebody waits. Nothing is put off but by the app itself.
 */
import { join } from "node:path";
import { Session } from "@shopify/shopify-api";
import { installShop } from "#app/flows/install-shop.ts";
import { mirrorShop } from "#app/flows/mirror-shop.ts";
import { createLogger } from "#app/logger.ts";
import type { Runtime } from "#app/runtime.ts";
import { createSecrets } from "#app/secrets.ts";
import { createTokenSource } from "#app/shopify/access.ts";
import { createAdminClients } from "#app/shopify/admin.ts";
import { createSessionStorage } from "#app/shopify/session-storage.server.ts";
import { setupAmazon } from "#test/contract/amazon-world.ts";
import type { ContractWorld } from "#test/contract/contract-world.ts";
import { setupDepop } from "#test/contract/depop-world.ts";
import { setupEbay } from "#test/contract/ebay-world.ts";
import { setupEtsy } from "#test/contract/etsy-world.ts";
import { setupVinted } from "#test/contract/vinted-world.ts";
import { demoStore } from "#test/emulators/shopify/demo-store.ts";
import { createShopifyEmulator, type ShopifyEmulator } from "#test/emulators/shopify/shopify-emulator.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";

export const API_KEY = "fuzz-client-id";
export const API_SECRET = "fuzz-client-secret";
export const APP_URL = "https://lockstep.example";
export const SHOPIFY_ORIGIN = "http://shopify.test";
export const LOCKSTEP_KEY = Buffer.alloc(32, 7).toString("base64");

export interface Market {
  key: string;
  world: ContractWorld;
  channelId: number;
  orderIds: string[];
}

export interface Bench {
  database: TestDatabase;
  rt: Runtime;
  shopify: ShopifyEmulator;
  shopDomain: string;
  shopId: number;
  markets: ReadonlyMap<string, Market>;
  /** What a reply of the outside world is turned into, when somebody wants to. */
  onReply: ((request: Request, reply: Response) => Promise<Response>) | null;
  /** Back to the beginning of time, with budgets as new. */
  rewind(): Promise<void>;
  goOnTo(time: Date): void;
  /** The merchant installs the app, again where it was removed. */
  install(): Promise<void>;
  close(): Promise<void>;
}

/** Amazon makes lists and works off feeds in minutes; a case has none. */
const AT_ONCE = { listingLagMs: 0, reportMs: 0, feedQueueMs: 0, feedProcessMs: 0 };

/** What a marketplace may do beside its ordinary ways, so that the code for it is knocked at as well. */
const ODD_AMAZON = { taxIncludedPercent: 20, listPageMax: 1, cancelledItemsKeepQuantity: false };
const ODD_ETSY = { vatPercent: 20, stateOfWhatIsOff: "edit", leavesOutInventory: true };

const SKUS = ["MUG-MOSS", "MUG-SLATE", "CAN-BEE"];

/** `startMs`: what time it is, where others look at the machine's clock. */
export async function createBench({ startMs, withMarkets }: { startMs: number; withMarkets: boolean }): Promise<Bench> {
  const database = await openTestDatabase("");
  const { db } = database;
  let nowMs = startMs;
  const clock = {
    now: () => new Date(nowMs),
    sleep: async (ms: number) => {
      nowMs += Math.ceil(ms);
    },
  };
  const secrets = createSecrets(LOCKSTEP_KEY);
  const shopify = createShopifyEmulator({
    clock,
    apiKey: API_KEY,
    apiSecret: API_SECRET,
    appUrl: APP_URL,
    appTomlFile: join(import.meta.dirname, "../../shopify.app.toml"),
    shops: [demoStore()],
    seed: 1,
    webhookDelivery: { send: async () => new Response(null, { status: 200 }) },
  });
  const shopDomain = [...shopify.world.stores.keys()][0] ?? "";
  const worlds = withMarkets
    ? new Map<string, ContractWorld>([
        ["amazon", await setupAmazon({ emulator: { ...AT_ONCE, ...ODD_AMAZON } })],
        ["depop", await setupDepop()],
        ["ebay", await setupEbay()],
        ["etsy", await setupEtsy({ settings: ODD_ETSY })],
        ["vinted", await setupVinted()],
      ])
    : new Map<string, ContractWorld>();

  const fetchOutside: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const { hostname } = new URL(request.url);
    const world = worlds.get(hostname.split(".")[0] ?? "");
    const reply = world ? await world.fetch(request.clone()) : await shopify.app.request(request.clone());
    return bench.onReply ? bench.onReply(request, reply) : reply;
  };
  const adminOrigin = (): string => SHOPIFY_ORIGIN;
  const storage = createSessionStorage(db, secrets);
  const workerId = "fuzz";
  const keys = { apiKey: API_KEY, apiSecret: API_SECRET };
  const token = createTokenSource({ db, clock, fetch: fetchOutside, storage, adminOrigin, workerId, ...keys });
  const rt: Runtime = {
    db,
    clock,
    secrets,
    logger: createLogger("silent"),
    connectors: new Map([...worlds].map(([key, { connector }]) => [key, connector])),
    appUrl: APP_URL,
    pageUrl: (_shop: string, path: string) => `https://admin.example${path}`,
    mailer: null,
    billing: null,
    fetch: fetchOutside,
    workerId,
    queue: { send: async () => undefined, nudge: () => undefined },
    admin: createAdminClients({ clock, fetch: fetchOutside, adminOrigin, token }),
  };
  const markets = new Map<string, Market>();
  const bench: Bench = {
    database,
    rt,
    shopify,
    shopDomain,
    shopId: 0,
    markets,
    onReply: null,
    async rewind() {
      nowMs = startMs;
      bench.onReply = null;
      await db.$executeRawUnsafe(`DELETE FROM "Budget"`);
      await db.$executeRawUnsafe(`DELETE FROM "Lease"`);
    },
    goOnTo(time) {
      nowMs = Math.max(nowMs, time.getTime());
    },
    async install() {
      const { accessToken, refreshToken } = shopify.controls.issueAccessToken(shopDomain);
      await storage.storeSession(
        new Session({
          id: `offline_${shopDomain}`,
          shop: shopDomain,
          state: "",
          isOnline: false,
          accessToken,
          refreshToken,
          expires: new Date(nowMs + 24 * 60 * 60_000),
          refreshTokenExpires: new Date(nowMs + 90 * 24 * 60 * 60_000),
        }),
      );
      bench.shopId = (await installShop(rt, { domain: shopDomain })).shopId;
    },
    close: () => database.close(),
  };
  await bench.install();
  await mirrorShop(rt, { shopId: bench.shopId });
  // Reading the store took time; the marketplaces' clocks stand where ours begins.
  await bench.rewind();
  for (const [key, world] of worlds) markets.set(key, await openMarket(bench, key, world));
  return bench;
}

/** A merchant who has connected, with some listings and orders of each kind. */
async function openMarket(bench: Bench, key: string, world: ContractWorld): Promise<Market> {
  const { market } = world;
  for (const [index, sku] of SKUS.entries()) {
    // One of them may be sold once only.
    const quantity = key === "vinted" ? 1 : 20 + index;
    await market.addListing({ sku, title: `A ${sku} 🫖`, quantity, price: "12.50", barcode: "4006381333931" });
  }
  const orderIds: string[] = [];
  for (const [index, sku] of SKUS.entries()) {
    const pay = market.paysAtOnce === true || index > 0;
    orderIds.push(await market.buy({ lines: [{ sku, quantity: 1 }], pay, buyer: `buyer-${index}` }));
    world.clock.advance(60_000);
  }
  // Late enough for every marketplace to show them.
  world.clock.advance(bench.rt.clock.now().getTime() - world.clock.now().getTime());
  return { key, world, channelId: await connectAccount(bench, key, world), orderIds };
}

/** A message that erases the shop may have come: then all is connected anew. */
export async function keepConnected(bench: Bench, market: Market): Promise<void> {
  const { db } = bench.rt;
  if ((await db.channel.count({ where: { id: market.channelId } })) > 0) return;
  if ((await db.shop.count({ where: { id: bench.shopId, uninstalledAt: null } })) === 0) await bench.install();
  market.channelId = await connectAccount(bench, market.key, market.world);
}

async function connectAccount(bench: Bench, key: string, world: ContractWorld): Promise<number> {
  const aDayAgo = new Date(bench.rt.clock.now().getTime() - 24 * 60 * 60_000);
  const { id } = await bench.rt.db.channel.create({
    data: {
      shopId: bench.shopId,
      connectorKey: key,
      remoteAccountId: `account-of-${key}`,
      name: `${key} · fuzz`,
      state: "connected",
      credentialsSealed: bench.rt.secrets.seal(JSON.stringify(world.credentials)),
      importOrdersSince: aDayAgo,
      createdAt: aDayAgo,
    },
  });
  return id;
}
