/** What a test or the simulation may turn. Where Shopify's behaviour is unknown (facts/shopify.md), both answers are here. */
export interface EmulatorSettings {
  /** Bucket per app and store. Standard plan: 2,000 points, 100 per second. */
  costMaximumAvailable: number;
  costRestorePerSecond: number;
  /**
   * `scaled` is what stores return since 2024: variants(first: 250) { nodes { inventoryItem } } was answered with
   * requestedQueryCost 25 (community.shopify.dev/t/23101). `linear` is the older published method, 2 points and every
   * node in full; a query that passes under both is safe.
   */
  connectionCost: "scaled" | "linear";
  /** Trial and development stores: 5. Null: no such limit. */
  ordersPerMinuteMax: number | null;
  /** How orderCreate says that it takes no more: its shape is not documented, and people report a user error. */
  ordersOverLimit: "throttled" | "user-error";
  /** How long after a change `orders(query:)` still answers from before it. Unknown at Shopify; reads by id never lag. */
  orderSearchLagMs: number;
  /** Whether orderCreate refuses a taken value of a unique metafield. Unknown at Shopify. */
  refusesDuplicateUniqueMetafields: boolean;
  /**
   * Whether restocking an order that was created with BYPASS raises available though it never lowered it. Not
   * documented; true is the harmful answer.
   */
  restocksBypassedOrders: boolean;
  /**
   * What a refund without restocking does to units that are not shipped. The reference says of `no_restock` that the number
   * of fulfillable units stays (Refund, restock_type); the admin takes them off the order.
   */
  refundWithoutRestock: "removes" | "leaves-open";
  bulkOperationMs: number;
  /**
   * Whose id a bulk row's `__parentId` holds when the connection sits in a plain object of the parent row (variant >
   * inventoryItem > inventoryLevels): the parent row's, or the nearest object's.
   */
  bulkParentId: "row" | "nearest-object";
  /**
   * Refuses bulk operations, as Shopify does since November 2026 to apps that did not ask for them or have no IP allowlist.
   * In which of these shapes is not documented.
   */
  bulkRefusal: "user-error" | "access-denied" | "forbidden" | null;
  /** `no-address`: an operation that ends well gives no address, though it counted objects. Seen once, by others. */
  bulkResult: "file" | "no-address";
  /** How long the address of a result answers. */
  bulkResultMs: number;
  /** Shopify's older documentation promises parents first; since groupObjects is off by default, nobody does. */
  bulkRowOrder: "parents-first" | "children-first";
  /** So many rows are missing at the end of each file. */
  bulkRowsLost: number;
  /** Inventory items whose levels can't be told: the query errs on them, and on nothing else. */
  unreadableItems: readonly string[];
  /** How long orderCancel's job takes. */
  cancelJobMs: number;
  timestampPrecision: "second" | "millisecond";
  accessTokenMs: number;
  refreshTokenMs: number;
  sessionTokenMs: number;
  /** Whether orderCreate refuses every customer: the shop requires what this one does not have, say. */
  refusesCustomers: boolean;
  /** Whether orderCreate refuses what is to be shipped without an address and a postal code with a digit: by a rule of the shop's. */
  wantsPostalCodes: boolean;
  /** What is answered with a user error and does nothing, for a reason that Shopify gives in words alone. */
  refusedMutations: readonly ("orderCreate" | "inventoryMoveQuantities")[];
  /** Granted at install. */
  scopes: string;
  /** Fields that this app may not see, as "Order.customer": null in a reply, with an error that says so. */
  deniedFields: readonly string[];
}

const HOUR_MS = 3_600_000;

export const DEFAULT_SETTINGS: EmulatorSettings = {
  costMaximumAvailable: 2_000,
  costRestorePerSecond: 100,
  connectionCost: "scaled",
  ordersPerMinuteMax: null,
  ordersOverLimit: "user-error",
  orderSearchLagMs: 0,
  refusesDuplicateUniqueMetafields: true,
  restocksBypassedOrders: true,
  refundWithoutRestock: "removes",
  bulkOperationMs: 1_500,
  bulkParentId: "row",
  bulkRefusal: null,
  bulkResult: "file",
  bulkResultMs: 7 * 24 * HOUR_MS,
  bulkRowOrder: "parents-first",
  bulkRowsLost: 0,
  unreadableItems: [],
  cancelJobMs: 500,
  timestampPrecision: "second",
  accessTokenMs: HOUR_MS,
  refreshTokenMs: 90 * 24 * HOUR_MS,
  sessionTokenMs: 60_000,
  refusesCustomers: false,
  wantsPostalCodes: false,
  refusedMutations: [],
  deniedFields: [],
  scopes:
    "read_products,read_inventory,write_inventory,read_locations,read_orders,write_orders,read_customers,write_customers,read_fulfillments",
};
