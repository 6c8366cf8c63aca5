/** The last mails, and what became of them. */
import { Badge, BlockStack, Card, InlineStack, Text } from "@shopify/polaris";
import type { MailRow } from "#app/views/notifications.ts";
import { Time } from "./time.tsx";

export function SentMails({ mails }: { mails: MailRow[] }) {
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          Last mails
        </Text>
        {mails.length === 0 ? (
          <Text as="p" tone="subdued">
            None yet.
          </Text>
        ) : null}
        {mails.map(({ id, what, address, state, why, at }) => (
          <BlockStack key={id} gap="050">
            <InlineStack align="space-between" gap="200" blockAlign="start">
              <Text as="p" breakWord>
                {what}
              </Text>
              <Badge {...(state.tone ? { tone: state.tone } : {})}>{state.label}</Badge>
            </InlineStack>
            <Text as="p" tone="subdued" variant="bodySm" breakWord>
              {address} · <Time at={at} />
              {why ? ` · ${why}` : ""}
            </Text>
          </BlockStack>
        ))}
      </BlockStack>
    </Card>
  );
}
