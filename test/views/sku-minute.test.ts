import { afterAll, beforeAll, expect, it } from "vitest";
import { NO_POLICY } from "#app/inventory/policy.ts";
import { decideQuantity } from "#app/inventory/quantity.ts";
import { readMinute } from "#app/views/shop-time.ts";
import { readSku } from "#app/views/sku.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { createSkuShop, type SkuShop } from "./sku-shop.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** A time of the 22nd on clocks in Berlin. */
const at = (clock: string) => new Date(`2026-11-22T${clock}+01:00`);

async function pushed(
  shop: SkuShop,
  of: { listingId: number; variantId: number },
  from: string,
  before: number,
  available: number,
) {
  const explanation = decideQuantity({ available, pendingUnits: 0, unseenUnits: 0, policy: NO_POLICY });
  const times = { startedAt: at(from), finishedAt: new Date(at(from).getTime() + 1_000) };
  const numbers = {
    quantityBefore: before,
    quantity: explanation.quantity,
    explanation: JSON.parse(JSON.stringify(explanation)),
  };
  const its = { shopId: shop.shopId, channelId: shop.channelId, kind: "push", outcome: "accepted", message: "" };
  await database.db.attempt.create({ data: { ...its, ...of, ...numbers, ...times } });
}

async function counted(
  shop: SkuShop,
  variantId: number,
  clock: string,
  delta: number,
  availableAfter: number,
  locationGid = "shelf",
) {
  const { inventoryItemGid } = await database.db.variant.findUniqueOrThrow({ where: { id: variantId } });
  const its = { shopId: shop.shopId, inventoryItemGid, locationGid, cause: "webhook" };
  await database.db.ledgerEntry.create({
    data: { ...its, delta, availableAfter, occurredAt: at(clock), recordedAt: at(clock) },
  });
}

it("“why did Etsy show 5 at 14:23?” is answered: what it showed, what it should have, and how late it was", async () => {
  const shop = await createSkuShop(database);
  const moss = await shop.variant("MOSS");
  await shop.level(moss, 3);
  await shop.level(moss, 9, { gid: "attic", name: "Attic" });
  await database.db.channel.update({ where: { id: shop.channelId }, data: { locationGids: ["shelf"] } });
  const listingId = await shop.listing(moss);
  const of = { listingId, variantId: moss };
  await counted(shop, moss, "08:00:00", 5, 5);
  await counted(shop, moss, "08:00:00", 9, 9, "attic");
  await pushed(shop, of, "09:00:00", 0, 5);
  await counted(shop, moss, "14:22:58", -2, 3);
  await pushed(shop, of, "14:23:05", 5, 3);

  const minute = (text: string) => readMinute(text, shop.shop.timezone);
  const then = async (text: string) => (await readSku(shop.rt, shop.shop, moss, minute(text)))?.minute;
  const seen = await then("2026-11-22T14:23");
  expect(seen?.stock).toEqual([
    { gid: "attic", name: "Attic", available: 9 },
    { gid: "shelf", name: "Shelf", available: 3 },
  ]);
  expect(seen?.listings).toMatchObject([
    {
      id: listingId,
      pieces: [
        {
          at: "14:23:00",
          quantity: 5,
          why: "Etsy accepted it at 09:00:01: 5 available = 5.",
          verdict:
            "Lag: it should have shown 3. Shopify’s stock went from 5 to 3 at 14:22:58. Etsy accepted 3 at 14:23:06, 8 s later.",
          isWrong: true,
        },
        { at: "14:23:06", quantity: 3, verdict: "Right from then on.", isWrong: false },
      ],
    },
  ]);
  expect((await then("2026-11-22T14:24"))?.listings[0]?.pieces).toMatchObject([
    { quantity: 3, verdict: "Right: Etsy had had this number for 54 s." },
  ]);
  // Before all of it was read for the first time.
  const unknown = await then("2026-11-22T07:00");
  expect(unknown?.stock).toEqual([]);
  expect(unknown?.listings[0]?.pieces).toMatchObject([{ quantity: null }]);
  expect(await then("2030-01-01T00:00")).toMatchObject({ isAhead: true, listings: [] });
});

it("the timeline of a minute goes on a little after it, and no further", async () => {
  const shop = await createSkuShop(database);
  const moss = await shop.variant("MOSS");
  await shop.level(moss, 1);
  for (const clock of ["10:00:00", "10:05:00", "12:00:00"]) await counted(shop, moss, clock, 1, 1);
  const sku = await readSku(shop.rt, shop.shop, moss, readMinute("2026-11-22T10:00", shop.shop.timezone));
  expect(sku?.timeline.map((entry) => entry.at)).toEqual(
    ["10:05:00", "10:00:00"].map((clock) => at(clock).toISOString()),
  );
});
