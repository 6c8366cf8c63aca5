import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { acceptDelivery } from "#app/flows/accept-delivery.ts";
import { acceptHint } from "#app/flows/accept-notification.ts";
import { applyDelivery } from "#app/flows/apply-delivery.ts";
import { changeSetting } from "#app/flows/change-setting.ts";
import { forgetOld } from "#app/flows/forget-old.ts";
import { installShop } from "#app/flows/install-shop.ts";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { removeShop } from "#app/flows/remove-shop.ts";
import type { Runtime } from "#app/runtime.ts";
import { readOrder } from "#app/views/orders.ts";
import { cancelBySeller } from "#test/emulators/ebay/orders.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

const DAY_MS = 24 * 60 * 60_000;

let database: TestDatabase;
let world: World;
let channelId: number;
let webhooks = 0;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  ({ world, channelId } = await createConnectedWorld({ database }));
  await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
});
afterEach(() => world.close());

function buy(sku: string, username?: string): string {
  const somebody = { username, contact: { fullName: "Some Body", email: "some@body.example", phone: "+447700900999" } };
  const bought = world.ebay.controls.buy({ lines: [{ sku, quantity: 1 }], ...(username ? somebody : {}) } as never);
  if (!bought.ok) throw new Error(bought.why);
  return bought.order.orderId;
}

const orderOf = (remoteId: string) => database.db.marketplaceOrder.findFirstOrThrow({ where: { remoteId } });

async function until(remoteId: string, stage: string): Promise<void> {
  await world.until(stage, async () => {
    const held = await database.db.marketplaceOrder.findFirst({ where: { remoteId } });
    return held?.stage === stage;
  });
}

/** As Shopify sends it. */
async function tell(topic: string, payload: object, triggeredAt = world.time.now()): Promise<bigint> {
  webhooks += 1;
  const remoteId = `told-${webhooks}`;
  const of = { source: "shopify", account: world.shopDomain, topic, remoteId, triggeredAt };
  await acceptDelivery(world.rt, { ...of, rawBody: JSON.stringify(payload) });
  const { id } = await database.db.delivery.findFirstOrThrow({ where: { remoteId } });
  await world.until("settled", async () => {
    const delivery = await database.db.delivery.findUniqueOrThrow({ where: { id } });
    return delivery.state !== "stored";
  });
  return id;
}

function ship(orderGid: string | null): void {
  const tracking = [{ company: "Royal Mail", number: "RM1", url: null }];
  const shipped = world.shopify.controls.fulfill(world.shopDomain, orderGid as never, { tracking });
  expect(shipped).toMatchObject({ ok: true });
}

const numberOf = (gid: string | null) => Number(gid?.split("/").at(-1));

/** Nothing of the buyer is left on the order, and its page names nobody. */
async function expectForgotten(remoteId: string): Promise<void> {
  const order = await orderOf(remoteId);
  expect(order).toMatchObject({ buyerSealed: null, buyerKeys: [], redactedAt: expect.any(Date) });
  expect((await readOrder(world.rt, world.shopId, order.id))?.customer.name ?? null).toBe(null);
}

