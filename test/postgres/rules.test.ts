/** A rule is saved while a product comes under it: whoever of the two comes first, the listing ends under the rule. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { upsertVariants, type VariantFacts } from "#app/catalogue/catalogue.ts";
import { systemClock } from "#app/clock.ts";
import { inTransaction, type Tx } from "#app/db.server.ts";
import { followRules } from "#app/flows/follow-rules.ts";
import { saveRule } from "#app/flows/manage-rules.ts";
import { keepRules } from "#app/listing-rules/listing-rules.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

/** For a statement to come to the lock that it waits for. */
const A_MOMENT_MS = 500;

describe("on real PostgreSQL", () => {
  let database: TestDatabase;
  let world: World;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    const products = [{ title: "Mug", variants: [{ sku: "A", price: "5.00", stock: { Leeds: 3 } }] }];
    ({ world } = await createConnectedWorld({
      database,
      store: { handle: "rules", name: "Rules", locations: [{ name: "Leeds" }], products },
      listings: [{ sku: "A", title: "A", price: "5.00", currency: "GBP", quantity: 3 }],
    }));
    await world.run(30_000);
  });

  const save = () =>
    saveRule(world.rt, {
      shopId: world.shopId,
      actor: null,
      approved: { zeroed: 9, lowered: 9, raised: 9 },
      id: null,
      rule: {
        name: "Clearance",
        match: "all",
        conditions: [{ field: "tag", is: true, text: "clearance" }],
        channelId: null,
        action: { kind: "policy", policy: { cap: 1 } },
      },
    });
  const isUnderRule = async () => (await database.db.listing.findFirstOrThrow()).ruleId !== null;

  it("the rule waits for a product that is being stored, and hits it", async () => {
    const variant = await database.db.variant.findFirstOrThrow();
    const { gid, productGid, productTitle, title, sku, barcode, inventoryItemGid, tracked } = variant;
    const named = { gid, productGid, productTitle, title, sku, barcode, inventoryItemGid, tracked };
    const ruled = { vendor: "", productType: "", tags: ["clearance"], price: "5.00" };
    const facts: VariantFacts = { ...named, ...ruled, status: "active" };
    let letGo = (): void => undefined;
    let tell = (): void => undefined;
    const isStored = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const free = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const storing = inTransaction(database.db, async (tx: Tx) => {
      await keepRules(tx, world.shopId);
      const stored = await upsertVariants(tx, world.shopId, [facts], variant.readNumber + 1n);
      await followRules(world.rt, tx, world.shopId, { variantIds: stored.map(({ id }) => id) });
      tell();
      await free;
    });
    await isStored;
    let isSaved = false;
    const saving = save().then((reply) => {
      isSaved = true;
      return reply;
    });
    await systemClock.sleep(A_MOMENT_MS);
    expect(isSaved).toBe(false);
    letGo();
    await storing;
    expect(await saving).toEqual({ ok: true });
    expect(await isUnderRule()).toBe(true);
    world.close();
  });
});
