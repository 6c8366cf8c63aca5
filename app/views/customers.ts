/** Read model of the list of customers. What a page costs follows the page, however many customers the shop has. */
import { addAmounts } from "#connectors/contract/money.ts";
import { identifyBuyer, identityKeys } from "../customers/identities.ts";
import { LIFECYCLE_STAGES, type LifecycleStage } from "../customers/lifecycle.ts";
import { type CustomerChannel, Prisma } from "../generated/prisma/client.ts";
import type { Runtime } from "../runtime.ts";
import { buyerName } from "./buyer-name.ts";
import { marketplaceName } from "./home.ts";
import { type Beside, besideId, besidePage, isBackwards, PAGE_SIZE } from "./paging.ts";
import { type Said, sayLifecycle } from "./words.ts";

export interface CustomerFilters {
  stage: LifecycleStage | null;
  channelId: number | null;
}

export interface SpentOn {
  channelId: number;
  channel: string;
  orders: number;
  /** One for each currency: they are never added up. */
  spent: { currency: string; amount: string }[];
  firstAt: string;
  lastAt: string;
}

export interface CustomerRow {
  id: number;
  /** As a marketplace told it with an order whose buyer is still held; null: none is. */
  name: string | null;
  customerGid: string | null;
  said: Said;
  orders: number;
  firstAt: string;
  lastAt: string;
  /** Over all channels, by currency. */
  spent: { currency: string; amount: string }[];
  channels: SpentOn[];
}

export interface CustomersView {
  rows: CustomerRow[];
  next: number | null;
  previous: number | null;
  /** More match than are shown: a search has one page. */
  cut: boolean;
}

export async function readCustomers(
  rt: Runtime,
  shopId: number,
  { beside, ...filters }: CustomerFilters & { beside: Beside },
): Promise<CustomersView> {
  const backwards = isBackwards(beside);
  const start = beside && (await findPlace(rt, shopId, filters, besideId(beside)));
  const found =
    beside && !start ? [] : await readPlaces(rt, shopId, filters, { start, backwards, take: PAGE_SIZE + 1 });
  // What it was beside is gone: from the beginning.
  if (found.length === 0 && beside !== null) return readCustomers(rt, shopId, { beside: null, ...filters });
  const { rows, ...pages } = besidePage(found, beside);
  const ids = rows.map((row) => row.id);
  return { rows: await readRows(rt, shopId, ids), ...pages, cut: false };
}

/** Where a customer is in a list. */
export interface Place {
  id: number;
  lastAt: Date;
}

/** What a list is read of, and its column of customers. */
function listOf(shopId: number, channelId: number | null): { rows: Prisma.Sql; id: Prisma.Sql } {
  return channelId === null
    ? { rows: Prisma.sql`"Customer" WHERE "shopId" = ${shopId}`, id: Prisma.sql`id` }
    : {
        rows: Prisma.sql`"CustomerChannel" WHERE "shopId" = ${shopId} AND "channelId" = ${channelId}`,
        id: Prisma.sql`"customerId"`,
      };
}

async function findPlace(
  rt: Runtime,
  shopId: number,
  { channelId }: CustomerFilters,
  customerId: number,
): Promise<Place | null> {
  const { rows, id } = listOf(shopId, channelId);
  const [place] = await rt.db.$queryRaw<Place[]>`
    SELECT ${id} AS id, "lastAt" FROM ${rows} AND ${id} = ${customerId} AND "lastAt" IS NOT NULL`;
  return place ?? null;
}

/** The latest purchase first; on one channel, the latest there. Each stage is one range of an index. */
export function readPlaces(
  rt: Runtime,
  shopId: number,
  { stage, channelId }: CustomerFilters,
  { start, backwards = false, take }: { start: Place | null; backwards?: boolean; take: number },
): Promise<Place[]> {
  const { rows, id } = listOf(shopId, channelId);
  const order = backwards ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  const beyond = start
    ? Prisma.sql`AND ("lastAt", ${id}) ${backwards ? Prisma.sql`>` : Prisma.sql`<`} (${start.lastAt}, ${start.id})`
    : Prisma.empty;
  const parts = (stage === null ? LIFECYCLE_STAGES : [stage]).map(
    (one) => Prisma.sql`
      (SELECT ${id} AS id, "lastAt" FROM ${rows} AND stage = ${one} ${beyond} ORDER BY "lastAt" ${order}, ${id} ${order} LIMIT ${take})`,
  );
  return rt.db.$queryRaw`
    SELECT id, "lastAt" FROM (${Prisma.join(parts, " UNION ALL ")}) page ORDER BY "lastAt" ${order}, id ${order} LIMIT ${take}`;
}

