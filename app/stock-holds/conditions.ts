/** Conditions in SQL on a "MarketplaceOrder" o and a "StockHold" h, for whoever asks what is held for an order. Pure. */

/** It has taken its own units, or never will: what was held for it is free. */
export const NEEDS_NONE_SQL = `o.stage IN ('placed', 'entered', 'empty', 'cancelled')`;

/** Shopify takes the order's own units elsewhere: what a location holds that nothing is sold from keeps no unit for it. */
export const IS_AT_CLOSED_SQL = `NOT EXISTS (
  SELECT 1 FROM "Location" loc WHERE loc."shopId" = h."shopId" AND loc.gid = h."locationGid" AND loc.active
)`;
