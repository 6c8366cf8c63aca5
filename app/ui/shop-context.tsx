/** What every screen knows of the shop and of the moment it was loaded. */

import { createContext, useContext } from "react";
import type { Gate } from "#app/plans/entitlements.ts";

export interface ShopContextValue {
  timezone: string;
  currency: string;
  /** The shop's Shopify admin, without a trailing slash: `${adminUrl}/orders/1`. */
  adminUrl: string;
  /** The server's time of loading, so that "2 min ago" is the same on the server and here. */
  now: string;
  /** What the shop's plan does not have. */
  gates: Gate[];
}

const ShopContext = createContext<ShopContextValue | null>(null);

export const ShopProvider = ShopContext.Provider;

export function useShop(): ShopContextValue {
  const shop = useContext(ShopContext);
  if (!shop) throw new Error("useShop outside of the app's layout");
  return shop;
}
