/** A buyer is corrected while they are forgotten, or while the marketplace moves: whoever comes second sees what the first did. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findChannel } from "#app/channels/channels.ts";
import { inTransaction, type Tx } from "#app/db.server.ts";
import { correctAddress, readAddress } from "#app/flows/correct-address.ts";
import { openChannel } from "#app/flows/open-channel.ts";
import { storeOrder } from "#app/flows/store-order.ts";
import { forgetBuyers } from "#app/orders/buyers.ts";
import { openBuyer, openGiven } from "#app/orders/corrected-buyer.ts";
import { fingerprintOf } from "#app/orders/picture.ts";
import { orderByAnyId } from "#test/emulators/ebay/orders.ts";
import { buyOn, createOrderWorld, MINUTES } from "#test/flows/order-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

/** For a statement to come to the lock that it waits for. */
const A_MOMENT_MS = 500;

describe("on real PostgreSQL", () => {
  let database: TestDatabase;
  let world: World;
  let remoteId: string;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    world = await createOrderWorld(database);
    await database.db.channel.updateMany({ data: { holdsOrders: true } });
    remoteId = buyOn(world, { OAK: 1 });
    const held = { where: { stage: "held" } };
    await world.until("held", async () => (await database.db.marketplaceOrder.count(held)) === 1, 5 * MINUTES);
  });
  afterEach(() => world.close());

  const order = () => database.db.marketplaceOrder.findFirstOrThrow();

  /** A form that was opened: what saves it. */
  async function filledIn() {
    const of = { shopId: world.shopId, orderId: (await order()).id };
    const read = await readAddress(world.rt, of);
    if (!read.ok) throw new Error(read.message);
    const { values, shown } = read.address;
    return () => correctAddress(world.rt, { ...of, values: { ...values, line1: "9 Corrected Street" }, shown });
  }

  /** Does `first`, and `second` before that is committed: which must wait. */
  async function oneAfterTheOther<T>(first: (tx: Tx) => Promise<unknown>, second: () => Promise<T>): Promise<T> {
    let letGo = (): void => undefined;
    const free = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let tell = (): void => undefined;
    const reached = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const ended = inTransaction(database.db, async (tx) => {
      await first(tx);
      tell();
      await free;
    });
    await reached;
    let isDone = false;
    const waiting = second().finally(() => {
      isDone = true;
    });
    await new Promise((resolve) => setTimeout(resolve, A_MOMENT_MS));
    expect(isDone, "it must wait for who came first").toBe(false);
    letGo();
    await ended;
    return waiting;
  }

  /** As the marketplace shows it once the buyer moved. */
  async function movedPicture() {
    const there = orderByAnyId(world.ebay.state, remoteId);
    if (!there) throw new Error("eBay has no such order");
    Object.assign(there.buyer.contact, { city: "Leeds" });
    there.modifiedAt = new Date(world.time.nowMs() + 1_000).toISOString();
    const channel = await findChannel(database.db, (await order()).channelId);
    if (!channel) throw new Error("no channel");
    const opened = await openChannel(world.rt, channel, { urgent: true });
    if (!opened.ok) throw new Error(opened.failure.message);
    const read = await world.drive(opened.value.remote.readOrder(remoteId));
    if (!read.ok || !read.value) throw new Error("eBay does not show it");
    const picture = { order: read.value, fingerprint: fingerprintOf(world.rt.secrets.hash, read.value), isKnown: true };
    return (tx: Tx) => storeOrder(world.rt, tx, channel, picture);
  }

  it("who is being forgotten is not corrected: nothing of them is stored again", async () => {
    const save = await filledIn();
    const { buyerKeys } = await order();
    const refused = await oneAfterTheOther((tx) => forgetBuyers(tx, { keys: buyerKeys }, world.time.now()), save);
    expect(refused).toMatchObject({ ok: false, message: expect.stringContaining("Nothing is held of this buyer") });
    expect(await order()).toMatchObject({ buyerSealed: null, correctionSealed: null, stage: "held" });
  });

  it("what the merchant did not see is not corrected: the marketplace's new address stays", async () => {
    const save = await filledIn();
    const refused = await oneAfterTheOther(await movedPicture(), save);
    expect(refused).toMatchObject({ ok: false, message: expect.stringContaining("changed while you looked") });
    const held = await order();
    expect(held.correctionSealed).toBeNull();
    expect(openGiven(world.rt.secrets, held)?.shippingAddress?.city).toBe("Leeds");
  });

  it("a picture that comes while it is corrected is stored beside the correction, which counts", async () => {
    const save = await filledIn();
    const store = await movedPicture();
    const { id } = await order();
    // The lock that a correction takes first; then the correction itself, and the picture, as they come.
    const both = await oneAfterTheOther(
      (tx) => tx.$queryRaw`SELECT id FROM "MarketplaceOrder" WHERE id = ${id} FOR NO KEY UPDATE`,
      async () => {
        const saved = save();
        await new Promise((resolve) => setTimeout(resolve, A_MOMENT_MS / 2));
        return Promise.all([saved, inTransaction(database.db, store)]);
      },
    );
    const held = await order();
    const { secrets } = world.rt;
    expect(openGiven(secrets, held)?.shippingAddress?.city).toBe("Leeds");
    const counts = openBuyer(secrets, held)?.shippingAddress;
    if (both[0].ok) {
      expect(counts).toMatchObject({ line1: "9 Corrected Street" });
      expect(counts?.city).not.toBe("Leeds");
      const moved = { where: { key: `order-address-moved:${id}`, resolvedAt: null } };
      expect(await database.db.alert.count(moved)).toBe(1);
    } else expect([counts?.city, held.correctionSealed]).toEqual(["Leeds", null]);
  });
});
