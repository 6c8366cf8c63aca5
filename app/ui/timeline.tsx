/** What happened, newest first. */
import { BlockStack, Card, InlineStack, Link, Text } from "@shopify/polaris";
import type { TimelineEntry } from "#app/views/timeline.ts";
import { useShop } from "./shop-context.tsx";
import { StatusBadge } from "./status-badge.tsx";
import { minuteOf, Time } from "./time.tsx";

export interface TimelineProps {
  entries: TimelineEntry[];
  empty: string;
  /** The page that shows how things stood at a minute: times lead there. */
  minuteUrl?: (minute: string) => string;
}

export function Timeline({ entries, empty, minuteUrl }: TimelineProps) {
  const { timezone } = useShop();
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
                      {minuteUrl ? (
                        <Link url={minuteUrl(minuteOf(entry.at, timezone))} removeUnderline monochrome>
                          <Time at={entry.at} toTheSecond />
                        </Link>
                      ) : (
                        <Time at={entry.at} toTheSecond />
                      )}
                    </Text>
                  </InlineStack>
                  {entry.about ? (
                    <Link url={entry.about.url} removeUnderline>
                      {entry.about.label}
                    </Link>
                  ) : null}
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
