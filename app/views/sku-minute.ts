/** Read model of one minute of a SKU's past: the stock then, and what each listing showed, and why. */
import { Prisma } from "../generated/prisma/client.ts";
import type { Runtime } from "../runtime.ts";
import type { Minute } from "./shop-time.ts";
import { clockTime } from "./shop-time.ts";
import { type Past, piecesOf, type Sale, type StockChange, type Tried } from "./shown-then.ts";
import { sayShown, sayVerdict } from "./sku-minute-words.ts";
import { isExplanation } from "./timeline.ts";

export interface SkuMinute {
  /** yyyy-mm-ddThh:mm where the shop is. */
  text: string;
  from: string;
  /** It has not come yet. */
  isAhead: boolean;
  stock: { gid: string; name: string; available: number | null }[];
  listings: { id: number; title: string; channel: string; pieces: MinutePiece[] }[];
}

export interface MinutePiece {
  /** Of the clock, to the second: "14:23:12". */
  at: string;
  quantity: number | null;
  /** How we know, and the arithmetic behind it. */
  why: string;
  verdict: string;
  isWrong: boolean;
}

/** What is known of a listing now. */
interface MinuteListing {
  id: number;
  title: string;
  channel: { id: number; name: string; marketplace: string };
  accepted: Reading | null;
  seen: Reading | null;
}

interface Reading {
  quantity: number;
  at: string;
}

/** Pushes of a listing, and sales and changes of stock of a SKU, that are looked at before the end of the minute. */
const BEFORE_MAX = 30;
const AFTER_MAX = 5;
const SALES_MAX = 300;
const STOCK_MAX = 200;

export async function readSkuMinute(
  rt: Runtime,
  shop: { id: number; timezone: string },
  variant: { id: number; inventoryItemGid: string },
  listings: readonly MinuteListing[],
  minute: Minute,
): Promise<SkuMinute> {
  // Of what is to come nothing can be told.
  if (minute.from > rt.clock.now())
    return { text: minute.text, from: minute.from.toISOString(), isAhead: true, stock: [], listings: [] };
  const ids = listings.map((listing) => listing.id);
  const channelIds = [...new Set(listings.map((listing) => listing.channel.id))];
  const [tried, sales, stock, places, channels] = await Promise.all([
    readTried(rt, ids, minute),
    readSales(rt, shop.id, variant.id, minute),
    readStockChanges(rt, shop.id, variant.inventoryItemGid, minute),
    rt.db.location.findMany({ where: { shopId: shop.id }, orderBy: { name: "asc" } }),
    rt.db.channel.findMany({
      where: { id: { in: channelIds } },
      select: { id: true, locationGids: true, connectorKey: true },
    }),
  ]);
  const clock = (at: Date): string => clockTime(at, shop.timezone);
  const active = new Set(places.filter((place) => place.active).map((place) => place.gid));
  return {
    text: minute.text,
    from: minute.from.toISOString(),
    isAhead: false,
    stock: stockThen(stock, places, minute.from),
    listings: listings.map((listing) => {
      const channel = channels.find((one) => one.id === listing.channel.id);
      const sellsFrom = new Set(channel?.locationGids ?? []);
      const past: Past = {
        listingId: listing.id,
        variantId: variant.id,
        tried: tried.get(listing.id) ?? [],
        sales,
        stock: stock.filter(({ locationGid: gid }) => active.has(gid) && (sellsFrom.size === 0 || sellsFrom.has(gid))),
        saleLowersQuantity:
          rt.connectors.get(channel?.connectorKey ?? "")?.manifest.capabilities.saleLowersQuantity ?? true,
        readings: [listing.accepted, listing.seen].flatMap((one) =>
          one ? [{ quantity: one.quantity, at: new Date(one.at) }] : [],
        ),
      };
      const { marketplace } = listing.channel;
      return {
        id: listing.id,
        title: listing.title,
        channel: listing.channel.name,
        pieces: piecesOf(past, minute).map((piece) => ({
          at: clock(piece.from),
          quantity: piece.shown.quantity,
          why: sayShown(piece.shown, { marketplace, clock }),
          verdict: sayVerdict(piece, { marketplace, clock }),
          isWrong: piece.verdict.kind === "lag" || piece.verdict.kind === "other-variant",
        })),
      };
    }),
  };
}

