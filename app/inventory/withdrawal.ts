/**
 * A variant is withdrawn when Shopify does not sell it any more, or does not count it. What becomes of its listings is the
 * channel's policy, or what the merchant said of one listing. Pure.
 */

/** The first that holds counts. Untracked is not zero: nothing is known of its stock. */
export const WITHDRAWALS = ["deleted", "archived", "unstocked", "draft", "untracked"] as const;
export type Withdrawal = (typeof WITHDRAWALS)[number];

/** To zero; as it is until the merchant says; or on sale all the same. */
export type WithdrawalOutcome = "zero" | "ask" | "keep";
/** What a merchant can say of one listing. */
export type WithdrawalAnswer = "zero" | "keep";

export interface WithdrawalPolicies {
  gonePolicy: "zero" | "ask";
  draftPolicy: WithdrawalOutcome;
  untrackedPolicy: "ask" | "keep";
}

/** What it says where Shopify sells it no more, in the middle of a sentence. */
export const WITHDRAWN_WORDS: Record<Withdrawal, string> = {
  deleted: "deleted in Shopify",
  archived: "archived in Shopify",
  unstocked: "not stocked in Shopify at any location that this channel sells from",
  draft: "a draft in Shopify",
  untracked: "not tracked in Shopify",
};

/** Whether Shopify still counts what it has of it. */
export function isStillCounted(withdrawn: Withdrawal): boolean {
  return withdrawn === "archived" || withdrawn === "draft";
}

export function isWithdrawal(value: string): value is Withdrawal {
  return WITHDRAWALS.some((one) => one === value);
}

/** Zero can't be taken back where it takes the listing away, or marks it as sold: there the merchant is always asked. */
export function zeroIsFinal(atZero: "stays-listed" | "inactive" | "marked-sold" | "deleted"): boolean {
  return atZero === "marked-sold" || atZero === "deleted";
}
