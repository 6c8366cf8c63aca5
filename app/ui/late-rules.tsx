/** For how long a quantity may wait for its marketplace before the merchant is told, by channel. */
import { BlockStack, Card, InlineError, InlineGrid, Select, Text } from "@shopify/polaris";
import { useId } from "react";
import type { AlertRules } from "#app/views/alerts.ts";
import { useAction } from "./action-button.tsx";
import { LATE_CHOICES } from "./late-choices.ts";

const LABELS: Record<string, string> = {
  "1": "a minute",
  "5": "5 minutes",
  "15": "15 minutes",
  "30": "30 minutes",
  "60": "an hour",
  "240": "4 hours",
  "": "Don’t tell me",
};

export function LateRules({ channels }: { channels: AlertRules["late"] }) {
  if (channels.length === 0) return null;
  return (
    <Card>
      <BlockStack gap="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            Late updates
          </Text>
          <Text as="p" tone="subdued">
            You are told when a quantity waits for its marketplace for longer than this.
          </Text>
        </BlockStack>
        <InlineGrid columns={{ xs: 1, sm: 2, md: 3 }} gap="400">
          {channels.map((channel) => (
            <LateRule key={channel.channelId} channel={channel} />
          ))}
        </InlineGrid>
      </BlockStack>
    </Card>
  );
}

function LateRule({ channel: { channelId, name, afterMinutes } }: { channel: AlertRules["late"][number] }) {
  const { submit, busy, reply } = useAction();
  const errorId = useId();
  const value = afterMinutes === null ? "" : String(afterMinutes);
  const choices = new Set<string>([...LATE_CHOICES, value]);
  return (
    <BlockStack gap="100">
      <Select
        label={name}
        options={[...choices].map((choice) => ({ label: LABELS[choice] ?? `${choice} minutes`, value: choice }))}
        value={value}
        disabled={busy}
        onChange={(chosen) => submit({ intent: "save-late", channelId: String(channelId), afterMinutes: chosen })}
      />
      {reply && !reply.ok && !busy ? <InlineError message={reply.message} fieldID={errorId} /> : null}
    </BlockStack>
  );
}
