/** QueryRoot. */
import { customerByEmail, customerByPhone } from "../customers.ts";
import { type Gid, gidType, numericId } from "../gids.ts";
import {
  type Collection,
  type Customer,
  fulfillmentStatus,
  type Location,
  levelsOf,
  type Order,
  type Product,
  type Store,
  type Variant,
} from "../store.ts";
import type { AdminContext } from "./admin-context.ts";
import { adminError } from "./admin-errors.ts";
import { type ConnectionArguments, connection } from "./connections.ts";
import { orderByMetafield } from "./order-create.ts";
import { compareText, compareTime, type SearchTerm, search } from "./search-query.ts";

interface SearchArguments extends ConnectionArguments {
  query?: string | null;
  sortKey?: string | null;
}

const NODES_MAX = 250;

/** By sortKey; one that is not here sorts by id. */
const PRODUCT_SORTS: Record<string, (one: Product) => string> = {
  TITLE: (one) => one.title,
  UPDATED_AT: (one) => one.updatedAt,
};
const VARIANT_SORTS: Record<string, (one: Variant) => string> = {
  SKU: (one) => one.sku ?? "",
  TITLE: (one) => one.title,
};
export const ORDER_SORTS: Record<string, (one: Order) => string> = {
  CREATED_AT: (one) => one.createdAt,
  PROCESSED_AT: (one) => one.processedAt,
  UPDATED_AT: (one) => one.updatedAt,
};

export const queryResolvers = {
  shop: (_root: unknown, _args: unknown, { store }: AdminContext): Store => store,

  nodes: (_root: unknown, args: { ids: Gid[] }, { store }: AdminContext): unknown[] => {
    if (args.ids.length > NODES_MAX) {
      throw adminError(
        "BAD_USER_INPUT",
        `The input array size of ${args.ids.length} is greater than the maximum allowed of ${NODES_MAX}.`,
      );
    }
    return args.ids.map((id) => nodeById(store, id));
  },
  node: (_root: unknown, args: { id: Gid }, { store }: AdminContext): unknown => nodeById(store, args.id),

  currentAppInstallation: (_root: unknown, _args: unknown, { store }: AdminContext) => ({
    accessScopes: (store.installation?.scopes ?? "").split(",").map((handle) => ({ handle })),
    activeSubscriptions: store.subscriptions.map(({ planHandle, ...subscription }) => ({
      ...subscription,
      lineItems: [{ plan: { pricingDetails: { __typename: "AppRecurringPricing", planHandle } } }],
    })),
  }),

  product: (_root: unknown, args: { id: Gid }, { store }: AdminContext) => store.products.get(args.id) ?? null,
  collection: (_root: unknown, args: { id: Gid }, { store }: AdminContext) => store.collections.get(args.id) ?? null,
  productVariant: (_root: unknown, args: { id: Gid }, { store }: AdminContext) => store.variants.get(args.id) ?? null,
  inventoryItem: (_root: unknown, args: { id: Gid }, { store }: AdminContext) =>
    store.inventoryItems.get(args.id) ?? null,
  inventoryLevel: (_root: unknown, args: { id: Gid }, { store }: AdminContext) => nodeById(store, args.id),
  location: (_root: unknown, args: { id: Gid }, { store }: AdminContext) => store.locations.get(args.id) ?? null,
  customer: (_root: unknown, args: { id: Gid }, { store }: AdminContext) => store.customers.get(args.id) ?? null,
  order: (_root: unknown, args: { id: Gid }, { store }: AdminContext) => store.orders.get(args.id) ?? null,
  bulkOperation: (_root: unknown, args: { id: Gid }, { store }: AdminContext) =>
    store.bulkOperations.get(args.id) ?? null,
  job: (_root: unknown, args: { id: Gid }, { store }: AdminContext) => store.jobs.get(args.id) ?? null,

  products: (_root: unknown, args: SearchArguments, context: AdminContext) => {
    const found = search([...context.store.products.values()], args.query, matchProduct);
    return connection(context, found, args, PRODUCT_SORTS[args.sortKey ?? ""]);
  },
  collections: (_root: unknown, args: SearchArguments, context: AdminContext) => {
    const found = search([...context.store.collections.values()], args.query, matchCollection);
    return connection(context, found, args, args.sortKey === "TITLE" ? (one) => one.title : undefined);
  },
  productVariants: (_root: unknown, args: SearchArguments, context: AdminContext) => {
    const found = search([...context.store.variants.values()], args.query, matchVariant);
    return connection(context, found, args, VARIANT_SORTS[args.sortKey ?? ""]);
  },
  locations: (_root: unknown, args: SearchArguments & { includeInactive?: boolean }, context: AdminContext) => {
    const all = [...context.store.locations.values()].filter((one) => one.isActive || args.includeInactive);
    return connection(context, all, args, args.sortKey === "ID" ? undefined : (one: Location) => one.name);
  },
  orders: (_root: unknown, args: SearchArguments, context: AdminContext) => {
    const { store, world } = context;
    const indexedUntil = new Date(world.clock.now().getTime() - world.settings.orderSearchLagMs).toISOString();
    const indexed = args.query
      ? [...store.orders.values()].filter((order) => Date.parse(order.createdAt) <= Date.parse(indexedUntil))
      : [...store.orders.values()];
    const found = search(indexed, args.query, (order, term) => matchOrder(order, term, indexedUntil, store));
    return connection(context, found, args, ORDER_SORTS[args.sortKey ?? "PROCESSED_AT"]);
  },

  customers: (_root: unknown, args: SearchArguments, context: AdminContext) =>
    connection(context, search([...context.store.customers.values()], args.query, matchCustomer), args),

  orderByIdentifier: (
    _root: unknown,
    args: { identifier: { id?: Gid; customId?: { namespace?: string | null; key: string; value: string } } },
    { store }: AdminContext,
  ) => {
    const { id, customId } = args.identifier;
    if (id) return store.orders.get(id) ?? null;
    return customId ? orderByMetafield(store, customId) : null;
  },

  customerByIdentifier: (
    _root: unknown,
    args: { identifier: { id?: Gid; emailAddress?: string; phoneNumber?: string; customId?: object } },
    { store }: AdminContext,
  ): Customer | null => {
    const { id, emailAddress, phoneNumber } = args.identifier;
    if (id) return store.customers.get(id) ?? null;
    if (emailAddress) return customerByEmail(store, emailAddress);
    if (phoneNumber) return customerByPhone(store, phoneNumber);
    throw adminError("BAD_REQUEST", "Metafield definition of type 'id' is required when using custom ids.");
  },
};

