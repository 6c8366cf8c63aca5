/** Where Shopify keeps the results of bulk operations: the address comes in a reply, and no other place is read. */

/** "https://storage.googleapis.com/shopify-tiers-assets-prod-us-east1/bulk-operation-outputs/...", and Shopify's own hosts. */
const BULK_HOST = /^storage\.googleapis\.com$|(^|\.)(shopify|shopifycloud|shopifysvc|myshopify)\.com$/;

/** `adminOrigin`: where the Admin API is; an emulator keeps the results itself. */
export function isBulkAddress(address: string, adminOrigin: string): boolean {
  const url = URL.parse(address);
  if (url === null) return false;
  const isShopifys = url.protocol === "https:" && url.port === "" && BULK_HOST.test(url.hostname);
  return isShopifys || url.origin === new URL(adminOrigin).origin;
}
