/** Nothing here, and what to do about it. */
import { BlockStack, Box, Button, Icon, type IconSource, InlineStack, Text } from "@shopify/polaris";
import type { ReactNode } from "react";

export interface EmptyProps {
  icon: IconSource;
  heading: string;
  action?: { content: string; url: string };
  children?: ReactNode;
}

export function Empty({ icon, heading, action, children }: EmptyProps) {
  return (
    <Box padding="800">
      <BlockStack gap="300" inlineAlign="center">
        <Box background="bg-surface-secondary" borderRadius="full" padding="300">
          <Icon source={icon} tone="subdued" />
        </Box>
        <Text as="h2" variant="headingMd" alignment="center">
          {heading}
        </Text>
        {children ? (
          <div style={{ maxWidth: "32rem", textAlign: "center", whiteSpace: "normal" }}>
            <BlockStack gap="200">{children}</BlockStack>
          </div>
        ) : null}
        {action ? (
          <InlineStack>
            <Button variant="primary" url={action.url}>
              {action.content}
            </Button>
          </InlineStack>
        ) : null}
      </BlockStack>
    </Box>
  );
}