describe("where the merchant wants less kept", () => {
  const keep = async (after: { historyDays: number | null; buyerDays: number | null }) =>
    expect(
      await world.drive(
        changeSetting(world.rt, { shopId: world.shopId, actor: "1", change: { setting: "retention", after } }),
      ),
    ).toEqual({ ok: true });
  /** Without the hours between, in which nothing else matters here. */
  const forgetIn = (days: number) => {
    const at = new Date(world.time.nowMs() + days * DAY_MS);
    return world.drive(forgetOld({ ...world.rt, clock: { ...world.rt.clock, now: () => at } }));
  };

  it("a buyer is forgotten so many days after their order is over, and not before", async () => {
    const id = buy("MUG-SLATE");
    await until(id, "placed");
    ship((await orderOf(id)).shopifyOrderGid);
    await world.until(
      "shipped",
      async () => (await database.db.shipment.count({ where: { state: "relayed" } })) === 1,
      30 * 60_000,
    );
    await forgetIn(15);
    expect((await orderOf(id)).buyerSealed).not.toBe(null);
    await keep({ historyDays: null, buyerDays: 14 });
    await forgetIn(13);
    expect((await orderOf(id)).buyerSealed).not.toBe(null);
    await keep({ historyDays: null, buyerDays: null });
    await forgetIn(15);
    expect((await orderOf(id)).buyerSealed).not.toBe(null);
    await keep({ historyDays: null, buyerDays: 14 });
    await forgetIn(15);
    await expectForgotten(id);
  });

  it("their history is forgotten sooner, and no other shop's", async () => {
    const other = await database.db.shop.create({
      data: { domain: "b.test", name: "b", currency: "GBP", timezone: "UTC", policy: {}, installedAt: new Date(0) },
    });
    await world.run(60_000);
    const startedAt = new Date(world.time.nowMs() - 40 * DAY_MS);
    const old = { kind: "settings", outcome: "done", message: "Long ago", startedAt };
    await database.db.attempt.createMany({ data: [world.shopId, other.id].map((shopId) => ({ ...old, shopId })) });
    const left = async () =>
      (await database.db.attempt.findMany({ where: { message: "Long ago" } })).map((one) => one.shopId);
    await forgetIn(0);
    expect(await left()).toHaveLength(2);
    await keep({ historyDays: 30, buyerDays: null });
    await forgetIn(0);
    expect(await left()).toEqual([other.id]);
    expect(await database.db.attempt.count()).toBeGreaterThan(1);
  });
});

describe("a buyer who is forgotten", () => {
  it("does not come back when the order is read again", async () => {
    const id = buy("MUG-SLATE");
    await until(id, "placed");
    const { shopifyOrderGid, customerGid } = await orderOf(id);
    await tell("customers/redact", {
      customer: { id: numberOf(customerGid) },
      orders_to_redact: [numberOf(shopifyOrderGid)],
    });
    await expectForgotten(id);
    const before = (await orderOf(id)).remoteUpdatedAt;
    ship(shopifyOrderGid);
    await world.until("read again", async () => (await orderOf(id)).remoteUpdatedAt > before, 30 * 60_000);
    await expectForgotten(id);
    expect(await database.db.customerIdentity.count()).toBe(0);
  });

  it("is found on each of their orders, whatever the list says: by the customer", async () => {
    const ids = [buy("MUG-SLATE"), buy("MUG-OAT")];
    for (const id of ids) await until(id, "placed");
    const { customerGid } = await orderOf(ids[0] ?? "");
    await tell("customers/redact", { customer: { id: numberOf(customerGid) }, orders_to_redact: [] });
    for (const id of ids) await expectForgotten(id);
    expect(await database.db.customerIdentity.count()).toBe(0);
  });

  it("is found on an order that is held, of which Shopify never heard: by what they are known by", async () => {
    const placed = buy("MUG-SLATE");
    await until(placed, "placed");
    const held = buy("EBAY-ONLY-TRAY");
    await until(held, "held");
    const somebody = buy("MUG-OAT", "somebody_else");
    await until(somebody, "placed");
    const { customerGid } = await orderOf(placed);
    await tell("customers/redact", { customer: { id: numberOf(customerGid) }, orders_to_redact: [] });
    await expectForgotten(held);
    expect((await orderOf(somebody)).buyerSealed).not.toBe(null);
  });

  it("leaves the marketplace's account: nothing is left that knows them, in any shop", async () => {
    const id = buy("MUG-SLATE");
    await until(id, "placed");
    expect(await database.db.customerIdentity.count()).toBeGreaterThan(0);
    const nothing = { remoteAccountId: null, orderRemoteId: null, deletedBuyerOtherIds: ["rosas-number"] };
    const hint = { kind: "hint", id: "1", topic: "MARKETPLACE_ACCOUNT_DELETION", ...nothing } as const;
    await acceptHint(world.rt, {
      connectorKey: "ebay",
      channelId: null,
      hint: { ...hint, deletedBuyerRemoteId: world.ebay.state.orders.get(id)?.buyer.username ?? "" },
    });
    await world.until("forgotten", async () => (await orderOf(id)).redactedAt !== null);
    await expectForgotten(id);
    expect(await database.db.customerIdentity.count()).toBe(0);
  });

  it("is in no message that was applied: its body goes as it is settled", async () => {
    const id = buy("MUG-SLATE");
    await until(id, "placed");
    await world.run(60_000);
    const settled = await database.db.delivery.findMany({ where: { state: { not: "stored" } } });
    expect(settled.length).toBeGreaterThan(0);
    expect(settled.filter((delivery) => delivery.payloadSealed !== null)).toEqual([]);
  });
});