/**
 * Whoever is known by what was typed: an e-mail, a phone number, a marketplace's name of the buyer or number of the order, or
 * one of these of Shopify's customers. Names are searched in Shopify alone: here they are sealed.
 */
export async function findCustomers(
  rt: Runtime,
  shopId: number,
  { typed, gids, stage, channelId }: CustomerFilters & { typed: string; gids: readonly string[] },
): Promise<CustomersView> {
  const [shop, channels] = await Promise.all([
    rt.db.shop.findUniqueOrThrow({ where: { id: shopId }, select: { countryCode: true } }),
    rt.db.channel.findMany({ where: { shopId }, select: { id: true, connectorKey: true } }),
  ]);
  const hashes = hashesOf(rt, typed, shop.countryCode, [...new Set(channels.map((one) => one.connectorKey))]);
  const channelIds = channels.map((one) => one.id);
  const found = await rt.db.$queryRaw<{ id: number }[]>`
    SELECT DISTINCT c.id, c."lastAt" FROM (
      SELECT r."customerId" AS id FROM "CustomerIdentity" i JOIN "CustomerRecord" r ON r.id = i."recordId"
      WHERE i."valueHash" = ANY(${hashes}::text[]) AND i."shopId" = ${shopId}
      UNION
      SELECT c.id FROM "Customer" c WHERE c."shopId" = ${shopId} AND c."customerGid" = ANY(${[...gids]}::text[])
      UNION
      SELECT r."customerId" FROM "MarketplaceOrder" o JOIN "CustomerRecord" r ON r.id = o."customerRecordId"
      WHERE o."channelId" = ANY(${channelIds}::int[]) AND o."remoteId" = ${typed}) known
    JOIN "Customer" c ON c.id = known.id AND c.stage IS NOT NULL AND c."shopId" = ${shopId}
    WHERE ${stage === null ? Prisma.sql`true` : Prisma.sql`c.stage = ${stage}`} AND ${
      channelId === null
        ? Prisma.sql`true`
        : Prisma.sql`EXISTS (SELECT 1 FROM "CustomerChannel" cc WHERE cc."customerId" = c.id AND cc."channelId" = ${channelId})`
    }
    ORDER BY c."lastAt" DESC, c.id DESC LIMIT ${PAGE_SIZE + 1}`;
  const ids = found.map((one) => one.id).slice(0, PAGE_SIZE);
  return { rows: await readRows(rt, shopId, ids), next: null, previous: null, cut: found.length > PAGE_SIZE };
}

function hashesOf(rt: Runtime, typed: string, countryCode: string | null, connectorKeys: readonly string[]): string[] {
  const shippingAddress = { countryCode } as NonNullable<Parameters<typeof identifyBuyer>[0]["shippingAddress"]>;
  const told = { name: null, emailIsRelay: false, phoneIsMasked: false, shippingAddress };
  const person = identifyBuyer({ ...told, email: typed, phone: typed, remoteId: typed });
  return rt.secrets.hashes.flatMap((hash) =>
    (connectorKeys.length > 0 ? connectorKeys : [""]).flatMap((key) =>
      identityKeys(hash, key, person).map((one) => one.valueHash),
    ),
  );
}

