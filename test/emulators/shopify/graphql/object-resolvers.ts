/** Fields that are not simply a property of the record. A field the pruned schema lacks is ignored until it has it. */
import {
  type Address,
  type BulkOperation,
  type Collection,
  type Customer,
  currentQuantity,
  displayName,
  type Fulfillment,
  type FulfillmentLine,
  fulfillableQuantity,
  fulfillmentStatus,
  type InventoryItem,
  type Level,
  type LineItem,
  levelsOf,
  type Order,
  orderTotal,
  type Product,
  quantityNamed,
  type Refund,
  type RefundLine,
  type Store,
  type TrackingInfo,
  type Variant,
  variantsOf,
} from "../store.ts";
import type { AdminContext } from "./admin-context.ts";
import { adminError } from "./admin-errors.ts";
import { type ConnectionArguments, connection } from "./connections.ts";
import { wholeNamespace } from "./metafields.ts";
import { ORDER_SORTS, totalInventory } from "./query-resolvers.ts";

type Context = AdminContext;

function money(amount: string, currency: string): object {
  const one = { amount, currencyCode: currency };
  return { shopMoney: one, presentmentMoney: one };
}

/** A line of a fulfilment or a refund knows its order through what it came by. */
interface FulfillmentLineView extends FulfillmentLine {
  lineItem: LineItem | undefined;
}
interface RefundLineView extends RefundLine {
  lineItem: LineItem | undefined;
}

function head<T>(items: readonly T[], first: number | null | undefined): readonly T[] {
  return first === null || first === undefined ? items : items.slice(0, first);
}

function ordersOfCustomer(store: Store, { id }: Customer): Order[] {
  return [...store.orders.values()].filter((order) => order.customerId === id);
}

function orderOf(store: Store, line: LineItem): Order | undefined {
  return [...store.orders.values()].find((order) => order.lineItems.includes(line));
}

