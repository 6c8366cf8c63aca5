/** The states of a shipment on its way to the marketplace. Pure. */

/** On its way to the marketplace: not sent yet; sent, and no word of it; or the marketplace refuses to say whether it has it. */
export const UNDER_WAY: ReadonlySet<string> = new Set(["waiting", "sending", "unseen"]);

export function isUnderWay(state: string): boolean {
  return UNDER_WAY.has(state);
}

/** It goes no further until the merchant looks: refused, or the marketplace refuses to say whether it has it. */
export function isInTrouble(state: string): boolean {
  return state === "failed" || state === "unseen";
}

/** Null: there is nothing to try again. What was refused the merchant was asked to enter by hand: it is looked up first. */
export function stateOfRetry(state: string): "waiting" | "sending" | null {
  if (state === "waiting") return "waiting";
  return isInTrouble(state) ? "sending" : null;
}
