/** Orders and the history: newest first, some of one moment, each row on one page, forth and back. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Runtime } from "#app/runtime.ts";
import { readHistory, readHistoryFilters } from "#app/views/history.ts";
import { readOrders } from "#app/views/orders.ts";
import { type Beside, PAGE_SIZE } from "#app/views/paging.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";

const NOW = new Date("2026-11-22T10:00:00Z");
const ROWS = 2 * PAGE_SIZE + 9;
/** More than nine digits, as after some years. */
const ATTEMPTS_FROM = 4_000_000_000;
/** Seven of each moment. */
const timeOf = (at: number): Date => new Date(NOW.getTime() - Math.floor(at / 7) * 60_000);

let database: TestDatabase;
let rt: Runtime;
let shop: { id: number; timezone: string };

beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  rt = { db, connectors: new Map(), clock: { now: () => NOW } } as unknown as Runtime;
  shop = await db.shop.create({
    data: { domain: "a.test", name: "a", currency: "GBP", timezone: "UTC", policy: {}, installedAt: NOW },
  });
  const named = { shopId: shop.id, connectorKey: "somewhere", remoteAccountId: "a", name: "a", state: "connected" };
  const channel = await db.channel.create({ data: { ...named, importOrdersSince: NOW, createdAt: NOW } });
  const rows = Array.from({ length: ROWS }, (_, at) => at);
  const order = { shopId: shop.id, channelId: channel.id, remoteStatus: "paid", stage: "placed", currency: "GBP" };
  await db.marketplaceOrder.createMany({
    data: rows.map((at) => ({
      ...{ ...order, remoteId: `o${at}`, displayName: `O-${at}` },
      ...{ totalAmount: "9", shippingAmount: "0", taxAmount: "0", taxCollectedByMarketplace: false },
      ...{ soldAt: timeOf(at), remoteUpdatedAt: timeOf(at), importedAt: timeOf(at) },
    })),
  });
  const attempt = { shopId: shop.id, kind: "push", outcome: "accepted", message: "pushed" };
  await db.attempt.createMany({
    data: rows.map((at) => ({ ...attempt, id: BigInt(ATTEMPTS_FROM + at), startedAt: timeOf(at) })),
  });
});
afterAll(() => database.close());

/** Of an attempt, its key ends with it. */
const idOf = (row: Page["rows"][number]): number => ("id" in row ? row.id : Number(row.key.split("-").at(-1)));

interface Page {
  rows: ({ id: number } | { key: string })[];
  next: number | null;
  previous: number | null;
}

const orders = (beside: Beside): Promise<Page> =>
  readOrders(rt, shop.id, { channelId: null, stage: null, search: "", beside });

/** As the address of the page says it. */
const history = (beside: Beside): Promise<Page> => {
  const query =
    beside === null ? {} : Object.fromEntries(Object.entries(beside).map(([name, id]) => [name, String(id)]));
  return readHistory(rt, shop, readHistoryFilters(new URLSearchParams(query), null));
};

const newestFirst = Array.from({ length: ROWS }, (_, at) => at).sort(
  (a, b) => timeOf(b).getTime() - timeOf(a).getTime() || b - a,
);

it.each([
  ["orders", orders],
  ["the history", history],
] as const)("%s are on one page each, forth and back", async (_what, read) => {
  const pages = [await read(null)];
  for (let next = pages[0]?.next ?? null; next !== null && pages.length < 9; next = pages.at(-1)?.next ?? null)
    pages.push(await read({ after: next }));
  expect(pages.map((page) => page.rows.length)).toEqual([PAGE_SIZE, PAGE_SIZE, 9]);
  const ids = pages.map((page) => page.rows.map(idOf));
  const lowest = Math.min(...ids.flat());
  expect(ids.flat().map((id) => id - lowest)).toEqual(newestFirst);
  const back = await read({ before: ids[2]?.[0] ?? 0 });
  expect(back.rows.map(idOf)).toEqual(ids[1]);
  const start = await read({ before: ids[1]?.[0] ?? 0 });
  expect(start).toMatchObject({ previous: null, next: ids[0]?.at(-1) });
  const gone = await read({ after: 123_456_789 });
  expect(gone.rows.map(idOf)).toEqual(ids[0]);
});
