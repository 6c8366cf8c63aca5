/** Rule 6: the app's mirror of Shopify, and Shopify's own stock. */
import { type Scene, STAPLES } from "../scene.ts";
import { type Difference, skusOfUnsentLevels } from "./difference.ts";

/** Rule 6: ledger = mirror = Shopify = what was counted less what the orders took. */
export async function stockDifferences(scene: Scene): Promise<Difference[]> {
  const { db } = scene.world.database;
  const differences: Difference[] = [];
  const add = (what: string, isUntold = false) => differences.push({ rule: 6, what, isUntold });
  for (const level of await db.$queryRaw<{ inventoryItemGid: string; entered: number; available: number | null }[]>`
    SELECT lv."inventoryItemGid", lv.available, (SELECT COALESCE(SUM(e.delta), 0)::int FROM "LedgerEntry" e
      WHERE e."shopId" = lv."shopId" AND e."inventoryItemGid" = lv."inventoryItemGid" AND e."locationGid" = lv."locationGid") AS entered
    FROM "Level" lv WHERE lv."shopId" = ${scene.world.shopId}`) {
    if (level.entered !== (level.available ?? 0))
      add(`the ledger of ${level.inventoryItemGid} says ${level.entered}, the mirror ${level.available}`);
  }
  const unsent = skusOfUnsentLevels(scene);
  for (const level of await db.level.findMany({ where: { available: { not: null } } })) {
    const real = [...scene.store.levels.values()].find(
      (one) => one.itemId === level.inventoryItemGid && one.locationId === level.locationGid,
    );
    const item = scene.store.inventoryItems.get(level.inventoryItemGid);
    const sku = item && scene.store.variants.get(item.variantId)?.sku;
    if (item?.tracked && real?.quantities.available !== level.available) {
      const what = `the mirror of ${sku} says ${level.available}, Shopify ${real?.quantities.available}`;
      add(what, typeof sku === "string" && unsent.has(sku));
    }
  }
  const backwards = await db.$queryRaw<{ id: bigint }[]>`
    SELECT id FROM (
      SELECT id, "occurredAt", cause, MAX("occurredAt") OVER (PARTITION BY "inventoryItemGid", "locationGid" ORDER BY id) AS latest
      FROM "LedgerEntry") e
    WHERE e."occurredAt" < e.latest AND cause <> 'disconnect'`;
  if (backwards.length > 0) add(`${backwards.length} older levels were put over newer ones`);
  for (const sku of [...STAPLES, ...scene.bulk]) {
    const [has, expected] = [scene.counted(sku), scene.book.expected(sku)];
    if (has !== expected) add(`Shopify has ${has} of ${sku}, and its orders leave ${expected}`);
    // All is paid; what an order holds that waits for the merchant is held for it in Shopify too.
    const [reserved, waiting] = [scene.world.reserved(sku), scene.pendingUnits(sku)];
    if (reserved > waiting) add(`${reserved} of ${sku} are reserved in Shopify, and orders wait for ${waiting}`);
  }
  const stuck = await db.reservation.count({ where: { state: "pending", line: { order: { stage: "placed" } } } });
  if (stuck > 0) add(`${stuck} reservations of placed orders are still pending`);
  return differences;
}

/** Rule 6: what the shop sells is known, as Shopify has it, and nothing else is. */
export async function catalogueDifferences(scene: Scene): Promise<Difference[]> {
  const { store, world } = scene;
  const rows = await world.database.db.variant.findMany({ where: { shopId: world.shopId, removedAt: null } });
  const known = new Map(rows.map((row) => [row.gid, `${row.sku} ${row.barcode} ${row.tracked}`]));
  const real = new Map(
    [...store.variants.values()].map((one) => {
      const isTracked = store.inventoryItems.get(one.inventoryItemId)?.tracked;
      return [one.id, `${one.sku || null} ${one.barcode || null} ${isTracked}`];
    }),
  );
  return [...new Set([...known.keys(), ...real.keys()])]
    .filter((gid) => known.get(gid) !== real.get(gid))
    .map((gid) => ({
      rule: 6,
      what: `the app knows ${known.get(gid) ?? "nothing"}, Shopify has ${real.get(gid) ?? "nothing"} (${gid})`,
      isUntold: scene.unheardOf.has(gid),
    }));
}
