/**
 * A page with a paid, an unpaid and a cancelled order is read: each ends once as what it is, wherever the worker that reads
 * the page, or holds the units of the unpaid one in Shopify, dies or stands still.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { SimOrder } from "#test/simulation/sim-orders.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import {
  type AwaitWorld,
  buy,
  createAwaitWorld,
  generalFaults,
  historyOf,
  rowOf,
  SKU,
  sellable,
  shopifyOrdersOf,
} from "./await-world.ts";
import { everyAwait, type Flow, SUITE_MS_MAX, WAYS, Watch } from "./every-await.ts";

interface Page {
  paid: SimOrder;
  unpaid: SimOrder;
  cancelled: SimOrder;
  /** Units held in Shopify before. */
  heldBefore: number;
}

const UNITS = { paid: 3, unpaid: 2, cancelled: 4 };

describe("an import", { timeout: SUITE_MS_MAX }, () => {
  let database: TestDatabase;
  let at: AwaitWorld;
  let readAtMs = 0;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  afterEach(() => at.world.close());

  const flow: Flow<Page> = {
    tasks: ["import-orders", "hold-stock"],
    prepare() {
      const heldBefore = at.world.reserved(SKU);
      const paid = buy(at, UNITS.paid);
      const unpaid = buy(at, UNITS.unpaid, { pay: false });
      const cancelled = buy(at, UNITS.cancelled);
      at.market.cancel(cancelled);
      return { paid, unpaid, cancelled, heldBefore };
    },
    begin: () => at.world.queue.add("import-orders", { channelId: at.channelId }, 0),
    /** What has been read is not taken back. */
    async during() {
      const before = readAtMs;
      readAtMs = (await database.db.channel.findFirstOrThrow()).ordersReadAt?.getTime() ?? 0;
      return readAtMs < before ? [`orders were read until ${before}, and then only until ${readAtMs}`] : [];
    },
    async isSettled({ paid, unpaid, cancelled, heldBefore }) {
      if (shopifyOrdersOf(at, paid).length === 0 || at.market.shown(at.listing) !== sellable(at)) return false;
      if (at.world.reserved(SKU) !== heldBefore + UNITS.unpaid || !(await rowOf(at, cancelled))) return false;
      for (const order of [paid, unpaid]) {
        const { lines = [] } = (await rowOf(at, order)) ?? {};
        if (lines.length === 0 || lines.some((line) => line.reservation?.state !== "posted")) return false;
      }
      return true;
    },
    async faults({ paid, unpaid, cancelled, heldBefore }) {
      const faults = await generalFaults(at);
      const orders = { paid, unpaid, cancelled };
      const held = at.world.reserved(SKU) - heldBefore;
      if (held !== UNITS.unpaid)
        faults.push(`${held} units are held in Shopify for ${UNITS.unpaid} that are not paid for`);
      for (const [name, order] of Object.entries(orders)) {
        const made = shopifyOrdersOf(at, order).length;
        if (made !== (name === "paid" ? 1 : 0)) faults.push(`Shopify has ${made} orders of the ${name} one`);
        const stage = (await rowOf(at, order))?.stage;
        if (stage !== STAGES[name]) faults.push(`the app calls the ${name} one ${stage}`);
        const said = (await historyOf(at, order)).filter((one) => one.startsWith("import-order"));
        const expected = `import-order done: market · market order ${order.id}: ${WORDS[name]}`;
        if (said.join() !== expected) faults.push(`history says: ${said.join("; ") || "nothing"}`);
      }
      return faults;
    },
  };
  const STAGES: Record<string, string> = { paid: "placed", unpaid: "waiting", cancelled: "cancelled" };
  const WORDS: Record<string, string> = {
    paid: "paid",
    unpaid: "not paid yet, its units are held",
    cancelled: "cancelled",
  };

  it.each(WAYS)("stores each order once, its worker %s at any await", async (way) => {
    const watch = new Watch();
    // A page that a dead worker was to read is read at the next poll.
    at = await createAwaitWorld(database, watch, { orderPollEveryMs: 60_000 });
    readAtMs = 0;
    expect(await everyAwait(at.world, watch, flow, { name: "import", way })).toEqual([]);
  });
});
