/** Vinted Pro on one origin: the integrations API, the site itself, and the control surface. */
import { createHmac } from "node:crypto";
import { Hono } from "hono";
import { type Clock, systemClock } from "#app/clock.ts";
import { createWebhookSender, type Send, type WebhookSender } from "#test/emulators/depop/webhook-sender.ts";
import { createFaults, type Faults, mountControl, serveOnLoopback } from "#test/emulators/kit.ts";
import { createControls, mountControls, type VintedControls } from "./controls.ts";
import { int64, toJson } from "./exact-numbers.ts";
import { createGateway, faultReply } from "./gateway.ts";
import { type Announce, addItem } from "./market.ts";
import { mountPages } from "./pages.ts";
import { mountRoutes } from "./routes.ts";
import { demoItems, type ItemSeed } from "./seed.ts";
import { createState, nextUuid, type StateInput, stateAsJson, type VintedState } from "./state.ts";

export interface VintedEmulatorOptions extends StateInput {
  clock: Clock;
  listings?: readonly ItemSeed[];
  /** How webhooks reach the app; default: the global fetch. */
  send?: Send;
}

export interface VintedEmulator {
  app: Hono;
  state: VintedState;
  controls: VintedControls;
  faults: Faults;
  webhooks: WebhookSender;
}

const WEBHOOK_ID = "wh_1";

export function createVintedEmulator(options: VintedEmulatorOptions): VintedEmulator {
  const { clock } = options;
  const state = createState(options);
  for (const listing of options.listings ?? demoItems) addItem(state, listing, clock.now());
  const app = new Hono();
  const faults = createFaults(clock, faultReply);
  const webhooks = createWebhookSender({
    clock,
    send: options.send ?? ((request) => fetch(request)),
    retryDelaysMs: () => state.settings.webhookRetryDelaysMs,
    sign(body, _, at) {
      const timestamp = String(Math.floor(at.getTime() / 1_000));
      const v1 = createHmac("sha256", state.webhook.signingKey).update(`${timestamp}.${body}`).digest("hex");
      return { "x-vpi-webhook-hmac-sha256": `t=${timestamp},v1=${v1}` };
    },
  });
  const announce: Announce = (event_type, { order_id, ...data }) => {
    if (state.webhook.url === null) return;
    const event_data = { ...(order_id === undefined ? {} : { order_id: int64(String(order_id)) }), ...data };
    const body = toJson({ webhook_id: WEBHOOK_ID, event_type, event_data });
    webhooks.emit({ id: nextUuid(state, "delivery"), topic: event_type, endpoint: state.webhook.url, body });
  };
  const controls = createControls(state, webhooks, announce, clock);
  const gateway = createGateway(app, state, faults, clock);

  mountRoutes(gateway, state, announce, clock);
  mountPages(app, state, controls);
  mountControl(app, faults, () => ({ ...stateAsJson(state), deliveries: webhooks.deliveries }));
  mountControls(app, controls);
  return { app, state, controls, faults, webhooks };
}

export interface ServedVintedEmulator extends VintedEmulator {
  /** http://127.0.0.1:port, for VINTED_API_ORIGIN. */
  origin: string;
  close(): Promise<void>;
}

export async function startVintedEmulator(
  options: Omit<VintedEmulatorOptions, "clock"> & { clock?: Clock; port?: number },
): Promise<ServedVintedEmulator> {
  const emulator = createVintedEmulator({ clock: systemClock, ...options });
  return { ...emulator, ...(await serveOnLoopback(emulator.app, options.port)) };
}
