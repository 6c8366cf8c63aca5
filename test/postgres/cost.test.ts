/** What questions cost in a shop with much in it, in pages of the database read: cost follows work, not size. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Db, openDatabase, tookTooLong } from "#app/db.server.ts";
import type { Runtime } from "#app/runtime.ts";
import { readPreview } from "#app/views/channels.ts";
import { explainListings, readSoldSince } from "#app/views/quantity-facts.ts";
import { type Explainer, openExplainer } from "#test/bench/pages-read.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";

const VARIANTS = 20_000;
const PER_CHANNEL = 33_000;
const ORDERS = 60_000;
/** Listings of the channel that waits for its approval are all stale, and none of them is anybody's work. */
const CHANNELS = { live: 1, unapproved: 2, oneVariant: 3 };
const ON_ONE_VARIANT = 16_000;
/** What the few listings that a push is about may cost, wherever they lie. */
const FEW = 300;

let database: TestDatabase;
let explainer: Explainer;

beforeAll(async () => {
  database = await openTestDatabase();
  explainer = openExplainer(database.url ?? "");
  const { db } = database;
  const run = (sql: string) => db.$executeRawUnsafe(sql);
  await run(`INSERT INTO "Shop" (id, domain, name, currency, timezone, policy, "installedAt", "mirroredAt")
    VALUES (1, 'a.test', 'a', 'GBP', 'UTC', '{}', now(), now())`);
  await run(`INSERT INTO "Location" ("shopId", gid, name, active) VALUES (1, 'loc', 'Leeds', true)`);
  await run(`INSERT INTO "Channel" (id, "shopId", "connectorKey", "remoteAccountId", name, state, "pushApprovedAt", "importOrdersSince", "createdAt")
    SELECT c, 1, 'somewhere', c::text, c::text, 'connected', CASE WHEN c <> ${CHANNELS.unapproved} THEN now() END, now(), now() FROM generate_series(1, 3) c`);
  await run(`INSERT INTO "Variant" ("shopId", gid, "productGid", "productTitle", title, sku, "inventoryItemGid", tracked)
    SELECT 1, 'v' || n, 'p' || n, 'Product ' || n, 'Default Title', 'SKU-' || n, 'i' || n, true FROM generate_series(1, ${VARIANTS}) n`);
  await run(`INSERT INTO "Level" ("shopId", "inventoryItemGid", "locationGid", available, "remoteUpdatedAt")
    SELECT 1, 'i' || n, 'loc', 10, now() FROM generate_series(1, ${VARIANTS}) n`);
  await run(`INSERT INTO "Listing" ("shopId", "channelId", "remoteId", sku, title, "remoteState", "variantId", "matchedBy", version,
      "acknowledgedVersion", "acknowledgedQuantity", "acknowledgedAt", "observedQuantity", decreasing, "seenAt")
    SELECT 1, c, c || '-' || n, 'SKU-' || n, 'Product ' || n, 'active',
      CASE WHEN c = ${CHANNELS.oneVariant} AND n <= ${ON_ONE_VARIANT} THEN 1 ELSE 1 + n % ${VARIANTS} END, 'sku', 2,
      CASE WHEN c = ${CHANNELS.unapproved} THEN 1 ELSE 2 END, 10, timestamptz '2026-11-01', 10, false, now()
    FROM generate_series(1, 3) c, generate_series(1, ${PER_CHANNEL}) n`);
  await run(`INSERT INTO "MarketplaceOrder" ("shopId", "channelId", "remoteId", "displayName", "soldAt", "remoteUpdatedAt", "remoteStatus",
      "importedAt", currency, "totalAmount", "shippingAmount", "taxAmount", "taxCollectedByMarketplace", stage)
    SELECT 1, 1, n::text, n::text, timestamptz '2026-11-28 12:00Z' - n * interval '5 minutes', now(), 'paid', now(), 'GBP', '1', '0', '0', false, 'placed'
    FROM generate_series(1, ${ORDERS}) n`);
  await run(`INSERT INTO "OrderLine" ("orderId", "remoteLineId", title, quantity, "unitAmount", "listingId", "variantId", "soldAt", "importedAt")
    SELECT o.id, '1', 'x', 1, '1', l.id, l."variantId", o."soldAt", o."importedAt" FROM "MarketplaceOrder" o JOIN "Listing" l ON l."remoteId" = '1-' || (o.id % ${PER_CHANNEL} + 1)`);
  for (const table of ["Listing", "Variant", "Level", "MarketplaceOrder", "OrderLine"])
    await run(`VACUUM ANALYZE "${table}"`);
}, 300_000);
afterAll(async () => {
  await explainer?.close();
  await database?.close();
});

describe("in a shop of a hundred thousand listings", () => {
  it("what some listings sold is found by them", async () => {
    const ids = (await database.db.listing.findMany({ take: 25, orderBy: { id: "asc" } })).map((one) => one.id);
    const { pages } = await explainer.pagesOf((db) => readSoldSince(db, ids, 0));
    expect(pages).toBeLessThan(FEW * 2);
  });

  it.each([true, false])(
    "many listings on one variant cost as much as many on many, for one-off listings (%s) too",
    async (isOneOff) => {
      const ids = (
        await database.db.listing.findMany({
          where: { channelId: CHANNELS.oneVariant },
          select: { id: true },
          orderBy: { id: "asc" },
        })
      ).map((one) => one.id);
      const explain = (db: Db) => explainListings(db, ids, () => ({ isOneOff, quantityMax: null, zeroIsFinal: false }));
      expect((await explainer.pagesOf(explain)).pages).toBeLessThan(PER_CHANNEL * 20);
      const explained = await explain(database.db);
      expect(explained.size).toBe(PER_CHANNEL);
      const ofOne = ids.slice(0, ON_ONE_VARIANT).map((id) => explained.get(id)?.quantity ?? -1);
      // Ten units are there: of one-offs, ten listings are shown.
      expect(ofOne.reduce((sum, quantity) => sum + quantity, 0)).toBe(isOneOff ? 10 : ON_ONE_VARIANT * 10);
    },
  );

  it("the preview of such a channel can be shown", async () => {
    const rt = { db: database.db, connectors: new Map() } as unknown as Runtime;
    expect((await readPreview(rt, 1, CHANNELS.oneVariant)).counts.total).toBe(PER_CHANNEL);
  }, 20_000);
});

it("a statement that takes longer than a page may is ended by the database, and known as such", async () => {
  const page = await openDatabase({ databaseUrl: database.url ?? "", dataDir: "", statementMsMax: 200 });
  const slow = await page.db.$queryRaw`SELECT pg_sleep(60)`.catch((error: unknown) => error);
  expect(tookTooLong(slow)).toBe(true);
  const inside = page.db.$transaction((tx) => tx.$executeRaw`SELECT pg_sleep(60)`);
  expect(tookTooLong(await inside.catch((error: unknown) => error))).toBe(true);
  const wrong = await page.db.$queryRaw`SELECT 1 / 0`.catch((error: unknown) => error);
  expect(tookTooLong(wrong)).toBe(false);
  await page.close();
});

it("plans are not compiled", async () => {
  expect(await database.db.$queryRaw`SHOW jit`).toEqual([{ jit: "off" }]);
});
