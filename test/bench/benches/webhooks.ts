/** A flash sale: many messages about few items. Each run has its bare receiver beside it, on the same machine, a moment before. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Database, openDatabase } from "#app/db.server.ts";
import { type AppProcess, findFreePort, startAppProcess } from "#test/demo/app-process.ts";
import { testServerUrl } from "#test/support/world/server-url.ts";
import { createServerDatabase } from "#test/support/world/test-database.ts";
import type { Line } from "../question.ts";
import { grow, NOTHING, SHOP_ID } from "../seeded-database.ts";
import { type Sent, sendWebhooks, type WebhookLoad } from "../webhook-load.ts";
import { quantile } from "../yardsticks.ts";

const SHOP = { listings: 5_000, orders: 100, attempts: 100, shops: 1 };
const ITEMS = 50;
const API_SECRET = "secret-of-the-benches";
/** What a process does for the first time takes longer: nobody starts one for a sale. */
const WARM_UP = { messages: 300, perSecond: 100 };
const SLOWEST_MS_MAX = 1_000;
const APPLIED_WITHIN_MS_MAX = 10_000;

/** Where it all runs, and how much slower than the bare receiver it may be there. */
type Ground = { name: "PostgreSQL" | "embedded"; timesBareMax: number; perSecond: number };
const GROUNDS: readonly Ground[] = [
  { name: "PostgreSQL", timesBareMax: 3, perSecond: 200 },
  { name: "embedded", timesBareMax: 10, perSecond: 100 },
];

/** Medians of three runs of a minute at a steady pace, and of as many bursts. `isQuick`: seconds, once, and on PostgreSQL alone. */
export async function benchWebhooks(isQuick: boolean): Promise<Line[]> {
  const { seconds, runs } = isQuick ? { seconds: 3, runs: 1 } : { seconds: 60, runs: 3 };
  const repository = resolve(import.meta.dirname, "../../..");
  const built = spawnSync(process.execPath, ["test/demo/fresh-build.ts"], { cwd: repository, stdio: "inherit" });
  if (built.status !== 0) throw new Error("the app could not be built");
  const lines: Line[] = [];
  for (const ground of GROUNDS.slice(0, isQuick ? 1 : GROUNDS.length)) {
    const place = await openPlace(ground);
    try {
      const { perSecond } = ground;
      const steady = { messages: seconds * perSecond, perSecond };
      lines.push(...(await compare(place, ground, `${perSecond}/s for ${seconds} s`, steady, runs)));
      lines.push(...(await compare(place, ground, "1,000 at once", { messages: 1_000, perSecond: 0 }, runs)));
    } finally {
      await place.close();
    }
  }
  return lines;
}

interface Place {
  /** The app is started, seeded, and told its address; ends with `stop`. */
  startApp(): Promise<{ url: string; stop(): Promise<void> }>;
  startBare(): Promise<{ url: string; stop(): Promise<void> }>;
  /** To look at while the app runs or, where one process alone may open it, after. */
  withDatabase<T>(look: (database: Database) => Promise<T>): Promise<T>;
  canLookMeanwhile: boolean;
  close(): Promise<void>;
}