/** In the order given; what is gone meanwhile is left out. */
export async function readRows(rt: Runtime, shopId: number, ids: readonly number[]): Promise<CustomerRow[]> {
  if (ids.length === 0) return [];
  const [people, named, channels] = await Promise.all([
    rt.db.customer.findMany({
      where: { shopId, id: { in: [...ids] } },
      include: { channels: { orderBy: { lastAt: "desc" } } },
    }),
    readSealedNames(rt, ids),
    rt.db.channel.findMany({ where: { shopId }, select: { id: true, name: true } }),
  ]);
  const byId = new Map(people.map((one) => [one.id, one]));
  const nameOf = new Map(channels.map((one) => [one.id, one.name]));
  return ids.flatMap((id) => {
    const person = byId.get(id);
    if (!person?.firstAt || !person.lastAt) return [];
    const spentOn = person.channels.map((one) => toSpentOn(one, nameOf.get(one.channelId) ?? ""));
    return [
      {
        id,
        name: named.get(id) ?? null,
        customerGid: person.customerGid,
        said: sayLifecycle(person.stage),
        orders: person.orders,
        firstAt: person.firstAt.toISOString(),
        lastAt: person.lastAt.toISOString(),
        spent: sumByCurrency(spentOn),
        channels: spentOn,
      },
    ];
  });
}

/** Those whose e-mail a marketplace hides: they are known by its own id alone. */
export async function readEmailsHidden(rt: Runtime, rows: readonly CustomerRow[]): Promise<number[]> {
  const hidden = await rt.db.customerRecord.findMany({
    where: { customerId: { in: rows.map((row) => row.id) }, isEmailHidden: true },
    select: { customerId: true },
  });
  return [...new Set(hidden.map((one) => one.customerId))];
}

export function toSpentOn({ channelId, orders, spent, firstAt, lastAt }: CustomerChannel, channel: string): SpentOn {
  const byCurrency = Object.entries(spent as Record<string, string>).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    channelId,
    channel,
    orders,
    spent: byCurrency.map(([currency, amount]) => ({ currency, amount })),
    firstAt: firstAt.toISOString(),
    lastAt: lastAt.toISOString(),
  };
}

export function sumByCurrency(channels: readonly SpentOn[]): { currency: string; amount: string }[] {
  const all = channels.flatMap((one) => one.spent);
  const currencies = [...new Set(all.map((one) => one.currency))].sort();
  return currencies.map((currency) => ({
    currency,
    amount: addAmounts(...all.filter((one) => one.currency === currency).map((one) => one.amount)),
  }));
}

/** Of each, the name with the latest order whose buyer is held. */
async function readSealedNames(rt: Runtime, ids: readonly number[]): Promise<Map<number, string>> {
  const rows = await rt.db.$queryRaw<{ id: number; buyerSealed: string; correctionSealed: string | null }[]>`
    SELECT c.id, o."buyerSealed", o."correctionSealed" FROM "Customer" c CROSS JOIN LATERAL (
      SELECT o."buyerSealed", o."correctionSealed" FROM "CustomerRecord" r JOIN "MarketplaceOrder" o ON o."customerRecordId" = r.id
      WHERE r."customerId" = c.id AND o."buyerSealed" IS NOT NULL ORDER BY o."soldAt" DESC LIMIT 1) o
    WHERE c.id = ANY(${[...ids]}::int[])`;
  return new Map(
    rows.flatMap(({ id, ...sealed }) => {
      const name = buyerName(rt, sealed);
      return name === null ? [] : [[id, name] as const];
    }),
  );
}

export interface HiddenBuyers {
  marketplace: string;
  orders: number;
  /** There are more than were counted. */
  more: boolean;
}

const HIDDEN_COUNTED_MAX = 1_000;

/** Orders of which the marketplace tells nothing by which their buyer could be known again. */
export async function readHiddenBuyers(rt: Runtime, shopId: number): Promise<HiddenBuyers[]> {
  const rows = await rt.db.$queryRaw<{ connectorKey: string; orders: number }[]>`
    SELECT ch."connectorKey", SUM(h.orders)::int AS orders FROM "Channel" ch CROSS JOIN LATERAL (
      SELECT COUNT(*) AS orders FROM (
        SELECT 1 FROM "MarketplaceOrder" o WHERE o."channelId" = ch.id AND o."buyerIsHidden" LIMIT ${HIDDEN_COUNTED_MAX}) counted) h
    WHERE ch."shopId" = ${shopId} GROUP BY 1 HAVING SUM(h.orders) > 0 ORDER BY 1`;
  return rows.map(({ connectorKey, orders }) => ({
    marketplace: marketplaceName(rt, connectorKey),
    orders,
    more: orders >= HIDDEN_COUNTED_MAX,
  }));
}
