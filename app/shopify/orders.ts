/** Orders in Shopify: made once, found again by our key, followed, cancelled. */
import { type Failure, fail, type Result, succeed } from "#connectors/contract/failures.ts";
import type { RefusedField } from "../orders/draft-mending.ts";
import { LINE_KEY, ORDER_KEY, ORDER_TAG } from "../orders/order-draft.ts";
import type { EnteredLine } from "../orders/order-link.ts";
import type { PlacedOrder } from "../orders/orders.ts";
import type { Admin, RunOptions } from "./admin.ts";
import {
  CancelOrderDocument,
  type CancelOrderMutation,
  CountryCode,
  CreateOrderDocument,
  CurrencyCode,
  DefineOrderKeyDocument,
  NewestOrderNamesDocument,
  NewestOrdersPageDocument,
  type NewestOrdersPageQuery,
  OrderAddressesDocument,
  OrderByKeyDocument,
  type OrderCreateOrderInput,
  OrderProgressDocument,
  type OrderProgressFragment,
  OrdersByNameDocument,
  OrdersBySourceIdentifierDocument,
  type OrdersBySourceIdentifierQuery,
  OrdersUpdatedPageDocument,
  OrderToLinkDocument,
  type OrderToLinkQuery,
  type PlacedOrderFragment,
} from "./operations.generated.ts";
import { failureOfUserErrors, saidTogether } from "./shop-refusals.ts";

export type OrderProgress = OrderProgressFragment;

/** All that an address can name but for ZZ, which is none. */
export const COUNTRY_CODES: readonly string[] = Object.values(CountryCode).filter((code) => code !== "ZZ");
const COUNTRIES = new Set<string>(Object.values(CountryCode));

/** Whether an address in Shopify can name it. */
export function isCountry(code: string): code is CountryCode {
  return COUNTRIES.has(code);
}

const CURRENCIES = new Set<string>(Object.values(CurrencyCode));

/** Whether Shopify can take an order in it. */
export function isCurrency(code: string): code is CurrencyCode {
  return CURRENCIES.has(code);
}

/** Makes the metafield whose values Shopify keeps unique. Safe to repeat. */
export async function defineOrderKey(admin: Admin): Promise<Result<null>> {
  const reply = await admin.run(DefineOrderKeyDocument, {
    definition: {
      ...ORDER_KEY,
      name: "Marketplace order",
      description: "Which marketplace order this is. Written by Lockstep; keeps an order from being made twice.",
      ownerType: "ORDER",
      type: "id",
      capabilities: { uniqueValues: { enabled: true } },
    },
  });
  if (!reply.ok) return reply;
  const errors = reply.value.metafieldDefinitionCreate?.userErrors ?? [];
  if (errors.every((error) => error.code === "TAKEN")) return succeed(null);
  return fail({
    kind: "rejected",
    scope: "item",
    message: `the order key could not be defined: ${saidTogether(errors.map((one) => one.message))}`,
  });
}

export type Creation =
  | { outcome: "created"; placed: PlacedOrder }
  /** Nothing was created. `refused`: what Shopify found wrong, where it says, and why. */
  | { outcome: "refused"; failure: Failure; refused: { field: RefusedField; why: string }[] }
  /** `outcome-unknown` when it may have been created: look it up before any second try. */
  | { outcome: "failed"; failure: Failure };

/** Creates the order and takes its units from stock. */
export async function createOrder(admin: Admin, order: OrderCreateOrderInput, options: RunOptions): Promise<Creation> {
  const reply = await admin.run(
    CreateOrderDocument,
    {
      order,
      options: { inventoryBehaviour: "DECREMENT_IGNORING_POLICY", sendReceipt: false, sendFulfillmentReceipt: false },
    },
    { ...options, isEnough: ({ orderCreate }) => toPlaced(orderCreate?.order) !== null },
  );
  if (!reply.ok) {
    const { failure } = reply;
    // Shopify did not read the order at all: a value of it is of another kind than its schema wants.
    return failure.kind === "rejected"
      ? { outcome: "refused", failure, refused: [{ field: null, why: failure.message }] }
      : { outcome: "failed", failure };
  }
  const payload = reply.value.orderCreate;
  const placed = toPlaced(payload?.order);
  if (placed) return { outcome: "created", placed };
  const userErrors = payload?.userErrors ?? [];
  if (payload?.order || userErrors.length === 0) {
    const message = "Shopify did not say whether it made the order";
    return { outcome: "failed", failure: { kind: "outcome-unknown", scope: "shop", message } };
  }
  const failure = failureOfUserErrors(userErrors);
  if (failure.kind !== "rejected") return { outcome: "failed", failure };
  const refused = userErrors.map(({ field, message }) => ({ field: field ?? null, why: message }));
  return { outcome: "refused", failure, refused };
}

