/**
 * Every request the Vinted connector sends, and every reply and webhook it is given, judged by Vinted's own spec: so that
 * connector and emulator cannot agree on an error.
 */
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { signedHeaders, splitToken } from "#connectors/vinted/signature.ts";
import { eventSpec, vintedSpecs } from "#test/emulators/vinted/specs.ts";
import type { EventType } from "#test/emulators/vinted/state.ts";
import { createOpenApiJudge, createPayloadJudge, judgedFetch, type OpenApiJudge } from "#test/support/openapi-judge.ts";
import { specsDir } from "#test/support/specs.ts";
import { readAllListings, transportFor } from "./contract-world.ts";
import { setupVinted, type VintedWorld } from "./vinted-world.ts";

const dir = specsDir();
if (dir === null) console.warn("Vinted's spec is not here (SPECS_DIR): requests and replies are not judged.");

interface Judged {
  judge: OpenApiJudge;
  problems: string[];
  wrap(fetch: typeof globalThis.fetch): typeof globalThis.fetch;
}

function judging(specs: string): Judged {
  const judge = createOpenApiJudge({ dir: specs, specs: vintedSpecs });
  const problems: string[] = [];
  return {
    judge,
    problems,
    wrap: (fetch) =>
      judgedFetch(
        judge,
        (request) => fetch(request),
        (verdict, { url, requestHeaders }) => {
          problems.push(...verdict.problems);
          if (verdict.kind === "outside") problems.push(`${url} is in no spec`);
          // A security scheme, which the judge does not look at.
          if (!requestHeaders.get("x-vpi-access-key")) problems.push(`${url} is asked without an access key`);
        },
      ),
  };
}

/** All that a connector is ever asked, on good days and bad. */
async function everything(world: VintedWorld): Promise<void> {
  const { market, clock, connector, emulator } = world;
  const { controls } = emulator;
  const transport = transportFor(world);
  const channel = connector.open({ credentials: world.credentials, transport, now: () => clock.now() });
  await channel.checkAccess();
  for (const sku of ["JUG", "LAMP & SHADE", "TRAY", "BASKET", "CLOCK", "BOWL"]) {
    await market.addListing({ sku, title: sku, quantity: 1, price: "12.50" });
  }
  const onSite = controls.addItem({ sku: null, title: "Frame", price: "9.00", currency: "GBP", origin: "site" });
  controls.addItem({ sku: null, title: "Woven basket", price: "18.00", currency: "GBP" });
  const refused = controls.addItem({ sku: "MAT", title: "Mat", price: "3.00", currency: "GBP" });
  controls.setItemStatus(refused.id, "VALIDATION_ERROR", [{ field: "title", message: "is too short" }]);
  const refs = (await readAllListings(channel)).map((listing) => listing.ref);
  await market.removeListing("TRAY");
  await channel.readQuantities([...refs, { remoteId: crypto.randomUUID(), sku: null, groupId: null }]);
  await channel.writeQuantities(refs.map((ref) => ({ ref, quantity: ref.sku === "LAMP & SHADE" ? 0 : 1 })));
  await channel.writePrices(refs.map((ref) => ({ ref, price: { amount: "13.00", currency: "GBP" } })));
  clock.advance(60_000);
  await channel.readQuantities(refs);
  for (const status of [401, 429, 500] as const) {
    await market.breakNext("readListings", { kind: "status", status });
    await channel.readListings(null);
  }
  controls.changeSettings({ reauthorisation: true });
  await channel.checkAccess();
  controls.changeSettings({ reauthorisation: false });

  const since = clock.now();
  let cursor: string | null = null;
  const readAll = async () => {
    for (let page = 0; page < 20; page += 1) {
      const read: Awaited<ReturnType<typeof channel.readOrders>> = await channel.readOrders({ cursor, since });
      if (!read.ok) return;
      cursor = read.value.nextCursor;
      if (!read.value.more) return;
    }
  };
  await readAll();
  const shipped = await market.buy({ lines: [{ sku: "JUG", quantity: 1 }], pay: true });
  const cancelled = await market.buy({ lines: [{ sku: "BASKET", quantity: 1 }], pay: true });
  const failing = await market.buy({ lines: [{ sku: "CLOCK", quantity: 1 }], pay: true });
  const bundle = controls.buy({ skus: ["BOWL"], itemIds: [onSite.id], bundleDiscountMinor: 150 });
  if (!bundle.ok) throw new Error(bundle.why);
  controls.forbid(bundle.order.id, true);
  await readAll();
  controls.forbid(bundle.order.id, false);
  clock.advance(60_000);
  await readAll();
  for (const id of [shipped, bundle.order.id, "9999999999999999999"]) {
    await channel.readOrder(id);
    await channel.readShipments(id);
  }
  const shipment = {
    orderRemoteId: shipped,
    carrier: "Evri",
    trackingUrl: null,
    shippedAt: clock.now(),
    trackingNumber: "AB 123",
    lines: [],
  };
  await channel.confirmShipment(shipment);
  await channel.confirmShipment({ ...shipment, orderRemoteId: bundle.order.id });
  await market.ship?.(shipped);
  await channel.readShipments(shipped);
  await channel.cancelOrder({ orderRemoteId: shipped, reason: "other", lines: null });
  controls.changeSettings({ failCancellations: 1 });
  await channel.cancelOrder({ orderRemoteId: failing, reason: "out-of-stock", lines: null });
  clock.advance(60_000);
  controls.finishWork();
  await channel.cancelOrder({ orderRemoteId: cancelled, reason: "out-of-stock", lines: null });
  clock.advance(24 * 60 * 60_000);
  await readAll();
  await channel.writeQuantities(refs.map((ref) => ({ ref, quantity: 1 })));
  clock.advance(60_000);
  controls.changeSettings({ failDeletions: 1 });
  await channel.writeQuantities(refs.map((ref) => ({ ref, quantity: 0 })));
  clock.advance(60_000);
  await readAll();
  await readAllListings(channel);
  await controls.settled();
}

