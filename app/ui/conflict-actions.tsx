/** What the merchant can do about an order that lost to an earlier sale: on its own page and in the list. */
import { InlineStack } from "@shopify/polaris";
import { ActionButton } from "./action-button.tsx";
import { CancelButton } from "./cancel-button.tsx";

export interface ConflictActionsProps {
  orderId: number;
  marketplace: string;
  marketplaceCancels: boolean;
  /** It is not in Shopify yet. */
  isHeld: boolean;
  size?: "slim";
}

export function ConflictActions({ orderId, marketplace, marketplaceCancels, isHeld, size }: ConflictActionsProps) {
  const look = { to: `/app/orders/${orderId}`, ...(size ? { size } : {}) };
  return (
    <InlineStack gap="200">
      <ActionButton {...look} fields={{ intent: "accept-backorder" }}>
        Accept as a backorder
      </ActionButton>
      {marketplaceCancels ? <CancelButton {...look} intent="cancel-loser" marketplace={marketplace} /> : null}
      {isHeld ? (
        <ActionButton {...look} fields={{ intent: "retry-order" }}>
          Look again
        </ActionButton>
      ) : null}
    </InlineStack>
  );
}
