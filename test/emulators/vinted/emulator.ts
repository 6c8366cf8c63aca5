/** Vinted Pro on one origin: the integrations API, the site itself, and the control surface. */
import { createHmac } from "node:crypto";
import { Hono } from "hono";
import { type Clock, systemClock } from "#app/clock.ts";
import { createWebhookSender, type Send, type WebhookSender } from "#test/emulators/depop/webhook-sender.ts";
import { createFaults, type Faults, mountControl, serveOnLoopback } from "#test/emulators/kit.ts";
import { createControls, mountControls, type VintedControls } from "./controls.ts";
import { int64, toJson } from "./exact-numbers.ts";
import { createGateway, faultReply } from "./gateway.ts";
import { mountItemRoutes } from "./item-routes.ts";
import { addItem, type Place } from "./market.ts";
import { mountOrderRoutes } from "./order-routes.ts";
import { mountPages } from "./pages.ts";
import { demoItems, type ItemSeed } from "./seed.ts";
import { createState, nextUuid, type StateInput, stateAsJson, type VintedState } from "./state.ts";
import { mountWebhookRoutes } from "./webhook-routes.ts";

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
    sign(body, endpoint, at) {
      const timestamp = String(Math.floor(at.getTime() / 1_000));
      const { signingKey = "" } = state.webhooks.find((one) => one.url === endpoint) ?? {};
      const v1 = createHmac("sha256", signingKey).update(`${timestamp}.${body}`).digest("hex");
      return { "x-vpi-webhook-hmac-sha256": `t=${timestamp},v1=${v1}` };
    },
  });
  const announce: Place["announce"] = (event_type, { order_id, ...data }) => {
    const event_data = { ...(order_id === undefined ? {} : { order_id: int64(String(order_id)) }), ...data };
    for (const { id: webhook_id, url: endpoint, eventTypes } of state.webhooks) {
      if (!eventTypes.includes(event_type)) continue;
      const body = toJson({ event_type, webhook_id, event_data });
      webhooks.emit({ id: nextUuid(state, "delivery"), topic: event_type, endpoint, body });
    }
  };
  const place: Place = { state, announce, clock };
  const controls = createControls(place, webhooks);
  const gateway = createGateway(app, state, faults, clock);

  mountItemRoutes(gateway, place, (itemId) => controls.buy({ itemIds: [itemId] }));
  mountOrderRoutes(gateway, place);
  mountWebhookRoutes(gateway, state, webhooks);
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
