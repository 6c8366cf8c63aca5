/** The access that the app asks merchants for (shopify.app.toml), and what stands still without it, in their words. Pure. */
const WITHOUT: Record<string, string> = {
  read_products: "new and changed products are not noticed",
  read_inventory: "changes of stock are not noticed",
  write_inventory: "units of unpaid orders are not held back in Shopify",
  read_locations: "new and closed locations are not noticed",
  read_orders: "shipments and cancellations in Shopify are not noticed",
  write_orders: "marketplace orders can't be placed in Shopify",
  read_customers: "marketplace orders don't find their customer",
  write_customers: "new customers can't be added to orders, and none is tagged",
  read_fulfillments: "shipments are noticed late",
};

export const ACCESS_SCOPES: readonly string[] = Object.keys(WITHOUT);

/** Of what the app needs, what these do not give. To write includes to read. */
export function missingScopes(granted: readonly string[]): string[] {
  const given = new Set(granted);
  return ACCESS_SCOPES.filter((scope) => !given.has(scope) && !given.has(scope.replace(/^read_/, "write_")));
}

/** "write orders (marketplace orders can't be placed in Shopify), ..." */
export function sayMissing(scopes: readonly string[]): string {
  return scopes.map((scope) => `${scope.replaceAll("_", " ")} (${WITHOUT[scope] ?? "needed"})`).join(", ");
}
