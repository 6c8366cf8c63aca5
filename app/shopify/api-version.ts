import { ApiVersion } from "@shopify/shopify-api";

/**
 * The one place that names the Admin API version in code. `shopify.app.toml` must agree: `npm run check` compares them.
 */
export const ADMIN_API_VERSION: ApiVersion = ApiVersion.October26;