/** What of the API the connector has no use for, and people have. */
async function theRest(world: VintedWorld, fetch: typeof globalThis.fetch): Promise<void> {
  const { controls } = world.emulator;
  const ask = async (method: string, path: string, value?: unknown): Promise<string> => {
    const body = value === undefined ? "" : JSON.stringify(value);
    const signed = signedHeaders(splitToken(world.credentials.token ?? ""), world.clock.now(), {
      method,
      pathAndQuery: path,
      body,
    });
    const headers = body === "" ? signed : { ...signed, "content-type": "application/json" };
    const reply = await fetch(`http://vinted.test${path}`, { method, headers, ...(body === "" ? {} : { body }) });
    return reply.text();
  };
  const item = controls.addItem({ sku: "TRAY-2", title: "Tray", price: "8.00", currency: "GBP" });
  const bought = controls.buy({ skus: ["TRAY-2"] });
  const orderId = bought.ok ? bought.order.id : "";
  await ask("GET", `/api/v1/orders/${orderId}/shipment-label`);
  world.clock.advance(60_000);
  await ask("GET", `/api/v1/orders/${orderId}/shipment-label`);
  const other = controls.addItem({ sku: null, title: "Basket", price: "8.00", currency: "GBP" });
  await ask("PUT", "/api/v1/items/item-references", [
    { item_id: other.id, item_reference: "BASKET-2" },
    { item_id: item.id, item_reference: "BASKET-2" },
    { item_id: crypto.randomUUID(), item_reference: "X" },
  ]);
  for (let times = 0; times < 2; times += 1) await ask("POST", `/dev/v1/triggers/item-sold/${other.id}`);
  await ask("POST", `/dev/v1/triggers/item-sold/${crypto.randomUUID()}`);
  const wanted = { event_types: ["ITEM_SOLD"], url: "https://another.example/hook" };
  const id: string = JSON.parse(await ask("POST", "/api/v1/webhooks", wanted)).webhook.id;
  await ask("POST", "/api/v1/webhooks", { ...wanted, url: "http://another.example/hook" });
  await ask("GET", "/api/v1/webhooks");
  await ask("PUT", `/api/v1/webhooks/${id}`, { ...wanted, event_types: ["ORDER_CREATED"] });
  await ask("GET", `/api/v1/webhooks/${id}/delivery-results`);
  for (let times = 0; times < 2; times += 1) await ask("DELETE", `/api/v1/webhooks/${id}`);
  await controls.settled();
}

const OF_THE_CONNECTOR = [
  "CancelOrder",
  "DeleteItems",
  "GetImportedItems",
  "GetItems",
  "GetItemStatus",
  "GetOrder",
  "GetOrders",
  "GetOrderShipment",
  "RelistOrders",
];
const OF_THE_EMULATOR = [
  ...OF_THE_CONNECTOR,
  "CreateWebhook",
  "DeleteWebhook",
  "GetOrderShipmentLabel",
  "GetWebhookDeliveryResults",
  "GetWebhooks",
  "TriggerItemSold",
  "UpdateItemReferences",
  "UpdateWebhook",
];

