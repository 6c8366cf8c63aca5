/** Amazon on one origin: Selling Partner API, Login with Amazon, Seller Central, the shop, S3, SQS, and the controls. */
import { Hono } from "hono";
import { type Clock, systemClock } from "#app/clock.ts";
import { createFaults, type Faults, mountControl, serveOnLoopback } from "#test/emulators/kit.ts";
import { mountAccount } from "./account-routes.ts";
import { type AmazonControls, createControls, mountControls } from "./controls.ts";
import { mountDocuments } from "./document-routes.ts";
import { faultReply } from "./errors.ts";
import { createGateway } from "./gateway.ts";
import { addListing } from "./listings.ts";
import { mountListings } from "./listings-routes.ts";
import { mountOAuth } from "./oauth-routes.ts";
import { mountOrders } from "./order-routes.ts";
import { demoListings, type ListingSeed } from "./seed.ts";
import { mountSellerPages } from "./seller-pages.ts";
import { settle } from "./settling.ts";
import { mountShopPages } from "./shop-pages.ts";
import { mountSqs } from "./sqs.ts";
import { type AmazonState, createState, type StateInput, stateAsJson } from "./state.ts";

export interface AmazonEmulatorOptions extends StateInput {
  clock: Clock;
  listings?: readonly ListingSeed[];
}

export interface AmazonEmulator {
  app: Hono;
  state: AmazonState;
  controls: AmazonControls;
  faults: Faults;
}

export function createAmazonEmulator(options: AmazonEmulatorOptions): AmazonEmulator {
  const { clock } = options;
  const state = createState(options);
  for (const listing of options.listings ?? demoListings) addListing(state, listing, clock.now());
  const app = new Hono();
  const faults = createFaults(clock, faultReply);
  const controls = createControls(state, clock);
  const gateway = createGateway(app, state, faults, clock);

  mountOAuth(app, state, faults, clock);
  mountListings(gateway, state, clock);
  mountDocuments(gateway, app, state, faults, clock);
  mountOrders(gateway, state, clock);
  mountAccount(gateway, state);
  mountSqs(app, state, faults, clock);
  mountShopPages(app, state, controls);
  mountSellerPages(app, state, controls, clock);
  mountControl(app, faults, () => {
    settle(state, clock.now());
    return stateAsJson(state);
  });
  mountControls(app, controls);
  return { app, state, controls, faults };
}

export interface ServedAmazonEmulator extends AmazonEmulator {
  /** http://127.0.0.1:port, for AMAZON_API_ORIGIN, AMAZON_LWA_ORIGIN and AMAZON_SQS_ORIGIN. */
  origin: string;
  close(): Promise<void>;
}

export async function startAmazonEmulator(
  options: Omit<AmazonEmulatorOptions, "clock"> & { clock?: Clock; port?: number },
): Promise<ServedAmazonEmulator> {
  const emulator = createAmazonEmulator({ clock: systemClock, ...options });
  return { ...emulator, ...(await serveOnLoopback(emulator.app, options.port)) };
}
