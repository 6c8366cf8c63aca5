/** What the parts of the tour share. */
import { setTimeout as pause } from "node:timers/promises";
import { type Marketplace, TELLS_APART_MS } from "./marketplaces.ts";
import type { Merchant } from "./merchant.ts";
import type { Network } from "./network.ts";
import type { ShopifyView } from "./shopify-view.ts";

/** A marketplace may take its time to show what it accepted, or to make the list of its listings. */
export const SLOW_MS = 120_000;

export interface Scene {
  merchant: Merchant;
  network: Network;
  shopify: ShopifyView;
  channelIds: ReadonlyMap<Marketplace, number>;
  ebayBuffer: number;
}

/**
 * A sale that comes right after a write may, by the marketplace's clock and rounding, have come before it. It is then held
 * back twice until the orders are complete, minutes later at eBay and hours at Amazon: the tour lets the writes be over first.
 */
export async function letWritesEnd(merchant: Merchant): Promise<void> {
  const deadline = Date.now() + SLOW_MS;
  while (Date.now() < deadline && (await merchant.home()).listings.updating > 0) await pause(200);
  await pause(TELLS_APART_MS);
}
