/** Etsy on one origin: the Open API, the consent page, the site itself, and the control surface. */
import { Hono } from "hono";
import { type Clock, systemClock } from "#app/clock.ts";
import { createFaults, type Faults, mountControl, serveOnLoopback } from "#test/emulators/kit.ts";
import { createControls, type EtsyControls, mountControls } from "./controls.ts";
import { createGateway, faultReply } from "./gateway.ts";
import { mountListings } from "./listing-routes.ts";
import { addListing } from "./listings.ts";
import { mountOAuth } from "./oauth-routes.ts";
import { demoListings, type ListingSeed } from "./seed.ts";
import { mountSellerPages } from "./seller-pages.ts";
import { mountShopPages } from "./shop-pages.ts";
import { mountShop } from "./shop-routes.ts";
import { createState, type EtsyState, type StateInput, stateAsJson } from "./state.ts";
import { createWebhooks, type Send } from "./webhooks.ts";

export interface EtsyEmulatorOptions extends StateInput {
  clock: Clock;
  listings?: readonly ListingSeed[];
  /** How webhooks reach the app; default: the global fetch. */
  send?: Send;
}

export interface EtsyEmulator {
  app: Hono;
  state: EtsyState;
  controls: EtsyControls;
  faults: Faults;
}

export function createEtsyEmulator(options: EtsyEmulatorOptions): EtsyEmulator {
  const { clock } = options;
  const state = createState(options);
  for (const listing of options.listings ?? demoListings) addListing(state, listing, clock.now());
  const app = new Hono();
  const faults = createFaults(clock, faultReply);
  const webhooks = createWebhooks(state, clock, options.send ?? ((request) => fetch(request)));
  const controls = createControls(state, webhooks, clock);
  const gateway = createGateway(app, state, faults, clock);

  mountOAuth(app, state, faults, clock);
  mountListings(gateway, state, clock);
  mountShop(gateway, state, controls, clock);
  mountShopPages(app, state, controls);
  mountSellerPages(app, state, controls);
  mountControl(app, faults, () => stateAsJson(state));
  mountControls(app, controls);
  return { app, state, controls, faults };
}

export interface ServedEtsyEmulator extends EtsyEmulator {
  /** http://127.0.0.1:port, for ETSY_API_ORIGIN. */
  origin: string;
  close(): Promise<void>;
}

export async function startEtsyEmulator(
  options: Omit<EtsyEmulatorOptions, "clock"> & { clock?: Clock; port?: number },
): Promise<ServedEtsyEmulator> {
  const emulator = createEtsyEmulator({ clock: systemClock, ...options });
  return { ...emulator, ...(await serveOnLoopback(emulator.app, options.port)) };
}
