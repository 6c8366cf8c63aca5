/** eBay on one origin: api, apiz and auth hosts, the site itself, and the control surface. */
import { Hono } from "hono";
import { type Clock, systemClock } from "#app/clock.ts";
import { createFaults, type Faults, mountControl, serveOnLoopback } from "#test/emulators/kit.ts";
import { mountAccount } from "./account-routes.ts";
import { createControls, type EbayControls, mountControls } from "./controls.ts";
import { faultReply } from "./errors.ts";
import { mountFulfillment } from "./fulfillment-routes.ts";
import { createGateway } from "./gateway.ts";
import { mountInventory } from "./inventory-routes.ts";
import { addListing } from "./listings.ts";
import { mountNotifications } from "./notification-routes.ts";
import { createNotifier, type Send } from "./notifier.ts";
import { mountOAuth } from "./oauth-routes.ts";
import { mountPostOrder } from "./post-order-routes.ts";
import { demoListings, type ListingSeed } from "./seed.ts";
import { mountSellerPages } from "./seller-pages.ts";
import { mountShopPages } from "./shop-pages.ts";
import { createState, type EbayState, type StateInput, stateAsJson } from "./state.ts";
import { mountTrading } from "./trading-routes.ts";

export interface EbayEmulatorOptions extends StateInput {
  clock: Clock;
  listings?: readonly ListingSeed[];
  /** How challenges and notifications reach the app; default: the global fetch. */
  send?: Send;
}

export interface EbayEmulator {
  app: Hono;
  state: EbayState;
  controls: EbayControls;
  faults: Faults;
}

export function createEbayEmulator(options: EbayEmulatorOptions): EbayEmulator {
  const { clock } = options;
  const state = createState(options);
  for (const listing of options.listings ?? demoListings) addListing(state, listing);
  const app = new Hono();
  const faults = createFaults(clock, faultReply);
  const notifier = createNotifier(state, clock, options.send ?? ((request) => fetch(request)));
  const controls = createControls(state, notifier, clock);
  const gateway = createGateway(app, state, faults, clock);

  mountOAuth(app, state, faults, clock);
  mountInventory(gateway, state, clock);
  mountFulfillment(gateway, state, clock);
  mountNotifications(gateway, state, notifier, clock);
  mountPostOrder(gateway, state, clock);
  mountAccount(gateway, state, clock);
  mountTrading(gateway, state, clock);
  mountShopPages(app, state, controls);
  mountSellerPages(app, state, controls);
  mountControl(app, faults, () => stateAsJson(state));
  mountControls(app, controls);
  return { app, state, controls, faults };
}

export interface ServedEbayEmulator extends EbayEmulator {
  /** http://127.0.0.1:port, for EBAY_API_ORIGIN. */
  origin: string;
  close(): Promise<void>;
}

export async function startEbayEmulator(
  options: Omit<EbayEmulatorOptions, "clock"> & { clock?: Clock; port?: number },
): Promise<ServedEbayEmulator> {
  const emulator = createEbayEmulator({ clock: systemClock, ...options });
  return { ...emulator, ...(await serveOnLoopback(emulator.app, options.port)) };
}
