/** shopify.app.toml against the code: the API version, and exactly the access that the app needs. */
import { type GraphQLSchema, isInterfaceType, isObjectType } from "graphql";

/**
 * What reading a type of Shopify's takes (shopify.dev, "Requires ... access scope"). Null: nothing of its own. Payloads,
 * errors, connections and edges take what they hold.
 */
const TO_READ: Record<string, string | null> = {
  AccessScope: null,
  AppInstallation: null,
  // What the store pays this very app for.
  AppPlanV2: null,
  AppRecurringPricing: null,
  AppSubscription: null,
  AppSubscriptionLineItem: null,
  AppUsagePricing: null,
  Attribute: null,
  BulkOperation: null,
  Collection: "read_products",
  Customer: "read_customers",
  CustomerEmailAddress: "read_customers",
  CustomerPhoneNumber: "read_customers",
  CustomerStatistics: "read_customers",
  Fulfillment: "read_orders",
  FulfillmentLineItem: "read_orders",
  FulfillmentTrackingInfo: "read_orders",
  InventoryAdjustmentGroup: "read_inventory",
  InventoryItem: "read_inventory",
  InventoryLevel: "read_inventory",
  InventoryQuantity: "read_inventory",
  Job: null,
  LineItem: "read_orders",
  Location: "read_locations",
  // Of orders alone, here.
  MailingAddress: "read_orders",
  // Of orders alone, here.
  Metafield: "read_orders",
  MetafieldDefinition: null,
  MoneyBag: null,
  MoneyV2: null,
  Mutation: null,
  Node: null,
  Order: "read_orders",
  PageInfo: null,
  Product: "read_products",
  ProductVariant: "read_products",
  QueryRoot: null,
  Refund: "read_orders",
  RefundLineItem: "read_orders",
  Shop: null,
  ShopAddress: null,
};

/** What a mutation takes. */
const TO_CHANGE: Record<string, readonly string[]> = {
  // What its query selects; those types are in TO_READ.
  bulkOperationRunQuery: [],
  customerCreate: ["write_customers"],
  customerSet: ["write_customers"],
  customerUpdate: ["write_customers"],
  inventoryMoveQuantities: ["write_inventory"],
  // Of orders, the only owner that the app defines a metafield for.
  metafieldDefinitionCreate: ["write_orders"],
  orderCancel: ["write_orders"],
  // Its customer may be one that it makes (OrderCreateCustomerInput.toUpsert).
  orderCreate: ["write_orders", "write_customers"],
  // Of orders, and of customers where the merchant wants it.
  tagsAdd: ["write_orders", "write_customers"],
  tagsRemove: ["write_customers"],
};

/** What a webhook takes, by the part of its topic before the slash. */
const TO_HEAR: Record<string, string | null> = {
  app: null,
  bulk_operations: null,
  collections: "read_products",
  customers: null,
  fulfillments: "read_fulfillments",
  inventory_items: "read_inventory",
  inventory_levels: "read_inventory",
  locations: "read_locations",
  orders: "read_orders",
  products: "read_products",
  refunds: "read_orders",
  shop: null,
};

/** The value of `key = "..."`, whatever table it is in. */
function textIn(toml: string, key: string): string | null {
  return new RegExp(`^\\s*${key}\\s*=\\s*"([^"]*)"`, "m").exec(toml)?.[1] ?? null;
}

export function versionProblems(toml: string, version: string): string[] {
  const declared = textIn(toml, "api_version");
  return declared === version
    ? []
    : [`shopify.app.toml: api_version is ${declared}, app/shopify/api-version.ts says ${version}; change one of them`];
}

export function scopeProblems(toml: string, schema: GraphQLSchema): string[] {
  const problems: string[] = [];
  const needed = new Set<string>();
  for (const [name, type] of Object.entries(schema.getTypeMap())) {
    if (name.startsWith("__") || !(isObjectType(type) || isInterfaceType(type))) continue;
    const scope = TO_READ[name];
    if (scope) needed.add(scope);
    if (scope === undefined && !/(Connection|Edge|Payload|Error)$/.test(name)) {
      problems.push(`test/checks/shopify-settings.ts: say in TO_READ which scope reading ${name} takes`);
    }
  }
  for (const name of Object.keys(schema.getMutationType()?.getFields() ?? {})) {
    const scopes = TO_CHANGE[name];
    for (const scope of scopes ?? []) needed.add(scope);
    if (!scopes) problems.push(`test/checks/shopify-settings.ts: say in TO_CHANGE which scopes ${name} takes`);
  }
  const topics = [...toml.replace(/^\s*#.*$/gm, "").matchAll(/"([a-z_]+)\/[a-z_]+"/g)].map(([, noun = ""]) => noun);
  for (const noun of new Set(topics)) {
    const scope = TO_HEAR[noun];
    if (scope) needed.add(scope);
    if (scope === undefined)
      problems.push(`test/checks/shopify-settings.ts: say in TO_HEAR which scope ${noun}/* takes`);
  }
  const asked = new Set((textIn(toml, "scopes") ?? "").split(",").filter(Boolean));
  for (const scope of needed)
    if (!asked.has(scope)) problems.push(`shopify.app.toml: scopes lack ${scope}, which the app needs`);
  for (const scope of asked)
    if (!needed.has(scope))
      problems.push(`shopify.app.toml: nothing in the app needs ${scope}; ask merchants for no more than is used`);
  return problems;
}
