/**
 * An order is shipped in Shopify: the marketplace is told of its parcel once, for it takes each telling for another parcel
 * and writes to the buyer each time. Also where the reply was lost, and wherever the worker that tells it dies or stands
 * still.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { NO_FAULTS } from "#test/simulation/sim-marketplace.ts";
import type { SimOrder } from "#test/simulation/sim-orders.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import {
  type AwaitWorld,
  createAwaitWorld,
  generalFaults,
  historyOf,
  placedOrders,
  rowOf,
  shopifyOrdersOf,
} from "./await-world.ts";
import { everyAwait, type Flow, SUITE_MS_MAX, WAYS, Watch } from "./every-await.ts";

const UNITS = 2;

describe("a shipment", { timeout: SUITE_MS_MAX }, () => {
  let database: TestDatabase;
  let at: AwaitWorld;
  let prepare: () => Promise<SimOrder>;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  afterEach(() => at.world.close());

  async function begin(): Promise<Watch> {
    const watch = new Watch();
    at = await createAwaitWorld(database, watch);
    prepare = placedOrders(at, UNITS);
    return watch;
  }

  const trackingOf = ({ id }: SimOrder): string => `T-${id}`;

  function ship(order: SimOrder): void {
    const [made] = shopifyOrdersOf(at, order);
    at.world.shopify.controls.fulfill(at.world.shopDomain, made?.id ?? "", {
      tracking: [{ company: "Royal Mail", number: trackingOf(order), url: null }],
    });
  }

  const shipping: Flow<SimOrder> = {
    tasks: ["relay-shipment"],
    prepare: () => prepare(),
    begin: ship,
    async isSettled(order) {
      return order.parcels.length > 0 && (await rowOf(at, order))?.shipments[0]?.state === "relayed";
    },
    async faults(order) {
      const faults = await generalFaults(at);
      const [parcel, ...more] = order.parcels;
      if (more.length > 0) faults.push(`the marketplace was told of ${order.parcels.length} parcels`);
      const units = parcel?.lines.map((line) => line.quantity).join();
      if (parcel?.tracking !== trackingOf(order) || units !== String(UNITS))
        faults.push(`it was told of ${units} units with ${parcel?.tracking}`);
      const { shipments = [] } = (await rowOf(at, order)) ?? {};
      const stored = shipments.map(({ state, remoteId }) => `${state} ${remoteId}`).join(", ");
      if (stored !== `relayed ${parcel?.remoteId}`) faults.push(`the app has noted: ${stored}`);
      const said = (await historyOf(at, order)).filter((one) => one.startsWith("relay-shipment done"));
      if (said.length !== 1) faults.push(`history says: ${said.join("; ") || "nothing"}`);
      return faults;
    },
  };

  /** The parcel is taken, and the first reply that says so is lost. */
  const replyLost: Flow<SimOrder> = {
    ...shipping,
    begin(order) {
      isToLose = true;
      ship(order);
    },
  };
  let isToLose = false;
  function loseReplies(): void {
    at.market.onSending(async ({ operation }) => {
      if (operation !== "confirmShipment" || !isToLose) return () => undefined;
      isToLose = false;
      at.market.faults = { ...NO_FAULTS, replyLost: 1 };
      return () => {
        at.market.faults = { ...NO_FAULTS };
      };
    });
  }

  it.each(WAYS)("is told to the marketplace once, its worker %s at any await", async (way) => {
    const watch = await begin();
    expect(await everyAwait(at.world, watch, shipping, { name: "shipment", way })).toEqual([]);
  });

  it("is told once where the reply was lost, its worker is killed at any await", async () => {
    const watch = await begin();
    loseReplies();
    const named = { name: "shipment, reply lost", way: "is killed" as const };
    expect(await everyAwait(at.world, watch, replyLost, named)).toEqual([]);
  });
});
