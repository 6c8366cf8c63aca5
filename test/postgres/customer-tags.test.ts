/** Tags are turned on while a customer is counted: whoever of the two comes first, nobody is left out. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "#app/clock.ts";
import { countCustomers } from "#app/customers/figures.ts";
import { beginTags, listDueTags, recordTags, recordTagsSending } from "#app/customers/taggings.ts";
import { inTransaction } from "#app/db.server.ts";
import { lockTagsCustomers, recordInstall, setTagsCustomers } from "#app/shops/shops.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";

const GID = "gid://shopify/Customer/1";
/** For a statement to come to the lock that it waits for. */
const A_MOMENT_MS = 500;
const NOW = new Date("2026-11-30T12:00:00Z");

describe("on real PostgreSQL", () => {
  let database: TestDatabase;
  let shopId: number;
  let customerId: number;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.empty();
    ({ id: shopId } = await inTransaction(database.db, (tx) => recordInstall(tx, "a.myshopify.test", NOW)));
    const data = { shopId, customerGid: GID, createdAt: NOW };
    ({ id: customerId } = await database.db.customer.create({ data }));
  });

  const due = () => listDueTags(database.db, shopId, NOW, 10);

  /** Resolves `reached` once the work is done, and ends the transaction when told. */
  function held(work: Parameters<typeof inTransaction<void>>[1]) {
    let letGo = (): void => undefined;
    let tell = (): void => undefined;
    const reached = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const free = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const ended = inTransaction(database.db, async (tx) => {
      await work(tx);
      tell();
      await free;
    });
    return { reached, ended, letGo };
  }

  const turnOn = async (tx: Parameters<Parameters<typeof inTransaction<void>>[1]>[0]): Promise<void> => {
    await lockTagsCustomers(tx, shopId);
    await setTagsCustomers(tx, shopId, true);
    await beginTags(tx, shopId, NOW);
  };

  it("the setting waits for who is being counted", async () => {
    const count = held(async (tx) => {
      await countCustomers(tx, [customerId], NOW);
      // As a purchase that is counted leaves it; where there is none, there is no stage.
      await tx.customer.update({ where: { id: customerId }, data: { stage: "new" } });
    });
    await count.reached;
    let isTurned = false;
    const turned = inTransaction(database.db, turnOn).then(() => {
      isTurned = true;
    });
    await systemClock.sleep(A_MOMENT_MS);
    expect(isTurned).toBe(false);
    count.letGo();
    await Promise.all([count.ended, turned]);
    expect(await due()).toMatchObject([{ customerGid: GID, stage: "new" }]);
  });

  it("who is counted while it is turned on waits for it, and is marked", async () => {
    const turning = held(turnOn);
    await turning.reached;
    expect(await due()).toEqual([]);
    const counted = inTransaction(database.db, (tx) => countCustomers(tx, [customerId], NOW));
    await systemClock.sleep(A_MOMENT_MS);
    turning.letGo();
    await Promise.all([turning.ended, counted]);
    expect(await due()).toMatchObject([{ customerGid: GID }]);
  });

  it("what changes while it is sent stays due", async () => {
    await inTransaction(database.db, turnOn);
    await inTransaction(database.db, (tx) => countCustomers(tx, [customerId], NOW));
    const [sent] = await due();
    if (!sent) throw new Error("nothing is due");
    expect(await inTransaction(database.db, (tx) => recordTagsSending(tx, sent, ["Lockstep: new"]))).toBe(true);
    await inTransaction(database.db, (tx) => countCustomers(tx, [customerId], NOW));
    await inTransaction(database.db, (tx) => recordTags(tx, sent, ["Lockstep: new"]));
    const [again] = await due();
    expect(again).toMatchObject({ version: sent.version + 1, tags: ["Lockstep: new"], isUnclear: false });
    expect(await inTransaction(database.db, (tx) => recordTagsSending(tx, sent, []))).toBe(false);
    // Nor is a row forgotten that is due again.
    await inTransaction(database.db, (tx) => recordTags(tx, sent, []));
    expect(await due()).toMatchObject([{ tags: [] }]);
  });

  it("many counts of the same people at once, in whatever order, and the setting turned meanwhile, stop nobody", async () => {
    const people = await database.db.customer.createManyAndReturn({
      data: Array.from({ length: 20 }, (_, index) => ({
        shopId,
        customerGid: `gid://shopify/Customer/${100 - index}`,
        createdAt: NOW,
      })),
    });
    const ids = people.map((one) => one.id);
    await inTransaction(database.db, turnOn);
    const counts = Array.from({ length: 12 }, (_, turn) =>
      inTransaction(database.db, (tx) => countCustomers(tx, turn % 2 ? ids : [...ids].reverse(), NOW)),
    );
    await Promise.all([...counts, inTransaction(database.db, turnOn), inTransaction(database.db, turnOn)]);
    expect(await database.db.customerTagging.count()).toBe(20);
  });
});
