import { afterAll, beforeAll, expect, it } from "vitest";
import { PLAN_ENDED } from "#app/plans/entitlements.ts";
import type { Runtime } from "#app/runtime.ts";
import { LISTING_LABELS, type ListingStatusCode, type StatusFilter } from "#app/views/listing-status.ts";
import { readListings } from "#app/views/listings.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";

const NOW = new Date("2026-11-22T10:00:00Z");

let database: TestDatabase;
let rt: Runtime;
let shopId: number;
/** Which listings have which status. */
const expected = {} as Record<ListingStatusCode, string[]>;
const needsYou: string[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  rt = { db, connectors: new Map(), clock: { now: () => NOW } } as unknown as Runtime;
  const shop = await db.shop.create({
    data: { domain: "a.test", name: "a", currency: "GBP", timezone: "UTC", policy: {}, installedAt: NOW },
  });
  shopId = shop.id;

  const variant = async (sku: string, more: { tracked?: boolean; removedAt?: Date } = {}) => {
    const gids = { gid: `v-${sku}`, productGid: `p-${sku}`, inventoryItemGid: `i-${sku}` };
    const named = { productTitle: sku, title: "Default Title", sku: sku.split("#")[0] ?? sku };
    return (await db.variant.create({ data: { shopId, ...gids, ...named, tracked: true, ...more } })).id;
  };
  const channel = async (
    name: string,
    state: string,
    pushApprovedAt: Date | null,
    brakeReason: string | null = null,
  ) => {
    const named = {
      ...{ shopId, connectorKey: "somewhere", remoteAccountId: name, name, state },
      ...{ pushApprovedAt, brakeReason },
    };
    return (await db.channel.create({ data: { ...named, importOrdersSince: NOW, createdAt: NOW } })).id;
  };
  const open = await channel("open", "connected", NOW);
  const paused = await channel("paused", "paused", NOW);
  const lost = await channel("lost", "reconnect", NOW);
  const unapproved = await channel("unapproved", "connected", null);
  const planEnded = await channel("plan ended", "connected", null, PLAN_ENDED);
  await db.shopPlan.create({ data: { shopId, plan: "free", stockEndsAt: NOW, stockEndedAt: NOW } });
  const good = await variant("good");
  const inStep = { variantId: good, matchedBy: "sku", version: 1, acknowledgedVersion: 1 };

  const listing = async (status: ListingStatusCode, title: string, more: object, channelId = open) => {
    const named = { shopId, channelId, remoteId: title, title, sku: title };
    await db.listing.create({ data: { ...named, remoteState: "active", seenAt: NOW, ...more } });
    expected[status] = [...(expected[status] ?? []), title];
    if (["problem", "not-matched", "duplicate-sku", "approval", "plan-ended", "edited", "asked"].includes(status))
      needsYou.push(title);
  };
  await listing("in-step", "in step", inStep);
  await listing("updating", "stale", { ...inStep, version: 2 });
  await listing("updating", "unclear", { ...inStep, unclearSince: NOW });
  await listing("put-off", "put off", { ...inStep, problem: "No answer", retryAt: NOW });
  const short = await variant("short");
  await listing("held-back", "where some are missing", { ...inStep, variantId: short, unseenUnits: 2 });
  await listing("held-back", "which holds them back too", { ...inStep, variantId: short });
  await listing("problem", "refused", { ...inStep, problem: "Its price is missing." });
  await listing("edited", "edited", { ...inStep, editedAt: NOW });
  await listing("asked", "asked", { ...inStep, withdrawnAs: "draft" });
  const heldId = await variant("held");
  const held = { units: 0, takesDown: false, since: NOW, remindDays: 3 };
  await db.containment.create({ data: { variantId: heldId, shopId, ...held } });
  await listing("contained", "held by the merchant", { ...inStep, variantId: heldId });
  await listing("gone", "archived", { ...inStep, withdrawnAs: "archived", withdrawnAnswer: "zero" });
  await listing("kept", "kept", { ...inStep, withdrawnAs: "deleted", withdrawnAnswer: "keep" });
  await listing("excluded", "excluded", { ...inStep, excluded: true });
  await listing("left-alone", "theirs", { ...inStep, unmanagedBecause: "Amazon holds its stock." });
  await listing("ended", "ended", { ...inStep, remoteState: "ended" });
  await listing("ended", "removed", { ...inStep, removedAt: NOW });
  await listing("untracked", "untracked", { ...inStep, variantId: await variant("loose", { tracked: false }) });
  await listing("not-matched", "unknown", {});
  await listing("not-matched", "without SKU", { sku: null });
  await listing("not-matched", "deleted", { ...inStep, variantId: await variant("gone", { removedAt: NOW }) });
  await variant("twin#1");
  await variant("twin#2");
  await listing("duplicate-sku", "twin", { keyAmbiguous: true });
  await listing("approval", "unapproved", inStep, unapproved);
  await listing("plan-ended", "plan ended", inStep, planEnded);
  await listing("paused", "paused", inStep, paused);
  await listing("paused", "lost", inStep, lost);
  needsYou.push("lost");
});
afterAll(() => database.close());

const titles = async (status: StatusFilter | null, channelId: number | null = null) => {
  const view = await readListings(rt, shopId, { status, channelId, search: "", beside: null });
  return view.rows.map((row) => row.title).sort();
};

it.each(Object.keys(LISTING_LABELS) as ListingStatusCode[])(
  "the filter “%s” shows the listings of that status, as many as it says, and no other",
  async (status) => {
    expect(expected[status], "the test has such a listing").toBeDefined();
    expect(await titles(status)).toEqual([...expected[status]].sort());
    const { counts } = await readListings(rt, shopId, { status: null, channelId: null, search: "", beside: null });
    expect(counts[status]).toBe(expected[status].length);
  },
);

it("the filter “Needs you” shows what any status asks of the merchant", async () => {
  expect(await titles("needs-you")).toEqual([...needsYou].sort());
});

it("a status filter goes together with a channel and with a search", async () => {
  const { id } = await database.db.channel.findFirstOrThrow({ where: { name: "paused" } });
  expect(await titles("paused", id)).toEqual(["paused"]);
  const found = await readListings(rt, shopId, { status: "not-matched", channelId: null, search: "SKU", beside: null });
  expect(found.rows.map((row) => row.title)).toEqual(["without SKU"]);
});

it("what Home counts together is one filter", async () => {
  expect(await titles("any-updating")).toEqual(
    [...expected.updating, ...expected["held-back"], ...expected["put-off"]].sort(),
  );
  expect(await titles("any-in-step")).toEqual([...expected["in-step"], ...expected.contained, ...expected.gone].sort());
});
