/**
 * A marketplace takes a cancellation and does it later, or not at all. It is over when the order is cancelled there; a
 * refusal that only a notification tells, or a long silence, is a task for the merchant.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { acceptNotification } from "#app/flows/accept-notification.ts";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { retryCancellation } from "#app/flows/manage-order.ts";
import { createVintedConnector } from "#connectors/vinted/index.ts";
import { createVintedEmulator, type VintedEmulator } from "#test/emulators/vinted/emulator.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { createWorld, type World } from "#test/support/world/world.ts";

const TOKEN = "ak_of_the_seller,sk_of_the_seller";
const SECRET = "webhook-key-of-the-seller";
const APP_URL = "https://lockstep.example";
const SKU = "LAMP";
const MINUTE_MS = 60_000;

describe("a cancellation that the marketplace has taken", () => {
  let database: TestDatabase;
  let world: World;
  let vinted: VintedEmulator;
  let orderRemoteId: string;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  afterEach(() => world.close());

  beforeEach(async () => {
    await database.empty();
    world = await createWorld({
      database,
      store: {
        handle: "lamps",
        name: "Lamps",
        locations: [{ name: "Here" }],
        products: [{ title: "Lamp", variants: [{ sku: SKU, price: "5.00", stock: { Here: 1 } }] }],
      },
      markets({ time }) {
        vinted = createVintedEmulator({
          clock: time,
          token: TOKEN,
          webhookUrl: `${APP_URL}/notifications/vinted`,
          webhookSecret: SECRET,
          listings: [{ sku: SKU, title: "Lamp", price: "5.00", currency: "GBP" }],
          async send(request) {
            const { method, headers } = request;
            const body = new Uint8Array(await request.arrayBuffer());
            const raw = { method, headers, body, endpoint: request.url, query: new URLSearchParams() };
            const answer = await acceptNotification(world.rt, { connectorKey: "vinted", channelId: null, raw });
            return new Response(null, { status: answer.status });
          },
        });
        const connector = createVintedConnector({ apiOrigin: "http://vinted.test", webhookSecret: SECRET });
        return [{ connector, fetch: async (request) => vinted.app.request(request) }];
      },
    });
    await world.until("mirrored", async () => (await database.db.shop.count({ where: { mirroredAt: null } })) === 0);
    const channelId = await world.connectKeys({ connectorKey: "vinted", keys: { token: TOKEN } });
    await world.until("read", async () => (await database.db.channel.count({ where: { listingsReadAt: null } })) === 0);
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    const bought = vinted.controls.buy({ skus: [SKU] });
    if (!bought.ok) throw new Error(bought.why);
    orderRemoteId = bought.order.id;
    await world.until("placed", () => inShopify() !== undefined, 10 * MINUTE_MS);
  });

  const inShopify = () => [...world.shopify.store(world.shopDomain).orders.values()][0];
  const cancellation = () => database.db.cancellation.findFirst({ where: { direction: "to-marketplace" } });
  const isIn = (state: string) => async () => (await cancellation())?.state === state;
  const alerts = () =>
    database.db.alert.findMany({ where: { key: { startsWith: "cancellation:" }, resolvedAt: null } });
  const asks = () => vinted.faults.calls.filter((one) => one.operation === "cancelOrder").length;

  async function cancelInShopify({ restock = false } = {}): Promise<void> {
    const order = inShopify();
    if (!order) throw new Error("no order in Shopify");
    const cancelled = world.shopify.controls.cancel(world.shopDomain, order.id, {
      reason: "INVENTORY",
      restock,
    });
    expect(cancelled.ok).toBe(true);
  }

  it("is asked for, and done when the order is cancelled there, asked for once", async () => {
    vinted.controls.changeSettings({ asyncDelayMs: 10 * MINUTE_MS });
    await cancelInShopify();
    await world.until("asked", isIn("asked"), 5 * MINUTE_MS);
    await world.run(5 * MINUTE_MS);
    expect([(await cancellation())?.state, await alerts()]).toEqual(["asked", []]);
    await world.until("done", isIn("done"), 10 * MINUTE_MS);
    expect([vinted.state.orders.get(orderRemoteId)?.status, asks(), await alerts()]).toEqual(["CANCELED", 1, []]);
  });

  it("and then refused is a task at once, in the marketplace's words, and may be asked for again", async () => {
    vinted.controls.changeSettings({ failCancellations: 1 });
    await cancelInShopify();
    await world.until("refused", isIn("task"), 5 * MINUTE_MS);
    expect(await alerts()).toMatchObject([
      {
        title: expect.stringMatching(/^Cancel order .* in Vinted/),
        message: expect.stringMatching(/could not cancel it/),
      },
    ]);
    await retryCancellation(world.rt, { shopId: world.shopId, cancellationId: (await cancellation())?.id ?? 0 });
    await world.until("done", isIn("done"), 5 * MINUTE_MS);
    expect([asks(), await alerts()]).toEqual([2, []]);
  });

  it("and never done is a task after an hour, which is over when the order is cancelled by hand", async () => {
    vinted.controls.changeSettings({ forgetCancellations: 1 });
    await cancelInShopify();
    await world.until("asked", isIn("asked"), 5 * MINUTE_MS);
    // As if it had been so for a while.
    const askedAt = new Date(world.time.now().getTime() - 57 * MINUTE_MS);
    await database.db.cancellation.updateMany({ data: { askedAt } });
    await world.run(2 * MINUTE_MS);
    expect([(await cancellation())?.state, await alerts()]).toEqual(["asked", []]);
    await world.until("given up", isIn("task"), 5 * MINUTE_MS);
    expect(await alerts()).toMatchObject([{ message: expect.stringMatching(/asked to an hour ago/) }]);
    vinted.controls.cancel(orderRemoteId);
    await world.until("done", isIn("done"), 5 * MINUTE_MS);
    expect([asks(), await alerts()]).toEqual([1, []]);
  });

  it("puts what it had sold on sale again, though the stock was back before", async () => {
    vinted.controls.changeSettings({ asyncDelayMs: 3 * MINUTE_MS });
    await cancelInShopify({ restock: true });
    await world.until("in stock", () => world.available(SKU) === 1, MINUTE_MS);
    // The item is sold for as long as its order is not cancelled.
    await world.run(2 * MINUTE_MS);
    expect(vinted.controls.shown()).toEqual({ [SKU]: 0 });
    await world.until("on sale", () => vinted.controls.shown()[SKU] === 1, 15 * MINUTE_MS);
    expect(vinted.faults.calls.filter((one) => one.operation === "relistOrders")).toHaveLength(1);
  });
});
