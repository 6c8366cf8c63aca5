/** What happened, newest first. */
import { BlockStack, Card, InlineStack, Text } from "@shopify/polaris";
import type { TimelineEntry } from "#app/views/timeline.ts";
import { StatusBadge } from "./status-badge.tsx";
import { Time } from "./time.tsx";

export function Timeline({ entries, empty }: { entries: TimelineEntry[]; empty: string }) {
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          Timeline
        </Text>
        {entries.length === 0 ? (
          <Text as="p" tone="subdued">
            {empty}
          </Text>
        ) : (
          <ol style={{ listStyle: "none", margin: 0, padding: 0, display: "grid", gap: "var(--p-space-300)" }}>
            {entries.map((entry) => (
              <li
                key={entry.key}
                style={{
                  borderInlineStart: "2px solid var(--p-color-border)",
                  paddingInlineStart: "var(--p-space-300)",
                }}
              >
                <BlockStack gap="050">
                  <InlineStack gap="200" blockAlign="center">
                    <Text as="span" fontWeight="semibold">
                      {entry.kind}
                    </Text>
                    {entry.change ? (
                      <Text as="span" numeric>
                        {entry.change}
                      </Text>
                    ) : null}
                    {entry.said ? <StatusBadge said={entry.said} /> : null}
                    <Text as="span" tone="subdued" variant="bodySm">
                      <Time at={entry.at} />
                    </Text>
                  </InlineStack>
                  <Text as="p" breakWord>
                    {entry.message}
                  </Text>
                  {entry.arithmetic ? (
                    <Text as="p" tone="subdued" variant="bodySm">
                      {entry.arithmetic}
                    </Text>
                  ) : null}
                </BlockStack>
              </li>
            ))}
          </ol>
        )}
      </BlockStack>
    </Card>
  );
}
