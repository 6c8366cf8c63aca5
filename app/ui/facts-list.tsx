/** Names and values, one below the other on a phone. */
import { BlockStack, InlineStack, Text } from "@shopify/polaris";
import type { ReactNode } from "react";

export function FactsList({ facts }: { facts: { name: string; value: ReactNode }[] }) {
  return (
    <BlockStack gap="200">
      {facts.map(({ name, value }) => (
        <InlineStack key={name} align="space-between" gap="200" blockAlign="start">
          <Text as="span" tone="subdued">
            {name}
          </Text>
          <Text as="span">{value}</Text>
        </InlineStack>
      ))}
    </BlockStack>
  );
}
