/** What needs the merchant, the most pressing first: what happened, where to go, and Done where only they know when it is. */
import { BlockStack, Box, Button, Card, InlineStack, Text } from "@shopify/polaris";
import { useState } from "react";
import type { Need } from "../views/home-needs.ts";
import { ActionButton } from "./action-button.tsx";
import { GoThere } from "./go-there.tsx";
import { SeverityBadge } from "./severity-badge.tsx";

/** The rest is a press away: the page goes on below. */
const SHOWN_FIRST = 5;

/** The page's action takes the intent `close-alert`. */
export function NeedsList({ needs }: { needs: readonly Need[] }) {
  const [all, setAll] = useState(false);
  return (
    <Card padding="0">
      <Box padding="400">
        <Text as="h2" variant="headingMd">
          What needs you
        </Text>
      </Box>
      <ul aria-label="What needs you" style={{ listStyle: "none", margin: 0, padding: 0 }}>
        {needs.map(({ key, severity, title, message, action, doneAlertId }, at) => (
          <li key={key} hidden={!all && at >= SHOWN_FIRST}>
            <Box padding="400" borderColor="border-secondary" borderBlockStartWidth="025">
              <BlockStack gap="200">
                <InlineStack gap="200" blockAlign="center">
                  <SeverityBadge severity={severity} />
                  <Text as="h3" variant="headingSm" breakWord>
                    {title}
                  </Text>
                </InlineStack>
                <Text as="p" breakWord>
                  {message}
                </Text>
                {action || doneAlertId !== null ? (
                  <InlineStack gap="200">
                    {action ? <GoThere {...action} about={title} /> : null}
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
      {needs.length > SHOWN_FIRST ? (
        <Box padding="400" borderColor="border-secondary" borderBlockStartWidth="025">
          <Button variant="plain" onClick={() => setAll(!all)} ariaExpanded={all}>
            {all ? "Show fewer" : `Show ${needs.length - SHOWN_FIRST} more`}
          </Button>
        </Box>
      ) : null}
    </Card>
  );
}
