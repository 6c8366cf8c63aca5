import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countSoldElsewhere, readConsequences, readOversellFacts } from "#app/views/oversell-cost.ts";
import {
  estimateOversells,
  type OversellFacts,
  POLL_MINUTES_MAX,
  sayCaveats,
  sayNoFigure,
  sayRough,
} from "#app/views/oversell-cost-words.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { createSkuShop, NOW } from "./sku-shop.ts";

const counts = (...some: [minute: number, count: number][]): number[] => {
  const all = Array.from({ length: POLL_MINUTES_MAX }, () => 0);
  for (const [minute, count] of some) all[minute] = count;
  return all;
};
const FACTS: OversellFacts = {
  ...{ sales: 200, isCut: false, soldElsewhere: counts([0, 10], [9, 20], [30, 40]), channels: 3, takenDown: 12 },
  ...{ decreases: 50, staleMs: 90_000, averageOrder: 20 },
};
const ASSUMED = { pollMinutes: 10, costPerOrder: 20, supportMinutes: 15, hourlyCost: 40 };

describe("what overselling would cost", () => {
  it("is as often as a SKU sold out, times the chance that another channel sells it before the poll", () => {
    const estimate = estimateOversells(FACTS, ASSUMED);
    // 10 of them half a minute later, 20 nine and a half: 9.5 and 1 would have met the old number. Of 200 sales.
    expect(estimate?.chance).toBeCloseTo((10 * 0.95 + 20 * 0.05) / 200);
    expect(estimate?.soldOut).toBe(6);
    expect(estimate?.oversells).toBeCloseTo(6 * 0.0525);
    expect(estimate?.cost).toBeCloseTo(6 * 0.0525 * 30);
    expect(estimate?.staleMs).toBe(50 * 5 * 60_000);
  });

  it("grows with the time between polls, and is no sum where nobody says what an order costs", () => {
    const hourly = estimateOversells(FACTS, { ...ASSUMED, pollMinutes: 60 });
    expect(hourly?.chance).toBeGreaterThan(0.15);
    expect(estimateOversells(FACTS, { ...ASSUMED, costPerOrder: null })?.cost).toBeNull();
  });

  it("is not worked out without sales, or with one channel, and that is said", () => {
    for (const more of [{ sales: 0 }, { channels: 1 }]) {
      expect(estimateOversells({ ...FACTS, ...more }, ASSUMED)).toBeNull();
      expect(sayNoFigure({ ...FACTS, ...more })).toBeTruthy();
    }
    expect(sayNoFigure(FACTS)).toBeNull();
  });

  it("says what it does not know", () => {
    expect(sayCaveats(FACTS)).toHaveLength(1);
    const little = { sales: 99, isCut: true, soldElsewhere: counts(), takenDown: 0, averageOrder: null };
    expect(sayCaveats({ ...FACTS, ...little })).toHaveLength(6);
  });

  it("has no more places than it is good for", () => {
    expect([0, 0.01, 0.06, 3.14, 12.6].map(sayRough)).toEqual(["0", "less than 0.1", "0.1", "3.1", "13"]);
  });
});

it("sales of the same SKU on another channel are counted by the minutes in between, the next one alone", () => {
  const at = (minutes: number) => new Date(Date.UTC(2026, 10, 22, 12, minutes));
  const sale = (variantId: number, on: number, minutes: number) => ({ variantId, on, soldAt: at(minutes) });
  const counted = countSoldElsewhere([
    ...[sale(1, 2, 4), sale(1, 1, 0), sale(1, 1, 1), sale(1, 3, 20)],
    ...[sale(2, 1, 0), sale(2, 1, 1), sale(3, 1, 0), sale(3, 2, 60), sale(4, 1, 0), sale(4, 2, 59)],
  ]);
  // 0 -> 4, 1 -> 4, 4 -> 20; and of the fourth 0 -> 59. The same channel, and an hour later, are none.
  expect(counted).toEqual(counts([3, 1], [4, 1], [16, 1], [59, 1]));
});

describe("the facts", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  it("are of the shop's last 30 days alone, and of orders in its currency", async () => {
    const { db } = database;
    const { rt, shopId, channelId, variant, order } = await createSkuShop(database);
    const shop = { id: shopId, currency: "GBP" };
    expect(await readOversellFacts(rt, shop)).toMatchObject({
      sales: 0,
      channels: 0,
      takenDown: 0,
      averageOrder: null,
    });
    const { id: _, ...like } = await db.channel.findUniqueOrThrow({ where: { id: channelId } });
    const { id: otherId } = await db.channel.create({
      data: { ...like, policy: {}, onSale: {}, connectorKey: "Depop", remoteAccountId: "b" },
    });
    const variantId = await variant("MUG");
    const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
    const sell = async (minutes: number, on: number, paid: { currency: string; totalAmount: string }) => {
      const id = await order({ variantId, quantity: 1, soldAt: minutesAgo(minutes) }, { state: "posted" });
      await db.marketplaceOrder.update({ where: { id }, data: { channelId: on, ...paid } });
    };
    await sell(100, channelId, { currency: "GBP", totalAmount: "10.00" });
    await sell(97, otherId, { currency: "GBP", totalAmount: "20.00" });
    await sell(50, channelId, { currency: "EUR", totalAmount: "900.00" });
    await sell(31 * 24 * 60, otherId, { currency: "GBP", totalAmount: "900.00" });
    const day = { span: "day", counts: [], decreases: 4, decreasesMs: 8_000n, takenDown: 2 };
    for (const ago of [1, 40]) {
      const startsAt = minutesAgo(ago * 24 * 60);
      await db.latency.create({ data: { channelId, startsAt, ...day } });
    }
    expect(await readOversellFacts(rt, shop)).toEqual({
      ...{ sales: 3, isCut: false, soldElsewhere: counts([3, 1], [47, 1]), channels: 2, takenDown: 2 },
      ...{ decreases: 4, staleMs: 8_000, averageOrder: 15 },
    });
    const manifest = { cancellationCounts: "It counts." };
    const connectors = new Map([["Depop", { manifest }]]) as never;
    expect(await readConsequences({ db, connectors }, shopId)).toEqual(["It counts."]);
  });
});
