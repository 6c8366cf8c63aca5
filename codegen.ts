import type { CodegenConfig } from "@graphql-codegen/cli";

/** Types of the Admin operations, from the schema that schema/prune.ts cut out of Shopify's. */
const config: CodegenConfig = {
  schema: "app/shopify/schema/admin.graphql",
  documents: "app/shopify/operations/*.graphql",
  generates: {
    "app/shopify/operations.generated.ts": {
      plugins: ["typescript-operations", "typed-document-node"],
      config: {
        enumType: "const",
        useTypeImports: true,
        scalars: {
          DateTime: "string",
          Decimal: "string",
          URL: "string",
          UnsignedInt64: "string",
          JSON: "unknown",
          Money: "string",
        },
        strictScalars: true,
      },
    },
  },
};

export default config;
