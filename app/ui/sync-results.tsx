/** What "Sync now" is doing, or did, channel by channel. */
import { BlockStack, Card, InlineStack, ProgressBar, Text } from "@shopify/polaris";
import type { HomeSync } from "../views/home.ts";
import { StatusBadge } from "./status-badge.tsx";
import { Ago } from "./time.tsx";

const BADGES = {
  running: { label: "Under way", tone: "info" },
  done: { label: "Done", tone: "success" },
  failed: { label: "Not all of it", tone: "warning" },
} as const;

export function SyncResults({ syncs }: { syncs: readonly HomeSync[] }) {
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          Your last sync
        </Text>
        {syncs.map(({ id, channel, state, done, total, message, at }) => {
          const labelId = `sync-${id}`;
          return (
            <BlockStack gap="100" key={id}>
              <InlineStack gap="200" blockAlign="center">
                <StatusBadge said={BADGES[state]} />
                <Text as="h3" variant="headingSm" id={labelId}>
                  {channel}
                </Text>
                <Text as="span" tone="subdued">
                  <Ago at={at} />
                </Text>
              </InlineStack>
              {state === "running" ? (
                <ProgressBar progress={(100 * (done + 0.5)) / total} size="small" ariaLabelledBy={labelId} />
              ) : null}
              {message ? (
                <Text as="p" tone={state === "running" ? "subdued" : undefined} breakWord>
                  {message}
                </Text>
              ) : null}
            </BlockStack>
          );
        })}
      </BlockStack>
    </Card>
  );
}
