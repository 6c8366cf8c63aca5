/** What is typed to search orders and the history is found by the beginnings of words, whether few match or many. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Runtime } from "#app/runtime.ts";
import { readHistory } from "#app/views/history.ts";
import type { HistoryOutcome } from "#app/views/history-filters.ts";
import type { OrderFilter } from "#app/views/order-filters.ts";
import { readOrders } from "#app/views/orders.ts";
import { type Beside, PAGE_SIZE } from "#app/views/paging.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";

const NOW = new Date("2026-11-22T10:00:00Z");
/** More than are sorted: what all have is looked through by time. */
const ROWS = 1_300;
const SHOP = { timezone: "UTC" };

let database: TestDatabase;
let rt: Runtime;
let shopId: number;
let otherShopId: number;
let channelIds: number[];

async function makeShop(domain: string): Promise<{ id: number; channels: number[] }> {
  const { db } = database;
  const facts = { name: domain, currency: "GBP", timezone: "UTC", policy: {}, installedAt: NOW };
  const { id } = await db.shop.create({ data: { domain, ...facts } });
  const channels: number[] = [];
  for (const name of ["one", "two"]) {
    const named = { shopId: id, connectorKey: "somewhere", remoteAccountId: `${domain} ${name}`, name };
    const data = { ...named, state: "connected", importOrdersSince: NOW, createdAt: NOW };
    channels.push((await db.channel.create({ data })).id);
  }
  return { id, channels };
}

beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  rt = { db, connectors: new Map(), clock: { now: () => NOW } } as unknown as Runtime;
  const own = await makeShop("a.test");
  const other = await makeShop("b.test");
  [shopId, otherShopId, channelIds] = [own.id, other.id, own.channels];
  const timeOf = (at: number): Date => new Date(NOW.getTime() - at * 60_000);
  const orderOf = (of: typeof own, at: number, name: string) => ({
    ...{ shopId: of.id, channelId: of.channels[at % 2] ?? 0, remoteId: `206-${1_000_000 + at}-77`, displayName: name },
    ...{ shopifyOrderName: `#${5_000 + at}`, stage: at % 3 === 0 ? "held" : "placed", remoteStatus: "paid" },
    ...{ currency: "GBP", totalAmount: "9", shippingAmount: "0", taxAmount: "0", taxCollectedByMarketplace: false },
    ...{ soldAt: timeOf(at), remoteUpdatedAt: timeOf(at), importedAt: timeOf(at) },
  });
  const rows = Array.from({ length: ROWS }, (_, at) => at);
  await db.marketplaceOrder.createMany({ data: rows.map((at) => orderOf(own, at, `O-${at}`)) });
  await db.marketplaceOrder.createMany({ data: [orderOf(other, 7, "O-7")] });
  const orders = await db.marketplaceOrder.findMany({ orderBy: { id: "asc" } });
  await db.orderLine.createMany({
    data: orders.map(({ id, displayName, soldAt }) => ({
      ...{ orderId: id, remoteLineId: "1", quantity: 1, unitAmount: "9", soldAt, importedAt: soldAt },
      sku: `TEA-${displayName}`,
      title: displayName === "O-9" || displayName === "O-1203" ? "Émile’s blue pot" : "Linen shirt",
    })),
  });
  const listing = { shopId, channelId: channelIds[0] ?? 0, seenAt: NOW, remoteState: "active" };
  const { id: cupId } = await db.listing.create({ data: { ...listing, remoteId: "cup", title: "A tall cup" } });
  const { id: shirtId } = await db.listing.create({ data: { ...listing, remoteId: "shirt", title: "A shirt" } });
  await db.attempt.createMany({
    data: rows.map((at) => ({
      ...{
        shopId,
        channelId: channelIds[at % 2] ?? 0,
        kind: at % 100 === 0 ? "settings" : "push",
        startedAt: timeOf(at),
      },
      listingId: at % 200 === 1 ? cupId : shirtId,
      outcome: at % 50 === 3 ? "rejected" : "accepted",
      message: at % 50 === 3 ? `The marketplace answered: price-missing (${at})` : `${at} available, none reserved`,
    })),
  });
  const [first] = orders;
  const placed = { kind: "place-order", outcome: "done", message: "Placed", orderId: first?.id ?? 0, startedAt: NOW };
  await db.attempt.create({ data: { shopId, channelId: channelIds[0] ?? 0, ...placed } });
});
afterAll(() => database.close());

