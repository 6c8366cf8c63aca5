/** What the tour knows of Shopify, read past the app. */
import { DEMO_SHOP, type Network } from "./network.ts";

export function createShopifyView(network: Network) {
  const store = network.shopify.store(DEMO_SHOP);
  const { controls } = network.shopify;
  const variantOf = (sku: string) => {
    const variant = [...store.variants.values()].find((one) => one.sku === sku);
    if (!variant) throw new Error(`the demo store has no SKU ${sku}`);
    return variant;
  };
  const levelsOf = (sku: string) => {
    const { inventoryItemId } = variantOf(sku);
    return [...store.levels.values()].filter((level) => level.itemId === inventoryItemId);
  };
  /** The Shopify orders made of a marketplace order. */
  const ordersOf = (marketplaceOrderId: string) =>
    [...store.orders.values()].filter((order) => order.sourceIdentifier?.endsWith(`/${marketplaceOrderId}`));
  return {
    store,
    variantOf,
    ordersOf,
    available: (sku: string) => levelsOf(sku).reduce((sum, level) => sum + level.quantities.available, 0),
    reserved: (sku: string) => levelsOf(sku).reduce((sum, level) => sum + level.quantities.reserved, 0),
    setStock(sku: string, location: string, available: number) {
      const place = [...store.locations.values()].find((one) => one.name.startsWith(location));
      if (!place) throw new Error(`the demo store has no location ${location}`);
      controls.setAvailable(DEMO_SHOP, variantOf(sku).inventoryItemId, place.id, available);
    },
    /** None is left, at any location. */
    empty(sku: string) {
      for (const { itemId, locationId } of levelsOf(sku)) controls.setAvailable(DEMO_SHOP, itemId, locationId, 0);
    },
    customerName(id: string | null) {
      const customer = id === null ? undefined : store.customers.get(id);
      return customer ? [customer.firstName, customer.lastName].filter(Boolean).join(" ") : null;
    },
    /** Ships units of a marketplace order's first line; all that is left of the order when `quantity` is left out. */
    ship(marketplaceOrderId: string, number: string, quantity?: number) {
      const order = ordersOf(marketplaceOrderId)[0];
      if (!order) throw new Error(`${marketplaceOrderId} is no Shopify order`);
      const lines = order.lineItems.map((line) => ({ lineItemId: line.id, quantity: line.quantity }));
      controls.fulfill(DEMO_SHOP, order.id, {
        lines: quantity === undefined ? lines : lines.slice(0, 1).map((line) => ({ ...line, quantity })),
        tracking: [{ company: "Royal Mail", number, url: null }],
      });
    },
    /** A buyer of the shop's own. */
    sell(sku: string) {
      const lines = [{ variantId: variantOf(sku).id, quantity: 1 }];
      const bought = controls.storefrontOrder(DEMO_SHOP, { email: "regular@buyer.example", lines });
      if (!bought.ok) throw new Error(`the shop would not sell ${sku}: ${bought.message}`);
      return bought.value;
    },
    cancelOwn(orderGid: string) {
      controls.cancel(DEMO_SHOP, orderGid, { reason: "INVENTORY", restock: true });
    },
    cancel(marketplaceOrderId: string) {
      const order = ordersOf(marketplaceOrderId)[0];
      if (!order) throw new Error(`${marketplaceOrderId} is no Shopify order`);
      controls.cancel(DEMO_SHOP, order.id, { reason: "CUSTOMER", restock: true });
    },
  };
}

export type ShopifyView = ReturnType<typeof createShopifyView>;
