/** What was altered here lately: who, when, what it did, and the way back. */
import { BlockStack, Card, InlineStack, Link, Text } from "@shopify/polaris";
import type { ChangeRow } from "#app/views/changes.ts";
import { ActionButton } from "./action-button.tsx";
import { Ago } from "./time.tsx";

export function RecentChanges({ changes }: { changes: ChangeRow[] }) {
  if (changes.length === 0) return null;
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          Recent changes
        </Text>
        {changes.map((change) => (
          <InlineStack key={change.id} align="space-between" blockAlign="start" gap="300" wrap={false}>
            <BlockStack gap="050">
              {change.listing ? (
                <Link url={`/app/listings/${change.listing.id}`} removeUnderline>
                  {change.listing.title}
                </Link>
              ) : null}
              <Text as="p" breakWord>
                {change.message}
              </Text>
              <Text as="p" tone="subdued" variant="bodySm">
                {change.who}, <Ago at={change.at} />
                {change.moves ? ` · ${change.moves}` : ""}
              </Text>
              {change.undone ? (
                <Text as="p" tone="subdued" variant="bodySm">
                  Undone by {change.undone.who === "You" ? "you" : change.undone.who}, <Ago at={change.undone.at} />
                </Text>
              ) : null}
            </BlockStack>
            {change.canUndo ? (
              <ActionButton
                size="slim"
                fields={{ intent: "undo-change", changeId: String(change.id) }}
                accessibilityLabel={`Undo: ${change.message}`}
              >
                Undo
              </ActionButton>
            ) : null}
          </InlineStack>
        ))}
      </BlockStack>
    </Card>
  );
}
