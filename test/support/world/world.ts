/**
 * The app and its outside world in one process and in virtual time: real flows, real SQL, emulators over their real HTTP
 * handlers. Flow tests walk it by hand; the simulation lets a seed do so.
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { join } from "node:path";
import { Session } from "@shopify/shopify-api";
import type { Clock } from "#app/clock.ts";
import { acceptNotification } from "#app/flows/accept-notification.ts";
import { acceptWebhook } from "#app/flows/accept-webhook.ts";
import { installShop } from "#app/flows/install-shop.ts";
import { tick } from "#app/flows/tick.ts";
import { renewLeases } from "#app/leases/leases.ts";
import { createLogger } from "#app/logger.ts";
import type { Mailer } from "#app/mail/mailer.ts";
import type { Runtime } from "#app/runtime.ts";
import { createSecrets } from "#app/secrets.ts";
import { createTokenSource } from "#app/shopify/access.ts";
import { createAdminClients } from "#app/shopify/admin.ts";
import type { Billing } from "#app/shopify/billing.ts";
import { createSessionStorage } from "#app/shopify/session-storage.server.ts";
import type { TaskName, TaskPayload } from "#app/tasks/task-map.ts";
import { taskHandlers } from "#app/worker.server.ts";
import type { Connector } from "#connectors/contract/connector.ts";
import { createEbayConnector } from "#connectors/ebay/index.ts";
import { createEbayEmulator, type EbayEmulator } from "#test/emulators/ebay/emulator.ts";
import { demoListings, type ListingSeed } from "#test/emulators/ebay/seed.ts";
import { demoStore, type StoreSeed } from "#test/emulators/shopify/demo-store.ts";
import { createShopifyEmulator, type ShopifyEmulator } from "#test/emulators/shopify/shopify-emulator.ts";
import { createRandom, type Random } from "./random.ts";
import { createTaskQueue, type TaskQueue } from "./task-queue.ts";
import type { TestDatabase } from "./test-database.ts";
import { createVirtualTime, type VirtualTime } from "./virtual-time.ts";
import { createTestWorker, type TestWorker } from "./worker.ts";

const APP_URL = "https://lockstep.example";
const SHOPIFY_HOST = "shopify.test";
const EBAY_ORIGIN = "http://ebay.test";
const API_KEY = "world-client-id";
const API_SECRET = "world-client-secret";
/** How long one call takes there and back. */
const LATENCY_MS = 20;
const TICK_MS = 1_000;
const TASKS_AT_ONCE = 6;
/** pg-boss runs a task that threw again, a little later. */
const RETRY_MS = 1_000;
/** Longer than a worker stands still. */
const ANSWER_MS_MAX = 120_000;
/** Shopify's id of the merchant at the screens. */
const USER_ID = "1";

export class NoAnswerError extends Error {}

export interface WorldOptions {
  database: TestDatabase;
  seed?: number;
  store?: StoreSeed;
  /** Other shops, which have not installed the app. */
  otherStores?: readonly StoreSeed[];
  listings?: readonly ListingSeed[];
  workers?: number;
  /** More marketplaces, each at http://{key}.test. */
  markets?(parts: { time: VirtualTime; random: Random }): readonly WorldMarket[];
  /** Without one no mail server is set up. */
  mailer?(time: VirtualTime): Mailer;
  /** Where plans come from; without it none are sold. */
  billing?(fetchWorld: typeof fetch, clock: Clock): Billing;
  latencyMs?: number;
  tickMs?: number | (() => number);
  /** Called before each await of a worker, in which it may be killed or paused; `run`: null where no task awaits. */
  onAwait?(worker: TestWorker, what: string, run: TaskRun | null): void;
  /** What a task threw: remote failures are normal, defects are not. */
  onTaskError?(task: string, error: unknown): void;
}

/** One task that a worker has taken up: another object each time. */
export interface TaskRun {
  readonly name: TaskName;
  readonly payload: TaskPayload<TaskName>;
}

export interface WorldMarket {
  connector: Connector;
  fetch(request: Request): Promise<Response>;
}

