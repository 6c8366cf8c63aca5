/** Read model of one customer: what they bought where, where they stand, and why their records are one person. */
import { LIFECYCLE_STAGES, type LifecycleRules, rulesOf } from "../customers/lifecycle.ts";
import { marketplaceTag, stageTag } from "../customers/tags.ts";
import type { Runtime } from "../runtime.ts";
import { shopSetbackName } from "../setbacks/words.ts";
import { type ChangeRow, readChanges } from "./changes.ts";
import { type CustomerRow, readRows, toSpentOn } from "./customers.ts";
import { marketplaceName } from "./home.ts";
import { type Said, sayLifecycle, sayOrderStage } from "./words.ts";

export interface RecordView {
  id: number;
  marketplace: string;
  /** Why it is this person, for the merchant. */
  why: string;
  since: string;
  orders: number;
  isEmailHidden: boolean;
  canSetApart: boolean;
  /** The customer that the merchant keeps it apart from; null: none. */
  apartFrom: number | null;
}

export interface CustomerOrder {
  id: number;
  name: string;
  channel: string;
  soldAt: string;
  paid: { amount: string; currency: string };
  said: Said;
  shopifyOrder: string | null;
}

export interface CustomerView extends Pick<CustomerRow, "id" | "name" | "customerGid" | "said" | "orders"> {
  firstAt: string | null;
  lastAt: string | null;
  channels: ReturnType<typeof toSpentOn>[];
  spent: CustomerRow["spent"];
  /** When its stage changes if nothing is bought. */
  stageUntil: string | null;
  rules: LifecycleRules;
  /** Bought in the shop itself, when Shopify last said. */
  shopOrders: number;
  records: RecordView[];
  /** Buyers that the merchant took from this customer. */
  setApart: { recordId: number; marketplace: string; customerId: number }[];
  newest: CustomerOrder[];
  hasMoreOrders: boolean;
  changes: ChangeRow[];
}

const ORDERS_MAX = 20;
const RECORDS_MAX = 50;

export async function readCustomer(
  rt: Runtime,
  shopId: number,
  id: number,
  viewer: string | null,
): Promise<CustomerView | null> {
  const person = await rt.db.customer.findFirst({
    where: { id, shopId },
    include: {
      shop: { select: { customerStages: true } },
      channels: { include: { channel: { select: { name: true } } }, orderBy: { lastAt: "desc" } },
      records: { orderBy: { id: "asc" }, take: RECORDS_MAX },
    },
  });
  if (!person) return null;
  const ids = person.records.map((record) => record.id);
  const [[row], taken, orders, counts] = await Promise.all([
    readRows(rt, shopId, [id]),
    rt.db.customerRecord.findMany({
      where: { otherCustomerId: id, customer: { shopId, isApart: true } },
      select: { id: true, connectorKey: true, customerId: true },
      orderBy: { id: "asc" },
      take: RECORDS_MAX,
    }),
    rt.db.marketplaceOrder.findMany({
      where: { shopId, customerRecordId: { in: ids } },
      orderBy: [{ soldAt: "desc" }, { id: "desc" }],
      include: { channel: { select: { name: true } } },
      take: ORDERS_MAX + 1,
    }),
    countOrders(rt, ids),
  ]);
  const recordIds = [...ids, ...taken.map((record) => record.id)];
  return {
    id,
    name: row?.name ?? null,
    customerGid: person.customerGid,
    said: sayLifecycle(person.stage),
    orders: person.orders,
    firstAt: person.firstAt?.toISOString() ?? null,
    lastAt: person.lastAt?.toISOString() ?? null,
    channels: person.channels.map((one) => toSpentOn(one, one.channel.name)),
    spent: row?.spent ?? [],
    stageUntil: person.stageDueAt?.toISOString() ?? null,
    rules: rulesOf(person.shop.customerStages),
    shopOrders: person.shopOrders,
    records: person.records.map((record) => ({
      id: record.id,
      marketplace: marketplaceName(rt, record.connectorKey),
      why: sayWhy(record.matchedBy, marketplaceName(rt, record.connectorKey)),
      since: record.createdAt.toISOString(),
      orders: counts.get(record.id) ?? 0,
      isEmailHidden: record.isEmailHidden,
      canSetApart:
        !person.isApart && record.matchedBy !== "new" && (person.records.length > 1 || person.customerGid !== null),
      apartFrom: person.isApart ? record.otherCustomerId : null,
    })),
    setApart: taken.map((record) => ({
      recordId: record.id,
      marketplace: marketplaceName(rt, record.connectorKey),
      customerId: record.customerId,
    })),
    newest: orders.slice(0, ORDERS_MAX).map((order) => ({
      id: order.id,
      name: order.displayName,
      channel: order.channel.name,
      soldAt: order.soldAt.toISOString(),
      paid: { amount: order.paidAmount, currency: order.currency },
      said: order.remoteStatus === "cancelled" ? sayOrderStage("cancelled") : sayOrderStage(order.stage),
      shopifyOrder: order.shopifyOrderName,
    })),
    hasMoreOrders: orders.length > ORDERS_MAX,
    changes:
      recordIds.length === 0 ? [] : await readChanges(rt, shopId, { customerRecordId: { in: recordIds } }, viewer),
  };
}

