/** A bundle at Vinted: bought as one order, cancelled as one, and put on sale again as one. */
import type { Marketplace } from "./marketplaces.ts";
import type { ShopifyView } from "./shopify-view.ts";
import { becomes, is, title } from "./tour-checks.ts";
import { SLOW_MS } from "./tour-scene.ts";

const BUNDLE = ["PRT-BOT", "THR-CHA"];

/** Both are on sale at Vinted, and nothing is being written. */
export async function cancelBundle(shopify: ShopifyView, vinted: Marketplace): Promise<void> {
  title("A bundle at Vinted: sold, cancelled and relisted as one");
  const shown = () => BUNDLE.map((sku) => vinted.shown()[sku] ?? null);
  const stock = () => BUNDLE.map((sku) => shopify.available(sku));
  await becomes("two things are on sale", shown, [1, 1], SLOW_MS);
  const before = stock();
  const id = vinted.buy({ lines: BUNDLE.map((sku) => ({ sku, quantity: 1 })) });
  await becomes("bought together, they are one Shopify order", () => shopify.ordersOf(id).length, 1, SLOW_MS);
  await is("of two lines", () => shopify.ordersOf(id)[0]?.lineItems.length, 2);
  // While it was not paid its units were held: until they are let go, they are missing twice.
  await becomes(
    "that has taken one of each",
    stock,
    before.map((units) => units - 1),
  );
  shopify.cancel(id);
  await becomes(
    "cancelled in Shopify, Vinted is asked, and does it later",
    () => vinted.order(id).isCancelled,
    true,
    SLOW_MS,
  );
  await becomes("the units are back", stock, before);
  await becomes("Vinted relists the whole order: both are on sale again", shown, [1, 1], SLOW_MS);
}
