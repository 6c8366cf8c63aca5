/**
 * Everything on this machine: Shopify and the marketplaces emulated in this process, the real app in processes of its
 * own, all over real HTTP on the loopback. The demo, the tour, the browser tests and the crash tests start it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type ServedEbayEmulator, startEbayEmulator } from "#test/emulators/ebay/emulator.ts";
import { type StartedShopifyEmulator, startShopifyEmulator } from "#test/emulators/shopify/shopify-emulator.ts";
import { type AppProcess, findFreePort, startAppProcess } from "./app-process.ts";

export const DEMO_SHOP = "lockstep-demo.myshopify.com";

const SECRETS = {
  SHOPIFY_API_KEY: "lockstep-demo-client-id",
  SHOPIFY_API_SECRET: "lockstep-demo-client-secret",
  LOCKSTEP_KEY: Buffer.from("a key that seals nothing but play").subarray(0, 32).toString("base64"),
  EBAY_CLIENT_ID: "Lockstep-Demo-PRD",
  EBAY_CLIENT_SECRET: "PRD-lockstep-demo-secret",
  EBAY_RU_NAME: "Lockstep-Demo-RuName",
  EBAY_VERIFICATION_TOKEN: "lockstep-demo-verification-token-0001",
};

export interface NetworkOptions {
  /** 0: any free one. */
  ports?: { app: number; shopify: number; ebay: number };
  /** Kept over restarts of the app; default: a folder of its own that `close` removes. */
  dataDir?: string;
  /** PostgreSQL instead of the embedded database. */
  databaseUrl?: string;
  /** Worker processes beside the web; only with PostgreSQL. */
  workers?: number;
  logLevel?: string;
  onLine?(line: string): void;
}

export interface Network {
  shopify: StartedShopifyEmulator;
  ebay: ServedEbayEmulator;
  appUrl: string;
  /** The processes that run now: the web first. */
  readonly processes: readonly AppProcess[];
  startApp(): Promise<void>;
  /** kill -9 of all of the app, the outside world goes on. */
  killApp(): Promise<void>;
  close(): Promise<void>;
}

export async function startNetwork(options: NetworkOptions = {}): Promise<Network> {
  const appPort = options.ports?.app || (await findFreePort());
  const appUrl = `http://127.0.0.1:${appPort}`;
  const ownDir = options.dataDir ? null : mkdtempSync(join(tmpdir(), "lockstep-"));
  const dataDir = options.dataDir ?? join(ownDir ?? "", "data");

  const shopify = await startShopifyEmulator({
    apiKey: SECRETS.SHOPIFY_API_KEY,
    apiSecret: SECRETS.SHOPIFY_API_SECRET,
    appUrl,
    port: options.ports?.shopify ?? 0,
    appTomlFile: resolve(import.meta.dirname, "../../shopify.app.toml"),
    appName: "Lockstep",
  });
  const ebay = await startEbayEmulator({
    clientId: SECRETS.EBAY_CLIENT_ID,
    clientSecret: SECRETS.EBAY_CLIENT_SECRET,
    ruName: SECRETS.EBAY_RU_NAME,
    acceptUrl: `${appUrl}/connect/ebay/callback`,
    port: options.ports?.ebay ?? 0,
  });

  const env: Record<string, string> = {
    ...SECRETS,
    NODE_ENV: "production",
    HOST: "127.0.0.1",
    PORT: String(appPort),
    LOG_LEVEL: options.logLevel ?? "info",
    SHOPIFY_APP_URL: appUrl,
    SHOPIFY_ADMIN_ORIGIN: shopify.origin,
    APP_BRIDGE_URL: `${shopify.origin}/app-bridge.js`,
    EBAY_API_ORIGIN: ebay.origin,
    ...(options.databaseUrl ? { DATABASE_URL: options.databaseUrl } : { LOCKSTEP_DATA_DIR: dataDir }),
  };
  let processes: AppProcess[] = [];
  const onLine = options.onLine ? { onLine: options.onLine } : {};

  async function startApp(): Promise<void> {
    const web = startAppProcess({ file: "app/server.ts", env, ready: { url: `${appUrl}/healthz` }, ...onLine });
    processes = [await web];
    for (let worker = 0; worker < (options.workers ?? 0); worker += 1) {
      const ready = { line: "worker is running" };
      processes.push(await startAppProcess({ file: "app/worker.ts", env, ready, ...onLine }));
    }
  }

  return {
    shopify,
    ebay,
    appUrl,
    get processes() {
      return processes;
    },
    startApp,
    async killApp() {
      await Promise.all(processes.map((one) => one.kill()));
    },
    async close() {
      await Promise.all(processes.map((one) => one.stop()));
      await Promise.all([shopify.close(), ebay.close()]);
      if (ownDir) rmSync(ownDir, { recursive: true, force: true });
    },
  };
}
