import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

const DAY = "ebay:ebay-inventory-day";
const CALLS_A_DAY = 2_000_000;
const SLOT_MS = (24 * 60 * 60_000) / 20;

describe("under a scarce budget", () => {
  let database: TestDatabase;
  let world: World;
  let channelId: number;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    ({ world, channelId } = await createConnectedWorld({ database }));
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    await world.until("first push", () => shown("MUG-MOSS") === 30 && shown("MUG-SLATE") === 22);
    await world.run(5_000);
  });
  afterEach(() => world.close());

  const shown = (sku: string) => world.ebay.controls.shown()[sku];
  /** All but this part of the day's calls are used by the app itself. */
  const leave = (part: number) =>
    database.db.budget.update({
      where: { name: DAY },
      data: {
        allowance: {
          slots: { [Math.floor(world.time.nowMs() / SLOT_MS)]: { app: Math.ceil(CALLS_A_DAY * (1 - part)) } },
          tokens: 0,
          atMs: 0,
        },
      },
    });

  it("decreases go out with the calls that are kept for them, while increases wait", async () => {
    await leave(0.15);
    world.setStock("MUG-SLATE", 50);
    await world.run(10_000);
    world.setStock("MUG-MOSS", 9);
    await world.until("the decrease", () => shown("MUG-MOSS") === 9);
    await world.run(10_000);
    expect(shown("MUG-SLATE")).toBe(22);

    await leave(0.9);
    world.setStock("MUG-SLATE", 51);
    await world.until("and the increase, when there are calls for it again", () => shown("MUG-SLATE") === 51);
  });
});