describe("orders", () => {
  const found = async (search: string, filters: { stage?: OrderFilter; channelId?: number; beside?: Beside } = {}) => {
    const all = { channelId: null, stage: null, beside: null, ...filters, search };
    const { rows, next } = await readOrders(rt, shopId, all);
    return { names: rows.map((row) => row.name), next };
  };

  it.each([
    ["a number over there", "1000009", ["O-9"]],
    ["all of it", "206-1000009-77", ["O-9"]],
    ["its name", "o-1203", ["O-1203"]],
    ["Shopify's name", "#5009", ["O-9"]],
    ["a title, in other letters and another order", "POT émile", ["O-9", "O-1203"]],
    ["the beginning of a SKU", "tea-o-129", ["O-129", ...Array.from({ length: 10 }, (_, at) => `O-${1_290 + at}`)]],
    ["what none has", "kettle", []],
    ["the end of a word", "inen", []],
    ["nothing but punctuation", "—", []],
  ])("are found by %s, newest first", async (_what, typed, names) => {
    expect((await found(typed)).names).toEqual(names);
  });

  it("that all match are on one page each, newest first, and together with the filters", async () => {
    const seen: string[] = [];
    for (let beside: Beside = null, pages = 0; pages < 30; pages += 1) {
      const { names, next } = await found("linen", { beside });
      seen.push(...names);
      if (next === null) break;
      beside = { after: next };
    }
    const expected = Array.from({ length: ROWS }, (_, at) => at).filter((at) => at !== 9 && at !== 1_203);
    expect(seen).toEqual(expected.map((at) => `O-${at}`));
    const held = await found("linen", { stage: "held", channelId: channelIds[1] ?? 0 });
    const wanted = expected.filter((at) => at % 3 === 0 && at % 2 === 1).slice(0, PAGE_SIZE);
    expect(held.names).toEqual(wanted.map((at) => `O-${at}`));
  });

  it("are found by what was changed, not by what it was", async () => {
    const { db } = database;
    const { id } = await db.marketplaceOrder.findFirstOrThrow({ where: { shopId, displayName: "O-40" } });
    await db.marketplaceOrder.update({ where: { id }, data: { shopifyOrderName: "HAND-1" } });
    await db.orderLine.updateMany({ where: { orderId: id }, data: { title: "Velvet hat" } });
    for (const typed of ["hand-1", "velvet"]) expect((await found(typed)).names, typed).toEqual(["O-40"]);
    expect((await found("#5040")).names).toEqual([]);
  });

  it("of titles whose words no index holds whole are kept, and found by their beginning", async () => {
    const { db } = database;
    const { id } = await db.marketplaceOrder.findFirstOrThrow({ where: { shopId, displayName: "O-41" } });
    await db.orderLine.updateMany({ where: { orderId: id }, data: { title: "w".repeat(9_000) } });
    expect((await found("wwww")).names).toEqual(["O-41"]);
    const endless = { remoteId: "endless", title: "v".repeat(9_000), seenAt: NOW, remoteState: "active" };
    await db.listing.create({ data: { shopId: otherShopId, channelId: channelIds[0] ?? 0, ...endless } });
  });
});

describe("the history", () => {
  const none = { from: null, to: null, channelId: null, kind: null, outcome: null, beside: null, viewer: null };
  const found = async (
    search: string,
    filters: Partial<{ outcome: HistoryOutcome; channelId: number; from: string }> = {},
  ) => (await readHistory(rt, { id: shopId, ...SHOP }, { ...none, ...filters, search })).rows;
  const messages = async (...asked: Parameters<typeof found>) => (await found(...asked)).map((row) => row.message);
  const rejected = Array.from({ length: ROWS / 50 }, (_, at) => at * 50 + 3);

  it("is searched by what it says", async () => {
    const said = rejected.map((at) => `The marketplace answered: price-missing (${at})`);
    expect(await messages("price-miss")).toEqual(said);
    expect(await messages("price", { channelId: channelIds[0] ?? 0 })).toEqual([]);
    expect(await messages("price", { outcome: "succeeded" })).toEqual([]);
  });

  it("is not searched by how a number that was sent is reckoned, but where the merchant changed something", async () => {
    expect((await found("reserved")).map((row) => row.kind)).toEqual(
      Array.from({ length: ROWS / 100 }, () => "Settings"),
    );
  });

  it("is searched by the titles of listings, few or many, and by orders", async () => {
    const cups = Array.from({ length: 7 }, (_, at) => `${at * 200 + 1} available, none reserved`);
    expect(await messages("tall")).toEqual(cups);
    expect(await messages("o-0")).toEqual(["Placed"]);
    expect(await messages("tall", { from: "2026-11-22" })).toEqual(cups.slice(0, 3));
  });

  it("is looked through where many match", async () => {
    // More orders than are sorted have it in their name; one of them has an attempt.
    expect(await messages("o")).toEqual(["Placed"]);
    expect((await found("linen")).map((row) => row.message)).toEqual(["Placed"]);
  });
});
