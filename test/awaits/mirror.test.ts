/**
 * What Shopify has is read: a new product because a webhook names it, the whole catalogue because it is time to, levels from
 * the webhooks that tell of them. Stock that
 * changed without a webhook is corrected, and what has changed since is not undone, wherever the worker that reads dies or
 * stands still.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { addMs } from "#app/clock.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import {
  type AwaitWorld,
  createAwaitWorld,
  generalFaults,
  isInStep,
  lastAttemptId,
  runsLeft,
  SKU,
} from "./await-world.ts";
import { everyAwait, type Flow, SUITE_MS_MAX, Watch } from "./every-await.ts";

/** Longer than a reading of the catalogue is good for. */
const OLD_MS = 31 * 60_000;
/** Units that were sold without a webhook, and with one. */
const UNITS = { unsaid: 3, said: 5 };
const NEW_VARIANT = {
  ...{ title: "Default Title", barcode: null, price: "10.00" },
  ...{ tracked: true, mutable: true, inventoryPolicy: "DENY" as const, stock: { Here: 4 } },
};

interface ReadAgain {
  /** Another each time. */
  name: string;
  begunAtMs: number;
  attemptsAfter: bigint;
}

describe("a reading of Shopify", { timeout: SUITE_MS_MAX }, () => {
  let database: TestDatabase;
  let at: AwaitWorld;
  let named = 0;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  afterEach(() => at.world.close());

  async function begin(): Promise<Watch> {
    const watch = new Watch();
    at = await createAwaitWorld(database, watch);
    return watch;
  }

  function sell(units: number, sku = SKU): void {
    at.world.setStock(sku, at.world.available(sku) - units);
  }

  function inShopify(sku: string) {
    const variants = at.world.shopify.store(at.world.shopDomain).variants.values();
    return [...variants].find((one) => one.sku === sku);
  }

  function relabel(barcode: string): void {
    at.world.shopify.controls.editVariant(at.world.shopDomain, inShopify(SKU)?.id ?? "", { barcode });
  }

  async function prepare(): Promise<ReadAgain> {
    named += 1;
    return { name: `NEW-${named}`, begunAtMs: at.world.time.nowMs(), attemptsAfter: await lastAttemptId(at) };
  }

  async function isMirrored(sku: string): Promise<boolean> {
    const variant = await database.db.variant.findFirst({ where: { sku } });
    const level = await database.db.level.findFirst({
      where: { inventoryItemGid: variant?.inventoryItemGid ?? "", available: at.world.available(sku) },
    });
    return level !== null && variant?.barcode === inShopify(sku)?.barcode;
  }

  async function faults(sku: string): Promise<string[]> {
    const found = await generalFaults(at);
    if (!(await isMirrored(sku))) found.push(`of ${sku} the mirror shows what Shopify does not`);
    for (const { topic, state } of await database.db.delivery.findMany({
      where: { state: { in: ["stored", "failed"] } },
    }))
      found.push(`a webhook of ${topic} is ${state}`);
    return found;
  }

  const product: Flow<ReadAgain> = {
    tasks: ["apply-delivery"],
    prepare,
    begin({ name }) {
      at.world.shopify.controls.addProduct(at.world.shopDomain, {
        ...{ title: name, vendor: "Awaits", tags: [], productType: "Mug", status: "ACTIVE" },
        variants: [{ ...NEW_VARIANT, sku: name }],
      });
    },
    /** Of a product that is not known yet. */
    meanwhile: ({ name }) => sell(1, name),
    async isSettled({ name }) {
      return (await isMirrored(name)) && (await database.db.delivery.count({ where: { state: "stored" } })) === 0;
    },
    faults: ({ name }) => faults(name),
  };

  const catalogue: Flow<ReadAgain> = {
    tasks: ["mirror-shop"],
    prepare,
    async begin({ name }) {
      const { world } = at;
      for (const topic of ["inventory_levels/update", "products/update"])
        world.shopify.deliveries.disturb({ kind: "drop", topic, times: 1 });
      sell(UNITS.unsaid);
      relabel(name);
      // As the clock does: what a dead worker was to read is found by the tick.
      const levelsCheckedAt = addMs(world.time.now(), -OLD_MS);
      await database.db.shop.update({ where: { id: world.shopId }, data: { levelsCheckedAt } });
      world.queue.add("mirror-shop", { shopId: world.shopId }, 0);
    },
    /** What it may have read changes again, and the webhooks of that are applied. */
    meanwhile({ name }) {
      sell(UNITS.said);
      relabel(`${name}-2`);
    },
    async isSettled({ begunAtMs }) {
      const { levelsCheckedAt } = await database.db.shop.findFirstOrThrow();
      if (!levelsCheckedAt || levelsCheckedAt.getTime() < begunAtMs) return false;
      if ((await database.db.run.count({ where: { state: "running" } })) > 0) return false;
      return (await isMirrored(SKU)) && (await isInStep(at));
    },
    async faults({ attemptsAfter }) {
      const found = await faults(SKU);
      const said = await database.db.attempt.count({ where: { kind: "mirror", id: { gt: attemptsAfter } } });
      if (said === 0) found.push("history says nothing of it");
      found.push(...(await runsLeft(at)));
      return found;
    },
  };

  /** Told of by a webhook, while Shopify is not asked at all. */
  const levels: Flow<ReadAgain> = {
    tasks: ["apply-level-updates"],
    prepare,
    begin: () => sell(UNITS.unsaid),
    meanwhile: () => sell(UNITS.said),
    async isSettled() {
      if (!(await isMirrored(SKU)) || !(await isInStep(at))) return false;
      return (await database.db.delivery.count({ where: { state: "stored" } })) === 0;
    },
    faults: () => faults(SKU),
  };

  const FLOWS = { "a product": product, "the catalogue": catalogue, levels };
  const NAMES = ["a product", "the catalogue", "levels"] as const;

  it.each(NAMES)("of %s corrects the mirror, its worker is killed at any await", async (what) => {
    const watch = await begin();
    const named = { name: `reading of ${what}`, way: "is killed" as const };
    expect(await everyAwait(at.world, watch, FLOWS[what], named)).toEqual([]);
  });

  it.each(NAMES)("of %s undoes nothing that came meanwhile, its worker stands still at any await", async (what) => {
    const watch = await begin();
    const named = { name: `reading of ${what}, changed meanwhile`, way: "stands still" as const };
    expect(await everyAwait(at.world, watch, FLOWS[what], named)).toEqual([]);
  });
});
