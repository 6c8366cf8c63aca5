/**
 * What a reply of Shopify's Admin GraphQL comes to. Pure, and the one place that turns what Shopify did into a Failure.
 *
 * A reply may bring data and errors together: Shopify resolves field by field, and one that it may not or can't show says
 * nothing of the others. So a mutation whose reply names an error at its payload, or below it, may have been done; only an
 * error from before the execution (no data, no path) says that it was not.
 */
import { type Failure, fail, type Result, succeed } from "#connectors/contract/failures.ts";
import { type ShopRefusal, saidTogether } from "./shop-refusals.ts";

export interface AdminReply {
  status: number;
  data?: unknown;
  /** Some pages carry a text here. */
  errors?: unknown;
}

export interface AdminCall {
  name: string;
  isMutation: boolean;
  shopDomain: string;
}

interface ReplyError {
  message?: unknown;
  path?: unknown;
  locations?: unknown;
  extensions?: { code?: unknown } | null;
}

/** `isEnough`: whether data that came with errors has what the caller wants to know. Of such data a field may be missing. */
export function readReply<Data>(reply: AdminReply, call: AdminCall, isEnough?: (data: Data) => boolean): Result<Data> {
  const { status } = reply;
  const data = isRecord(reply.data) ? (reply.data as Data) : null;
  const errors = Array.isArray(reply.errors) ? (reply.errors as ReplyError[]) : [];
  if (isSuccess(status)) {
    if (data && errors.length === 0 && (!call.isMutation || hasPayload(reply.data))) return succeed(data);
    if (data && errors.length > 0 && isEnough?.(data)) return succeed(data);
  }
  return fail(failureOf(reply, errors, call));
}

function failureOf({ status, data }: AdminReply, errors: readonly ReplyError[], call: AdminCall): Failure {
  const { name, isMutation, shopDomain } = call;
  const codes = errors.map((one) => one.extensions?.code);
  if (codes.includes("THROTTLED"))
    return { kind: "throttled", scope: "shop", retryAfterMs: null, message: `${name}: Shopify is throttling` };
  if (status === 429)
    return { kind: "throttled", scope: "shop", retryAfterMs: 1_000, message: `${name}: Shopify answered 429` };
  if (status === 401 || status === 403) {
    return {
      kind: "unauthorized",
      scope: "shop",
      message: `${name}: Shopify refused our access to ${shopDomain} (${status}); open Lockstep in the Shopify admin`,
    };
  }
  const words = saidTogether(errors.map((one) => String(one.message ?? "")));
  if (codes.includes("ACCESS_DENIED")) {
    const message = `${name}: Shopify does not let Lockstep do this: ${words}`;
    return {
      kind: isMutation ? "outcome-unknown" : "unavailable",
      scope: "shop",
      message,
      code: "denied" satisfies ShopRefusal,
    };
  }
  const refusal = refusalOfStatus(status);
  if (refusal)
    return { kind: "unavailable", scope: "shop", message: `${name}: Shopify answered ${status}`, code: refusal };
  const isUnwell = status >= 500 || status === 408 || codes.includes("INTERNAL_SERVER_ERROR");
  if (isUnwell || (isSuccess(status) && !words)) {
    return isMutation
      ? { kind: "outcome-unknown", scope: "shop", message: `${name}: Shopify answered ${status} and may have done it` }
      : { kind: "unavailable", scope: "shop", message: `${name}: Shopify answered ${status}` };
  }
  if (isMutation && isSuccess(status) && !(data == null && errors.every(isBeforeExecution)))
    return { kind: "outcome-unknown", scope: "shop", message: `${name}: Shopify may have done it, and said: ${words}` };
  return {
    kind: "rejected",
    scope: "item",
    message: `${name}: Shopify refused the request: ${words || `HTTP ${status}`}`,
  };
}

/** Not now, and nobody's mistake: nothing was done, and it passes. Null: another status, or a wrong request. */
function refusalOfStatus(status: number): ShopRefusal | null {
  if (status === 402) return "unpaid";
  const isWrongRequest = [400, 405, 406, 408, 413, 414, 415, 422].includes(status);
  return status >= 300 && status < 500 && !isWrongRequest ? "closed" : null;
}

/** It names no field of the answer, but says what was wrong with the request. */
function isBeforeExecution({ path, locations, extensions }: ReplyError): boolean {
  return !path && (Boolean(locations) || Boolean(extensions?.code));
}

function hasPayload(data: unknown): boolean {
  return isRecord(data) && Object.values(data).every((payload) => payload !== null);
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
