/** What the real connectors of Amazon and Etsy tell of an order later, through the app to Shopify. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createAmazonConnector } from "#connectors/amazon/index.ts";
import type { Credentials } from "#connectors/contract/connector.ts";
import { createEtsyConnector } from "#connectors/etsy/index.ts";
import { AMAZON_TEST_ORIGIN, amazonTestSettings } from "#test/contract/amazon-world.ts";
import { etsyTestSettings } from "#test/contract/etsy-world.ts";
import { type AmazonEmulator, createAmazonEmulator } from "#test/emulators/amazon/emulator.ts";
import { createEtsyEmulator, type EtsyEmulator } from "#test/emulators/etsy/emulator.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { createWorld, type World } from "#test/support/world/world.ts";

const MUG = "MUG-MOSS";
const TIN = "CAN-BEE";
const HOUR_MS = 60 * 60_000;

describe("an order that is told otherwise later", () => {
  let database: TestDatabase;
  let world: World;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  afterEach(() => world.close());

  async function connect(connectorKey: string, credentials: Credentials): Promise<void> {
    await world.until("mirrored", async () => (await database.db.shop.count({ where: { mirroredAt: null } })) === 0);
    await database.db.channel.create({
      data: {
        shopId: world.shopId,
        connectorKey,
        remoteAccountId: `account-of-${connectorKey}`,
        name: connectorKey,
        state: "connected",
        credentialsSealed: world.rt.secrets.seal(JSON.stringify(credentials)),
        importOrdersSince: world.time.now(),
        createdAt: world.time.now(),
      },
    });
    const listed = () => database.db.listing.count({ where: { sku: { in: [MUG, TIN] } } });
    await world.until("read", async () => (await listed()) === 2, 2 * HOUR_MS);
    world.shopify.world.settings.refusesDuplicateUniqueMetafields = false;
  }

  const stored = () => database.db.marketplaceOrder.findFirst({ include: { lines: { orderBy: { id: "asc" } } } });
  const stageIs = (stage: string) => async () => (await stored())?.stage === stage;
  const made = () =>
    [...world.shopify.controls.store(world.shopDomain).orders.values()].filter((one) => one.sourceIdentifier);

  it("has at Shopify only what Amazon's buyer left of it while the payment was checked", async () => {
    await database.empty();
    let amazon: AmazonEmulator | null = null;
    world = await createWorld({
      database,
      markets({ time }) {
        const emulator = createAmazonEmulator({
          clientId: amazonTestSettings.clientId,
          clientSecret: amazonTestSettings.clientSecret,
          applicationId: amazonTestSettings.applicationId,
          redirectUri: `${AMAZON_TEST_ORIGIN}/callback`,
          clock: time,
          listings: [],
          settings: { gzip: false, rateLimits: false, accessTokenLifeMs: 100 * HOUR_MS },
        });
        amazon = emulator;
        const { sqs: _, ...settings } = amazonTestSettings;
        const connector = createAmazonConnector(settings);
        return [{ connector, fetch: async (request) => emulator.app.request(request) }];
      },
    });
    if (!amazon) throw new Error("the world made no marketplace");
    const { controls }: AmazonEmulator = amazon;
    for (const sku of [MUG, TIN]) controls.addListing({ sku, title: sku, price: "12.50", quantity: 20 });
    await connect("amazon", {
      ...controls.grant(),
      expiresAt: new Date(world.time.now().getTime() + 100 * HOUR_MS).toISOString(),
    });
    const before = world.available(MUG);
    const bought = controls.buy({ lines: [MUG, TIN].map((sku) => ({ sku, quantity: 2 })), pay: false });
    if (!bought.ok) throw new Error(bought.why);
    const { orderId } = bought.order;
    await world.until(
      "held back",
      async () => (await stageIs("waiting")()) && world.available(MUG) === before - 2,
      HOUR_MS,
    );
    controls.takeOff(orderId, MUG, 2);
    controls.pay(orderId);
    await world.until("placed", stageIs("placed"), HOUR_MS);
    await world.run(60_000);
    expect(made().map((order) => order.lineItems.map((line) => [line.sku, line.quantity]))).toEqual([[[TIN, 2]]]);
    expect(world.available(MUG)).toBe(before);
  });

  it("of Etsy's that was refunded, which moves no time of it, is told within the hour", async () => {
    await database.empty();
    let etsy: EtsyEmulator | null = null;
    world = await createWorld({
      database,
      markets({ time }) {
        const settings = { accessTokenLifeMs: 100 * HOUR_MS };
        const emulator = createEtsyEmulator({ ...etsyTestSettings, clock: time, listings: [], settings });
        etsy = emulator;
        const connector = createEtsyConnector(etsyTestSettings);
        return [{ connector, fetch: async (request) => emulator.app.request(request) }];
      },
    });
    if (!etsy) throw new Error("the world made no marketplace");
    const { controls, state }: EtsyEmulator = etsy;
    for (const sku of [MUG, TIN]) controls.addListing({ sku, title: sku, price: "12.50", quantity: 20 });
    const expiresAt = new Date(world.time.now().getTime() + 100 * HOUR_MS).toISOString();
    await connect("etsy", {
      ...controls.grant(),
      expiresAt,
      refreshTokenExpiresAt: expiresAt,
      userId: String(state.seller.userId),
      shopId: String(state.seller.shopId),
    });
    const bought = controls.buy({ lines: [{ sku: MUG, quantity: 2 }], pay: true });
    if (!bought.ok) throw new Error(bought.why);
    await world.until("placed", stageIs("placed"), HOUR_MS);
    controls.refund(bought.receipt.receiptId, "999.00");
    await world.until("undone", async () => (await stored())?.lines[0]?.quantityCancelled === 2, 2 * HOUR_MS);
    expect((await stored())?.refundedAmount).toBe((await stored())?.totalAmount);
  });
});
