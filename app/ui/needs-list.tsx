/** What needs the merchant, the most pressing first: what happened, where to go, and Done where only they know when it is. */
import { Badge, BlockStack, Box, Card, InlineStack, Text } from "@shopify/polaris";
import type { Need } from "../views/home-needs.ts";
import { ActionButton } from "./action-button.tsx";
import { GoThere } from "./go-there.tsx";

const LABELS = { critical: "Urgent", warning: "To do", info: "To know" };
const TONES = { critical: "critical", warning: "warning", info: "info" } as const;

/** The page's action takes the intent `close-alert`. */
export function NeedsList({ needs }: { needs: readonly Need[] }) {
  return (
    <Card padding="0">
      <Box padding="400">
        <Text as="h2" variant="headingMd">
          What needs you
        </Text>
      </Box>
      <ul aria-label="What needs you" style={{ listStyle: "none", margin: 0, padding: 0 }}>
        {needs.map(({ key, severity, title, message, action, doneAlertId }) => (
          <li key={key}>
            <Box padding="400" borderColor="border-secondary" borderBlockStartWidth="025">
              <BlockStack gap="200">
                <InlineStack gap="200" blockAlign="center">
                  <Badge tone={TONES[severity]}>{LABELS[severity]}</Badge>
                  <Text as="h3" variant="headingSm" breakWord>
                    {title}
                  </Text>
                </InlineStack>
                <Text as="p" breakWord>
                  {message}
                </Text>
                {action || doneAlertId !== null ? (
                  <InlineStack gap="200">
                    {action ? <GoThere {...action} /> : null}
                    {doneAlertId === null ? null : (
                      <ActionButton fields={{ intent: "close-alert", alertId: String(doneAlertId) }}>Done</ActionButton>
                    )}
                  </InlineStack>
                ) : null}
              </BlockStack>
            </Box>
          </li>
        ))}
      </ul>
    </Card>
  );
}
