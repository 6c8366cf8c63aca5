/** Cancels an order on its marketplace, once the merchant has read what that means. */
import { ActionButton } from "./action-button.tsx";

export interface CancelButtonProps {
  intent: string;
  marketplace: string;
  /** Path of the action; the page's own when left out. */
  to?: string;
  size?: "slim";
}

export function CancelButton({ intent, marketplace, ...look }: CancelButtonProps) {
  return (
    <ActionButton
      {...look}
      tone="critical"
      fields={{ intent }}
      confirm={{
        title: `Cancel this order on ${marketplace}?`,
        message: `${marketplace} refunds the buyer, and may count it as the seller's fault. This can't be undone.`,
        action: "Cancel the order",
      }}
    >
      {`Cancel on ${marketplace}`}
    </ActionButton>
  );
}
