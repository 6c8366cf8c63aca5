/** Read model of the list of SKUs. What a page costs follows the page, however many SKUs and listings the shop has. */
import { Prisma } from "../generated/prisma/client.ts";
import type { Runtime } from "../runtime.ts";
import { readFactsOf } from "./listing-facts.ts";
import { type ListingStatus, listingStatus, worstStatus } from "./listing-status.ts";
import { nameVariant } from "./listings.ts";
import { type Beside, besideId, besidePage, isBackwards, PAGE_SIZE } from "./paging.ts";
import { searchSkus } from "./sku-search.ts";

export interface SkuRow {
  id: number;
  sku: string | null;
  name: string;
  /** Shopify's, over all active locations; null: Shopify does not say. */
  available: number | null;
  /** Units of marketplace orders: those that Shopify does not count yet, and those that it holds back until they are paid. */
  booked: number;
  /** `more`: there are more than were looked at. */
  listings: { number: number; more: boolean };
  /** The most that every channel may show, as the merchant holds it; null: they do not. */
  contained: number | null;
  /** The status that needs the merchant most; null: it has no listing. */
  worst: ListingStatus | null;
}

export interface SkusView {
  rows: SkuRow[];
  /** Ids to go on from; null: there is nothing there. */
  next: number | null;
  previous: number | null;
  /** More match than are shown: a search has one page. */
  cut: boolean;
}

/** Listings of one SKU that are looked at. */
const LISTINGS_MAX = 200;

export async function readSkus(
  rt: Runtime,
  shopId: number,
  { search, beside }: { search: string; beside: Beside },
): Promise<SkusView> {
  if (search !== "") {
    const ids = await searchSkus(rt.db, shopId, search, PAGE_SIZE + 1);
    const rows = await readRows(rt, shopId, ids.slice(0, PAGE_SIZE));
    return { rows, next: null, previous: null, cut: ids.length > PAGE_SIZE };
  }
  const found = await readIds(rt, shopId, beside);
  // What it was beside is gone: from the beginning.
  if (found.length === 0 && beside !== null) return readSkus(rt, shopId, { search, beside: null });
  const { rows, ...pages } = besidePage(found, beside);
  const ids = rows.map((row) => row.id);
  return { rows: await readRows(rt, shopId, ids), ...pages, cut: false };
}

/** One more than a page, from `beside` on; backwards where the page is before it. By SKU, those without one last. */
async function readIds(rt: Runtime, shopId: number, beside: Beside): Promise<{ id: number }[]> {
  const { db } = rt;
  const backwards = isBackwards(beside);
  const id = beside && besideId(beside);
  const start =
    id === null ? null : await db.variant.findFirst({ where: { id, shopId }, select: { id: true, sku: true } });
  if (id !== null && start === null) return [];
  const order = backwards ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const beyond = backwards ? Prisma.sql`<` : Prisma.sql`>`;
  const take = PAGE_SIZE + 1;
  const part = (where: Prisma.Sql) => Prisma.sql`
    (SELECT id, sku FROM "Variant" WHERE "shopId" = ${shopId} AND "removedAt" IS NULL AND ${where}
      ORDER BY sku ${order}, id ${order} LIMIT ${take})`;
  const all = Prisma.sql`true`;
  const sku = start?.sku ?? null;
  // Each part is one range of the index ("shopId", sku, id).
  const withSku =
    start === null ? all : sku === null ? (backwards ? all : null) : Prisma.sql`(sku, id) ${beyond} (${sku}, ${id})`;
  const without = start === null ? all : sku === null ? Prisma.sql`id ${beyond} ${id}` : backwards ? null : all;
  const parts = [
    ...(withSku ? [part(Prisma.sql`sku IS NOT NULL AND ${withSku}`)] : []),
    ...(without ? [part(Prisma.sql`sku IS NULL AND ${without}`)] : []),
  ];
  return db.$queryRaw`
    SELECT id FROM (${Prisma.join(parts, " UNION ALL ")}) page
    ORDER BY sku ${order} NULLS ${backwards ? Prisma.sql`FIRST` : Prisma.sql`LAST`}, id ${order} LIMIT ${take}`;
}

interface Numbers {
  id: number;
  available: number | null;
  pending: number;
  reserved: number;
  contained: number | null;
  listingIds: number[];
}

/** In the order given. */
async function readRows(rt: Runtime, shopId: number, ids: readonly number[]): Promise<SkuRow[]> {
  if (ids.length === 0) return [];
  const [variants, numbers] = await Promise.all([
    rt.db.variant.findMany({ where: { shopId, id: { in: [...ids] } } }),
    readNumbers(rt, shopId, ids),
  ]);
  const facts = await readFactsOf(
    rt.db,
    shopId,
    numbers.flatMap((one) => one.listingIds.slice(0, LISTINGS_MAX)),
  );
  const factsOf = new Map(facts.map((one) => [one.id, one]));
  const variantOf = new Map(variants.map((one) => [one.id, one]));
  const numbersOf = new Map(numbers.map((one) => [one.id, one]));
  return ids.flatMap((id) => {
    const [variant, its] = [variantOf.get(id), numbersOf.get(id)];
    if (!variant || !its) return [];
    const there = its.listingIds.slice(0, LISTINGS_MAX).flatMap((listingId) => factsOf.get(listingId) ?? []);
    const statuses = there.filter((one) => !one.ended).map(listingStatus);
    return [
      {
        id,
        sku: variant.sku,
        name: nameVariant(variant).name,
        available: its.available,
        booked: its.pending + its.reserved,
        contained: its.contained,
        listings: { number: statuses.length, more: its.listingIds.length > LISTINGS_MAX },
        worst: worstStatus(statuses),
      },
    ];
  });
}

function readNumbers(rt: Runtime, shopId: number, ids: readonly number[]): Promise<Numbers[]> {
  return rt.db.$queryRaw`
    SELECT v.id,
      CASE WHEN v.tracked THEN (SELECT SUM(lv.available)::int FROM "Level" lv
        JOIN "Location" loc ON loc."shopId" = lv."shopId" AND loc.gid = lv."locationGid" AND loc.active
        WHERE lv."shopId" = v."shopId" AND lv."inventoryItemGid" = v."inventoryItemGid") END AS available,
      (SELECT COALESCE(SUM(r.quantity), 0)::int FROM "Reservation" r
        WHERE r."shopId" = v."shopId" AND r."inventoryItemGid" = v."inventoryItemGid" AND r.state = 'pending') AS pending,
      COALESCE(held.units, 0) AS reserved,
      (SELECT k.units FROM "Containment" k WHERE k."variantId" = v.id) AS contained,
      ARRAY(SELECT l.id FROM "Listing" l WHERE l."variantId" = v.id AND l."removedAt" IS NULL LIMIT ${LISTINGS_MAX + 1}) AS "listingIds"
    FROM "Variant" v
    LEFT JOIN (SELECT "inventoryItemGid", SUM(quantity)::int AS units FROM "StockHold"
      WHERE state = 'held' AND "shopId" = ${shopId} GROUP BY 1) held ON held."inventoryItemGid" = v."inventoryItemGid"
    WHERE v."shopId" = ${shopId} AND v.id = ANY(${[...ids]}::int[])`;
}
