/** A number that a page is about, with what it is and how old it is. */
import { BlockStack, Text, type TextProps } from "@shopify/polaris";
import { Ago } from "./time.tsx";

export interface FigureProps {
  label: string;
  value: number | null;
  at?: string | null;
  size?: TextProps["variant"];
}

export function Figure({ label, value, at = null, size = "headingXl" }: FigureProps) {
  return (
    <BlockStack gap="050">
      <Text as="span" tone="subdued">
        {label}
      </Text>
      <Text as="span" variant={size} numeric>
        {value === null ? "–" : String(value)}
      </Text>
      {at ? (
        <Text as="span" tone="subdued" variant="bodySm">
          <Ago at={at} />
        </Text>
      ) : null}
    </BlockStack>
  );
}
