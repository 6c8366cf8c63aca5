/**
 * For tests: an emulator on a virtual clock with a stand-in for the app that takes its webhooks, and a client that
 * speaks to it as the app does.
 */
import { createShopifyEmulator, type ShopifyEmulator, type ShopifyEmulatorOptions } from "./shopify-emulator.ts";
import { createVirtualClock, settle, type VirtualClock } from "./virtual-clock.ts";

export const SHOP = "lockstep-demo.myshopify.com";
export const API_KEY = "test-api-key";
export const API_SECRET = "test-api-secret";

export interface ReceivedWebhook {
  at: string;
  topic: string;
  url: string;
  body: string;
  headers: Headers;
}

export interface GraphqlReply {
  status: number;
  data: Record<string, unknown> | null;
  errors: { message: string; extensions?: Record<string, unknown> }[];
  extensions: {
    cost?: {
      requestedQueryCost: number;
      actualQueryCost: number | null;
      throttleStatus: { maximumAvailable: number; currentlyAvailable: number; restoreRate: number };
    };
  };
}

export interface Bench {
  clock: VirtualClock;
  emulator: ShopifyEmulator;
  received: ReceivedWebhook[];
  /** What the stand-in app answers; 200 at first. Null: it never answers. */
  answerWith(status: number | null): void;
  accessToken: string;
  graphql(query: string, variables?: object, token?: string): Promise<GraphqlReply>;
  post(path: string, body: object): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Received so far of one topic, parsed. */
  payloads(topic: string): Promise<Record<string, unknown>[]>;
}

export function createBench(options: Partial<ShopifyEmulatorOptions> = {}): Bench {
  const clock = createVirtualClock();
  const received: ReceivedWebhook[] = [];
  let answer: number | null = 200;
  const send = async (request: Request): Promise<Response> => {
    const body = await request.text();
    const topic = request.headers.get("x-shopify-topic") ?? "";
    received.push({ at: clock.now().toISOString(), topic, url: request.url, body, headers: request.headers });
    if (answer === null) return new Promise(() => {});
    return new Response(null, { status: answer });
  };
  const emulator = createShopifyEmulator({
    clock,
    apiKey: API_KEY,
    apiSecret: API_SECRET,
    appUrl: "https://app.example",
    ...options,
    webhookDelivery: { send, ...options.webhookDelivery },
  });
  const { accessToken } = emulator.controls.issueAccessToken(SHOP);

  async function post(path: string, body: object) {
    const response = await emulator.app.request(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  return {
    clock,
    emulator,
    received,
    accessToken,
    post,
    answerWith(status) {
      answer = status;
    },
    async graphql(query, variables = {}, token = accessToken) {
      const response = await emulator.app.request("/admin/api/2026-10/graphql.json", {
        method: "POST",
        headers: { "content-type": "application/json", "x-shopify-access-token": token },
        body: JSON.stringify({ query, variables }),
      });
      const body = (await response.json()) as Partial<GraphqlReply>;
      return {
        status: response.status,
        data: body.data ?? null,
        errors: body.errors ?? [],
        extensions: body.extensions ?? {},
      };
    },
    async payloads(topic) {
      await settle();
      return received
        .filter((one) => one.topic === topic)
        .map((one) => JSON.parse(one.body) as Record<string, unknown>);
    },
  };
}

/** The level of a SKU at a location of the demo store, as it is now. */
export function levelOf(emulator: ShopifyEmulator, sku: string, locationName = "Sheffield warehouse") {
  const store = emulator.store(SHOP);
  const variant = [...store.variants.values()].find((one) => one.sku === sku);
  const location = [...store.locations.values()].find((one) => one.name === locationName);
  const level = [...store.levels.values()].find(
    (one) => one.itemId === variant?.inventoryItemId && one.locationId === location?.id,
  );
  if (!variant || !level) throw new Error(`no level of ${sku} at ${locationName}`);
  return { variant, level };
}

/** A value deep in a reply, by path. Undefined when the path ends early. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== "object" || here === null) return undefined;
    here = (here as Record<string | number, unknown>)[key];
  }
  return here;
}
