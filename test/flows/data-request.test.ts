import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { acceptDelivery } from "#app/flows/accept-delivery.ts";
import { readBuyerData } from "#app/views/buyer-data.ts";
import { readOrder } from "#app/views/orders.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

let database: TestDatabase;
let world: World;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  ({ world } = await createConnectedWorld({ database }));
});
afterEach(() => world.close());

async function bought(sku: string, stage: "placed" | "held", username?: string) {
  const contact = { fullName: "Some Body", email: "some@body.example", phone: "+447700900999" };
  const somebody = username ? { username, contact } : {};
  const sale = world.ebay.controls.buy({ lines: [{ sku, quantity: 1 }], ...somebody } as never);
  if (!sale.ok) throw new Error(sale.why);
  const where = { remoteId: sale.order.orderId };
  await world.until(stage, async () => (await database.db.marketplaceOrder.findFirst({ where }))?.stage === stage);
  return database.db.marketplaceOrder.findFirstOrThrow({ where });
}

const numberOf = (gid: string | null) => Number(gid?.split("/").at(-1));

let told = 0;
async function tell(topic: string, payload: object): Promise<string> {
  told += 1;
  const remoteId = `asked-${told}`;
  const of = { source: "shopify", account: world.shopDomain, topic, remoteId, triggeredAt: world.time.now() };
  await acceptDelivery(world.rt, { ...of, rawBody: JSON.stringify(payload) });
  await world.until("settled", async () => {
    const delivery = await database.db.delivery.findFirstOrThrow({ where: { remoteId } });
    return delivery.state !== "stored";
  });
  return remoteId;
}

/** What the merchant is shown, and where its button leads. */
async function asked(payload: object) {
  const key = `data-request:${await tell("customers/data_request", payload)}`;
  const alert = await database.db.alert.findFirstOrThrow({ where: { key } });
  const ids = new URL(alert.action ?? "/", "https://lockstep.example").searchParams.get("orders");
  return { alert, orderIds: ids?.split(",").map(Number) ?? [] };
}

describe("a customer who asks for their data", () => {
  it("is answered with one download of every order they are held with, which the alert names, and never the person", async () => {
    const placed = await bought("MUG-SLATE", "placed");
    const held = await bought("EBAY-ONLY-TRAY", "held");
    const other = await bought("MUG-OAT", "placed", "somebody_else");
    const { alert, orderIds } = await asked({
      customer: { id: numberOf(placed.customerGid), email: "nobody@body.example" },
      orders_requested: [],
    });
    expect(alert).toMatchObject({ endsByHand: true, message: expect.stringContaining(placed.displayName) });
    expect(alert.message).toContain(held.displayName);
    expect(alert.message).not.toContain(other.displayName);
    expect(orderIds.sort()).toEqual([placed.id, held.id].sort());

    const data = await readBuyerData(world.rt, world.shopId, { orderIds });
    const remote = world.ebay.state.orders.get(placed.remoteId);
    const name = (await readOrder(world.rt, world.shopId, placed.id))?.customer.name ?? "";
    expect(name).not.toBe("");
    expect(data?.orders.map((order) => order.buyer)).toEqual([
      expect.objectContaining({ name, remoteId: remote?.buyer.username, shippingAddress: expect.anything() }),
      expect.objectContaining({ name }),
    ]);
    expect(data?.orders.flatMap((order) => order.lines.map((line) => line.sku)).sort()).toEqual([
      "EBAY-ONLY-TRAY",
      "MUG-SLATE",
    ]);
    expect(JSON.stringify(alert)).not.toContain(name);
    // From an order's page: of its buyer, with their other orders.
    const ofOne = await readBuyerData(world.rt, world.shopId, { buyerOfOrderId: held.id });
    expect(ofOne?.orders.map((order) => order.id).sort()).toEqual([placed.id, held.id].sort());
  });

  it("is found by the orders that Shopify lists, where nothing else knows them", async () => {
    const placed = await bought("MUG-SLATE", "placed");
    const { orderIds } = await asked({ orders_requested: [numberOf(placed.shopifyOrderGid)] });
    expect(orderIds).toEqual([placed.id]);
  });

  it("gets no order of another shop", async () => {
    const placed = await bought("MUG-SLATE", "placed");
    const { currency, timezone, policy, installedAt } = await database.db.shop.findUniqueOrThrow({
      where: { id: world.shopId },
    });
    const facts = { currency, timezone, policy: policy ?? {}, installedAt };
    const other = await database.db.shop.create({ data: { domain: "other.myshopify.com", name: "Other", ...facts } });
    expect(await readBuyerData(world.rt, other.id, { orderIds: [placed.id] })).toBe(null);
    expect(await readBuyerData(world.rt, other.id, { buyerOfOrderId: placed.id })).toBe(null);
  });

  it("who was forgotten is held with nothing any more, and the merchant is told so", async () => {
    const placed = await bought("MUG-SLATE", "placed");
    const customer = { id: numberOf(placed.customerGid) };
    const before = await asked({ customer, orders_requested: [] });
    await tell("customers/redact", { customer, orders_to_redact: [] });
    expect((await readOrder(world.rt, world.shopId, placed.id))?.buyerData).toBe("forgotten");
    for (const whose of [{ orderIds: before.orderIds }, { buyerOfOrderId: placed.id }]) {
      expect(await readBuyerData(world.rt, world.shopId, whose)).toMatchObject({ orders: [] });
    }
    const { alert } = await asked({ customer, orders_requested: [numberOf(placed.shopifyOrderGid)] });
    expect(alert).toMatchObject({ action: null, message: expect.stringContaining("holds no name") });
  });
});
