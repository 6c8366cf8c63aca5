/** The stock of a SKU: what there is, what is booked, what is left, and the arithmetic between them. */
import { BlockStack, Box, Card, InlineGrid, InlineStack, Text } from "@shopify/polaris";
import type { SkuView } from "#app/views/sku.ts";
import { Figure } from "./figure.tsx";

/** `isThen`: beside what was. */
export function SkuStock({ stock, isThen }: { stock: SkuView["stock"]; isThen: boolean }) {
  const { available, pending, reserved, left, arithmetic, locations } = stock;
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          {isThen ? "Stock now" : "Stock"}
        </Text>
        <InlineGrid columns={3} gap="400">
          <Figure label="Available" value={available} />
          <Figure label="Booked" value={pending + reserved} />
          <Figure label="Left to sell" value={left} />
        </InlineGrid>
        <Box background="bg-surface-secondary" borderRadius="200" padding="300">
          <Text as="p" breakWord>
            {arithmetic}
          </Text>
        </Box>
        {locations.length > 0 ? (
          <BlockStack gap="200">
            <Text as="h3" variant="headingSm">
              Available by location
            </Text>
            {locations.map((location) => (
              <InlineStack key={location.gid} align="space-between" gap="200">
                <Text as="span" breakWord {...(location.active ? {} : { tone: "subdued" as const })}>
                  {location.name}
                  {location.active ? "" : " (closed, not counted)"}
                </Text>
                <Text as="span" numeric>
                  {location.available ?? "not stocked"}
                </Text>
              </InlineStack>
            ))}
          </BlockStack>
        ) : null}
      </BlockStack>
    </Card>
  );
}
