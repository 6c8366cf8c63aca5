/**
 * Everything on this machine: Shopify and the marketplaces emulated in this process, the real app in processes of its
 * own, all over real HTTP on the loopback. The demo, the tour, the browser tests and the crash tests start it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Inbox, startInbox } from "#test/emulators/mail/inbox.ts";
import { type StartedShopifyEmulator, startShopifyEmulator } from "#test/emulators/shopify/shopify-emulator.ts";
import { type AppProcess, findFreePort, startAppProcess } from "./app-process.ts";
import { MARKETPLACES, type Marketplace } from "./marketplaces.ts";

export const DEMO_SHOP = "lockstep-demo.myshopify.com";

const SECRETS = {
  SHOPIFY_API_KEY: "lockstep-demo-client-id",
  SHOPIFY_API_SECRET: "lockstep-demo-client-secret",
  LOCKSTEP_KEY: Buffer.from("a key that seals nothing but play").subarray(0, 32).toString("base64"),
};

export interface NetworkOptions {
  /** The app's; Shopify and the marketplaces have the ones after it. Default: any free ones. */
  firstPort?: number;
  /** Kept over restarts of the app; default: a folder of its own that `close` removes. */
  dataDir?: string;
  /** PostgreSQL instead of the embedded database. */
  databaseUrl?: string;
  /** Worker processes beside the web; only with PostgreSQL. */
  workers?: number;
  /** Keys of the marketplaces to start; default: all. */
  marketplaces?: readonly string[];
  logLevel?: string;
  /** When Shopify tells again what nobody answered; left out: as the real one does, over four hours. */
  webhookRetriesMs?: readonly number[];
  onLine?(line: string): void;
}

export interface Network {
  shopify: StartedShopifyEmulator;
  marketplaces: readonly Marketplace[];
  /** Where the app's mail arrives, whoever it is for. */
  inbox: Inbox;
  /** Throws when it was not started. */
  marketplace(key: string): Marketplace;
  appUrl: string;
  /** The web first. */
  readonly processes: readonly AppProcess[];
  /** Starts what does not run. Rejects when some of it is killed before it is ready. */
  startApp(): Promise<void>;
  stopApp(): Promise<void>;
  /** kill -9 of all of the app, or of one of its processes; the outside world goes on. */
  killApp(which?: number): Promise<void>;
  close(): Promise<void>;
}

export async function startNetwork(options: NetworkOptions = {}): Promise<Network> {
  const appPort = options.firstPort ?? (await findFreePort());
  const appUrl = `http://127.0.0.1:${appPort}`;
  const portAfter = (offset: number): number => (options.firstPort ? options.firstPort + offset : 0);
  const ownDir = options.dataDir ? null : mkdtempSync(join(tmpdir(), "lockstep-"));
  const dataDir = options.dataDir ?? join(ownDir ?? "", "data");

  const shopify = await startShopifyEmulator({
    apiKey: SECRETS.SHOPIFY_API_KEY,
    apiSecret: SECRETS.SHOPIFY_API_SECRET,
    appUrl,
    port: portAfter(1),
    appTomlFile: resolve(import.meta.dirname, "../../shopify.app.toml"),
    appName: "Lockstep",
    ...(options.webhookRetriesMs ? { webhookDelivery: { retryDelaysMs: options.webhookRetriesMs } } : {}),
  });
  const marketplaces: Marketplace[] = [];
  for (const [index, [key, start]] of Object.entries(MARKETPLACES).entries()) {
    if (options.marketplaces && !options.marketplaces.includes(key)) continue;
    marketplaces.push(await start({ appUrl, port: portAfter(2 + index) }));
  }

  const inbox = await startInbox({ port: portAfter(2 + Object.keys(MARKETPLACES).length) });

  const env: Record<string, string> = {
    ...SECRETS,
    SMTP_URL: inbox.server.url,
    MAIL_FROM: "Lockstep <alerts@lockstep-demo.example>",
    NODE_ENV: "production",
    HOST: "127.0.0.1",
    PORT: String(appPort),
    LOG_LEVEL: options.logLevel ?? "info",
    SHOPIFY_APP_URL: appUrl,
    SHOPIFY_ADMIN_ORIGIN: shopify.origin,
    APP_BRIDGE_URL: `${shopify.origin}/app-bridge.js`,
    // The store pays for a plan that has everything; on Shopify's page one can choose another, or cancel.
    BILLING: "admin",
    ...Object.assign({}, ...marketplaces.map((one) => one.env)),
    ...(options.databaseUrl ? { DATABASE_URL: options.databaseUrl } : { LOCKSTEP_DATA_DIR: dataDir }),
  };
  shopify.controls.setSubscriptions(DEMO_SHOP, [{ status: "ACTIVE", planHandle: "enterprise" }]);
  const processes: AppProcess[] = [];
  const onLine = options.onLine ? { onLine: options.onLine } : {};

  function startProcess(index: number): AppProcess {
    if (index === 0) {
      return startAppProcess({ file: "app/server.ts", env, ready: { url: `${appUrl}/healthz` }, ...onLine });
    }
    const ready = { line: "worker is running" };
    // It says when it is ready in a line of that level.
    return startAppProcess({ file: "app/worker.ts", env: { ...env, LOG_LEVEL: "info" }, ready, ...onLine });
  }

  async function startApp(): Promise<void> {
    for (let index = 0; index <= (options.workers ?? 0); index += 1) {
      if (processes[index]?.hasEnded ?? true) processes[index] = startProcess(index);
    }
    await Promise.all(processes.map((one) => one.ready));
  }

  return {
    shopify,
    marketplaces,
    inbox,
    marketplace(key) {
      const found = marketplaces.find((one) => one.key === key);
      if (!found) throw new Error(`the network has no ${key}`);
      return found;
    },
    appUrl,
    processes,
    startApp,
    async stopApp() {
      await Promise.all(processes.map((one) => one.stop()));
    },
    async killApp(which) {
      const killed = which === undefined ? processes : processes.slice(which, which + 1);
      await Promise.all(killed.map((one) => one.kill()));
    },
    async close() {
      await Promise.all(processes.map((one) => one.stop()));
      await Promise.all([shopify, inbox, ...marketplaces].map((one) => one.close()));
      if (ownDir) rmSync(ownDir, { recursive: true, force: true });
    },
  };
}
