// As the Shopify CLI writes it: what the admin gives each of these files.
import "@shopify/ui-extensions";

declare module "./src/block-extension.tsx" {
  const shopify: import("@shopify/ui-extensions/admin.product-details.block.render").Api;
  const globalThis: { shopify: typeof shopify };
}

declare module "./src/listing-line.tsx" {
  const shopify: import("@shopify/ui-extensions/admin.product-details.block.render").Api;
  const globalThis: { shopify: typeof shopify };
}
