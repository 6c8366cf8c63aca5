/** How long before a marketplace wants an order shipped the merchant is told that it is not. */
import { BlockStack, Card, InlineError, Select, Text } from "@shopify/polaris";
import { useId } from "react";
import { useAction } from "./action-button.tsx";
import { SHIP_BY_CHOICES } from "./late-choices.ts";

const LABELS: Record<string, string> = { "48": "2 days before", "72": "3 days before", "": "Don’t tell me" };

export function ShipByRule({ hours }: { hours: number | null }) {
  const { submit, busy, reply } = useAction();
  const errorId = useId();
  const value = hours === null ? "" : String(hours);
  const choices = new Set<string>([...SHIP_BY_CHOICES, value]);
  return (
    <Card>
      <BlockStack gap="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            Orders to ship
          </Text>
          <Text as="p" tone="subdued">
            You are told once when an order is not shipped and the marketplace’s time for it is near. Not every
            marketplace names one.
          </Text>
        </BlockStack>
        <Select
          label="Tell me"
          options={[...choices].map((choice) => ({ label: LABELS[choice] ?? `${choice} hours before`, value: choice }))}
          value={value}
          disabled={busy}
          onChange={(chosen) => submit({ intent: "save-ship-by", hours: chosen })}
        />
        {reply && !reply.ok && !busy ? <InlineError message={reply.message} fieldID={errorId} /> : null}
      </BlockStack>
    </Card>
  );
}
