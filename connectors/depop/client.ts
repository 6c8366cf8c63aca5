/** The way to Depop's Selling API: one typed call, and the one reading of a reply that is not 2xx. */
import { z } from "zod";
import type { ChannelSession } from "../contract/connector.ts";
import { type Failure, type FailureScope, fail, type Result, succeed } from "../contract/failures.ts";
import type { ListingRef } from "../contract/remote-types.ts";
import { cutText } from "../contract/storable.ts";
import { canBeSegment, isExactPath } from "../transport/segment.ts";
import type { RemoteCall, RemoteReply, Transport } from "../transport/transport.ts";

/** `servers` of the spec; https://partnerapi-staging.depop.com is the other one. */
const PRODUCTION_ORIGIN = "https://partnerapi.depop.com";

export function depopOrigin(apiOrigin: string | undefined): string {
  return apiOrigin === undefined ? PRODUCTION_ORIGIN : new URL(apiOrigin).origin;
}

/** What the calls of one channel share. */
export interface DepopSession extends ChannelSession {
  origin: string;
}

export interface DepopCall<T> {
  /** The spec's operationId: limits are charged by it. */
  operation: string;
  method: RemoteCall["method"];
  /** From the root, with the closing slash that every path of the spec has. */
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  effect: RemoteCall["effect"];
  /** Whom it asks about; left out: the account. */
  concerns?: FailureScope | undefined;
  reply: z.ZodType<T>;
}