/** The same app, so much later. */
function later(ms: number): Runtime {
  const now = world.time.nowMs() + ms;
  return { ...world.rt, clock: { ...world.rt.clock, now: () => new Date(now) } };
}

describe("what has an end", () => {
  it("is a buyer, so long after the parcel as the marketplace allows, and for good", async () => {
    const [shipped, open] = [buy("MUG-SLATE"), buy("MUG-OAT")];
    for (const id of [shipped, open]) await until(id, "placed");
    ship((await orderOf(shipped)).shopifyOrderGid);
    await world.until("relayed", async () => (await database.db.shipment.count({ where: { state: "relayed" } })) === 1);
    const keptMs = world.rt.connectors.get("ebay")?.manifest.buyerDataKeptMs ?? 0;
    await forgetOld(later(keptMs - DAY_MS));
    expect((await orderOf(shipped)).buyerSealed).not.toBe(null);
    await forgetOld(later(keptMs + DAY_MS));
    await expectForgotten(shipped);
    // Nobody shipped or cancelled the other; that does not keep its buyer for ever.
    expect((await orderOf(open)).buyerSealed).not.toBe(null);
    await forgetOld(later(keptMs + 91 * DAY_MS));
    await expectForgotten(open);
  });

  it("is a buyer after a cancellation, too", async () => {
    const id = buy("EBAY-ONLY-TRAY");
    await until(id, "held");
    const order = world.ebay.state.orders.get(id);
    if (order) cancelBySeller(world.ebay.state, order, "OUT_OF_STOCK_OR_CANNOT_FULFILL", world.time.now());
    await world.until("cancelled", async () => (await orderOf(id)).stage === "cancelled", 30 * 60_000);
    await forgetOld(later((world.rt.connectors.get("ebay")?.manifest.buyerDataKeptMs ?? 0) + DAY_MS));
    await expectForgotten(id);
  });

  it("are the buyers of a shop that left, though Shopify never asked for it", async () => {
    const id = buy("MUG-SLATE");
    await until(id, "placed");
    await removeShop(world.rt, await database.db.shop.findUniqueOrThrow({ where: { id: world.shopId } }));
    await forgetOld(later(2 * DAY_MS));
    expect((await orderOf(id)).buyerSealed).not.toBe(null);
    await forgetOld(later(8 * DAY_MS));
    expect(await orderOf(id)).toMatchObject({ buyerSealed: null, buyerKeys: [] });
    expect(await database.db.customerIdentity.count()).toBe(0);
  });

  it("is the ledger, whose sum stays the mirror", async () => {
    for (const units of [12, 9, 14]) {
      world.setStock("MUG-MOSS", units);
      await world.run(20_000);
    }
    const sums = () => database.db.$queryRaw`
      SELECT "inventoryItemGid", "locationGid", sum(delta)::int AS sum FROM "LedgerEntry" GROUP BY 1, 2 ORDER BY 1, 2`;
    const before = await sums();
    const entries = await database.db.ledgerEntry.count();
    await forgetOld(later(91 * DAY_MS));
    expect(await sums()).toEqual(before);
    const kept = await database.db.ledgerEntry.findMany();
    expect(kept.length).toBeLessThan(entries);
    expect(new Set(kept.map((entry) => entry.cause))).toEqual(new Set(["opening"]));
    // What comes later is folded into the same one.
    world.setStock("MUG-MOSS", 3);
    await world.run(20_000);
    const then = await sums();
    await forgetOld(later(92 * DAY_MS));
    expect(await sums()).toEqual(then);
    expect(await database.db.ledgerEntry.count()).toBe(kept.length);
  });

  it("are history, runs, messages and alerts that were resolved; no alert that is open", async () => {
    await world.run(60_000);
    const { db } = database;
    const alert = { shopId: world.shopId, severity: "info", title: "t", message: "m", openedAt: world.time.now() };
    await db.alert.create({ data: { ...alert, key: "open" } });
    await db.alert.create({ data: { ...alert, key: "resolved", resolvedAt: world.time.now() } });
    const counts = async () => [
      await db.attempt.count(),
      await db.run.count({ where: { finishedAt: { not: null } } }),
      await db.delivery.count({ where: { state: { not: "stored" } } }),
    ];
    world.setStock("MUG-MOSS", 3);
    await world.run(20_000);
    expect((await counts()).every((count) => count > 0)).toBe(true);
    await forgetOld(later(6 * DAY_MS));
    expect((await counts()).every((count) => count > 0)).toBe(true);
    await forgetOld(later(181 * DAY_MS));
    expect(await counts()).toEqual([0, 0, 0]);
    expect((await db.alert.findMany({ where: { key: { in: ["open", "resolved"] } } })).map((one) => one.key)).toEqual([
      "open",
    ]);
  });

  it("is a message that can't be applied: after three days it is given up, with an alert and without its body", async () => {
    const topic = "products/update";
    const of = { source: "shopify", account: world.shopDomain, topic, triggeredAt: world.time.now() };
    await acceptDelivery(world.rt, { ...of, remoteId: "bad", rawBody: '{"id":1}' });
    const find = () => database.db.delivery.findFirstOrThrow({ where: { remoteId: "bad" } });
    const { id } = await find();
    await database.db.delivery.update({ where: { id }, data: { attempts: 30 } });
    const tryIn = (ms: number) => {
      const admin = () => {
        throw new Error("Shopify does not answer");
      };
      return applyDelivery({ ...later(ms), admin }, { deliveryId: id.toString() });
    };
    await tryIn(2 * DAY_MS);
    expect(await find()).toMatchObject({ state: "stored", payloadSealed: expect.any(String) });
    await tryIn(3 * DAY_MS + 1);
    expect(await find()).toMatchObject({ state: "failed", payloadSealed: null });
    const open = await database.db.alert.findMany({ where: { resolvedAt: null, key: { contains: topic } } });
    expect(open.map((alert) => alert.title)).toEqual(["A message from Shopify was given up (products/update)"]);
  });
});