export interface World {
  time: VirtualTime;
  random: Random;
  /** To look at, past the workers. */
  database: TestDatabase;
  shopify: ShopifyEmulator;
  ebay: EbayEmulator;
  queue: TaskQueue;
  shopDomain: string;
  shopId: number;
  /** Lines of the app's log. */
  logged: readonly string[];
  /** One that lives. */
  readonly rt: Runtime;
  readonly workers: readonly TestWorker[];
  /** kill -9 of a worker; another takes its place. */
  replaceWorker(index: number): void;
  /** The merchant opens the app for the first time; returns the shop's id. */
  install(shopDomain: string): Promise<number>;
  /** Connects the merchant's eBay account by its consent page, as the screens do; returns the channel's id. */
  connectEbay(): Promise<number>;
  /** Connects an account with keys, as the screens do; returns the channel's id. */
  connectKeys(account: { connectorKey: string; keys: Record<string, string>; shopId?: number }): Promise<number>;
  /** Units that Shopify has available of a SKU, over all locations. */
  available(sku: string): number;
  /** Units that Shopify holds back of a SKU, over all locations. */
  reserved(sku: string): number;
  setStock(sku: string, available: number): void;
  /** Lets time go by while a call that sleeps in it goes on. Throws a NoAnswerError where none comes: its worker died. */
  drive<T>(work: Promise<T>): Promise<T>;
  /** Lets `ms` go by. */
  run(ms: number): Promise<void>;
  /** Runs until `holds`; throws after `msMax` of virtual time. */
  until(what: string, holds: () => boolean | Promise<boolean>, msMax?: number): Promise<void>;
  close(): void;
}

