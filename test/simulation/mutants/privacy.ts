/** What a shop may not see of another, and nobody of a buyer. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are source text.
import type { Mutant } from "./mutant.ts";

const IMPORT = "app/flows/import-orders.ts";

export const PRIVACY: readonly Mutant[] = [
  {
    name: "matches-across-shops",
    mode: 35,
    patches: [
      {
        file: "app/catalogue/catalogue.ts",
        find: "      shopId,\n      removedAt: null,\n      OR: [{ sku: { in:",
        replace: "      removedAt: null,\n      OR: [{ sku: { in:",
      },
    ],
  },
  {
    name: "shows-orders-of-all-shops",
    mode: 35,
    patches: [
      {
        file: "app/views/order-page.ts",
        find: "MarketplaceOrderWhereInput = {\n    shopId,\n",
        replace: "MarketplaceOrderWhereInput = {\n",
      },
    ],
  },
  {
    name: "seals-nothing",
    mode: 36,
    patches: [
      {
        file: "app/secrets.ts",
        find: "      const iv = randomBytes(IV_BYTES);\n",
        replace: "      if (text) return `v0.${text}`;\n      const iv = randomBytes(IV_BYTES);\n",
      },
      {
        file: "app/secrets.ts",
        find: '      const parts = sealed.split(".");\n',
        replace:
          '      if (sealed.startsWith("v0.")) return sealed.slice(3);\n      const parts = sealed.split(".");\n',
      },
    ],
  },
  {
    name: "logs-buyers",
    mode: 36,
    patches: [
      {
        file: IMPORT,
        find: "      await storeOrders(rt, channel, [order.value], tries);\n",
        replace:
          "      rt.logger.info(`sold to ${order.value.buyer.name}`);\n      await storeOrders(rt, channel, [order.value], tries);\n",
      },
    ],
  },
];
