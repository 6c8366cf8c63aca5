/** What needs the merchant: what happened, where to go, and Done where only they know when it is. */
import { Banner, BlockStack, InlineStack } from "@shopify/polaris";
import type { ShownAlert } from "../views/alerts.ts";
import { ActionButton } from "./action-button.tsx";
import { GoThere } from "./go-there.tsx";

/** The page's action takes the intent `close-alert`. */
export function AlertBanners({ alerts }: { alerts: readonly ShownAlert[] }) {
  return (
    <BlockStack gap="300">
      {alerts.map((alert) => (
        <Banner key={alert.id} tone={alert.severity} title={alert.title}>
          <BlockStack gap="300">
            <p>{alert.message}</p>
            {alert.action || alert.endsByHand ? (
              <InlineStack gap="200">
                {alert.action ? <GoThere to={alert.action} about={alert.title} /> : null}
                {alert.endsByHand ? (
                  <ActionButton fields={{ intent: "close-alert", alertId: String(alert.id) }}>Done</ActionButton>
                ) : null}
              </InlineStack>
            ) : null}
          </BlockStack>
        </Banner>
      ))}
    </BlockStack>
  );
}