/** What Shopify had at each location as the minute began, where that is known. */
function stockThen(
  stock: readonly StockChange[],
  places: readonly { gid: string; name: string }[],
  at: Date,
): SkuMinute["stock"] {
  return places.flatMap(({ gid, name }) => {
    const here = stock.filter((change) => change.locationGid === gid);
    const latest = here.findLast((change) => change.at <= at);
    if (latest) return [{ gid, name, available: latest.after }];
    const before = here[0]?.before ?? null;
    return before === null ? [] : [{ gid, name, available: before }];
  });
}

/** The pushes of each listing up to the end of the minute, and those that came next, in the order of time. */
async function readTried(rt: Runtime, listingIds: readonly number[], { to }: Minute): Promise<Map<number, Tried[]>> {
  const rows = await rt.db.$queryRaw<(Omit<Tried, "explanation"> & { listingId: number; explanation: unknown })[]>`
    SELECT a."listingId", a."variantId", a.outcome, a.message, a."quantityBefore" AS before, a.quantity, a.explanation, a."startedAt", a."finishedAt"
    FROM unnest(${[...listingIds]}::int[]) AS of(id) CROSS JOIN LATERAL (
      (SELECT * FROM "Attempt" WHERE "listingId" = of.id AND kind = 'push' AND "startedAt" < ${to} ORDER BY "startedAt" DESC LIMIT ${BEFORE_MAX})
      UNION ALL
      (SELECT * FROM "Attempt" WHERE "listingId" = of.id AND kind = 'push' AND "startedAt" >= ${to} ORDER BY "startedAt" LIMIT ${AFTER_MAX})) a
    ORDER BY a."startedAt", a.id`;
  const byListing = new Map<number, Tried[]>();
  for (const { listingId, explanation, ...row } of rows) {
    const tried = { ...row, explanation: isExplanation(explanation) ? explanation : null };
    byListing.set(listingId, [...(byListing.get(listingId) ?? []), tried]);
  }
  return byListing;
}

/** The latest sales of the variant up to the end of the minute, in the order of time. */
function readSales(rt: Runtime, shopId: number, variantId: number, { to }: Minute): Promise<Sale[]> {
  return rt.db.$queryRaw`
    SELECT * FROM (
      SELECT ol."listingId", c.name AS channel, o."displayName" AS order, COALESCE(r.quantity, ol.quantity) AS units,
        o."soldAt" AS at, o."importedAt" AS "knownAt", r."settledAt"
      FROM "OrderLine" ol JOIN "MarketplaceOrder" o ON o.id = ol."orderId" AND o."shopId" = ${shopId} AND o."soldAt" < ${to}
      JOIN "Channel" c ON c.id = o."channelId" LEFT JOIN "Reservation" r ON r."orderLineId" = ol.id
      WHERE ol."variantId" = ${variantId} ORDER BY ol.id DESC LIMIT ${SALES_MAX}) sold
    ORDER BY at`;
}

/**
 * At each location, the latest changes up to the end of the minute and the first after it, in the order of time. What was
 * before the very first is not known: it is when we first read it.
 */
function readStockChanges(
  rt: Runtime,
  shopId: number,
  inventoryItemGid: string,
  { to }: Minute,
): Promise<StockChange[]> {
  const ofItem = Prisma.sql`"shopId" = ${shopId} AND "inventoryItemGid" = ${inventoryItemGid}`;
  return rt.db.$queryRaw`
    SELECT "locationGid", "occurredAt" AS at, "availableAfter" AS after,
      CASE WHEN EXISTS (SELECT 1 FROM "LedgerEntry" earlier WHERE earlier."shopId" = entry."shopId" AND earlier.id < entry.id
        AND earlier."inventoryItemGid" = entry."inventoryItemGid" AND earlier."locationGid" = entry."locationGid")
        THEN "availableAfter" - delta END AS before FROM (
      (SELECT * FROM "LedgerEntry" WHERE ${ofItem} AND "occurredAt" < ${to} ORDER BY "occurredAt" DESC, id DESC LIMIT ${STOCK_MAX})
      UNION (SELECT DISTINCT ON ("locationGid") * FROM "LedgerEntry" WHERE ${ofItem} AND "occurredAt" < ${to}
        ORDER BY "locationGid", "occurredAt" DESC, id DESC)
      UNION (SELECT DISTINCT ON ("locationGid") * FROM "LedgerEntry" WHERE ${ofItem} AND "occurredAt" >= ${to}
        ORDER BY "locationGid", "occurredAt", id)) entry
    ORDER BY "occurredAt", id`;
}
