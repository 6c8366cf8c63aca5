/** What is done with many rows of a list at once: tried again, and taken along as a file. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { retryMany } from "#app/flows/retry-many.ts";
import { readHistory, readHistoryFilters } from "#app/views/history.ts";
import { historyCsv } from "#app/views/history-export.ts";
import { readOrders } from "#app/views/orders.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

const ANN = "548380009";
const TITLE = '=HYPERLINK("http://x.test","Oak tray")';

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
afterEach(() => world.close());

const held = () => database.db.marketplaceOrder.findMany({ where: { stage: "held" }, orderBy: { id: "asc" } });

/** Two orders are held: no variant has the SKU of what was sold. */
beforeEach(async () => {
  const made = await createConnectedWorld({
    database,
    store: {
      handle: "many",
      name: "Many",
      locations: [{ name: "Here" }],
      products: [{ title: "Tray", variants: [{ sku: "OAK", price: "5.00", stock: { Here: 9 } }] }],
    },
    listings: [
      { title: TITLE, sku: "TRAY", price: "5.00", currency: "GBP", quantity: 5 },
      { title: "Oak", sku: "OAK", price: "5.00", currency: "GBP", quantity: 5 },
    ],
  });
  world = made.world;
  await approveFirstPush(world.rt, { shopId: world.shopId, channelId: made.channelId });
  for (const quantity of [1, 2]) {
    const bought = world.ebay.controls.buy({ lines: [{ sku: "TRAY", quantity }] });
    if (!bought.ok) throw new Error(bought.why);
  }
  await world.until("held", async () => (await held()).length === 2, 5 * 60_000);
});

const retry = (orderIds: number[], listingIds: number[] = [], shopId = world.shopId) =>
  world.drive(retryMany(world.rt, { shopId, orderIds, listingIds, actor: ANN }));

describe("orders on hold", () => {
  it("are tried again together, and what is no order of the shop is counted out", async () => {
    const ids = (await held()).map((order) => order.id);
    const { rows } = await readOrders(world.rt, world.shopId, {
      channelId: null,
      stage: "held",
      search: "",
      beside: null,
    });
    expect(rows.map((row) => row.isHeld)).toEqual([true, true]);
    const tries = () => database.db.attempt.count({ where: { kind: "place-order", outcome: "held" } });
    const before = await tries();
    expect(await retry([...ids, ...ids, 999_999])).toEqual({ ok: true, message: "Trying 2 again; 1 needs it no more" });
    await world.until("held again", async () => (await tries()) === before + 2, 60_000);
    expect((await held()).map((order) => order.id)).toEqual(ids);
  });

  it("of another shop, or none at all, are refused in words", async () => {
    const ids = (await held()).map((order) => order.id);
    expect(await retry(ids, [], world.shopId + 1)).toMatchObject({ ok: false });
    expect(await retry([])).toEqual({ ok: false, message: "Choose at least one to retry." });
    expect(await held()).toHaveLength(2);
  });

  it("that must be looked at one by one stay held when they are tried together", async () => {
    const [order] = await held();
    const id = order?.id ?? 0;
    const why = "The buyer picks it up";
    await database.db.marketplaceOrder.update({ where: { id }, data: { holdBecause: why, holdReason: `${why}.` } });
    await retry([id]);
    expect(await database.db.marketplaceOrder.findUniqueOrThrow({ where: { id } })).toMatchObject({ holdPassed: null });
  });

  it("listings are tried again with them, by whom is kept", async () => {
    const listing = await database.db.listing.findFirstOrThrow({ where: { sku: "OAK" } });
    expect(await retry([], [listing.id])).toEqual({ ok: true, message: "Trying 1 again" });
    const attempt = await database.db.attempt.findFirst({ where: { message: "Another try was asked for" } });
    expect(attempt).toMatchObject({ listingId: listing.id, actor: ANN });
  });
});

describe("the history as a file", () => {
  const filters = (query = "") => readHistoryFilters(new URLSearchParams(query), ANN);
  const shop = () => ({ id: world.shopId, timezone: "UTC" });
  async function linesOf(query = "", rowsMax?: number): Promise<string[]> {
    let text = "";
    for await (const part of historyCsv(world.rt, shop(), filters(query), rowsMax)) text += part;
    return text
      .replace(/^\uFEFF/, "")
      .split("\r\n")
      .slice(0, -1);
  }

  it("has what is filtered, in the order of the page, each once", async () => {
    await world.until("pushed", () => world.ebay.controls.shown().OAK === 9, 10 * 60_000);
    const page = await readHistory(world.rt, shop(), filters());
    const lines = await linesOf();
    expect(lines).toHaveLength(1 + page.rows.length);
    expect(lines.slice(1).map((line) => line.slice(0, 24))).toEqual(page.rows.map((row) => row.at));
    const pushes = (await readHistory(world.rt, shop(), filters("kind=push"))).rows.length;
    expect(pushes).toBeGreaterThan(0);
    expect(await linesOf("kind=push&search=OAK")).toHaveLength(1 + pushes);
    expect(await linesOf("search=no+such+thing")).toHaveLength(1);
  });

  it("goes on where a read ended, also within one millisecond, and says where it was cut off", async () => {
    const { id: channelId } = await database.db.channel.findFirstOrThrow();
    const at = new Date("2026-01-01T00:00:00.000Z");
    const same = { shopId: world.shopId, channelId, kind: "mirror", outcome: "done", startedAt: at };
    await database.db.attempt.createMany({
      data: Array.from({ length: 1_100 }, (_, n) => ({ ...same, message: `n${n}` })),
    });
    const lines = await linesOf("kind=mirror&to=2026-01-02");
    expect(new Set(lines).size).toBe(1 + 1_100);
    const cut = await linesOf("kind=mirror&to=2026-01-02", 700);
    expect(cut).toHaveLength(1 + 700 + 1);
    expect(cut.at(-1)).toContain("Only the newest 700 lines");
  });

  it("lets no title be a formula", async () => {
    const listing = await database.db.listing.findFirstOrThrow({ where: { sku: "TRAY" } });
    await retry([], [listing.id]);
    const line = (await linesOf()).find((one) => one.includes("Another try"));
    expect(line).toContain(`"'=HYPERLINK(""http://x.test"",""Oak tray"")"`);
  });
});
