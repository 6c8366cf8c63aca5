/** A paid order goes to Shopify: once, wherever the worker that places it dies or stands still. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { SimOrder } from "#test/simulation/sim-orders.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import {
  type AwaitWorld,
  buy,
  createAwaitWorld,
  generalFaults,
  hint,
  historyOf,
  rowOf,
  sellable,
  shopifyOrdersOf,
} from "./await-world.ts";
import { everyAwait, type Flow, SUITE_MS_MAX, WAYS, Watch } from "./every-await.ts";

describe("placing", { timeout: SUITE_MS_MAX }, () => {
  let database: TestDatabase;
  let at: AwaitWorld;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  afterEach(() => at.world.close());

  async function isPlaced(order: SimOrder): Promise<boolean> {
    if (shopifyOrdersOf(at, order).length === 0 || at.market.shown(at.listing) !== sellable(at)) return false;
    const row = await rowOf(at, order);
    return row?.stage === "placed" && row.lines.every((line) => line.reservation?.state === "posted");
  }

  const placing: Flow<SimOrder> = {
    tasks: ["place-orders"],
    prepare: () => buy(at, 2),
    begin: (order) => hint(at, order),
    isSettled: isPlaced,
    async faults(order) {
      const faults = await generalFaults(at);
      const made = shopifyOrdersOf(at, order);
      if (made.length !== 1) faults.push(`Shopify has ${made.length} orders of it`);
      const units = made.flatMap((one) => one.lineItems.map((line) => line.quantity));
      if (units.join() !== "2") faults.push(`Shopify's order has ${units} units`);
      const row = await rowOf(at, order);
      if (row?.shopifyOrderGid !== made[0]?.id) faults.push(`the app has noted ${row?.shopifyOrderGid}`);
      const said = (await historyOf(at, order)).filter((one) => one.startsWith("place-order"));
      if (said.length !== 1 || !said[0]?.startsWith(`place-order done: Shopify order ${made[0]?.name} `))
        faults.push(`history says: ${said.join("; ") || "nothing"}`);
      return faults;
    },
  };

  /** It is cancelled on the marketplace while its worker stands still. */
  const cancelledMeanwhile: Flow<SimOrder> = {
    tasks: ["place-orders"],
    prepare: () => buy(at, 2),
    begin: (order) => hint(at, order),
    meanwhile(order) {
      at.market.cancel(order);
      hint(at, order);
    },
    async isSettled(order) {
      if (order.cancelledAtMs === null) return isPlaced(order);
      if (shopifyOrdersOf(at, order).some((one) => !one.cancelledAt)) return false;
      if (at.market.shown(at.listing) !== sellable(at)) return false;
      return (await rowOf(at, order))?.stage === "cancelled";
    },
    async faults(order) {
      const faults = await generalFaults(at);
      const made = shopifyOrdersOf(at, order);
      if (made.length > 1) faults.push(`Shopify has ${made.length} orders of it`);
      const isCancelled = order.cancelledAtMs !== null;
      if (isCancelled && made.some((one) => !one.cancelledAt)) faults.push("it is left in Shopify");
      const { stage } = (await rowOf(at, order)) ?? {};
      if (stage !== (isCancelled ? "cancelled" : "placed")) faults.push(`the app calls it ${stage}`);
      return faults;
    },
  };

  async function begin(): Promise<Watch> {
    const watch = new Watch();
    at = await createAwaitWorld(database, watch);
    return watch;
  }

  it.each(WAYS)("ends as one Shopify order, its worker %s at any await", async (way) => {
    const watch = await begin();
    expect(await everyAwait(at.world, watch, placing, { name: "placing", way })).toEqual([]);
  });

  it("leaves no order in Shopify that is cancelled while its worker stands still at any await", async () => {
    const watch = await begin();
    const named = { name: "placing, cancelled meanwhile", way: "stands still" as const };
    expect(await everyAwait(at.world, watch, cancelledMeanwhile, named)).toEqual([]);
  });
});
