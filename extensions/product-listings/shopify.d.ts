import "@shopify/ui-extensions";

declare global {
  /** What the admin gives the block. */
  const shopify: import("@shopify/ui-extensions/admin.product-details.block.render").Api;
}