describe("an end that Shopify tells of late", () => {
  const hour = 60 * 60_000;
  const ago = (ms: number) => new Date(world.time.nowMs() - ms);
  const channel = () => database.db.channel.findUniqueOrThrow({ where: { id: channelId } });

  it("does nothing to an installation that is newer: not app/uninstalled, not shop/redact", async () => {
    for (const topic of ["app/uninstalled", "shop/redact"]) {
      const id = await tell(topic, {}, ago(hour));
      expect(await database.db.delivery.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: "ignored" });
    }
    expect(await channel()).toMatchObject({ state: "connected", credentialsSealed: expect.any(String) });
    expect(await database.db.session.count()).toBe(1);
  });

  it("is known as old by the token that Shopify gave since, though nobody had told us of the end", async () => {
    await world.run(10_000);
    const between = world.time.now();
    await world.run(10_000);
    await installShop(world.rt, { domain: world.shopDomain });
    await tell("app/uninstalled", {}, between);
    expect((await channel()).state).toBe("connected");
  });

  it("ends the installation that it is of", async () => {
    await world.run(1_000);
    await tell("app/uninstalled", {});
    expect(await channel()).toMatchObject({ state: "disconnected", credentialsSealed: null });
    expect(await database.db.session.count()).toBe(0);
  });
});
