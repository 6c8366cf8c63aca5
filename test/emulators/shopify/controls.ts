/**
 * What a merchant, a buyer and Shopify itself do, as functions: the admin pages, the control routes and the simulation
 * all act through these.
 */
import type { AccessTokens } from "./access-tokens.ts";
import { ADMIN_USER } from "./admin-user.ts";
import { upsertCustomer } from "./customers.ts";
import type { storeSeedSchema } from "./demo-store.ts";
import type { Gid } from "./gids.ts";
import type { AdminApi } from "./graphql/admin-api.ts";
import { connectLevel, disconnectLevel, editAvailable } from "./inventory.ts";
import { changeAddress, editOrder, lineOfVariant, type OrderEdit } from "./order-edits.ts";
import {
  type CancelRequest,
  cancelFulfillment,
  cancelOrder,
  type FulfillRequest,
  fulfillOrder,
  lineBeyondStock,
  type OrderOutcome,
  placeOrder,
  type RefundRequest,
  refundLines,
  updateTracking,
} from "./orders.ts";
import { addCollection, addProduct } from "./seeding.ts";
import { mintSessionToken } from "./session-tokens.ts";
import {
  type Address,
  type Fulfillment,
  type LineItem,
  levelKey,
  type Order,
  type Product,
  type ProductStatus,
  type Refund,
  type Store,
  type Subscription,
  type TrackingInfo,
  type Variant,
} from "./store.ts";
import {
  collectionPayload,
  compliancePayload,
  inventoryItemPayload,
  locationPayload,
  orderPayload,
  productPayload,
  shopPayload,
} from "./webhook-payloads.ts";
import { act, type MerchantAction, mustFind, storeByDomain, storeByHandle, type World } from "./world.ts";

export interface StorefrontOrder {
  email?: string | null;
  firstName?: string | null;
  lastName?: string | null;
  phone?: string | null;
  lines: { variantId: Gid; quantity: number }[];
}

export type ProductEdit = Partial<Pick<Product, "title" | "vendor" | "productType" | "tags">>;

export type VariantEdit = Partial<Pick<Variant, "sku" | "barcode" | "price" | "inventoryPolicy" | "title">> & {
  tracked?: boolean;
};

type ProductSeed = ReturnType<typeof storeSeedSchema.parse>["products"][number];

export const COMPLIANCE_TOPICS = ["customers/data_request", "customers/redact", "shop/redact"] as const;

export interface Controls {
  store(shop: string): Store;
  install(shop: string): Store;
  uninstall(shop: string): void;
  /** A session token as App Bridge would give it; opening the app installs it. */
  mintIdToken(shop: string): string;
  /** An offline token without the detour over the app, for tests of the API alone. */
  issueAccessToken(shop: string): { accessToken: string; refreshToken: string };
  expireTokens(shop: string, alsoRefresh?: boolean): void;
  drainCostBucket(shop: string, pointsLeft?: number): void;
  setAvailable(shop: string, itemId: Gid, locationId: Gid, available: number): void;
  connectItem(shop: string, itemId: Gid, locationId: Gid): void;
  disconnectItem(shop: string, itemId: Gid, locationId: Gid): void;
  storefrontOrder(shop: string, order: StorefrontOrder): OrderOutcome<Order>;
  fulfill(shop: string, orderId: Gid, request?: FulfillRequest): OrderOutcome<Fulfillment>;
  updateTracking(shop: string, orderId: Gid, fulfillmentId: Gid, tracking: TrackingInfo[]): OrderOutcome<Fulfillment>;
  cancelFulfillment(shop: string, orderId: Gid, fulfillmentId: Gid): OrderOutcome<Fulfillment>;
  cancel(shop: string, orderId: Gid, request: CancelRequest): OrderOutcome<Order>;
  /** An order that an app made can be deleted. */
  deleteOrder(shop: string, orderId: Gid): void;
  /** Another app, or staff, writes the order's tags. */
  retag(shop: string, orderId: Gid, tags: string[]): void;
  refund(shop: string, orderId: Gid, request: RefundRequest): OrderOutcome<Refund>;
  editOrder(shop: string, orderId: Gid, edit: OrderEdit): OrderOutcome<Order>;
  changeAddress(shop: string, orderId: Gid, change: Partial<Address>): OrderOutcome<Order>;
  editVariant(shop: string, variantId: Gid, edit: VariantEdit): void;
  addProduct(shop: string, seed: ProductSeed): Gid;
  setProductStatus(shop: string, productId: Gid, status: ProductStatus): void;
  editProduct(shop: string, productId: Gid, edit: ProductEdit): void;
  deleteProduct(shop: string, productId: Gid): void;
  addCollection(shop: string, title: string, productIds: readonly Gid[]): Gid;
  /** On the collection's page, or on that of each product: Shopify tells of the one or of the others, and dates none of them. */
  setCollection(
    shop: string,
    collectionId: Gid,
    change: { title?: string; productIds?: readonly Gid[] },
    on?: "collection" | "products",
  ): void;
  deleteCollection(shop: string, collectionId: Gid): void;
  setLocationActive(shop: string, locationId: Gid, isActive: boolean): void;
  renameShop(shop: string, name: string): void;
  /** What the merchant grants the app from now on. */
  setScopes(shop: string, scopes: string): void;
  /** What the store pays the app for from now on, oddities included; none: it has no subscription. */
  setSubscriptions(
    shop: string,
    subscriptions: readonly (Pick<Subscription, "status" | "planHandle"> & Partial<Subscription>)[],
  ): void;
  sendCompliance(shop: string, topic: (typeof COMPLIANCE_TOPICS)[number], customerId?: Gid): void;
}

