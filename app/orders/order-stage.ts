/**
 * The stages of a marketplace order on its way to Shopify. Pure.
 *
 * waiting (unpaid) → claimed (to be placed) → sent (orderCreate was called) → placed. `held` waits for the merchant;
 * `cancelled` is the end of what never came to be; `entered` of what the merchant entered in Shopify by hand, where we do
 * not follow it. `empty`: the marketplace shows no unit of it any more and does not call it cancelled; it is over unless a
 * later picture shows units again. An order that Shopify has, or may have, is cancelled over there by a Cancellation and keeps its stage until
 * that is done.
 *
 * A held order that was ever sent may be in Shopify in spite of what was said of it: it goes by `sent` again, where it is
 * looked for, whatever is decided about it.
 */
export type OrderStage = "waiting" | "claimed" | "sent" | "placed" | "held" | "entered" | "empty" | "cancelled";

/**
 * `isEmpty`: nothing of it is left to be sent. `wasSent`: orderCreate was called, and that nothing came of it is not known.
 */
export function nextStage(
  held: OrderStage | null,
  remote: "pending" | "paid" | "cancelled",
  { isEmpty, wasSent }: { isEmpty: boolean; wasSent: boolean },
): OrderStage {
  const end = remote === "cancelled" ? "cancelled" : isEmpty ? "empty" : null;
  switch (held) {
    case null:
    case "waiting":
    case "empty":
      return end ?? (remote === "paid" ? "claimed" : "waiting");
    case "claimed":
    case "held":
      if (end === null) return held;
      return wasSent ? "sent" : end;
    case "sent":
    case "placed":
    case "entered":
    case "cancelled":
      return held;
  }
}

/** Where a held order goes on from. */
export function stageAfterHold(wasSent: boolean): OrderStage {
  return wasSent ? "sent" : "claimed";
}

/** Whether Shopify has it, or may have it. */
export function mayBeInShopify({ stage, sentAt }: { stage: string; sentAt: Date | null }): boolean {
  return stage === "sent" || stage === "placed" || (stage === "held" && sentAt !== null);
}

/** Ends at which an order has no Shopify order of ours: it wants no units any more. */
export const OVER: readonly OrderStage[] = ["entered", "empty", "cancelled"];

export function isOver(stage: OrderStage): boolean {
  return OVER.includes(stage);
}
