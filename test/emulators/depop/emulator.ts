/** Depop on one origin: the Selling API, its consent page, the site itself, and the control surface. */
import { createHmac } from "node:crypto";
import { Hono } from "hono";
import { type Clock, systemClock } from "#app/clock.ts";
import { createFaults, type Faults, mountControl, serveOnLoopback } from "#test/emulators/kit.ts";
import { createControls, type DepopControls, mountControls } from "./controls.ts";
import { faultReply } from "./errors.ts";
import { createGateway } from "./gateway.ts";
import { mountOauth } from "./oauth-routes.ts";
import { mountOrders } from "./order-routes.ts";
import { mountPages } from "./pages.ts";
import { mountProducts } from "./product-routes.ts";
import { addListing } from "./products.ts";
import { demoListings, type ListingSeed } from "./seed.ts";
import { createState, type DepopState, type StateInput, stateAsJson } from "./state.ts";
import { createWebhookSender, type Send, type WebhookSender } from "./webhook-sender.ts";

export interface DepopEmulatorOptions extends StateInput {
  clock: Clock;
  listings?: readonly ListingSeed[];
  /** How webhooks reach the app; default: the global fetch. */
  send?: Send;
}

export interface DepopEmulator {
  app: Hono;
  state: DepopState;
  controls: DepopControls;
  faults: Faults;
  webhooks: WebhookSender;
}

export function createDepopEmulator(options: DepopEmulatorOptions): DepopEmulator {
  const { clock } = options;
  const state = createState(options);
  for (const listing of options.listings ?? demoListings) addListing(state, listing, clock.now());
  const app = new Hono({ strict: true });
  const faults = createFaults(clock, faultReply);
  const webhooks = createWebhookSender({
    clock,
    send: options.send ?? ((request) => fetch(request)),
    retryDelaysMs: () => state.settings.webhookRetryDelaysMs,
    sign(body, _, at) {
      const timestamp = String(Math.floor(at.getTime() / 1_000));
      const signature = createHmac("sha256", state.application.webhookSecret)
        .update(`${timestamp}.${body}`)
        .digest("hex");
      return { "x-depop-timestamp": timestamp, "x-depop-signature": signature };
    },
  });
  const controls = createControls(state, webhooks, clock);
  const gateway = createGateway(app, state, faults, clock);

  mountOauth(app, state, faults, clock);
  mountProducts(gateway, state, clock);
  mountOrders(gateway, state, clock, controls.announceRefund);
  mountPages(app, state, controls);
  mountControl(app, faults, () => ({ ...stateAsJson(state), deliveries: webhooks.deliveries }));
  mountControls(app, controls);
  return { app, state, controls, faults, webhooks };
}

export interface ServedDepopEmulator extends DepopEmulator {
  /** http://127.0.0.1:port, for DEPOP_API_ORIGIN. */
  origin: string;
  close(): Promise<void>;
}

export async function startDepopEmulator(
  options: Omit<DepopEmulatorOptions, "clock"> & { clock?: Clock; port?: number },
): Promise<ServedDepopEmulator> {
  const emulator = createDepopEmulator({ clock: systemClock, ...options });
  return { ...emulator, ...(await serveOnLoopback(emulator.app, options.port)) };
}
