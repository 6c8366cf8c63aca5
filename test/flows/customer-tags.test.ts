/** Shopify's customers have their stage and marketplaces as tags, where the merchant wants that, and no other tag is touched. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { countTags } from "#app/customers/taggings.ts";
import { changeSetting, undoChange } from "#app/flows/change-setting.ts";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { redactBuyer, redactCustomer } from "#app/flows/redact.ts";
import { tick } from "#app/flows/tick.ts";
import { readStages } from "#app/views/customer.ts";
import type { SimMarketplace } from "#test/simulation/sim-marketplace.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createMarketWorld } from "./market-world.ts";

const SKU = "MUG-MOSS";
const DAY_MS = 24 * 60 * 60_000;
const OWN = ["VIP", "lockstep fan"];

let database: TestDatabase;
let world: World;
let market: SimMarketplace;
let marketTag: string;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  const made = await createMarketWorld({ database, sku: SKU, quantity: 60, workers: 2 });
  ({ world, market } = made);
  marketTag = `Lockstep: ${world.rt.connectors.get("market")?.manifest.name}`;
  await approveFirstPush(world.rt, { shopId: world.shopId, channelId: made.channelId });
  await world.run(5_000);
});
afterEach(() => world.close());

const store = () => world.shopify.store(world.shopDomain);
const customerOf = (gid: string) => store().customers.get(gid as never);
const ours = (gid: string) => (customerOf(gid)?.tags ?? []).filter((tag) => tag.startsWith("Lockstep: ")).sort();
const theirs = (gid: string) => (customerOf(gid)?.tags ?? []).filter((tag) => !tag.startsWith("Lockstep: "));
const calls = () =>
  world.shopify.faults.calls.filter(({ operation }) => operation === "tagsAdd" || operation === "tagsRemove").length;
const turn = (after: boolean) =>
  changeSetting(world.rt, { shopId: world.shopId, actor: "7", change: { setting: "customer-tags", after } });
const rows = () => database.db.customerTagging.findMany({ orderBy: { customerGid: "asc" } });
const page = async () => (await readStages(world.rt, world.shopId, "7")).tags;
const counts = () => countTags(world.rt.db, world.shopId);
const alert = () => database.db.alert.findFirst({ where: { key: "customer-tags", resolvedAt: null } });
const settled = (ms = 60_000) =>
  world.until(
    "tags in step",
    async () => (await database.db.customerTagging.count({ where: { dueAt: { not: null } } })) === 0,
    ms,
  );

/** Bought on the marketplace, and placed in Shopify. Returns Shopify's customer. */
async function buy(remoteId: string) {
  const [listing] = [...market.listings.values()];
  const shown = {
    remoteId,
    name: `Cy ${remoteId}`,
    email: null,
    emailIsRelay: false,
    phone: null,
    phoneIsMasked: false,
  };
  const buyer = { shown: { ...shown, shippingAddress: null }, knownBy: { email: null, phone: null, id: null } };
  const there = listing && market.buy(listing, 1, { pay: true, buyer, visibleAfterMs: 0 });
  if (!there) throw new Error("nothing was sold");
  const made = () => [...store().orders.values()].find((one) => one.sourceIdentifier?.endsWith(`/${there.id}`));
  await world.until("placed", () => made() !== undefined, 60_000);
  await world.run(5_000);
  const gid = made()?.customerId ?? "";
  const customer = customerOf(gid);
  // A customer that an order makes comes with two tags, as orders do: the merchant took them off.
  if (customer) customer.tags = customer.tags.filter((tag) => tag !== "Lockstep" && tag !== "market");
  return { there, gid };
}

/** With tags of the merchant's own. */
async function buyTagged(remoteId: string) {
  const bought = await buy(remoteId);
  customerOf(bought.gid)?.tags.push(...OWN);
  return bought;
}

/** The same app, so much later. */
function later(ms: number) {
  const now = world.time.nowMs() + ms;
  return { ...world.rt, clock: { ...world.rt.clock, now: () => new Date(now) } };
}