async function openPlace({ name }: Ground): Promise<Place> {
  const dataDir = mkdtempSync(join(tmpdir(), "lockstep-bench-"));
  const server = name === "PostgreSQL" ? await createServerDatabase(testServerUrl(), { isDurable: true }) : null;
  const settings = server ? { databaseUrl: server.url, dataDir: "" } : { dataDir };
  async function withDatabase<T>(look: (database: Database) => Promise<T>): Promise<T> {
    const database = await openDatabase(settings);
    try {
      return await look(database);
    } finally {
      await database.close();
    }
  }
  await withDatabase(async ({ db }) => {
    await grow(db, NOTHING, SHOP);
    // Nobody outside is to be asked meanwhile: no clock runs out, and no channel is open.
    await db.shop.updateMany({ data: { levelsCheckedAt: new Date(8.64e14), progressCheckedAt: new Date(8.64e14) } });
    await db.channel.updateMany({ data: { state: "reconnect", credentialsSealed: null } });
  });
  return {
    withDatabase,
    canLookMeanwhile: server !== null,
    async startApp() {
      const port = await findFreePort();
      const url = `http://127.0.0.1:${port}`;
      const env = {
        ...{ HOST: "127.0.0.1", PORT: String(port), LOG_LEVEL: "info", SHOPIFY_APP_URL: url },
        ...{ SHOPIFY_API_KEY: "bench", SHOPIFY_API_SECRET: API_SECRET, SHOPIFY_ADMIN_ORIGIN: "http://127.0.0.1:9" },
        LOCKSTEP_KEY: randomBytes(32).toString("base64"),
        ...(server ? { DATABASE_URL: server.url } : { LOCKSTEP_DATA_DIR: dataDir }),
      };
      const processes: AppProcess[] = [];
      processes.push(startAppProcess({ file: "app/server.ts", env, ready: { url: `${url}/healthz` } }));
      if (server) processes.push(startAppProcess({ file: "app/worker.ts", env, ready: { line: "worker is running" } }));
      await Promise.all(processes.map((one) => one.ready));
      return { url: `${url}/webhooks`, stop: async () => void (await Promise.all(processes.map((one) => one.stop()))) };
    },
    async startBare() {
      const port = await findFreePort();
      const args = [API_SECRET, String(port), server?.url ?? join(dataDir, "bare")];
      const bare = startAppProcess({
        file: "test/bench/bare-receiver.ts",
        args,
        env: {},
        ready: { line: "is listening" },
      });
      await bare.ready;
      return { url: `http://127.0.0.1:${port}/`, stop: () => bare.stop() };
    },
    async close() {
      await server?.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

type Pace = Pick<WebhookLoad, "messages" | "perSecond">;

async function compare(place: Place, ground: Ground, what: string, pace: Pace, runs: number): Promise<Line[]> {
  const load = { ...pace, secret: API_SECRET, shopDomain: `shop-${SHOP_ID}.myshopify.com`, items: ITEMS };
  const seen = {
    ratios: [] as number[],
    p99Ms: [] as number[],
    bareMs: [] as number[],
    slowestMs: [] as number[],
    appliedMs: [] as number[],
  };
  const wrong: string[] = [];
  for (let run = 0; run < runs; run += 1) {
    const bare = await place.startBare();
    await sendWebhooks({ ...load, ...WARM_UP, url: bare.url });
    const bareMs = quantile((await sendWebhooks({ ...load, url: bare.url })).tookMs, 0.99);
    await bare.stop();
    const app = await place.startApp();
    let sent: Sent;
    try {
      await sendWebhooks({ ...load, ...WARM_UP, url: app.url });
      sent = await sendWebhooks({ ...load, url: app.url });
      const endedAt = performance.now();
      if (place.canLookMeanwhile) {
        await place.withDatabase((database) => untilApplied(database, endedAt + 3 * APPLIED_WITHIN_MS_MAX));
        seen.appliedMs.push(performance.now() - endedAt);
      } else await new Promise((done) => setTimeout(done, APPLIED_WITHIN_MS_MAX));
    } finally {
      await app.stop();
    }
    const p99Ms = quantile(sent.tookMs, 0.99);
    seen.p99Ms.push(p99Ms);
    seen.bareMs.push(bareMs);
    seen.ratios.push(p99Ms / bareMs);
    seen.slowestMs.push(Math.max(...sent.tookMs));
    if (sent.refused > 0) wrong.push(`${sent.refused} were refused`);
    wrong.push(...(await place.withDatabase((database) => whatIsWrong(database, sent))));
  }
  const name = `webhooks, ${ground.name}, ${what}`;
  const limitMs = quantile(seen.bareMs, 0.5) * ground.timesBareMax;
  const isRight = wrong.length === 0;
  const lineOf = (part: string, tookMs: number, maxMs: number, limit: string, isReached = tookMs <= maxMs): Line => ({
    ...{ name: `${name}: ${part}`, tookMs, limitMs: maxMs, limit, pages: null, isRight, isReached },
  });
  const lines = [
    lineOf(
      "p99",
      quantile(seen.p99Ms, 0.5),
      limitMs,
      `${ground.timesBareMax} x bare`,
      quantile(seen.ratios, 0.5) <= ground.timesBareMax,
    ),
    lineOf("slowest", quantile(seen.slowestMs, 0.5), SLOWEST_MS_MAX, ""),
  ];
  const appliedMs = place.canLookMeanwhile ? quantile(seen.appliedMs, 0.5) : APPLIED_WITHIN_MS_MAX;
  lines.push(
    lineOf(
      "all applied, and right",
      appliedMs,
      APPLIED_WITHIN_MS_MAX,
      "",
      appliedMs <= APPLIED_WITHIN_MS_MAX && isRight,
    ),
  );
  for (const problem of new Set(wrong)) console.log(`    ${name}: ${problem}`);
  return lines;
}

async function untilApplied({ db }: Database, deadline: number): Promise<void> {
  while ((await db.delivery.count({ where: { state: "stored" } })) > 0 && performance.now() < deadline)
    await new Promise((done) => setTimeout(done, 50));
}

async function whatIsWrong({ db }: Database, sent: Sent): Promise<string[]> {
  const left = await db.delivery.count({ where: { state: { not: "applied" } } });
  const wrong = left > 0 ? [`${left} messages were not applied`] : [];
  for (const [item, available] of sent.last) {
    const where = { shopId: SHOP_ID, inventoryItemGid: `gid://shopify/InventoryItem/${item}` };
    const level = await db.level.findFirstOrThrow({ where });
    if (level.available !== available)
      wrong.push(`item ${item} has ${level.available}, and ${available} was told last`);
  }
  return wrong;
}