const DAY_MS = 24 * 60 * 60_000;
const BILLING_DAYS = 30;

export function createControls(parts: {
  world: World;
  tokens: AccessTokens;
  adminApi: AdminApi;
  apiKey: string;
  apiSecret: string;
}): Controls {
  const { world, tokens } = parts;

  function find(shop: string): Store {
    const store = storeByDomain(world, shop) ?? storeByHandle(world, shop);
    if (!store) throw new Error(`no shop ${shop}`);
    return store;
  }
  function install(shop: string): Store {
    const store = find(shop);
    store.installation ??= { installedAt: world.clock.now().toISOString(), scopes: world.settings.scopes };
    return store;
  }

  return {
    store: find,
    install,
    uninstall(shop) {
      const store = find(shop);
      if (!store.installation) return;
      store.installation = null;
      tokens.revokeAll(store.domain);
      act(world, store, (action) => action.emit("app/uninstalled", shopPayload(store)));
    },
    mintIdToken(shop) {
      const store = install(shop);
      return mintSessionToken({
        shop: store.domain,
        userId: String(ADMIN_USER.id),
        sessionId: "emulated-admin-session",
        jti: world.random.uuid(),
        apiKey: parts.apiKey,
        secret: parts.apiSecret,
        now: world.clock.now(),
        lifetimeMs: world.settings.sessionTokenMs,
      });
    },
    issueAccessToken(shop) {
      const store = install(shop);
      const token = tokens.issueOffline(store.domain, world.settings.scopes);
      return { accessToken: token.token, refreshToken: token.refreshToken ?? "" };
    },
    expireTokens: (shop, alsoRefresh = false) => tokens.expireNow(find(shop).domain, alsoRefresh),
    drainCostBucket: (shop, pointsLeft = 0) => parts.adminApi.bucketOf(find(shop).domain).drainTo(pointsLeft),

    setAvailable(shop, itemId, locationId, available) {
      const store = find(shop);
      act(world, store, (action) => editAvailable(action, store, itemId, locationId, available));
    },
    connectItem(shop, itemId, locationId) {
      const store = find(shop);
      act(world, store, (action) => connectLevel(world, action, store, itemId, locationId));
    },
    disconnectItem(shop, itemId, locationId) {
      const store = find(shop);
      act(world, store, (action) => disconnectLevel(action, store, itemId, locationId));
    },

    storefrontOrder: (shop, request) => storefrontOrder(world, find(shop), request),
    fulfill(shop, orderId, request = {}) {
      const store = find(shop);
      return act(world, store, (action) => fulfillOrder(world, action, store, orderId, request));
    },
    updateTracking(shop, orderId, fulfillmentId, tracking) {
      const store = find(shop);
      return act(world, store, (action) => updateTracking(action, store, orderId, fulfillmentId, tracking));
    },
    cancelFulfillment(shop, orderId, fulfillmentId) {
      const store = find(shop);
      return act(world, store, (action) => cancelFulfillment(action, store, orderId, fulfillmentId));
    },
    cancel(shop, orderId, request) {
      const store = find(shop);
      return act(world, store, (action) => cancelOrder(world, action, store, orderId, request));
    },
    deleteOrder(shop, orderId) {
      const store = find(shop);
      mustFind(store.orders, orderId, "order");
      store.orders.delete(orderId);
      act(world, store, (action) => action.emit("orders/delete", { id: BigInt(orderId.replace(/^.*\//, "")) }));
    },
    retag(shop, orderId, tags) {
      const store = find(shop);
      const order = mustFind(store.orders, orderId, "order");
      act(world, store, (action) => {
        Object.assign(order, { tags, updatedAt: action.at });
        action.emit("orders/updated", orderPayload(store, order));
      });
    },
    refund(shop, orderId, request) {
      const store = find(shop);
      return act(world, store, (action) => refundLines(world, action, store, orderId, request));
    },
    editOrder(shop, orderId, edit) {
      const store = find(shop);
      return act(world, store, (action) => editOrder(world, action, store, orderId, edit));
    },
    changeAddress(shop, orderId, change) {
      const store = find(shop);
      return act(world, store, (action) => changeAddress(action, store, orderId, change));
    },

    editVariant(shop, variantId, edit) {
      const store = find(shop);
      const variant = mustFind(store.variants, variantId, "variant");
      const item = mustFind(store.inventoryItems, variant.inventoryItemId, "inventory item");
      const product = mustFind(store.products, variant.productId, "product");
      const { tracked, ...fields } = edit;
      act(world, store, (action) => {
        Object.assign(variant, fields, { updatedAt: action.at });
        product.updatedAt = action.at;
        if (tracked !== undefined || fields.sku !== undefined) {
          item.tracked = tracked ?? item.tracked;
          item.updatedAt = action.at;
          action.emit("inventory_items/update", inventoryItemPayload(store, item));
        }
        action.emit("products/update", productPayload(store, product));
      });
    },
    addProduct(shop, seed) {
      const store = find(shop);
      const byName = new Map([...store.locations.values()].map((location) => [location.name, location.id]));
      return act(world, store, (action) => {
        const id = addProduct(world, store, seed, byName);
        action.emit("products/create", productPayload(store, mustFind(store.products, id, "product")));
        return id;
      });
    },
    setProductStatus(shop, productId, status) {
      const store = find(shop);
      const product = mustFind(store.products, productId, "product");
      act(world, store, (action) => {
        Object.assign(product, { status, updatedAt: action.at });
        action.emit("products/update", productPayload(store, product));
      });
    },
    editProduct(shop, productId, edit) {
      const store = find(shop);
      const product = mustFind(store.products, productId, "product");
      act(world, store, (action) => {
        Object.assign(product, edit, { updatedAt: action.at });
        action.emit("products/update", productPayload(store, product));
      });
    },
    deleteProduct: (shop, productId) => deleteProduct(world, find(shop), productId),
    addCollection(shop, title, productIds) {
      const store = find(shop);
      const id = addCollection(world, store, title, productIds);
      act(world, store, (action) => announceCollection(store, id, action, "collections/create"));
      return id;
    },
    setCollection(shop, collectionId, change, on = "collection") {
      const store = find(shop);
      const collection = mustFind(store.collections, collectionId, "collection");
      act(world, store, (action) => {
        const before = collection.productIds;
        collection.title = change.title ?? collection.title;
        collection.productIds = new Set(change.productIds ?? before);
        if (on === "collection") {
          collection.updatedAt = action.at;
          announceCollection(store, collectionId, action, "collections/update");
          return;
        }
        const moved = [...before, ...collection.productIds].filter(
          (id) => !before.has(id) || !collection.productIds.has(id),
        );
        for (const product of moved.flatMap((id) => store.products.get(id) ?? []))
          action.emit("products/update", productPayload(store, product));
      });
    },
    deleteCollection(shop, collectionId) {
      const store = find(shop);
      mustFind(store.collections, collectionId, "collection");
      store.collections.delete(collectionId);
      // Only the number, as for a product.
      act(world, store, (action) =>
        action.emit("collections/delete", { id: BigInt(collectionId.replace(/^.*\//, "")) }),
      );
    },
    setLocationActive(shop, locationId, isActive) {
      const store = find(shop);
      const location = mustFind(store.locations, locationId, "location");
      location.isActive = isActive;
      const topic = isActive ? "locations/activate" : "locations/deactivate";
      act(world, store, (action) => action.emit(topic, locationPayload(location)));
    },
    renameShop(shop, name) {
      const store = find(shop);
      store.name = name;
      act(world, store, (action) => action.emit("shop/update", shopPayload(store)));
    },
    setScopes(shop, scopes) {
      const store = find(shop);
      if (!store.installation) return;
      const previous = store.installation.scopes.split(",");
      store.installation.scopes = scopes;
      const payload = { previous, current: scopes.split(","), updated_at: world.clock.now().toISOString() };
      act(world, store, (action) => action.emit("app/scopes_update", payload));
    },
    setSubscriptions(shop, subscriptions) {
      // Shopify tells nobody of it.
      const now = world.clock.now().getTime();
      find(shop).subscriptions = subscriptions.map(({ trialDays = 0, ...one }) => ({
        id: world.gids.next("AppSubscription"),
        test: false,
        createdAt: new Date(now).toISOString(),
        trialDays,
        // The first period that is paid for begins after the trial.
        currentPeriodEnd:
          one.status === "ACTIVE" ? new Date(now + (trialDays + BILLING_DAYS) * DAY_MS).toISOString() : null,
        ...one,
      }));
    },
    sendCompliance(shop, topic, customerId) {
      const store = find(shop);
      const customer = customerId ? mustFind(store.customers, customerId, "customer") : null;
      act(world, store, (action) => action.emit(topic, compliancePayload(store, topic, customer)));
    },
  };
}

/** A buyer checks out: the policy is obeyed, stock falls at once, the order is paid. */
function storefrontOrder(world: World, store: Store, request: StorefrontOrder): OrderOutcome<Order> {
  const lineItems: LineItem[] = [];
  for (const { variantId, quantity } of request.lines) {
    if (!Number.isInteger(quantity) || quantity < 1)
      return { ok: false, message: `${quantity} is not a number of units.` };
    const line = lineOfVariant(world, store, variantId, quantity);
    if (!line) return { ok: false, message: `There is no variant ${variantId}.` };
    lineItems.push(line);
  }
  if (lineItems.length === 0) return { ok: false, message: "The basket is empty." };
  const beyond = lineBeyondStock(store, lineItems);
  if (beyond !== null) return { ok: false, message: `${lineItems[beyond]?.title ?? "An item"} is sold out.` };
  return act(world, store, (action) => {
    const who = upsertCustomer(world, action, store, request);
    if (!who.ok) return { ok: false, message: who.message };
    const address = {
      firstName: who.customer.firstName,
      lastName: who.customer.lastName,
      company: null,
      address1: "1 High Street",
      address2: null,
      city: "York",
      province: null,
      zip: "YO1 7HH",
      countryCode: store.countryCode,
      phone: request.phone ?? null,
    };
    const order = placeOrder(
      world,
      action,
      store,
      {
        customerId: who.customer.id,
        email: who.customer.email,
        phone: request.phone ?? null,
        currency: store.currency,
        presentmentCurrency: store.currency,
        financialStatus: "PAID",
        taxesIncluded: true,
        test: false,
        note: null,
        tags: [],
        sourceName: "web",
        sourceIdentifier: null,
        sourceUrl: null,
        customAttributes: [],
        lineItems,
        discountCode: null,
        shippingLines: [{ title: "Standard", code: "STANDARD", price: "3.95" }],
        taxLines: [],
        transactions: [],
        shippingAddress: address,
        billingAddress: address,
        metafields: [],
        processedAt: action.at,
      },
      "DECREMENT_OBEYING_POLICY",
    );
    return { ok: true, value: order };
  });
}

function announceCollection(store: Store, id: Gid, action: MerchantAction, topic: string): void {
  action.emit(topic, collectionPayload(store, mustFind(store.collections, id, "collection")));
}

function deleteProduct(world: World, store: Store, productId: Gid): void {
  const product = mustFind(store.products, productId, "product");
  act(world, store, (action) => {
    for (const variant of [...store.variants.values()].filter((one) => one.productId === productId)) {
      store.variants.delete(variant.id);
      store.inventoryItems.delete(variant.inventoryItemId);
      for (const location of store.locations.keys()) store.levels.delete(levelKey(variant.inventoryItemId, location));
      const id = BigInt(variant.inventoryItemId.replace(/^.*\//, ""));
      action.emit("inventory_items/delete", { id, admin_graphql_api_id: variant.inventoryItemId });
    }
    store.products.delete(productId);
    for (const collection of store.collections.values()) collection.productIds.delete(productId);
    // Shopify sends the number alone: the gid has to be made from it.
    action.emit("products/delete", { id: BigInt(product.id.replace(/^.*\//, "")) });
  });
}