describe("tags in Shopify", () => {
  it("are none where nobody asked for them", async () => {
    const { gid } = await buyTagged("cy");
    expect(customerOf(gid)?.tags).toEqual(OWN);
    expect(calls()).toBe(0);
    expect(await rows()).toEqual([]);
  });

  it("come to everybody once they are wanted, how many is said before; the merchant's own stay", async () => {
    const [one, two] = [await buyTagged("one"), await buyTagged("two")];
    expect(await page()).toMatchObject({ isOn: false, isUnderWay: false });
    expect(await counts()).toEqual({ toTag: 2, tagged: 0 });
    expect((await page()).names).toContain(marketTag);
    expect(await turn(true)).toEqual({ ok: true });
    expect(await page()).toMatchObject({ isOn: true, isUnderWay: true });
    await settled();
    for (const { gid } of [one, two]) {
      expect(ours(gid)).toEqual([marketTag, "Lockstep: new"].sort());
      expect(theirs(gid)).toEqual(OWN);
    }
    expect(await page()).toMatchObject({ isUnderWay: false });
    expect(await counts()).toEqual({ toTag: 2, tagged: 2 });
    const { message, actor } = await database.db.change.findFirstOrThrow();
    expect([message, actor]).toEqual([expect.stringContaining("2 customers"), "7"]);
  });

  it("come with the first order, move with the next, and cost nothing where they stay", async () => {
    await turn(true);
    const { gid } = await buy("cy");
    await settled();
    expect(ours(gid)).toContain("Lockstep: new");
    await buy("cy");
    await settled();
    expect(ours(gid)).toEqual([marketTag, "Lockstep: active"].sort());
    const before = calls();
    await buy("cy");
    await settled();
    expect(calls()).toBe(before);
  });

  it("move as time goes by, and go with a cancellation", async () => {
    await turn(true);
    const { gid, there } = await buyTagged("cy");
    await settled();
    await tick(later(91 * DAY_MS));
    await database.db.customerTagging.updateMany({ data: { dueAt: new Date(world.time.nowMs()) } });
    await settled();
    expect(ours(gid)).toEqual([marketTag, "Lockstep: at risk"].sort());
    market.cancel(there);
    await world.until("taken off", () => ours(gid).length === 0, 120_000);
    await settled();
    expect(theirs(gid)).toEqual(OWN);
    expect(await rows()).toEqual([]);
  });

  it("are taken off when they are not wanted any more, and come back when that is undone", async () => {
    const { gid } = await buyTagged("cy");
    await turn(true);
    await settled();
    expect(await turn(false)).toEqual({ ok: true });
    await settled();
    expect(customerOf(gid)?.tags).toEqual(OWN);
    expect(await rows()).toEqual([]);
    const { id: changeId, message } = await database.db.change.findFirstOrThrow({ orderBy: { id: "desc" } });
    expect(message).toContain("taken off customers in Shopify: 1 customer");
    expect(await undoChange(world.rt, { shopId: world.shopId, changeId })).toEqual({ ok: true });
    await settled();
    expect(ours(gid)).toHaveLength(2);
    // Nothing comes to anybody new in a shop that wants none.
    await turn(false);
    await settled();
    const other = await buy("other");
    expect(ours(other.gid)).toEqual([]);
  });

  it("of a customer that was merged with another in Shopify are one stage's again", async () => {
    await turn(true);
    const { gid } = await buy("cy");
    await settled();
    customerOf(gid)?.tags.push("Lockstep: lapsed", "Lockstep: at risk");
    await buy("cy");
    await settled();
    expect(ours(gid)).toEqual([marketTag, "Lockstep: active"].sort());
  });
});

