import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { changeSetting } from "#app/flows/change-setting.ts";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import type { Policy } from "#app/inventory/policy.ts";
import { readPreview } from "#app/views/channels.ts";
import { sayZeroCauses } from "#app/views/words.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

const STOCK = { NONE: 0, ONE: 1, TEN: 10 };

describe("the preview of a push", () => {
  let database: TestDatabase;
  let world: World;
  let channelId: number;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    ({ world, channelId } = await createConnectedWorld({
      database,
      store: {
        handle: "preview",
        name: "Preview",
        locations: [{ name: "Here" }],
        products: Object.entries(STOCK).map(([sku, units]) => ({
          title: sku,
          variants: [{ sku, price: "5.00", stock: { Here: units } }],
        })),
      },
      listings: Object.keys(STOCK).map((sku) => ({ sku, title: sku, price: "5.00", currency: "GBP", quantity: 5 })),
    }));
  });
  afterEach(() => world.close());

  const preview = () => readPreview(world.rt, world.shopId, channelId);
  const setPolicy = (after: Policy) =>
    changeSetting(world.rt, { shopId: world.shopId, change: { setting: "channel-policy", channelId, after } });

  it("says of each listing that goes to 0 what keeps it there: no stock, or a policy that hides what there is", async () => {
    expect(sayZeroCauses((await preview()).zeroCauses)).toEqual(["1 has no stock in Shopify."]);
    await setPolicy({ buffer: { kind: "percent", percent: 20 } });
    expect(sayZeroCauses((await preview()).zeroCauses)).toEqual([
      "1 has no stock in Shopify.",
      "1 has stock, and the buffer keeps all of it back.",
    ]);
    await setPolicy({ threshold: 11 });
    expect((await preview()).zeroCauses).toEqual({ "no-stock": 1, threshold: 2 });
    await setPolicy({ cap: 0 });
    expect((await preview()).zeroCauses).toEqual({ "no-stock": 1, cap: 2 });
  });

  it("leaves out what a push leaves out: a listing that has ended over there", async () => {
    await database.db.listing.updateMany({ where: { sku: "TEN" }, data: { remoteState: "ended" } });
    const { counts, rows } = await preview();
    expect(counts.total).toBe(2);
    expect(rows.map((row) => row.sku)).not.toContain("TEN");
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    await world.run(30_000);
    const pushed = await database.db.attempt.findMany({ where: { kind: "push" }, distinct: ["listingId"] });
    expect(pushed).toHaveLength(counts.zeroed + counts.lowered + counts.raised);
  });

  it("of another shop's channel is empty", async () => {
    expect((await readPreview(world.rt, world.shopId + 1, channelId)).counts.total).toBe(0);
  });
});
