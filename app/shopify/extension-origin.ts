/** Which pages may ask the app on behalf of an admin extension. Pure. The session token decides who asks; this is beside it. */

/** Extensions run in a worker or a frame of Shopify's; "null" is what a browser calls the origin of a sandboxed one. */
const SHOPIFY_HOSTS = [/^admin\.shopify\.com$/, /\.shopifycdn\.com$/, /^[a-z0-9-]+\.myshopify\.com$/];

/** `origin`: the request's header; null where there is none, as in a request that no page made. */
export function mayAskForExtension(origin: string | null, { localAdmin }: { localAdmin: string | null }): boolean {
  if (origin === null || origin === "null" || origin === localAdmin) return true;
  const url = URL.canParse(origin) ? new URL(origin) : null;
  return url?.protocol === "https:" && url.port === "" && SHOPIFY_HOSTS.some((host) => host.test(url.hostname));
}