describe("what Shopify says to tags", () => {
  it.each(["drop-before", "drop-after"] as const)(
    "a reply that is lost (%s) is asked for again, and once more later",
    async (kind) => {
      const { gid } = await buyTagged("cy");
      world.shopify.faults.add({ operation: "tagsRemove", kind, times: 2 });
      await turn(true);
      await settled(5 * 60_000);
      expect(ours(gid)).toHaveLength(2);
      expect(theirs(gid)).toEqual(OWN);
      expect(calls()).toBe(4);
      expect(await page()).toMatchObject({ standsStill: null });
    },
  );

  it("a customer who is not there any more is left, and the others get theirs", async () => {
    const [gone, here] = [await buy("gone"), await buy("here")];
    store().customers.delete(gone.gid as never);
    await turn(true);
    await settled();
    expect(ours(here.gid)).toHaveLength(2);
    expect((await rows()).map((row) => row.customerGid)).toEqual([here.gid]);
  });

  it("a customer who has no room for more is shown, and keeps nobody waiting", async () => {
    const [full, here] = [await buy("full"), await buy("here")];
    customerOf(full.gid)?.tags.push(...Array.from({ length: 250 }, (_, index) => `own ${index}`));
    await turn(true);
    await settled();
    expect(ours(here.gid)).toHaveLength(2);
    expect(theirs(full.gid)).toHaveLength(250);
    expect(await page()).toMatchObject({ refused: 1, problem: expect.stringContaining("250"), isUnderWay: false });
    // Their next order tries it again.
    customerOf(full.gid)?.tags.splice(0, 10);
    await buy("full");
    await settled();
    expect(ours(full.gid)).toContain("Lockstep: active");
    expect(await page()).toMatchObject({ refused: 0, problem: null });
  });

  it("without the permission it is said, asked ever later, and done once it is there", async () => {
    const { gid } = await buyTagged("cy");
    const { installation } = store();
    if (!installation) throw new Error("not installed");
    const { scopes } = installation;
    installation.scopes = scopes.replace(",write_customers", "");
    await turn(true);
    await world.run(30_000);
    expect(ours(gid)).toEqual([]);
    expect(await alert()).toMatchObject({ message: expect.stringContaining("write_customers") });
    expect(await page()).toMatchObject({ isUnderWay: true, standsStill: expect.stringContaining("write_customers") });
    const before = calls();
    await world.run(60_000);
    expect(calls() - before).toBeLessThan(5);
    installation.scopes = scopes;
    await settled(10 * 60_000);
    expect(ours(gid)).toHaveLength(2);
    expect(await alert()).toBeNull();
    expect(await page()).toMatchObject({ standsStill: null });
  });
});

describe("who is forgotten", () => {
  it("by Shopify's word gets none any more", async () => {
    await turn(true);
    const { gid } = await buyTagged("cy");
    await settled();
    customerOf(gid)?.tags.splice(0);
    const shop = await database.db.shop.findUniqueOrThrow({ where: { id: world.shopId } });
    await redactCustomer(world.rt, shop, { customer: { id: gid }, orders_to_redact: [] });
    await world.run(60_000);
    expect(await rows()).toEqual([]);
    expect(customerOf(gid)?.tags).toEqual([]);
  });

  it("by a marketplace's word loses theirs", async () => {
    await turn(true);
    const { gid } = await buyTagged("cy");
    await settled();
    await redactBuyer(world.rt, { connectorKey: "market", buyerRemoteIds: ["cy"] });
    await settled();
    expect(customerOf(gid)?.tags).toEqual(OWN);
    expect(await rows()).toEqual([]);
  });
});

describe("tags of a shop that goes", () => {
  it("are not asked for any more", async () => {
    await turn(true);
    const { gid } = await buy("cy");
    await settled();
    await database.db.shop.updateMany({ data: { uninstalledAt: new Date(world.time.nowMs()) } });
    await database.db.customerTagging.updateMany({ data: { dueAt: new Date(world.time.nowMs()), isUnclear: true } });
    const before = calls();
    await world.run(30_000);
    expect(calls()).toBe(before);
    expect(ours(gid)).toHaveLength(2);
  });
});
