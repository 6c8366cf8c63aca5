/** The state as JSON for a person and for tests: maps become lists, levels name what they stand for. */
import type { AccessTokens } from "./access-tokens.ts";
import { fulfillmentStatus, onHand, type Store } from "./store.ts";
import type { World } from "./world.ts";

export function inspectStore(store: Store): object {
  return {
    id: store.id,
    domain: store.domain,
    handle: store.handle,
    name: store.name,
    currency: store.currency,
    installation: store.installation,
    subscriptions: store.subscriptions,
    locations: [...store.locations.values()],
    products: [...store.products.values()],
    variants: [...store.variants.values()],
    inventoryItems: [...store.inventoryItems.values()],
    levels: [...store.levels.values()].map((level) => {
      const variantId = store.inventoryItems.get(level.itemId)?.variantId ?? "";
      return {
        ...level,
        onHand: onHand(level.quantities),
        variantId,
        sku: store.variants.get(variantId)?.sku ?? null,
        location: store.locations.get(level.locationId)?.name ?? null,
      };
    }),
    customers: [...store.customers.values()],
    orders: [...store.orders.values()].map((order) => ({ ...order, fulfillmentStatus: fulfillmentStatus(order) })),
    metafieldDefinitions: [...store.metafieldDefinitions.values()],
    bulkOperations: [...store.bulkOperations.values()].map(({ jsonl: _jsonl, ...operation }) => operation),
  };
}

export function inspectWorld(world: World, tokens: AccessTokens): object {
  return {
    now: world.clock.now().toISOString(),
    shops: [...world.stores.values()].map(inspectStore),
    tokens: tokens.all,
    webhooks: world.deliveries.all,
  };
}
