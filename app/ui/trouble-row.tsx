/** One cause: of a SKU as a whole, or of one of its listings; with the button that leads to where it is mended. */
import { BlockStack, Button, InlineStack, Text } from "@shopify/polaris";
import type { Trouble } from "#app/views/trouble.ts";
import { ListingName } from "./listing-name.tsx";
import { StatusBadge } from "./status-badge.tsx";
import { Time } from "./time.tsx";

export interface TroubleRowProps {
  trouble: Trouble;
  listing?: { id: number; title: string; channel: string };
}

export function TroubleRow({ trouble, listing }: TroubleRowProps) {
  const { why, button, until } = trouble;
  return (
    <BlockStack gap="200">
      <InlineStack align="space-between" gap="200" blockAlign="start" wrap={false}>
        {listing ? <ListingName {...listing} /> : <StatusBadge said={trouble} />}
        {listing ? <StatusBadge said={trouble} /> : null}
      </InlineStack>
      <Text as="p" breakWord>
        {why}
        {until ? (
          <>
            {" Not before "}
            <Time at={until} inSentence />.
          </>
        ) : null}
      </Text>
      {button ? (
        <InlineStack>
          <Button size="slim" url={button.url}>
            {button.label}
          </Button>
        </InlineStack>
      ) : null}
    </BlockStack>
  );
}
