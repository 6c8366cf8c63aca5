/**
 * Shopify, as far as the app can see it: OAuth, the Admin GraphQL API on the real schema, webhooks, and an admin for a
 * person. One origin serves every shop: the access token tells which.
 *
 * It runs on an injected clock and an injected way to send webhooks, so that the same code serves a socket (demo, tour,
 * browser tests) and the simulation.
 */
import { Hono } from "hono";
import { type Clock, systemClock } from "#app/clock.ts";
import { createFaults, type Faults, mountControl, type Served, serveOnLoopback } from "../kit.ts";
import { type AccessTokens, createAccessTokens } from "./access-tokens.ts";
import { mountAdminPages } from "./admin-pages.ts";
import { mountControlActions } from "./control-routes.ts";
import { type Controls, createControls } from "./controls.ts";
import { demoStore, type StoreSeed } from "./demo-store.ts";
import { DEFAULT_SETTINGS, type EmulatorSettings } from "./emulator-settings.ts";
import { createGidMint } from "./gids.ts";
import { mountAdminApi } from "./graphql/admin-api.ts";
import { loadAdminSchema } from "./graphql/admin-schema.ts";
import { mountOAuth } from "./oauth-routes.ts";
import { createSeededRandom } from "./seeded-random.ts";
import { addStore } from "./seeding.ts";
import { inspectStore, inspectWorld } from "./state-view.ts";
import type { Store } from "./store.ts";
import {
  createWebhookDeliveries,
  DEFAULT_DELIVERY_OPTIONS,
  type WebhookDeliveries,
  type WebhookDeliveryOptions,
} from "./webhook-deliveries.ts";
import { createSubscriptions, everyTopicTo, subscriptionsInToml } from "./webhook-subscriptions.ts";
import type { World } from "./world.ts";

/** Repeated here and not imported from the app: an emulator that followed the app's constant could not disagree with it. */
export const SHOPIFY_API_VERSION = "2026-10";

export interface ShopifyEmulatorOptions {
  clock: Clock;
  apiKey: string;
  apiSecret: string;
  /** Where the app answers; `setAppUrl` changes it. */
  appUrl: string;
  /** Default: the demo store. */
  shops?: StoreSeed[];
  seed?: number;
  settings?: Partial<EmulatorSettings>;
  webhookDelivery?: Partial<WebhookDeliveryOptions>;
  /** A shopify.app.toml to read subscriptions from. Absent: every topic to {appUrl}/webhooks. */
  appTomlFile?: string;
  /** Ids beyond 2^53, as the facts say they come. */
  idsBeyondDoubles?: boolean;
  /** Name of the app in the admin. Default: Lockstep. */
  appName?: string;
  /** Path of the app's first page. Default: /app. */
  appHomePath?: string;
}

export interface ShopifyEmulator {
  app: Hono;
  world: World;
  faults: Faults;
  tokens: AccessTokens;
  deliveries: WebhookDeliveries;
  controls: Controls;
  /** By domain or handle; throws when there is none. */
  store(shop: string): Store;
  /** JSON-ready view of one shop, or of all. */
  inspect(shop?: string): object;
  setAppUrl(url: string): void;
  startDeliveries(): void;
  stopDeliveries(): void;
}

export function createShopifyEmulator(options: ShopifyEmulatorOptions): ShopifyEmulator {
  const { clock, apiKey, apiSecret } = options;
  let appUrl = options.appUrl;
  const settings: EmulatorSettings = { ...DEFAULT_SETTINGS, ...options.settings };
  const random = createSeededRandom(options.seed ?? 1);
  const subscriptions = createSubscriptions(
    options.appTomlFile ? subscriptionsInToml(options.appTomlFile) : everyTopicTo("/webhooks"),
    () => appUrl,
  );
  const deliveries = createWebhookDeliveries({
    clock,
    random,
    secret: apiSecret,
    apiVersion: SHOPIFY_API_VERSION,
    subscriptions,
    options: { ...DEFAULT_DELIVERY_OPTIONS, ...options.webhookDelivery },
  });
  const world: World = {
    clock,
    random,
    settings,
    deliveries,
    gids: createGidMint({ beyondDoubles: options.idsBeyondDoubles ?? false }),
    stores: new Map(),
  };
  for (const seed of options.shops ?? [demoStore()]) addStore(world, seed);

  const app = new Hono();
  const tokens = createAccessTokens(clock, random, settings);
  const faults = createFaults(clock, (c, status) =>
    c.json({ errors: `emulated fault: HTTP ${status}` }, status as 500),
  );
  mountOAuth(app, { world, tokens, faults, apiKey, apiSecret });
  const adminApi = mountAdminApi(app, {
    world,
    tokens,
    faults,
    schema: loadAdminSchema(),
    apiVersion: SHOPIFY_API_VERSION,
  });
  app.get("/bulk-results/:file", faults.around("bulkResult"), (c) => {
    const token = c.req.param("file").replace(/\.jsonl$/, "");
    for (const store of world.stores.values()) {
      for (const operation of store.bulkOperations.values()) {
        const endedMs = Date.parse(operation.completedAt ?? "");
        if (clock.now().getTime() > endedMs + settings.bulkResultMs) continue;
        if (operation.token === token) return c.body(operation.jsonl, 200, { "content-type": "application/jsonl" });
      }
    }
    return c.text("NoSuchKey", 404);
  });
  const controls = createControls({ world, tokens, adminApi, apiKey, apiSecret });
  mountControl(app, faults, () => inspectWorld(world, tokens));
  mountControlActions(app, { world, controls, tokens });
  mountAdminPages(app, {
    world,
    controls,
    apiKey,
    appName: options.appName ?? "Lockstep",
    appHomePath: options.appHomePath ?? "/app",
    appUrl: () => appUrl,
  });

  return {
    app,
    world,
    faults,
    tokens,
    deliveries,
    controls,
    store: controls.store,
    inspect: (shop) => (shop === undefined ? inspectWorld(world, tokens) : inspectStore(controls.store(shop))),
    setAppUrl(url) {
      appUrl = url;
    },
    startDeliveries: () => deliveries.start(),
    stopDeliveries: () => deliveries.stop(),
  };
}

export interface StartedShopifyEmulator extends ShopifyEmulator, Served {}

/** The same on the loopback, on real time unless told otherwise. */
export async function startShopifyEmulator(
  options: Omit<ShopifyEmulatorOptions, "clock"> & { clock?: Clock; port?: number },
): Promise<StartedShopifyEmulator> {
  const emulator = createShopifyEmulator({ ...options, clock: options.clock ?? systemClock });
  const served = await serveOnLoopback(emulator.app, options.port ?? 0);
  return {
    ...emulator,
    origin: served.origin,
    close: async () => {
      emulator.stopDeliveries();
      await served.close();
    },
  };
}
