/** Pages of listings, of more than are sorted at once: each status as the one table of rules says, in one order, forth and back. */

import { afterAll, beforeAll, expect, it } from "vitest";
import { PLAN_ENDED } from "#app/plans/entitlements.ts";
import type { Runtime } from "#app/runtime.ts";
import { readFactsOf } from "#app/views/listing-facts.ts";
import { type ListingFilter, nextMatching } from "#app/views/listing-filter.ts";
import {
  isOfFilter,
  LISTING_LABELS,
  listingStatus,
  STATUS_FILTERS,
  type StatusFilter,
} from "#app/views/listing-status.ts";
import { readListings } from "#app/views/listings.ts";
import { PAGE_SIZE } from "#app/views/paging.ts";
import { createRandom } from "#test/support/world/random.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";

const NOW = new Date("2026-11-22T10:00:00Z");
/** Of the first channel; more than are sorted where an index finds them. */
const MANY = 1_300;

let database: TestDatabase;
let rt: Runtime;
let shopId: number;
let channelIds: number[];
/** Of all listings, in the order of the list. */
let inOrder: { id: number; channelId: number; is: (filter: StatusFilter) => boolean }[];

/** Two variants have one of the SKUs, as whoever looks for a match finds out. */
const skuOf = (sku: string | null) => ({ sku, keyAmbiguous: sku === "twin" });

beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  const random = createRandom(7);
  rt = { db, connectors: new Map(), clock: { now: () => NOW } } as unknown as Runtime;
  const shop = await db.shop.create({
    data: { domain: "a.test", name: "a", currency: "GBP", timezone: "UTC", policy: {}, installedAt: NOW },
  });
  shopId = shop.id;
  const variant = async (sku: string, more: { tracked?: boolean; removedAt?: Date } = {}) => {
    const gids = { gid: `v-${sku}`, productGid: `p-${sku}`, inventoryItemGid: `i-${sku}` };
    const named = { productTitle: sku, title: "Default Title", sku };
    return (await db.variant.create({ data: { shopId, ...gids, ...named, tracked: true, ...more } })).id;
  };
  const [good, removed, loose, held, short] = [
    await variant("good"),
    await variant("removed", { removedAt: NOW }),
    await variant("loose", { tracked: false }),
    await variant("held"),
    await variant("short"),
  ];
  await variant("twin");
  const twin = {
    gid: "v-twin-2",
    productGid: "p",
    inventoryItemGid: "i",
    productTitle: "t",
    title: "t",
    tracked: true,
  };
  await db.variant.create({ data: { shopId, ...twin, sku: "twin" } });
  await db.containment.create({
    data: { variantId: held, shopId, units: 0, takesDown: false, since: NOW, remindDays: 3 },
  });
  await db.shopPlan.create({ data: { shopId, plan: "free", stockEndsAt: NOW, stockEndedAt: NOW } });
  const states: [string, string, Date | null, number][] = [
    ["many", "connected", NOW, MANY],
    ["few", "connected", NOW, 500],
    ["unapproved", "connected", null, 60],
    ["paused", "paused", NOW, 20],
    ["lost", "reconnect", NOW, 20],
    ["left", "disconnected", NOW, 20],
    ["ended", "connected", null, 60],
  ];
  channelIds = [];
  for (const [name, state, pushApprovedAt, listings] of states) {
    const named = { shopId, connectorKey: "somewhere", remoteAccountId: name, name, state, pushApprovedAt };
    const brakeReason = name === "ended" ? PLAN_ENDED : null;
    const channel = await db.channel.create({
      data: { ...named, brakeReason, importOrdersSince: NOW, createdAt: NOW },
    });
    channelIds.push(channel.id);
    // On the first, most are being updated and hardly any is anything else; elsewhere all is there.
    const one = <Value>(often: Value, ...others: Value[]): Value =>
      random.chance(name === "many" ? 0.98 : 0.75) ? often : (others[random.between(0, others.length - 1)] ?? often);
    const rows = Array.from({ length: listings }, (_, at) => ({
      ...{ shopId, channelId: channel.id, remoteId: `${name}-${at}`, seenAt: NOW },
      title: `${random.chance(0.5) ? "shirt" : "Shirt"} ${random.between(0, 300)}`,
      ...skuOf(one<string | null>(`SKU-${random.between(0, 40)}`, null, "", "twin")),
      remoteState: one("active", "ended"),
      removedAt: one<Date | null>(null, NOW),
      excluded: one(false, true),
      unmanagedBecause: one<string | null>(null, "Theirs."),
      variantId: one<number | null>(good, null, removed, loose, held, short),
      withdrawnAs: one<string | null>(null, "deleted", "archived", "unstocked", "draft", "untracked"),
      withdrawnAnswer: one<string | null>(null, "zero", "keep"),
      problem: one<string | null>(null, "No answer"),
      retryAt: one<Date | null>(null, NOW),
      attemptsFailed: one(0, 20),
      editedAt: one<Date | null>(null, NOW),
      unclearSince: one<Date | null>(null, NOW),
      unseenUnits: 0,
      version: 2,
      acknowledgedVersion: random.chance(name === "many" ? 0.1 : 0.5) ? 2 : 1,
    }));
    await db.listing.createMany({ data: rows });
  }
  const shared = { shopId, channelId: channelIds[1] ?? 0, remoteId: "shared", title: "Shirt 1", ...skuOf("twin") };
  await db.listing.create({ data: { ...shared, remoteState: "active", seenAt: NOW } });
  await db.listing.updateMany({ where: { variantId: short, channelId: channelIds[1] ?? 0 }, data: { unseenUnits: 2 } });
  const order = await db.$queryRaw<{ id: number; channelId: number }[]>`
    SELECT id, "channelId" FROM "Listing" ORDER BY lower(title), coalesce(sku, ''), id`;
  const facts = await readFactsOf(
    db,
    shopId,
    order.map((row) => row.id),
  );
  const statusOf = new Map(facts.map(({ id, ...its }) => [id, listingStatus(its)]));
  inOrder = order.map((row) => ({
    ...row,
    is: (filter) => {
      const status = statusOf.get(row.id);
      return status !== undefined && isOfFilter(filter, status);
    },
  }));
});
afterAll(() => database.close());

