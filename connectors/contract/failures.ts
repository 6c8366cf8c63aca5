/**
 * How a call to the outside world can go wrong. There are five kinds and no sixth, because there are five things
 * the app can do about it:
 *
 * - `throttled`        wait `retryAfterMs` (null: the retry policy decides), then the same call again.
 * - `unauthorized`     stop the channel; the merchant must reconnect.
 * - `rejected`         never again unchanged: the message says what was wrong with this item or call.
 * - `unavailable`      nothing happened over there; the same call again later.
 * - `outcome-unknown`  it may or may not have happened: read back first, then decide.
 *
 * And each says whom it concerns, because that is what has to wait, and no more:
 *
 * - `item`     this one row: a listing, an order, a shipment. It is put off, and the rest goes on.
 * - `group`    the marketplace's listing with all its variations (`ListingRef.groupId`): they are put off together.
 * - `account`  the merchant's account there: nothing more is asked of it for a while, and the merchant sees it.
 * - `app`      this installation's access to the marketplace, which all merchants share: all their channels wait.
 * - `shop`     the Shopify shop.
 *
 * A connector turns HTTP into one of these in one function; one retry policy in the app decides what follows.
 */
export type FailureScope = "item" | "group" | "account" | "app" | "shop";

/** `message`: words for the merchant, without a full stop at their end: they are read within sentences too. */
export type Failure = { scope: FailureScope; message: string } & (
  | { kind: "throttled"; retryAfterMs: number | null; code?: string }
  | { kind: "unauthorized" }
  | { kind: "rejected"; code?: string }
  | { kind: "unavailable"; code?: string }
  | { kind: "outcome-unknown"; code?: string }
);

/** An expected outcome is a value. Only defects are thrown. */
export type Result<T> = { ok: true; value: T } | { ok: false; failure: Failure };

export function succeed<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** What a marketplace or Shopify says of its failures ends in a full stop or does not. */
export function fail(failure: Failure): { ok: false; failure: Failure } {
  return { ok: false, failure: { ...failure, message: failure.message.replace(/\.\s*$/, "") } };
}

/** Whether the same call may be sent again without reading first. */
export function isRetryable(failure: Failure): boolean {
  return failure.kind === "throttled" || failure.kind === "unavailable";
}