export const objectResolvers = {
  Shop: {
    myshopifyDomain: (store: Store) => store.domain,
    currencyCode: (store: Store) => store.currency,
    ianaTimezone: (store: Store) => store.timezone,
    billingAddress: (store: Store) => ({ countryCodeV2: store.countryCode }),
    shopAddress: (store: Store) => ({ countryCodeV2: store.countryCode }),
    plan: () => ({ displayName: "Basic", partnerDevelopment: true, shopifyPlus: false }),
  },

  Product: {
    variants: (product: Product, args: ConnectionArguments, context: Context) =>
      connection(context, variantsOf(context.store, product.id), args, (variant) => variant.position),
    collections: (product: Product, args: ConnectionArguments, context: Context) => {
      const holding = [...context.store.collections.values()].filter((one) => one.productIds.has(product.id));
      return connection(context, holding, args);
    },
    totalInventory: (product: Product, _args: unknown, { store }: Context) => totalInventory(store, product),
  },

  Collection: {
    products: (collection: Collection, args: ConnectionArguments & { sortKey?: string }, context: Context) => {
      const held = [...collection.productIds].flatMap((id) => context.store.products.get(id) ?? []);
      return connection(context, held, args, args.sortKey === "ID" ? undefined : (one) => one.title);
    },
  },

  ProductVariant: {
    product: (variant: Variant, _args: unknown, { store }: Context) => store.products.get(variant.productId),
    inventoryItem: (variant: Variant, _args: unknown, { store }: Context) =>
      store.inventoryItems.get(variant.inventoryItemId),
    displayName: (variant: Variant, _args: unknown, { store }: Context) =>
      `${store.products.get(variant.productId)?.title ?? ""} - ${variant.title}`,
    inventoryQuantity: (variant: Variant, _args: unknown, { store }: Context) =>
      levelsOf(store, variant.inventoryItemId).reduce((sum, level) => sum + level.quantities.available, 0),
  },

  InventoryItem: {
    sku: (item: InventoryItem, _args: unknown, { store }: Context) => store.variants.get(item.variantId)?.sku ?? null,
    variant: (item: InventoryItem, _args: unknown, { store }: Context) => store.variants.get(item.variantId),
    requiresShipping: () => true,
    inventoryLevels: (
      item: InventoryItem,
      args: ConnectionArguments & { includeInactive?: boolean },
      context: Context,
    ) => {
      if (!context.unpaged && context.world.settings.unreadableItems.includes(item.id)) {
        throw adminError("INTERNAL_SERVER_ERROR", "Something went wrong.");
      }
      const levels = levelsOf(context.store, item.id).filter(
        (level) => args.includeInactive || context.store.locations.get(level.locationId)?.isActive,
      );
      return connection(context, levels, args);
    },
    inventoryLevel: (item: InventoryItem, args: { locationId: string }, { store }: Context) =>
      levelsOf(store, item.id).find((level) => level.locationId === args.locationId) ?? null,
  },

  InventoryLevel: {
    location: (level: Level, _args: unknown, { store }: Context) => store.locations.get(level.locationId),
    item: (level: Level, _args: unknown, { store }: Context) => store.inventoryItems.get(level.itemId),
    isActive: () => true,
    quantities: (level: Level, args: { names: string[] }) =>
      args.names.map((name) => {
        const quantity = quantityNamed(level.quantities, name);
        if (quantity === null) throw adminError("INVALID_FIELD_ARGUMENTS", `The quantity name ${name} is not valid.`);
        return {
          id: `gid://shopify/InventoryQuantity/${level.id.replace(/^.*\/(\d+).*$/, "$1")}?name=${name}`,
          name,
          quantity,
          updatedAt: level.updatedAt,
        };
      }),
  },

  Customer: {
    displayName: (customer: Customer) => displayName(customer),
    defaultEmailAddress: (customer: Customer) => (customer.email ? { emailAddress: customer.email } : null),
    defaultPhoneNumber: (customer: Customer) => (customer.phone ? { phoneNumber: customer.phone } : null),
    numberOfOrders: (customer: Customer, _args: unknown, { store }: Context) =>
      String(ordersOfCustomer(store, customer).length),
    amountSpent: (customer: Customer, _args: unknown, { store }: Context) => {
      const spent = ordersOfCustomer(store, customer).filter((order) => order.currency === store.currency);
      const cents = spent.reduce((sum, order) => sum + Math.round(Number(orderTotal(order)) * 100), 0);
      return { amount: (cents / 100).toFixed(2), currencyCode: store.currency };
    },
    statistics: ({ rfmGroup }: Customer) => ({ rfmGroup: rfmGroup ?? null, predictedSpendTier: null }),
    orders: (customer: Customer, args: ConnectionArguments & { sortKey?: string }, context: Context) =>
      connection(context, ordersOfCustomer(context.store, customer), args, ORDER_SORTS[args.sortKey ?? ""]),
  },

  Order: {
    customer: (order: Order, _args: unknown, { store }: Context) =>
      order.customerId ? (store.customers.get(order.customerId) ?? null) : null,
    displayFinancialStatus: (order: Order) => order.financialStatus,
    displayFulfillmentStatus: (order: Order) => fulfillmentStatus(order),
    currencyCode: (order: Order) => order.currency,
    totalPriceSet: (order: Order) => money(orderTotal(order), order.currency),
    currentTotalPriceSet: (order: Order) => money(orderTotal(order), order.currency),
    lineItems: (order: Order, args: ConnectionArguments, context: Context) =>
      connection(context, order.lineItems, args),
    fulfillments: (order: Order, args: { first?: number | null }) => head(order.fulfillments, args.first),
    refunds: (order: Order, args: { first?: number | null }) => head(order.refunds, args.first),
    metafield: (order: Order, args: { namespace?: string | null; key: string }) =>
      order.metafields.find(
        (one) => one.namespace === wholeNamespace(args.namespace ?? null) && one.key === args.key,
      ) ?? null,
  },

  LineItem: {
    variant: (line: LineItem, _args: unknown, { store }: Context) =>
      line.variantId ? (store.variants.get(line.variantId) ?? null) : null,
    currentQuantity: (line: LineItem) => currentQuantity(line),
    unfulfilledQuantity: (line: LineItem, _args: unknown, { store }: Context) => {
      const order = orderOf(store, line);
      return order ? fulfillableQuantity(order, line) : 0;
    },
    name: (line: LineItem) => [line.title, line.variantTitle].filter(Boolean).join(" - "),
  },

  Fulfillment: {
    trackingInfo: (fulfillment: Fulfillment, args: { first?: number | null }): readonly TrackingInfo[] =>
      head(fulfillment.trackingInfo, args.first),
    location: (fulfillment: Fulfillment, _args: unknown, { store }: Context) =>
      store.locations.get(fulfillment.locationId),
    fulfillmentLineItems: (fulfillment: Fulfillment, args: ConnectionArguments, context: Context) => {
      const order = context.store.orders.get(fulfillment.orderId);
      const views = fulfillment.lines.map(
        (line): FulfillmentLineView => ({
          ...line,
          lineItem: order?.lineItems.find((one) => one.id === line.lineItemId),
        }),
      );
      return connection(context, views, args);
    },
  },

  Refund: {
    totalRefundedSet: (refund: Refund, _args: unknown, { store }: Context) =>
      money(refund.amount, store.orders.get(refund.orderId)?.currency ?? store.currency),
    refundLineItems: (refund: Refund, args: ConnectionArguments, context: Context) => {
      const order = context.store.orders.get(refund.orderId);
      const views = refund.lines.map(
        (line): RefundLineView => ({ ...line, lineItem: order?.lineItems.find((one) => one.id === line.lineItemId) }),
      );
      return connection(context, views, args);
    },
  },

  RefundLineItem: {
    restockType: (line: RefundLine) => line.restockType.toUpperCase(),
  },

  MailingAddress: {
    countryCodeV2: (address: Address) => address.countryCode,
    provinceCode: (address: Address) => address.province,
  },

  BulkOperation: {
    url: (operation: BulkOperation, _args: unknown, { origin, world }: Context) =>
      operation.status === "COMPLETED" && operation.objectCount > 0 && world.settings.bulkResult === "file"
        ? `${origin}/bulk-results/${operation.token}.jsonl`
        : null,
    partialDataUrl: () => null,
    objectCount: (operation: BulkOperation) => String(operation.objectCount),
    rootObjectCount: (operation: BulkOperation) => String(operation.objectCount),
    type: () => "QUERY",
  },
};