/**
 * Looks for an order by our key: by the unique metafield, then by the source identifier. Where a reply names errors, only
 * what it does show counts: what it does not show may be there all the same.
 */
export async function findOrderByKey(admin: Admin, key: string): Promise<Result<PlacedOrder | null>> {
  const byKey = await admin.run(
    OrderByKeyDocument,
    { key: { ...ORDER_KEY, value: key } },
    { isEnough: ({ orderByIdentifier }) => toPlaced(orderByIdentifier) !== null },
  );
  if (!byKey.ok) return byKey;
  const keyed = toPlaced(byKey.value.orderByIdentifier);
  if (keyed) return succeed(keyed);
  const withKey = ({ orders }: OrdersBySourceIdentifierQuery) =>
    orders?.nodes?.find((order) => order?.sourceIdentifier === key);
  const bySource = await admin.run(
    OrdersBySourceIdentifierDocument,
    { query: `source_identifier:"${key}"` },
    { isEnough: (data) => toPlaced(withKey(data)) !== null },
  );
  return bySource.ok ? succeed(toPlaced(withKey(bySource.value))) : bySource;
}

/** Null where Shopify does not show it in full. */
function toPlaced(order: PlacedOrderFragment | null | undefined): PlacedOrder | null {
  if (!(order?.id && order.name && order.createdAt && order.lineItems?.nodes)) return null;
  const lineGids = new Map<string, string>();
  for (const line of order.lineItems.nodes) {
    const key = line.customAttributes.find((one) => one.key === LINE_KEY)?.value;
    if (key) lineGids.set(key, line.id);
  }
  return {
    gid: order.id,
    name: order.name,
    createdAt: new Date(order.createdAt),
    customerGid: order.customer?.id ?? null,
    lineGids,
  };
}

/**
 * Orders of exactly one of these names: more than one only where several are called so. The newest are read past Shopify's
 * search, which does not know yet what was made a moment ago.
 */
export async function findOrdersByName(
  admin: Admin,
  namesOf: (shop: { prefix: string; suffix: string }) => readonly string[],
): Promise<Result<string[]>> {
  const newest = await admin.run(NewestOrderNamesDocument, {});
  if (!newest.ok) return newest;
  const { orderNumberFormatPrefix: prefix, orderNumberFormatSuffix: suffix } = newest.value.shop;
  const names = namesOf({ prefix, suffix });
  const query = names.map((name) => `name:"${name}"`).join(" OR ");
  const found = await admin.run(OrdersByNameDocument, { query });
  if (!found.ok) return found;
  const all = [...newest.value.orders.nodes, ...found.value.orders.nodes];
  return succeed([...new Set(all.filter(({ name }) => names.includes(name)).map(({ id }) => id))]);
}

export interface OrderToLink {
  placed: PlacedOrder;
  isCancelled: boolean;
  fulfilment: string;
  total: { amount: string; currency: string };
  customerName: string | null;
  /** Of the marketplace order that Lockstep made it for; null: it did not make it. */
  key: string | null;
  lines: EnteredLine[];
}

/** Null: Shopify shows no such order. */
export async function readOrderToLink(admin: Admin, gid: string): Promise<Result<OrderToLink | null>> {
  const isEnough = ({ order }: OrderToLinkQuery) => toPlaced(order) !== null;
  const reply = await admin.run(OrderToLinkDocument, { id: gid, ...ORDER_KEY }, { isEnough });
  if (!reply.ok) return reply;
  const { order, named } = reply.value;
  const placed = toPlaced(order);
  if (!order || !placed) return succeed(null);
  const lineOf = new Map([...placed.lineGids].map(([remoteLineId, lineGid]) => [lineGid, remoteLineId]));
  const { amount, currencyCode: currency } = order.currentTotalPriceSet.shopMoney;
  return succeed({
    placed,
    isCancelled: order.cancelledAt !== null,
    fulfilment: order.displayFulfillmentStatus,
    total: { amount, currency },
    customerName: named?.customer?.displayName ?? null,
    key: order.marketplaceKey?.value ?? null,
    lines: order.lineItems.nodes.map((line) => ({
      gid: line.id,
      title: line.title,
      variantTitle: line.variantTitle ?? null,
      sku: line.sku ?? null,
      units: line.currentQuantity,
      variantGid: line.variant?.id ?? null,
      remoteLineId: lineOf.get(line.id) ?? null,
    })),
  });
}