/** Sends one call and parses its reply. Most writes answer 200 without a body, which is parsed as `{}`. */
export async function callDepop<T>(session: DepopSession, call: DepopCall<T>): Promise<Result<T>> {
  if (!isExactPath(call.path)) {
    const message = `${call.operation}: an id or SKU of "." or ".." can't stand in an address, so Depop can't be asked about it.`;
    return fail({ kind: "rejected", scope: call.concerns ?? "item", message, code: "address" });
  }
  const { apiKey, accessToken } = session.credentials;
  const url = new URL(`${session.origin}${call.path}`);
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
  return parseReply(
    session.transport,
    {
      operation: call.operation,
      method: call.method,
      url,
      headers: {
        accept: "application/json",
        // "Authorization: Bearer <token>, where the token is a static per-shop API key or an OAuth 2.0 access token".
        authorization: `Bearer ${apiKey ?? accessToken}`,
        ...(call.body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      effect: call.effect,
      concerns: call.concerns,
    },
    call.reply,
  );
}

export async function parseReply<T>(transport: Transport, call: RemoteCall, reply: z.ZodType<T>): Promise<Result<T>> {
  const sent = await transport.send(call);
  if (!sent.ok) return sent;
  const parsed = reply.safeParse(parseJson(sent.value.text));
  if (parsed.success) return succeed(parsed.data);
  const message = `${call.operation}: Depop's reply does not have the documented shape (${describeIssues(parsed.error)})`;
  if (call.effect === "write") return fail({ kind: "outcome-unknown", scope: call.concerns ?? "item", message });
  return fail({ kind: "rejected", scope: call.concerns ?? "item", message, code: UNREADABLE });
}

/** The code of a reply that came and could not be understood. */
export const UNREADABLE = "unreadable-reply";

/** A part of a path: SKUs are the merchant's own and may hold anything. */
export function segment(value: string): string {
  return encodeURIComponent(value);
}

/** Where a product is: by its SKU, or by its id where it has none, or one that no address can carry. */
export function productPath({ sku, remoteId }: ListingRef): { isBySku: boolean; path: string } {
  return sku !== null && canBeSegment(sku)
    ? { isBySku: true, path: `/api/v1/products/by-sku/${segment(sku)}/` }
    : { isBySku: false, path: `/api/v1/products/by-product-id/${segment(remoteId)}/` };
}

/** Not JSON becomes `null`, which no schema accepts. */
export function parseJson(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const ISSUES_SHOWN_MAX = 3;

/** Paths and what was expected there, never the value: it may be a buyer's. */
export function describeIssues(error: z.ZodError): string {
  const shown = error.issues.slice(0, ISSUES_SHOWN_MAX).map((issue) => {
    const path = issue.path.map(String).join(".") || "the reply";
    return issue.code === "invalid_type" ? `${path}: expected ${issue.expected}` : `${path}: ${issue.code}`;
  });
  const more = error.issues.length - shown.length;
  return shown.join("; ") + (more > 0 ? `; and ${more} more` : "");
}

const text = z.string().optional().catch(undefined);

/** The API says {id, errors: [{code, message}]}; the token endpoint {error, error_description, ...} (OAuthErrorResponse). */
const errorBodySchema = z.union([
  z.object({ errors: z.array(z.object({ code: z.string(), message: text })) }).transform(({ errors }) => ({
    code: errors[0]?.code,
    words: errors
      .map((one) => one.message)
      .filter((one) => one !== undefined)
      .join(" "),
  })),
  z
    .object({ error: z.string(), error_description: text, detail: text })
    .transform(({ error, error_description, detail }) => ({ code: error, words: detail ?? error_description ?? "" })),
]);

/** Where Depop exchanges tokens; its failures are OAuth's. */
export const TOKEN_OPERATION = "exchangeToken";

/** The limits are per second and a 429 carries no wait (rate limits page: no headers are documented). */
const WAIT_AFTER_429_MS = 1_000;

/** The one place where a Depop reply that is not 2xx becomes a Failure. */
export function depopFailure(reply: RemoteReply, call: Pick<RemoteCall, "operation" | "effect" | "concerns">): Failure {
  const parsed = errorBodySchema.safeParse(parseJson(reply.text));
  const code = parsed.success ? parsed.data.code : undefined;
  const message = `${call.operation}: ${explain(reply.status, code, parsed.success ? parsed.data.words : "")}`;

  if (reply.status === 429) {
    return {
      kind: "throttled",
      scope: "account",
      retryAfterMs: retryAfterMs(reply.headers) ?? WAIT_AFTER_429_MS,
      message,
    };
  }
  if (reply.status >= 500) {
    // A 5xx says nothing about whether a write took effect; a refresh token may be spent (RFC 6749's rotation).
    return call.effect === "write"
      ? { kind: "outcome-unknown", scope: call.concerns ?? "item", message }
      : { kind: "unavailable", scope: call.concerns ?? "account", message };
  }
  if (call.operation === TOKEN_OPERATION) {
    // Only this means that the merchant's consent is gone; the rest is a mistake in this installation's settings.
    if (code === "invalid_grant") return { kind: "unauthorized", scope: "account", message };
    return { kind: "rejected", scope: "app", message, code: code ?? "oauth" };
  }
  // 403 is "insufficient_scope": only a new consent gives more.
  if (reply.status === 401 || reply.status === 403) return { kind: "unauthorized", scope: "account", message };
  if (reply.status === 404) return { kind: "rejected", scope: call.concerns ?? "item", message, code: NOT_FOUND };
  return { kind: "rejected", scope: call.concerns ?? "item", message, code: code ?? `http-${reply.status}` };
}

export const NOT_FOUND = "not-found";

/** The spec forgets the 404 of some by-sku calls; the error page lists the code for all. */
export function isMissing(failure: Failure): boolean {
  return failure.kind === "rejected" && (failure.code === NOT_FOUND || /^\w+_not_found$/.test(failure.code ?? ""));
}

function retryAfterMs(headers: Headers): number | null {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds * 1000) : null;
}

const WORDS_MAX = 300;

function explain(status: number, code: string | undefined, words: string): string {
  const named = code === undefined ? "" : `, ${cutText(scrub(code), WORDS_MAX)}`;
  return `Depop answered ${status}${named}${words === "" ? "" : `: ${cutText(scrub(words), WORDS_MAX)}`}`;
}

/** Tokens (pak_, pat_, prt_) and e-mail addresses must not reach a log through a repeated input. */
function scrub(words: string): string {
  return words.replace(/\bp(ak|at|rt)_\w+/g, "(token)").replace(/\S+@\S+\.\S+/g, "(e-mail)");
}
