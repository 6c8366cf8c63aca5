import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { approveFirstPush, setChannelPolicy } from "#app/flows/manage-channel.ts";
import { readPreview } from "#app/views/channels.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { createWorld, type World } from "#test/support/world/world.ts";

describe("the main journey, in virtual time", () => {
  let database: TestDatabase;
  let world: World;
  let channelId: number;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.empty();
    world = await createWorld({ database });
    await world.until(
      "mirrored",
      async () => (await world.rt.db.shop.count({ where: { mirroredAt: { not: null } } })) === 1,
    );
    channelId = await world.connectEbay();
    await world.until("listings read", async () => {
      const channel = await world.rt.db.channel.findUniqueOrThrow({ where: { id: channelId } });
      return channel.listingsReadAt !== null;
    });
  });
  afterEach(() => world.close());

  it("a channel with no policy and no choice of locations draws on all of them", async () => {
    const preview = await readPreview(world.rt, world.shopId, channelId);
    expect(preview.rows.find((row) => row.sku === "MUG-MOSS")?.quantity).toBe(30);
  });

  it("a change of stock reaches the listing, less the buffer", async () => {
    await setChannelPolicy(world.rt, {
      shopId: world.shopId,
      channelId,
      policy: { buffer: { kind: "units", units: 2 } },
      locationGids: [],
    });
    expect(await approveFirstPush(world.rt, { shopId: world.shopId, channelId })).toEqual({ ok: true });
    await world.until("first push", () => world.ebay.controls.shown()["MUG-MOSS"] === 28);
    world.setStock("MUG-MOSS", 11);
    await world.until("the listing follows", () => world.ebay.controls.shown()["MUG-MOSS"] === 9);
  });
});