export async function createWorld(options: WorldOptions): Promise<World> {
  const { database } = options;
  const random = createRandom(options.seed ?? 1);
  const time = createVirtualTime(random.fork());
  const secrets = createSecrets(Buffer.alloc(32, 7).toString("base64"));
  let closed = false;
  const logged: string[] = [];

  const shopify = createShopifyEmulator({
    clock: time,
    apiKey: API_KEY,
    apiSecret: API_SECRET,
    appUrl: APP_URL,
    appTomlFile: join(import.meta.dirname, "../../../shopify.app.toml"),
    shops: [options.store ?? demoStore(), ...(options.otherStores ?? [])],
    seed: random.between(1, 1_000_000),
    webhookDelivery: { send: (request) => receive(request) },
  });
  const ebay = createEbayEmulator({
    clock: time,
    clientId: "world-ebay-id",
    clientSecret: "world-ebay-secret",
    ruName: "World-RuName",
    acceptUrl: `${APP_URL}/connect/ebay/callback`,
    listings: options.listings ?? demoListings,
    send: (request) => receive(request),
  });
  const connector: Connector = createEbayConnector({
    clientId: "world-ebay-id",
    clientSecret: "world-ebay-secret",
    ruName: "World-RuName",
    apiOrigin: EBAY_ORIGIN,
    notificationVerificationToken: "verification-token-of-the-test-world",
    notificationAlertEmail: "alerts@lockstep.example",
  });

  const hosts: Record<string, (request: Request) => Response | Promise<Response>> = {
    [SHOPIFY_HOST]: (request) => shopify.app.request(request),
    [new URL(EBAY_ORIGIN).host]: (request) => ebay.app.request(request),
  };
  const latencyMs = options.latencyMs ?? LATENCY_MS;
  /** These take their own time. */
  const extra = options.markets?.({ time, random: random.fork() }) ?? [];
  const markets = new Map(extra.map((one) => [`${one.connector.manifest.key}.test`, one.fetch]));

  /** Over the emulators' own handlers; a lost reply rejects, as fetch does. */
  const fetchWorld: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const { host } = new URL(request.url);
    const market = markets.get(host);
    if (market) return market(request);
    const answer = hosts[host];
    if (!answer) throw new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "ENOTFOUND" }) });
    await time.sleep(latencyMs / 2);
    const reply = await answer(request);
    await time.sleep(latencyMs / 2);
    if (reply.headers.has("x-emulator-lost")) {
      throw new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "ECONNRESET" }) });
    }
    return reply;
  };

  const queue = createTaskQueue(time.nowMs, () => wake());
  const base = {
    secrets,
    logger: createLogger("debug", { write: (line) => void logged.push(line) }),
    connectors: new Map([connector, ...extra.map((one) => one.connector)].map((one) => [one.manifest.key, one])),
    appUrl: APP_URL,
    pageUrl: (_shop: string, path: string) => `http://${SHOPIFY_HOST}${path}`,
    mailer: options.mailer?.(time) ?? null,
    billing: options.billing?.(fetchWorld, { now: () => new Date(time.nowMs()), sleep: time.sleep }) ?? null,
  };
  /** Whose await it is, through all that a task calls. */
  const taskRun = new AsyncLocalStorage<TaskRun | null>();
  const workers: TestWorker[] = [];
  let workerNumber = 0;
  function addWorker(): TestWorker {
    workerNumber += 1;
    const worker = createTestWorker({
      id: `worker-${workerNumber}`,
      time,
      db: database.db,
      queue,
      fetch: fetchWorld,
      runtime: base,
      admin: ({ clock, db, fetch, workerId }) => {
        const adminOrigin = (): string => `http://${SHOPIFY_HOST}`;
        const storage = createSessionStorage(db, secrets);
        const keys = { apiKey: API_KEY, apiSecret: API_SECRET };
        const token = createTokenSource({ db, clock, fetch, storage, adminOrigin, workerId, ...keys });
        return createAdminClients({ clock, fetch, adminOrigin, token });
      },
      onAwait: (who, what) => options.onAwait?.(who, what, taskRun.getStore() ?? null),
    });
    void ticking(worker);
    return worker;
  }

  async function ticking(worker: TestWorker): Promise<void> {
    while (!closed && !worker.isDead) {
      await renewLeases(worker.rt.db, worker.rt.workerId, worker.rt.clock.now());
      // One ticks for all.
      if (workers.find((one) => !one.isDead && !one.isPaused) === worker)
        await tick(worker.rt).catch((error: unknown) => options.onTaskError?.("tick", error));
      // What was put off has become due.
      wake();
      const tickMs = typeof options.tickMs === "function" ? options.tickMs() : options.tickMs;
      await worker.rt.clock.sleep(tickMs ?? TICK_MS);
    }
  }

  const running = new Map<TestWorker, number>();
  /** Gives due tasks to workers that have room. */
  function wake(): void {
    for (const worker of workers) {
      if (worker.isDead || worker.isPaused) continue;
      while ((running.get(worker) ?? 0) < TASKS_AT_ONCE) {
        const task = queue.take((due) => random.pick(due));
        if (!task) return;
        running.set(worker, (running.get(worker) ?? 0) + 1);
        const handlers = taskHandlers(worker.rt);
        const handler = handlers[task.name] as (payload: unknown) => Promise<void>;
        void taskRun
          .run({ name: task.name, payload: task.payload }, () => handler(task.payload))
          .catch((error: unknown) => {
            options.onTaskError?.(task.name, error);
            queue.add(task.name, task.payload as never, RETRY_MS);
          })
          .finally(() => {
            running.set(worker, (running.get(worker) ?? 1) - 1);
            wake();
          });
      }
    }
  }
  function alive(): TestWorker {
    const living = workers.filter((worker) => !worker.isDead);
    const found = living.find((worker) => !worker.isPaused) ?? living[0];
    if (!found) throw new Error("no worker lives");
    return found;
  }

  /** The app's public routes: what a task's call sets going there is not the task's. */
  const receive = (request: Request): Promise<Response> => taskRun.run(null, () => answerRequest(request));

  async function answerRequest(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const { rt } = alive();
    if (url.pathname === "/webhooks") {
      const { status } = await acceptWebhook(rt, { headers: request.headers, rawBody: await request.text() });
      return new Response(null, { status });
    }
    const answer = await acceptNotification(rt, {
      connectorKey: url.pathname.split("/")[2] ?? "",
      channelId: null,
      raw: {
        method: request.method,
        endpoint: `${url.origin}${url.pathname}`,
        query: url.searchParams,
        headers: request.headers,
        body: new Uint8Array(await request.arrayBuffer()),
      },
    });
    const headers: Record<string, string> = answer.contentType ? { "content-type": answer.contentType } : {};
    return new Response(answer.body ?? null, { status: answer.status, headers });
  }

  for (let index = 0; index < (options.workers ?? 1); index += 1) workers.push(addWorker());
  shopify.startDeliveries();

  /** The token exchange gives us our tokens. */
  async function install(domain: string): Promise<number> {
    const { accessToken, refreshToken } = shopify.controls.issueAccessToken(domain);
    await time.busy(
      createSessionStorage(database.db, secrets).storeSession(
        new Session({
          id: `offline_${domain}`,
          shop: domain,
          state: "",
          isOnline: false,
          accessToken,
          refreshToken,
          expires: new Date(time.nowMs() + 60 * 60_000),
          refreshTokenExpires: new Date(time.nowMs() + 90 * 24 * 60 * 60_000),
        }),
      ),
    );
    return (await installShop(alive().rt, { domain })).shopId;
  }
  const shopDomain = [...shopify.world.stores.keys()][0] ?? "";
  const shopId = await install(shopDomain);

  const store = shopify.store(shopDomain);
  const itemOf = (sku: string) => {
    const variant = [...store.variants.values()].find((one) => one.sku === sku);
    if (!variant) throw new Error(`the store has no SKU ${sku}`);
    return variant.inventoryItemId;
  };
  const levelsOf = (sku: string) => [...store.levels.values()].filter((level) => level.itemId === itemOf(sku));
  const unitsOf = (sku: string, name: "available" | "reserved") =>
    levelsOf(sku).reduce((sum, level) => sum + level.quantities[name], 0);

  async function joinWith(claimant: { shopId: number; userId: string; claim: string }): Promise<number> {
    const { joinAccount } = await import("#app/flows/join-account.ts");
    return must(await driven(joinAccount(alive().rt, claimant, { transfer: false }))).channelId;
  }

  const world: World = {
    time,
    random,
    database,
    shopify,
    ebay,
    queue,
    logged,
    install,
    shopDomain,
    shopId,
    get rt() {
      return alive().rt;
    },
    workers,
    replaceWorker(index) {
      workers[index]?.kill();
      const dead = workers[index];
      if (dead) running.delete(dead);
      // Whoever kills it may do so in the middle of a task.
      workers[index] = taskRun.run(null, addWorker);
      wake();
    },
    async connectEbay() {
      const { beginConnection, openConsent, returnFromConsent } = await import("#app/flows/connect-channel.ts");
      const of = { shopId, userId: USER_ID, connectorKey: "ebay" };
      const begun = must(await driven(beginConnection(alive().rt, of)));
      const state = new URL(begun.url).searchParams.get("state") ?? "";
      const consent = must(await driven(openConsent(alive().rt, { connectorKey: "ebay", state })));
      const scopes = new URL(consent.url).searchParams.get("scope")?.split(" ") ?? [];
      const callback = new URL(ebay.controls.consent({ state, scopes })).searchParams;
      const { browser } = consent;
      const back = await driven(returnFromConsent(alive().rt, { connectorKey: "ebay", callback, browser }));
      return joinWith({ ...of, claim: must(back).claim });
    },
    async connectKeys({ shopId: ofShop = shopId, ...account }) {
      const { connectWithKeys } = await import("#app/flows/connect-channel.ts");
      const of = { shopId: ofShop, userId: USER_ID };
      return joinWith({ ...of, claim: must(await driven(connectWithKeys(alive().rt, { ...of, ...account }))).claim });
    },
    available: (sku) => unitsOf(sku, "available"),
    reserved: (sku) => unitsOf(sku, "reserved"),
    setStock(sku, available) {
      const [first, ...rest] = levelsOf(sku);
      if (!first) throw new Error(`${sku} is stocked nowhere`);
      const elsewhere = rest.reduce((sum, level) => sum + level.quantities.available, 0);
      shopify.controls.setAvailable(shopDomain, first.itemId, first.locationId, available - elsewhere);
    },
    drive: driven,
    run: (ms) => time.advance(ms),
    async until(what, holds, msMax = 120_000) {
      const endMs = time.nowMs() + msMax;
      for (;;) {
        await time.quiesce();
        if (await time.busy(Promise.resolve(holds()))) return;
        if (!(await time.step(endMs))) throw new Error(`${what}: not within ${msMax / 1_000} s`);
      }
    },
    close() {
      closed = true;
      for (const worker of workers) worker.kill();
    },
  };

  /** Drives time while a call that sleeps in it goes on. */
  async function driven<T>(work: Promise<T>): Promise<T> {
    let ended = false;
    const end = () => {
      ended = true;
    };
    work.then(end, end);
    const endMs = time.nowMs() + ANSWER_MS_MAX;
    while (!ended) {
      await time.quiesce();
      if (ended) break;
      if (!(await time.step(endMs))) throw new NoAnswerError(`no answer within ${ANSWER_MS_MAX / 1_000} s`);
    }
    return work;
  }
  return world;
}

function must<Reply extends { ok: boolean }>(reply: Reply): Extract<Reply, { ok: true }> {
  if (!reply.ok) throw new Error(JSON.stringify(reply));
  return reply as Extract<Reply, { ok: true }>;
}
