/** One alert with all that can be done about it. */
import { Badge, BlockStack, Card, InlineStack, Link, Text } from "@shopify/polaris";
import type { ShownAlert } from "#app/views/alerts.ts";
import { ActionButton } from "./action-button.tsx";
import { GoThere } from "./go-there.tsx";
import { SeverityBadge } from "./severity-badge.tsx";
import { Ago } from "./time.tsx";

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
  const alertId = String(id);
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack gap="200" blockAlign="center">
          {endedAt ? <Badge tone="success">Over</Badge> : <SeverityBadge severity={severity} />}
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
              <ActionButton {...(url ? {} : { variant: "primary" })} fields={{ intent: "acknowledge", alertId }}>
                I’ll see to it
              </ActionButton>
            )}
            {action ? <GoThere to={action} about={title} /> : null}
            {endsByHand ? <ActionButton fields={{ intent: "close-alert", alertId }}>Done</ActionButton> : null}
          </InlineStack>
        )}
      </BlockStack>
    </Card>
  );
}