/** Far more than there are: a list that goes round in circles ends here. */
const PAGES_MAX = 60;

async function pages(status: StatusFilter | null, channelId: number | null, search = ""): Promise<number[][]> {
  const all: number[][] = [];
  let after: number | null = null;
  do {
    const beside: { after: number } | null = after === null ? null : { after };
    const { rows, next } = await readListings(rt, shopId, { status, channelId, search, beside });
    all.push(rows.map((row) => row.id));
    after = next;
  } while (after !== null && all.length < PAGES_MAX);
  return all;
}

const FILTERS = [...Object.keys(LISTING_LABELS), ...Object.keys(STATUS_FILTERS)] as StatusFilter[];

it.each(FILTERS)("those of the filter “%s” are the same as the rules say, in their order", async (filter) => {
  const expected = inOrder.filter((one) => one.is(filter));
  expect(expected.length, "the test has some").toBeGreaterThan(0);
  expect((await pages(filter, null)).flat()).toEqual(expected.map((one) => one.id));
});

/** All that a filter matches, from one id to the next. */
async function matching(filter: ListingFilter, limit: number): Promise<number[]> {
  const all: number[] = [];
  let looked = 0;
  for (let afterId = 0, steps = 0; steps < 1_000; steps += 1) {
    const next = await nextMatching(database.db, shopId, filter, { afterId, look: 90, limit });
    if (next.upTo === null) break;
    all.push(...next.ids);
    looked += next.looked;
    afterId = next.upTo;
  }
  if (filter.search === "") expect(looked, "each is looked at once").toBe(inOrder.length);
  return all;
}

it.each([...FILTERS, null])("work on all that “%s” matches comes by the same ones, each once", async (status) => {
  const expected = inOrder.filter((one) => (status === null ? !one.is("ended") : one.is(status)));
  const ids = expected.map((one) => one.id).sort((a, b) => a - b);
  expect(await matching({ channelId: null, status, search: "" }, 40)).toEqual(ids);
  const [many = 0] = channelIds;
  const its = expected.filter((one) => one.channelId === many).map((one) => one.id);
  expect(await matching({ channelId: many, status, search: "" }, 1_000)).toEqual(its.sort((a, b) => a - b));
  const { matching: counted } = await readListings(rt, shopId, { status, channelId: null, search: "", beside: null });
  expect(counted).toBe(ids.length);
});

it("all that are not ended are there, of one channel too", async () => {
  const [many = 0] = channelIds;
  const expected = inOrder.filter((one) => !one.is("ended"));
  expect((await pages(null, null)).flat()).toEqual(expected.map((one) => one.id));
  const its = expected.filter((one) => one.channelId === many).map((one) => one.id);
  expect((await pages(null, many)).flat()).toEqual(its);
});

it("the page before is the page that was before", async () => {
  const forth = await pages("updating", null);
  const last = forth.length - 1;
  const before = { before: forth[last]?.[0] ?? 0 };
  const back = await readListings(rt, shopId, { status: "updating", channelId: null, search: "", beside: before });
  expect(back.rows.map((row) => row.id)).toEqual(forth[last - 1]);
  expect(back.rows).toHaveLength(PAGE_SIZE);
  const start = { before: forth[1]?.[0] ?? 0 };
  const first = await readListings(rt, shopId, { status: "updating", channelId: null, search: "", beside: start });
  expect(first).toMatchObject({ previous: null, next: forth[0]?.at(-1) });
});

it("what a page was beside may be gone: it begins anew", async () => {
  const [first] = await pages("problem", null);
  const gone = { after: 99_999_999 };
  const view = await readListings(rt, shopId, { status: "problem", channelId: null, search: "", beside: gone });
  expect(view.rows.map((row) => row.id)).toEqual(first);
  expect(view.previous, "nothing is before the first page").toBeNull();
});

it("what is typed is the beginning of words of the title, the SKU or the number over there", async () => {
  const { db } = database;
  const [few = 0] = channelIds.slice(1);
  const searched = async (search: string) => (await pages(null, few, search)).flat();
  const one = await db.listing.findFirstOrThrow({ where: { channelId: few, remoteId: "few-7" } });
  await db.listing.update({ where: { id: one.id }, data: { ...CLEAN, title: "Teapot “Arø”, blue", sku: "TP-90/B" } });
  expect(await matching({ channelId: few, status: null, search: "blue tea" }, 40)).toEqual([one.id]);
  for (const typed of ["teapot", "Blue tea", "arø", "tp-90", "90/b", "few-7 teapot"])
    expect(await searched(typed), typed).toEqual([one.id]);
  expect(await searched("apot")).toEqual([]);
  await db.listing.update({ where: { id: one.id }, data: { title: "Cup" } });
  expect(await searched("teapot")).toEqual([]);
  expect(await searched("cup tp-90")).toEqual([one.id]);
  await db.listing.delete({ where: { id: one.id } });
  expect(await searched("cup")).toEqual([]);
});

const CLEAN = { removedAt: null, remoteState: "active" };

it("of too many that match, it is said that there are more", async () => {
  const view = await readListings(rt, shopId, { status: null, channelId: null, search: "shirt", beside: null });
  expect(view).toMatchObject({ isCut: true, matching: null });
  expect(view.rows).toHaveLength(PAGE_SIZE);
});
