/** A sentence under a list, above its pages. */
import { Box, Text } from "@shopify/polaris";
import type { ReactNode } from "react";

export function ListNote({ children }: { children: ReactNode }) {
  return (
    <Box padding="300" borderBlockStartWidth="025" borderColor="border">
      <Text as="p" tone="subdued" alignment="center">
        {children}
      </Text>
    </Box>
  );
}
