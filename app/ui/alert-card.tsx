/** One alert with all that can be done about it. */
import { Badge, BlockStack, Card, InlineStack, Link, Text } from "@shopify/polaris";
import type { ShownAlert } from "#app/views/alerts.ts";
import { ActionButton } from "./action-button.tsx";
import { GoThere } from "./go-there.tsx";
import { Ago } from "./time.tsx";

const SEVERITY = {
  critical: { label: "Urgent", tone: "critical" },
  warning: { label: "Needs you", tone: "attention" },
  info: { label: "For your information", tone: "info" },
} as const;

/** `url`: its own page, where this is not it. The page's action takes `acknowledge` and `close-alert`. */
export function AlertCard({
  alert,
  endedAt = null,
  url,
}: {
  alert: ShownAlert;
  endedAt?: string | null;
  url?: string;
}) {
  const { id, title, message, severity, action, endsByHand, openedAt, seenTo } = alert;
  const { label, tone } = SEVERITY[severity];
  const alertId = String(id);
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack gap="200" blockAlign="center">
          {endedAt ? <Badge tone="success">Over</Badge> : <Badge tone={tone}>{label}</Badge>}
          <Text as="span" tone="subdued">
            <Ago at={openedAt} />
            {endedAt ? (
              <>
                , over since <Ago at={endedAt} />
              </>
            ) : seenTo ? (
              ` · ${seenTo.who === "You" ? "You see" : `${seenTo.who} sees`} to it`
            ) : null}
          </Text>
        </InlineStack>
        <Text as="h2" variant="headingMd" breakWord>
          {url ? (
            <Link url={url} removeUnderline monochrome>
              {title}
            </Link>
          ) : (
            title
          )}
        </Text>
        <Text as="p" breakWord>
          {message}
        </Text>
        {endedAt ? null : (
          <InlineStack gap="200" blockAlign="start">
            {seenTo ? null : (
              <ActionButton variant="primary" fields={{ intent: "acknowledge", alertId }}>
                I’ll see to it
              </ActionButton>
            )}
            {action ? <GoThere to={action} /> : null}
            {endsByHand ? <ActionButton fields={{ intent: "close-alert", alertId }}>Done</ActionButton> : null}
          </InlineStack>
        )}
      </BlockStack>
    </Card>
  );
}
