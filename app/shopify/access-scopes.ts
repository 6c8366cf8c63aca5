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

/** What each is for. */
const FOR: Record<string, string> = {
  read_products: "finds the product that each listing stands for",
  read_inventory: "reads how much of each there is",
  write_inventory: "holds back units of orders that are not paid yet",
  read_locations: "knows where your stock is",
  read_orders: "sees what you ship and cancel, to tell the marketplace",
  write_orders: "brings marketplace orders into Shopify",
  read_customers: "finds the customer of a marketplace order",
  write_customers: "adds customers that are new, and tags them where you want it",
  read_fulfillments: "sees shipments and their tracking numbers at once",
};

/** Each that the app asks for, what it is for, and whether it is granted. */
export function explainScopes(granted: readonly string[]): { name: string; why: string; isGranted: boolean }[] {
  const missing = missingScopes(granted);
  return ACCESS_SCOPES.map((scope) => ({
    name: scope.replaceAll("_", " "),
    why: FOR[scope] ?? "",
    isGranted: !missing.includes(scope),
  }));
}

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
