/** A burst of Shopify's messages about levels: stored one by one, worked on in sets. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { storeDelivery } from "#app/deliveries/deliveries.ts";
import { applyLevelUpdates } from "#app/flows/apply-level-updates.ts";
import { LEVEL_UPDATE } from "#app/flows/delivery-task.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { createWorld, type World } from "#test/support/world/world.ts";

let database: TestDatabase;
let world: World;
let told = 0;
/** Before the next tick. */
const SOON_MS = 5_000;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.empty();
  const variants = ["MUG", "CAN"].map((sku) => ({ sku, price: "5.00", stock: { Here: 20 } }));
  world = await createWorld({
    database,
    tickMs: 20_000,
    store: {
      ...{ handle: "bursts", name: "Bursts", locations: [{ name: "Here" }] },
      products: variants.map((variant) => ({ title: variant.sku, variants: [variant] })),
    },
  });
  await world.until("mirrored", async () => (await database.db.shop.count({ where: { mirroredAt: null } })) === 0);
});
afterEach(() => world.close());

const levelOf = async (sku: string) => {
  const { inventoryItemGid } = await database.db.variant.findFirstOrThrow({ where: { sku } });
  return database.db.level.findFirstOrThrow({ where: { inventoryItemGid, available: { not: null } } });
};

/** Stored, and nobody nudged: told to be changed `seconds` from now. */
async function store(sku: string, available: number | null, seconds: number, account = world.shopDomain) {
  const { inventoryItemGid, locationGid } = await levelOf(sku);
  const idOf = (gid: string) => gid.split("/").at(-1);
  const updated_at = new Date(world.time.nowMs() + seconds * 1_000).toISOString();
  const level = { inventory_item_id: idOf(inventoryItemGid), location_id: idOf(locationGid), available, updated_at };
  return storeText(JSON.stringify(level), account);
}

async function storeText(rawBody: string, account = world.shopDomain): Promise<bigint> {
  told += 1;
  const at = { triggeredAt: null, receivedAt: world.time.now(), channelId: null };
  const payloadSealed = world.rt.secrets.seal(rawBody);
  const id = await storeDelivery(database.db, {
    ...LEVEL_UPDATE,
    ...at,
    remoteId: `told-${told}`,
    account,
    payloadSealed,
  });
  if (id === null) throw new Error("it had been stored before");
  return id;
}

const apply = (shopDomain = world.shopDomain) => world.drive(applyLevelUpdates(world.rt, { shopDomain }));
const stateOf = async (id: bigint) => (await database.db.delivery.findUniqueOrThrow({ where: { id } })).state;
const entriesOf = ({ inventoryItemGid }: { inventoryItemGid: string }) =>
  database.db.ledgerEntry.findMany({ where: { inventoryItemGid, cause: { not: "mirror" } }, orderBy: { id: "asc" } });

describe("a burst about a shop's levels", () => {
  it("sets each level once, to what was last, whatever came last", async () => {
    const before = await levelOf("MUG");
    await store("MUG", 5, 11);
    const last = await store("MUG", 3, 13);
    await store("MUG", 4, 12);
    const other = await store("CAN", 8, 11);
    await apply();
    expect((await levelOf("MUG")).available).toBe(3);
    expect((await levelOf("CAN")).available).toBe(8);
    expect(await database.db.delivery.count({ where: { state: { not: "applied" } } })).toBe(0);
    const entries = await entriesOf(before);
    expect(entries).toMatchObject([{ delta: 3 - (before.available ?? 0), reference: String(last), cause: "webhook" }]);
    expect(await entriesOf(await levelOf("CAN"))).toMatchObject([{ reference: String(other) }]);
  });

  it("asks Shopify once where two quantities of one second differ, and the rest does not wait for that", async () => {
    await world.run(SOON_MS);
    world.shopify.deliveries.disturb({ kind: "drop", topic: LEVEL_UPDATE.topic, times: 1 });
    world.setStock("MUG", 2);
    await store("MUG", 5, -2);
    await store("MUG", 6, -2);
    const other = await store("CAN", 8, 11);
    await apply();
    expect((await levelOf("MUG")).available).toBe(2);
    expect(await stateOf(other)).toBe("applied");
    expect(await database.db.delivery.count({ where: { state: { not: "applied" } } })).toBe(0);
  });

  it("keeps for later, and shows, what Shopify can't be asked about; what is clear is applied", async () => {
    const open = [await store("MUG", 5, 11), await store("MUG", 6, 11)];
    const clear = await store("CAN", 8, 11);
    const admin = () => {
      throw new Error("Shopify does not answer");
    };
    await world.drive(applyLevelUpdates({ ...world.rt, admin }, { shopDomain: world.shopDomain }));
    expect(await stateOf(clear)).toBe("applied");
    for (const id of open)
      expect(await database.db.delivery.findUniqueOrThrow({ where: { id } })).toMatchObject({
        ...{ state: "stored", attempts: 1, note: "Shopify does not answer", retryAt: expect.any(Date) },
      });
  });

  it("leaves out what can't be read, and nothing else", async () => {
    const odd = await storeText('{"inventory_item_id":');
    const good = await store("MUG", 5, 11);
    await apply();
    expect(await stateOf(good)).toBe("applied");
    expect(await stateOf(odd)).toBe("stored");
    expect((await levelOf("MUG")).available).toBe(5);
    await world.until("given up", async () => (await stateOf(odd)) === "failed", 60_000);
  });

  it("of a shop that is not here is ignored", async () => {
    const id = await store("MUG", 5, 11, "nobody.myshopify.com");
    await apply("nobody.myshopify.com");
    expect(await stateOf(id)).toBe("ignored");
    expect((await levelOf("MUG")).available).not.toBe(5);
  });

  it("that nobody was told of is found by the tick", async () => {
    await store("MUG", 5, 11);
    await store("MUG", 4, 12);
    await world.until("found", async () => (await levelOf("MUG")).available === 4, 60_000);
  });

  it("of more than a turn goes on after the others' turn", async () => {
    for (let n = 0; n < 2_100; n += 1) await store("MUG", n % 7, 10 + n);
    const nudged: unknown[] = [];
    const queue = { ...world.rt.queue, nudge: (...task: unknown[]) => void nudged.push(task) };
    const { shopDomain } = world;
    await world.drive(applyLevelUpdates({ ...world.rt, queue }, { shopDomain }));
    expect(await database.db.delivery.count({ where: { state: "stored" } })).toBe(100);
    expect(nudged).toEqual([["apply-level-updates", { shopDomain }]]);
    await apply();
    expect(await database.db.delivery.count({ where: { state: "stored" } })).toBe(0);
    expect((await levelOf("MUG")).available).toBe(2_099 % 7);
  });
});