/** Any record by its gid; null when there is none or it is of another shop. */
function nodeById(store: Store, id: Gid): unknown {
  if (gidType(id.replace(/\?.*$/, "")) === null) {
    throw adminError("INVALID_FIELD_ARGUMENTS", `Invalid global id '${id}'`);
  }
  const tables = [
    store.products,
    store.collections,
    store.variants,
    store.inventoryItems,
    store.locations,
    store.customers,
    store.orders,
    store.bulkOperations,
    store.metafieldDefinitions,
  ];
  for (const table of tables) {
    const found = table.get(id);
    if (found) return found;
  }
  return [...store.levels.values()].find((level) => level.id === id) ?? (store.id === id ? store : null);
}

function matchOrder(order: Order, term: SearchTerm, indexedUntil: string, store: Store): boolean | null {
  switch (term.field) {
    case "id":
      return String(numericId(order.id)) === term.value.replace(/^.*\//, "");
    case "name":
      return namesOf(order, store).some((name) => compareText(name, term));
    case "source_identifier":
      return compareText(order.sourceIdentifier, term);
    case "source_name":
      return compareText(order.sourceName, term);
    case "tag":
      return order.tags.some((tag) => compareText(tag, term));
    case "tag_not":
      return !order.tags.some((tag) => compareText(tag, term));
    case "email":
      return compareText(order.email, term);
    case "customer_id":
      return order.customerId !== null && String(numericId(order.customerId)) === term.value;
    case "sku":
      return order.lineItems.some((line) => compareText(line.sku, term));
    case "test":
      return String(order.test) === term.value;
    case "created_at":
      return compareTime(order.createdAt, term);
    case "processed_at":
      return compareTime(order.processedAt, term);
    case "updated_at":
      // A change the index has not seen yet: it still holds the order as it was made.
      return compareTime(
        Date.parse(order.updatedAt) <= Date.parse(indexedUntil) ? order.updatedAt : order.createdAt,
        term,
      );
    case "financial_status":
      return compareText(order.financialStatus, term);
    case "fulfillment_status":
      return compareText(searchedFulfillmentStatus(order), term);
    case "status":
      return matchStatus(order, term.value);
    case "default":
      return [order.name, order.email, order.sourceIdentifier, ...order.lineItems.map((line) => line.title)].some(
        (text) => (text ?? "").toLowerCase().includes(term.value.toLowerCase()),
      );
    default:
      return null;
  }
}

/** An order is found by its name, by its number, and by the number with "#" before it. */
function namesOf({ name, number }: Order, { orderNumberFormatPrefix: prefix }: Store): string[] {
  return [name, name.startsWith(prefix) ? name.slice(prefix.length) : name, String(number), `#${number}`];
}

function matchCustomer(customer: Customer, term: SearchTerm): boolean | null {
  switch (term.field) {
    case "id":
      return String(numericId(customer.id)) === term.value;
    case "email":
      return compareText(customer.email, term);
    case "phone":
      return compareText(customer.phone, term);
    case "default":
      return [customer.firstName, customer.lastName, customer.email, customer.phone].some((text) =>
        (text ?? "").toLowerCase().includes(term.value.toLowerCase()),
      );
    default:
      return null;
  }
}

function searchedFulfillmentStatus(order: Order): string {
  return { FULFILLED: "shipped", PARTIALLY_FULFILLED: "partial", UNFULFILLED: "unfulfilled" }[fulfillmentStatus(order)];
}

function matchStatus(order: Order, status: string): boolean {
  if (status === "cancelled") return order.cancelledAt !== null;
  if (status === "open") return order.cancelledAt === null;
  return status === "any" || status === "not_closed";
}

function matchProduct(product: Product, term: SearchTerm): boolean | null {
  switch (term.field) {
    case "id":
      return String(numericId(product.id)) === term.value;
    case "status":
      return compareText(product.status, term);
    case "title":
      return compareText(product.title, term);
    case "vendor":
      return compareText(product.vendor, term);
    case "updated_at":
      return compareTime(product.updatedAt, term);
    case "default":
      return product.title.toLowerCase().includes(term.value.toLowerCase());
    default:
      return null;
  }
}

/** Shopify looks for each word of a title, anywhere in it. */
function matchCollection(collection: Collection, term: SearchTerm): boolean | null {
  const hasWords = (): boolean => {
    const words = collection.title.toLowerCase().split(/\W+/);
    return term.value
      .toLowerCase()
      .split(/\W+/)
      .every((word) => words.includes(word));
  };
  switch (term.field) {
    case "id":
      return String(numericId(collection.id)) === term.value;
    case "handle":
      return compareText(collection.handle, term);
    case "title":
    case "default":
      return hasWords();
    default:
      return null;
  }
}

function matchVariant(variant: Variant, term: SearchTerm): boolean | null {
  switch (term.field) {
    case "id":
      return String(numericId(variant.id)) === term.value;
    case "product_id":
      return String(numericId(variant.productId)) === term.value;
    case "sku":
      return compareText(variant.sku, term);
    case "barcode":
      return compareText(variant.barcode, term);
    case "updated_at":
      return compareTime(variant.updatedAt, term);
    default:
      return null;
  }
}

/** Sum of available over a product's tracked levels. */
export function totalInventory(store: Store, product: Product): number {
  return [...store.variants.values()]
    .filter((variant) => variant.productId === product.id)
    .flatMap((variant) => levelsOf(store, variant.inventoryItemId))
    .reduce((sum, level) => sum + level.quantities.available, 0);
}
