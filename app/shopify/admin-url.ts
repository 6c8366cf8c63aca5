/** Where a shop's Shopify admin is: Shopify's own, or the one that SHOPIFY_ADMIN_ORIGIN names. */
import { env } from "../env.server.ts";

const SHOP_SUFFIX = ".myshopify.com";
/** The app's handle in an admin that is not Shopify's own. */
const LOCAL_APP_HANDLE = "lockstep";

/** Origin of a shop's Admin API and token endpoint. */
export function adminApiOrigin(shopDomain: string): string {
  return env().SHOPIFY_ADMIN_ORIGIN ?? `https://${shopDomain}`;
}

/** A page of the Shopify admin; `path` starts with a slash. */
export function adminPageUrl(shopDomain: string, path: string): string {
  const local = env().SHOPIFY_ADMIN_ORIGIN;
  return local ? `${local}/store/${storeHandle(shopDomain)}${path}` : `https://${shopDomain}/admin${path}`;
}

/** A page of this app inside the Shopify admin; `path` is the app's own, "/app/channels/3". */
export function adminAppUrl(shopDomain: string, path: string): string {
  const app = env().SHOPIFY_ADMIN_ORIGIN ? LOCAL_APP_HANDLE : env().SHOPIFY_API_KEY;
  return adminPageUrl(shopDomain, `/apps/${app}${path}`);
}

/** Shopify's page where a merchant chooses a plan of this app; it belongs into the top window. */
export function pricingUrl(shopDomain: string): string {
  const origin = env().SHOPIFY_ADMIN_ORIGIN ?? "https://admin.shopify.com";
  return `${origin}/store/${storeHandle(shopDomain)}/charges/${env().SHOPIFY_APP_HANDLE}/pricing_plans`;
}

function storeHandle(shopDomain: string): string {
  return shopDomain.endsWith(SHOP_SUFFIX) ? shopDomain.slice(0, -SHOP_SUFFIX.length) : shopDomain;
}