export async function readOrderProgress(admin: Admin, gid: string): Promise<Result<OrderProgress | null>> {
  const reply = await admin.run(OrderProgressDocument, { id: gid });
  return reply.ok ? succeed(reply.value.order ?? null) : reply;
}

/** Orders changed since then, the shop's own too: which are ours is known by their ids. Tags are anybody's to edit. */
export async function listUpdatedOrders(admin: Admin, since: Date): Promise<Result<OrderProgress[]>> {
  const orders: OrderProgress[] = [];
  const query = `updated_at:>='${since.toISOString()}'`;
  for (let after: string | null = null; ; ) {
    const page: Result<{ orders: UpdatedPage }> = await admin.run(OrdersUpdatedPageDocument, { query, after });
    if (!page.ok) return page;
    orders.push(...page.value.orders.nodes);
    if (!page.value.orders.pageInfo.hasNextPage) return succeed(orders);
    after = page.value.orders.pageInfo.endCursor;
  }
}

interface UpdatedPage {
  nodes: OrderProgress[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

export interface OwnSale {
  orderGid: string;
  name: string;
  soldAt: Date;
  /** Not shipped; none where it was cancelled. */
  units: number;
  cancelledAt: Date | null;
  /** The merchant sells this one even without stock. */
  isBackorder: boolean;
}

/** Sales of an item since then by the shop itself, cancelled ones too, but for what was shipped; of long orders the first 25 lines. */
export async function listOwnSales(
  admin: Admin,
  { inventoryItemGid, since }: { inventoryItemGid: string; since: Date },
): Promise<Result<OwnSale[]>> {
  const sales: OwnSale[] = [];
  for (let after: string | null = null; ; ) {
    const page: Result<NewestOrdersPageQuery> = await admin.run(NewestOrdersPageDocument, { after });
    if (!page.ok) return page;
    for (const order of page.value.orders.nodes) {
      const soldAt = new Date(order.createdAt);
      if (soldAt < since) return succeed(sales);
      if (order.tags.includes(ORDER_TAG)) continue;
      const cancelledAt = order.cancelledAt ? new Date(order.cancelledAt) : null;
      const lines = order.lineItems.nodes.filter((line) => line.variant?.inventoryItem.id === inventoryItemGid);
      const units = cancelledAt ? 0 : lines.reduce((sum, line) => sum + line.unfulfilledQuantity, 0);
      const isBackorder = lines.some((line) => line.variant?.inventoryPolicy === "CONTINUE");
      const isIn = cancelledAt ? lines.length > 0 : units > 0;
      if (isIn) sales.push({ orderGid: order.id, name: order.name, soldAt, cancelledAt, units, isBackorder });
    }
    if (!page.value.orders.pageInfo.hasNextPage) return succeed(sales);
    after = page.value.orders.pageInfo.endCursor;
  }
}

/** Cancels an order without refunding or mailing: the marketplace has done both. `rejected` says why Shopify would not. */
export async function cancelOrder(
  admin: Admin,
  order: { gid: string; restock: boolean; reason: "CUSTOMER" | "INVENTORY" | "OTHER"; note: string },
): Promise<Result<null>> {
  const { gid, note, ...how } = order;
  const isEnough = ({ orderCancel }: CancelOrderMutation) => Boolean(orderCancel?.job);
  const reply = await admin.run(CancelOrderDocument, { orderId: gid, staffNote: note, ...how }, { isEnough });
  if (!reply.ok) return reply;
  const errors = reply.value.orderCancel?.orderCancelUserErrors ?? [];
  if (errors.length === 0) return succeed(null);
  return fail(failureOfUserErrors(errors));
}

const ADDRESS_FIELDS = [
  "firstName",
  "lastName",
  "company",
  "address1",
  "address2",
  "city",
  "provinceCode",
  "zip",
  "countryCodeV2",
] as const;

/** The addresses that orders go to, as one text each, or null where an order has none. Orders that Shopify does not show are left out. */
export async function readOrderAddresses(
  admin: Admin,
  gids: readonly string[],
): Promise<Result<Map<string, string | null>>> {
  const reply = await admin.run(OrderAddressesDocument, { ids: [...gids] });
  if (!reply.ok) return reply;
  const found = new Map<string, string | null>();
  for (const node of reply.value.nodes) {
    if (!node || !("id" in node)) continue;
    const { id, shippingAddress } = node;
    found.set(id, shippingAddress && JSON.stringify(ADDRESS_FIELDS.map((field) => shippingAddress[field])));
  }
  return succeed(found);
}
