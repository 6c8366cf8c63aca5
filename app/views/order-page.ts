/**
 * One page of the orders, newest first. Where few match what was typed, those are sorted; where many do, the next ones by
 * time are looked through, and a page of them is soon found.
 */
import type { Db } from "../db.server.ts";
import type { Prisma } from "../generated/prisma/client.ts";
import { ORDER_FILTERS, type OrderFilter } from "./order-filters.ts";
import { findFewOrders, matchOrders } from "./order-words.ts";
import { type Beside, besideId, beyondInTime, isBackwards, PAGE_SIZE } from "./paging.ts";

export interface OrderFilters {
  channelId: number | null;
  stage: OrderFilter | null;
  search: string;
  beside: Beside;
}

const ROW = { channel: true, lines: true, shipments: true, cancellations: true, conflict: true } as const;
export type OrderWithAll = Prisma.MarketplaceOrderGetPayload<{ include: typeof ROW }>;

/** From `beside` on, one more than a page where there are more; backwards where the page is before it; null: it is gone. */
export async function readOrderPage(
  db: Db,
  shopId: number,
  { channelId, stage, search, beside }: OrderFilters,
): Promise<OrderWithAll[] | null> {
  const start =
    beside && (await db.marketplaceOrder.findFirst({ where: { shopId, id: besideId(beside) }, select: PLACE }));
  if (beside && !start) return null;
  const ofFilters: Prisma.MarketplaceOrderWhereInput = {
    shopId,
    ...(channelId === null ? {} : { channelId }),
    ...(stage === null ? {} : whereFilter(stage)),
  };
  const from = { start, isNewer: isBackwards(beside) };
  const few = search === "" ? null : await findFewOrders(db, shopId, search);
  const ids = few ?? (search === "" ? null : await lookThrough(db, shopId, search, ofFilters, from));
  return db.marketplaceOrder.findMany({
    where: beyond(ids ? { ...ofFilters, id: { in: ids } } : ofFilters, from),
    orderBy: inOrder(from),
    include: ROW,
    take: PAGE_SIZE + 1,
  });
}

/** Where a page goes on, null at the beginning; and which way. */
interface From {
  start: { id: number; soldAt: Date } | null;
  isNewer: boolean;
}

const PLACE = { id: true, soldAt: true } as const;

const inOrder = ({ isNewer }: From) =>
  isNewer
    ? [{ soldAt: "asc" as const }, { id: "asc" as const }]
    : [{ soldAt: "desc" as const }, { id: "desc" as const }];

function beyond(where: Prisma.MarketplaceOrderWhereInput, { start, isNewer }: From): Prisma.MarketplaceOrderWhereInput {
  if (start === null) return where;
  const { from, past, id } = beyondInTime({ at: start.soldAt, id: start.id }, isNewer);
  return { AND: [where, { soldAt: from, OR: [{ soldAt: past }, { id }] }] };
}

function whereFilter(filter: OrderFilter): Prisma.MarketplaceOrderWhereInput {
  const { stages, conflict } = ORDER_FILTERS[filter];
  return conflict ? { conflict: { is: { state: conflict } } } : { stage: { in: [...stages] } };
}

/** Orders that are looked through at first, and how many more each time that they do not fill a page. */
const FIRST_LOOK = 200;
const LOOKS_GROW = 5;

/** Ids of those that match what was typed, a page and one more of them where there are. */
async function lookThrough(
  db: Db,
  shopId: number,
  typed: string,
  where: Prisma.MarketplaceOrderWhereInput,
  from: From,
): Promise<number[]> {
  const found: number[] = [];
  let { start } = from;
  for (let look = FIRST_LOOK; found.length <= PAGE_SIZE; look *= LOOKS_GROW) {
    const next = { where: beyond(where, { ...from, start }), orderBy: inOrder(from), select: PLACE, take: look };
    const near = await db.marketplaceOrder.findMany(next);
    const ids = near.map((order) => order.id);
    const matching = await matchOrders(db, shopId, typed, ids);
    found.push(...ids.filter((id) => matching.has(id)).slice(0, PAGE_SIZE + 1 - found.length));
    start = near.at(-1) ?? null;
    if (near.length < look) break;
  }
  return found;
}