describe.skipIf(dir === null)("the Vinted connector by Vinted's spec", () => {
  it("sends and understands only what the spec declares", async () => {
    const judged = judging(dir ?? "");
    const world = await setupVinted({ wrap: judged.wrap });
    await everything(world);
    const { judge, problems } = judged;
    expect(problems).toEqual([]);
    expect(new Set(judge.counts().map((one) => one.operation))).toEqual(new Set(OF_THE_CONNECTOR));

    await theRest(world, judged.wrap(world.plainFetch));
    console.log(judge.report());
    const calls = judge.counts().reduce((sum, one) => sum + one.requests, 0);
    console.log(`vinted: ${judge.counts().length} of ${judge.operations} operations, ${calls} calls judged`);
    expect(problems).toEqual([]);
    expect(new Set(judge.counts().map((one) => one.operation))).toEqual(new Set(OF_THE_EMULATOR));
  });

  it("is told only events that the spec declares, each with its own data", async () => {
    const world = await setupVinted();
    await everything(world);
    const payloadJudge = (pointer: string) =>
      createPayloadJudge({ dir: dir ?? "", ...eventSpec("ITEM_SOLD"), pointer });
    const ofEnvelope = payloadJudge("components/schemas/WebhookEventType");
    const { deliveries } = world.emulator.webhooks;
    const problems = deliveries.flatMap(({ topic, body }) => {
      const { event_type, webhook_id, event_data, ...rest } = JSON.parse(body);
      expect([Object.keys(rest), webhook_id]).toEqual([[], expect.stringMatching(/^[0-9a-f-]{36}$/)]);
      const ofData = createPayloadJudge({ dir: dir ?? "", ...eventSpec(topic as EventType) });
      return [...ofEnvelope(event_type, "event_type"), ...ofData(event_data, topic)];
    });
    console.log(`vinted: ${deliveries.length} webhooks judged`);
    expect(problems).toEqual([]);
    expect([...new Set(deliveries.map((one) => one.topic))].sort()).toEqual([
      "CANCEL_ORDER_FAILURE",
      "DELETE_ITEM_FAILURE",
      "DELETE_ITEM_SUCCESS",
      "ITEM_DELETED",
      "ITEM_REUPLOADED",
      "ITEM_SOLD",
      "ORDER_CANCELLED",
      "ORDER_CREATED",
      "SHIPMENT_LABEL_CREATED",
    ]);
  });

  it.each([
    ["a misspelt field", '"item_ids"', '"item_idz"', /DELETE \/api\/v1\/items request.*item_idz: unknown field/],
    ["an order's id written as text", /"order_ids":\[(\d+)\]/, '"order_ids":["$1"]', /relist request.*must be integer/],
    ["words too long for Vinted", "Sorry,", "Sorry,".repeat(20), /cancel request.*100 characters/],
  ])("would notice %s", async (_, field, wrong, words) => {
    const judged = judging(dir ?? "");
    await everything(
      await setupVinted({
        wrap: (fetch) => {
          const judgedOnTheWay = judged.wrap(fetch);
          return (input, init) => {
            const body = typeof init?.body === "string" ? init.body.replace(field, wrong) : init?.body;
            return judgedOnTheWay(input, { ...init, ...(body == null ? {} : { body }) });
          };
        },
      }),
    );
    expect(judged.problems.join("\n")).toMatch(words);
  });

  it("would notice a query parameter that Vinted does not know", async () => {
    const judged = judging(dir ?? "");
    const wrap = (fetch: typeof globalThis.fetch): typeof globalThis.fetch => {
      const judgedOnTheWay = judged.wrap(fetch);
      return (input, init) => judgedOnTheWay(new URL(String(input).replace("after-id=", "after_id=")), init);
    };
    await everything(await setupVinted({ wrap }));
    expect(judged.problems.join("\n")).toContain("query.after_id: unknown parameter");
  });
});

describe("the Vinted connector", () => {
  it("signs exactly what it sends", async () => {
    const signed: string[] = [];
    const world = await setupVinted({
      wrap: (fetch) => (input, init) => {
        const url = new URL(String(input));
        const headers = new Headers(init?.headers);
        const [, t = "", v1 = ""] = /^t=(\d+),v1=(\w+)$/.exec(headers.get("x-vpi-hmac-sha256") ?? "") ?? [];
        const body = typeof init?.body === "string" ? init.body : "";
        const text = `${t}.${init?.method}.${url.pathname}${url.search}.${headers.get("x-vpi-access-key")}.${body}`;
        const [, signingKey = ""] = world.credentials.token?.split(",") ?? [];
        expect(v1).toBe(createHmac("sha256", signingKey).update(text).digest("hex"));
        signed.push(text);
        return fetch(input, init);
      },
    });
    await everything(world);
    expect(signed.length).toBeGreaterThan(30);
    expect(signed.some((text) => text.endsWith('"]}') && text.includes(".DELETE."))).toBe(true);
  });
});
