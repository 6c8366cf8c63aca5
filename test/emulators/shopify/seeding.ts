/** Makes a shop from its seed. Nothing is announced: a shop has its past before the app is installed. */
import { type StoreSeed, storeSeedSchema } from "./demo-store.ts";
import type { Gid } from "./gids.ts";
import { newLevel } from "./inventory.ts";
import { levelKey, type Store } from "./store.ts";
import { timestamp, type World } from "./world.ts";

export function addStore(world: World, seed: StoreSeed): Store {
  const wanted = storeSeedSchema.parse(seed);
  const domain = `${wanted.handle}.myshopify.com`;
  if (world.stores.has(domain)) throw new Error(`${domain} exists already`);
  const store: Store = {
    id: world.gids.next("Shop"),
    domain,
    handle: wanted.handle,
    name: wanted.name,
    email: wanted.email,
    currency: wanted.currency,
    timezone: wanted.timezone,
    countryCode: wanted.countryCode,
    installation: null,
    subscriptions: [],
    locations: new Map(),
    products: new Map(),
    collections: new Map(),
    variants: new Map(),
    inventoryItems: new Map(),
    levels: new Map(),
    customers: new Map(),
    orders: new Map(),
    metafieldDefinitions: new Map(),
    jobs: new Map(),
    bulkOperations: new Map(),
    rememberedMutations: new Map(),
    refusedForDetails: new Set(),
    lastOrderNumber: 1000,
    orderNumberFormatPrefix: "#",
    orderNumberFormatSuffix: "",
  };
  const locationByName = new Map<string, Gid>();
  for (const location of wanted.locations) {
    const id = world.gids.next("Location");
    locationByName.set(location.name, id);
    store.locations.set(id, { id, ...location, countryCode: wanted.countryCode });
  }
  for (const product of wanted.products) addProduct(world, store, product, locationByName);
  for (const { title, products } of wanted.collections) {
    const byTitle = (name: string): Gid => {
      const product = [...store.products.values()].find((one) => one.title === name);
      if (!product) throw new Error(`seed: ${title} holds ${name}, which is no product`);
      return product.id;
    };
    addCollection(world, store, title, products.map(byTitle));
  }
  const at = timestamp(world);
  for (const customer of wanted.customers) {
    const id = world.gids.next("Customer");
    store.customers.set(id, { id, ...customer, tags: [], note: null, addresses: [], createdAt: at, updatedAt: at });
  }
  world.stores.set(domain, store);
  return store;
}

/** The caller announces it. */
export function addCollection(world: World, store: Store, title: string, productIds: readonly Gid[]): Gid {
  const id = world.gids.next("Collection");
  const updatedAt = timestamp(world);
  const handle = handleOf(title);
  const taken = [...store.collections.values()].filter(
    (one) => one.handle === handle || one.handle.startsWith(`${handle}-`),
  );
  const unique = taken.length > 0 ? `${handle}-${taken.length}` : handle;
  store.collections.set(id, { id, title, handle: unique, updatedAt, productIds: new Set(productIds) });
  return id;
}

function handleOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

type ProductSeed = ReturnType<typeof storeSeedSchema.parse>["products"][number];

/** Also for a product that a merchant adds later; the caller announces it. */
export function addProduct(world: World, store: Store, seed: ProductSeed, locationByName: Map<string, Gid>): Gid {
  const at = timestamp(world);
  const productId = world.gids.next("Product");
  const { variants, ...product } = seed;
  const handle = handleOf(seed.title);
  store.products.set(productId, { id: productId, ...product, handle, createdAt: at, updatedAt: at });
  variants.forEach((variant, index) => {
    const variantId = world.gids.next("ProductVariant");
    const itemId = world.gids.next("InventoryItem");
    const { tracked, mutable, stock, ...rest } = variant;
    store.variants.set(variantId, {
      id: variantId,
      productId,
      inventoryItemId: itemId,
      ...rest,
      position: index + 1,
      createdAt: at,
      updatedAt: at,
    });
    store.inventoryItems.set(itemId, { id: itemId, variantId, tracked, mutable, updatedAt: at });
    for (const [name, available] of Object.entries(stock)) {
      const locationId = locationByName.get(name);
      if (!locationId) throw new Error(`seed: ${seed.title} is stocked at ${name}, which is no location`);
      store.levels.set(levelKey(itemId, locationId), newLevel(world, itemId, locationId, available, at));
    }
  });
  return productId;
}
