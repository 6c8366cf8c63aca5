/** Conditions in SQL on a "MarketplaceOrder" o and a "StockHold" h, for whoever asks what is held for an order. Pure. */

/** It has taken its own units, or never will: what was held for it is free. */
export const NEEDS_NONE_SQL = `o.stage IN ('placed', 'entered', 'empty', 'cancelled')`;

/** Shopify takes the order's own units elsewhere: what a location holds that nothing is sold from keeps no unit for it. */
export const IS_AT_CLOSED_SQL = `COALESCE((
  SELECT NOT loc.active FROM "Location" loc WHERE loc."shopId" = h."shopId" AND loc.gid = h."locationGid"
), true)`;

/** The order of "Reservation" r, looked up: the OFFSET keeps PostgreSQL from reading all orders through for some. */
export const ORDER_OF_RESERVATION_SQL = `
  SELECT o.*, l."variantId" FROM "OrderLine" l JOIN "MarketplaceOrder" o ON o.id = l."orderId" WHERE l.id = r."orderLineId" OFFSET 0`;
