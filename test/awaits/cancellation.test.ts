/**
 * An order is cancelled on one side, and on the other once: its units come back into stock once, and the marketplace is
 * told once, wherever the worker that carries it over dies or stands still.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { SimOrder } from "#test/simulation/sim-orders.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import {
  type AwaitWorld,
  createAwaitWorld,
  generalFaults,
  hint,
  historyOf,
  isInStep,
  placedOrders,
  rowOf,
  SKU,
  shopifyOrdersOf,
} from "./await-world.ts";
import { everyAwait, type Flow, SUITE_MS_MAX, WAYS, Watch } from "./every-await.ts";

const UNITS = 2;

interface Cancelled {
  order: SimOrder;
  availableBefore: number;
  /** How often the marketplace was told to cancel an order. */
  toldBefore: number;
}

describe("a cancellation", { timeout: SUITE_MS_MAX }, () => {
  let database: TestDatabase;
  let at: AwaitWorld;
  let placed: () => Promise<SimOrder>;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  afterEach(() => at.world.close());

  async function begin(): Promise<Watch> {
    const watch = new Watch();
    at = await createAwaitWorld(database, watch);
    placed = placedOrders(at, UNITS);
    return watch;
  }

  const told = (): number => at.market.callTimesMs.filter((call) => call.operation === "cancelOrder").length;

  const both = {
    tasks: ["relay-cancellation" as const],
    async prepare() {
      const order = await placed();
      return { order, availableBefore: at.world.available(SKU), toldBefore: told() };
    },
    async isSettled({ order }: Cancelled) {
      if (!shopifyOrdersOf(at, order)[0]?.cancelledAt || order.cancelledAtMs === null) return false;
      if (!(await isInStep(at))) return false;
      const row = await rowOf(at, order);
      return row?.stage === "cancelled" && row.cancellations.every(({ state }) => state === "done");
    },
    async faults({ order, availableBefore }: Cancelled) {
      const faults = await generalFaults(at);
      if (order.cancelledAtMs === null) faults.push("it is left on the marketplace");
      const made = shopifyOrdersOf(at, order);
      if (made.length !== 1 || !made[0]?.cancelledAt) faults.push("it is left in Shopify");
      const back = at.world.available(SKU) - availableBefore;
      if (back !== UNITS) faults.push(`${back} units of ${UNITS} came back`);
      const { stage, cancellations = [] } = (await rowOf(at, order)) ?? {};
      if (stage !== "cancelled") faults.push(`the app calls it ${stage}`);
      const undone = cancellations.filter(({ state }) => state !== "done");
      if (cancellations.length === 0 || undone.length > 0) faults.push(`${undone.length} cancellations are left to do`);
      // Each side may bring the news of its own cancellation, and that is seen to be nothing to do.
      const said = (await historyOf(at, order)).filter((one) => one.startsWith("relay-cancellation"));
      const isSaid = said.every((one) => one.startsWith("relay-cancellation done"));
      if (!isSaid || said.length !== cancellations.length) faults.push(`history says: ${said.join("; ") || "nothing"}`);
      return faults;
    },
  } satisfies Omit<Flow<Cancelled>, "begin">;

  const toShopify: Flow<Cancelled> = {
    ...both,
    begin({ order }) {
      at.market.cancel(order);
      hint(at, order);
    },
    async faults(subject) {
      const faults = await both.faults(subject);
      if (told() !== subject.toldBefore) faults.push("the marketplace is told of its own cancellation");
      return faults;
    },
  };

  const toMarketplace: Flow<Cancelled> = {
    ...both,
    begin({ order }) {
      const gid = shopifyOrdersOf(at, order)[0]?.id ?? "";
      at.world.shopify.controls.cancel(at.world.shopDomain, gid, { reason: "CUSTOMER", restock: true });
    },
    async faults(subject) {
      const faults = await both.faults(subject);
      const times = told() - subject.toldBefore;
      if (times !== 1) faults.push(`the marketplace was told ${times} times`);
      return faults;
    },
  };

  it.each(WAYS)("on the marketplace gives the units back in Shopify once, its worker %s at any await", async (way) => {
    const watch = await begin();
    expect(await everyAwait(at.world, watch, toShopify, { name: "cancellation to Shopify", way })).toEqual([]);
  });

  it.each(WAYS)("in Shopify is told to the marketplace once, its worker %s at any await", async (way) => {
    const watch = await begin();
    const name = "cancellation to the marketplace";
    expect(await everyAwait(at.world, watch, toMarketplace, { name, way })).toEqual([]);
  });
});