/** By record. */
async function countOrders(rt: Runtime, recordIds: readonly number[]): Promise<Map<number, number>> {
  const rows = await rt.db.$queryRaw<{ id: number; orders: number }[]>`
    SELECT r.id, (SELECT COUNT(*)::int FROM "MarketplaceOrder" o WHERE o."customerRecordId" = r.id) AS orders
    FROM unnest(${[...recordIds]}::int[]) AS r(id)`;
  return new Map(rows.map((row) => [row.id, row.orders]));
}

const WHY: Record<string, string> = {
  new: "The first that Lockstep saw of this customer.",
  email: "The same e-mail address.",
  phone: "The same phone number.",
  shopify: "Shopify has one customer with this e-mail address or phone number.",
};

function sayWhy(matchedBy: string | null, marketplace: string): string {
  if (matchedBy === null) return "Matched before Lockstep wrote down why: by e-mail, phone or the marketplace's id.";
  return WHY[matchedBy] ?? `The same buyer on ${marketplace}.`;
}

export interface StagesView {
  rules: LifecycleRules;
  stages: { said: Said; meaning: string }[];
  tags: TagsView;
  changes: ChangeRow[];
}

export interface TagsView {
  isOn: boolean;
  /** Every tag that a customer of this shop can have. */
  names: string[];
  /** Some customers do not have the right ones yet. */
  isUnderWay: boolean;
  /** Why all of them wait; null: they follow by themselves. */
  standsStill: string | null;
  /** Those whom Shopify would not tag, of the first thousand, and what it said of one. */
  refused: number;
  problem: string | null;
}

export async function readStages(rt: Runtime, shopId: number, viewer: string | null): Promise<StagesView> {
  const wanted = { customerStages: true, tagsCustomers: true, channels: { select: { connectorKey: true } } };
  const shop = await rt.db.shop.findUniqueOrThrow({ where: { id: shopId }, select: wanted });
  const rules = rulesOf(shop.customerStages);
  const marketplaces = new Set(shop.channels.map((channel) => marketplaceName(rt, channel.connectorKey)));
  const setback = await rt.db.setback.findUnique({ where: { name: shopSetbackName("tags", shopId) } });
  const meanings = sayRules(rules);
  return {
    rules,
    stages: LIFECYCLE_STAGES.map((stage) => ({ said: sayLifecycle(stage), meaning: meanings[stage] })),
    tags: {
      ...(await readTagState(rt, shopId)),
      isOn: shop.tagsCustomers,
      names: [...LIFECYCLE_STAGES.map(stageTag), ...[...marketplaces].sort().map(marketplaceTag)],
      standsStill: setback?.why ?? null,
    },
    changes: [
      ...(await readChanges(rt, shopId, { setting: "customer-tags" }, viewer)),
      ...(await readChanges(rt, shopId, { setting: "customer-stages" }, viewer)),
    ].sort((one, other) => other.id - one.id),
  };
}

const REFUSED_MAX = 1_000;

async function readTagState(
  rt: Runtime,
  shopId: number,
): Promise<Pick<TagsView, "isUnderWay" | "refused" | "problem">> {
  const [state] = await rt.db.$queryRaw<Pick<TagsView, "isUnderWay" | "refused" | "problem">[]>`
    SELECT EXISTS (SELECT 1 FROM "CustomerTagging" WHERE "shopId" = ${shopId} AND "dueAt" IS NOT NULL) AS "isUnderWay",
      COUNT(*)::int AS refused, MIN(r.problem) AS problem
    FROM (SELECT problem FROM "CustomerTagging" WHERE "shopId" = ${shopId} AND problem IS NOT NULL LIMIT ${REFUSED_MAX}) r`;
  return state ?? { isUnderWay: false, refused: 0, problem: null };
}

export function sayRules({
  atRiskDays,
  lapsedDays,
}: LifecycleRules): Record<(typeof LIFECYCLE_STAGES)[number], string> {
  return {
    new: `Bought once, less than ${atRiskDays} days ago.`,
    active: `Bought before, and again less than ${atRiskDays} days ago.`,
    "at-risk": `Last bought ${atRiskDays} to ${lapsedDays} days ago.`,
    lapsed: `Last bought ${lapsedDays} days ago or more.`,
    "won-back": `Had lapsed, and bought again less than ${atRiskDays} days ago.`,
  };
}
