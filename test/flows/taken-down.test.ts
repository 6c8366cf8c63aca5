/** Where a listing that shows 0 is deleted, no setting brings it back, and none promises to. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Moves } from "#app/changes/effect.ts";
import { changeSetting } from "#app/flows/change-setting.ts";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { createMarketWorld } from "./market-world.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

it.each([
  ["deleted", { ok: true }],
  ["inactive", { ok: false, asks: { zeroed: 0, lowered: 0, raised: 1 } }],
] as const)("a change of the policy says what comes of it where zero means %s", async (atZero, reply) => {
  const sku = "MUG-MOSS";
  const { world, market, channelId } = await createMarketWorld({
    database,
    sku,
    quantity: 1,
    capabilities: { atZero },
  });
  await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
  const [listing] = [...market.listings.values()];
  if (!listing) throw new Error("the market has no listing");
  await world.until("pushed", () => market.shown(listing) === 30);
  await world.run(10_000);
  const setBuffer = (units: number, approved: Moves | null) => {
    const change = {
      setting: "channel-policy" as const,
      channelId,
      after: { buffer: { kind: "units" as const, units } },
    };
    return world.drive(changeSetting(world.rt, { shopId: world.shopId, change, approved }));
  };
  expect(await setBuffer(500, { zeroed: 1, lowered: 0, raised: 0 })).toEqual({ ok: true });
  await world.until("at zero", () => market.shown(listing) === 0);
  await world.run(10_000);
  expect(await setBuffer(0, null)).toMatchObject(reply);
  world.close();
});
