/**
 * The way to eBay's REST APIs: where they are, one typed call, and the one reading of a reply that is not 2xx.
 */
import { z } from "zod";
import { type Failure, type FailureScope, fail, type Result, succeed } from "../contract/failures.ts";
import { cutText } from "../contract/storable.ts";
import { isExactPath } from "../transport/segment.ts";
import type { RemoteCall, RemoteReply, Transport } from "../transport/transport.ts";

/** eBay spreads its APIs over hosts; an emulator serves all of them from one origin. */
export interface EbayOrigins {
  api: string;
  apiz: string;
  auth: string;
}

export function ebayOrigins(apiOrigin: string | undefined): EbayOrigins {
  if (apiOrigin === undefined) return ebayOrigins("https://api.ebay.com");
  const url = new URL(apiOrigin);
  if (!/^api\.(sandbox\.)?ebay\.com$/.test(url.hostname))
    return { api: url.origin, apiz: url.origin, auth: url.origin };
  const sibling = (name: string) => `https://${url.hostname.replace(/^api\./, `${name}.`)}`;
  return { api: url.origin, apiz: sibling("apiz"), auth: sibling("auth") };
}

export interface EbayCall<T> {
  /** The operation's name in eBay's documentation. */
  operation: string;
  method: RemoteCall["method"];
  /** The whole address without its query. */
  address: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: unknown;
  effect: RemoteCall["effect"];
  /** Whom it asks about; left out: the account. */
  concerns?: FailureScope | undefined;
  reply: z.ZodType<T>;
}

export interface EbayReply<T> {
  value: T;
  headers: Headers;
}

/** Sends one call and parses its reply. An empty body is parsed as `{}`: several eBay writes answer 201 or 204 without one. */
export async function callEbay<T>(transport: Transport, call: EbayCall<T>): Promise<Result<EbayReply<T>>> {
  if (!isExactPath(call.address)) {
    const message = `${call.operation}: an id or SKU of "." or ".." can't stand in an address, so eBay can't be asked about it.`;
    return fail({ kind: "rejected", scope: call.concerns ?? "item", message, code: "address" });
  }
  const sent = await transport.send({
    operation: call.operation,
    method: call.method,
    url: withQuery(call.address, call.query ?? {}),
    headers: {
      accept: "application/json",
      ...(call.body === undefined ? {} : { "content-type": "application/json" }),
      ...call.headers,
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    effect: call.effect,
    concerns: call.concerns,
  });
  if (!sent.ok) return sent;
  const parsed = call.reply.safeParse(parseJson(sent.value.text));
  if (parsed.success) return succeed({ value: parsed.data, headers: sent.value.headers });
  const message = `${call.operation}: eBay's reply does not have the documented shape (${describeIssues(parsed.error)})`;
  if (call.effect === "write") return fail({ kind: "outcome-unknown", scope: call.concerns ?? "item", message });
  return fail({ kind: "rejected", scope: call.concerns ?? "item", message, code: "unreadable-reply" });
}

/** encodeURIComponent and not URLSearchParams: a space must travel as %20, and eBay wants the brackets of a filter encoded. */
function withQuery(address: string, query: Record<string, string>): URL {
  const pairs = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  return new URL(pairs.length === 0 ? address : `${address}?${pairs.join("&")}`);
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

const textOrContent = z
  .union([z.string(), z.object({ content: z.string() }).transform((one) => one.content)])
  .optional()
  .catch(undefined);

const ebayErrorSchema = z.object({
  errorId: z.coerce.number().int().optional().catch(undefined),
  domain: z.string().optional().catch(undefined),
  category: z.string().optional().catch(undefined),
  message: textOrContent,
  longMessage: textOrContent,
});
export type EbayError = z.infer<typeof ebayErrorSchema>;

const errorListSchema = z.array(ebayErrorSchema);

/** A row of a bulk reply carries the same errors as a whole reply. */
export const rowErrors = errorListSchema.optional().catch(undefined);

/** REST: {errors}. Post-Order: {errorMessage: {error}}. OAuth: {error, error_description}. */
const errorBodySchema = z.union([
  z.object({ errors: errorListSchema }).transform((body) => body.errors),
  z.object({ errorMessage: z.object({ error: errorListSchema }) }).transform((body) => body.errorMessage.error),
  z
    .object({ error: z.string(), error_description: z.string().optional() })
    .transform((body): EbayError[] => [
      { domain: "OAuth", category: body.error, message: body.error, longMessage: body.error_description },
    ]),
]);

/** The call was fine but eBay was busy with this very item: "Concurrent access ... Please try again later". */
export const CONCURRENT_ACCESS = 25025;
/** "A system error has occurred": the write may be half done. */
export const SYSTEM_ERROR = 25001;
/** "Insufficient permissions to fulfill the request": the token lacks a scope. */
const INSUFFICIENT_PERMISSIONS = 1100;

/** The one place where an eBay reply that is not 2xx becomes a Failure. */
export function ebayFailure(reply: RemoteReply, call: Pick<RemoteCall, "operation" | "effect" | "concerns">): Failure {
  const parsed = errorBodySchema.safeParse(parseJson(reply.text));
  const errors = parsed.success ? parsed.data : [];
  const first = errors[0];
  const message = `${call.operation}: ${explain(reply.status, first)}`;

  // eBay counts the calls of the whole application (ebayLimits).
  if (reply.status === 429)
    return { kind: "throttled", scope: "app", retryAfterMs: retryAfterMs(reply.headers), message };
  if (first?.domain === "OAuth" && reply.status >= 400 && reply.status < 500) return oauthFailure(first, message);
  if (reply.status === 401 || first?.errorId === INSUFFICIENT_PERMISSIONS)
    return { kind: "unauthorized", scope: "account", message };
  if (reply.status >= 500) {
    // eBay's 5xx says nothing about whether a write took effect.
    return call.effect === "write"
      ? { kind: "outcome-unknown", scope: call.concerns ?? "item", message }
      : { kind: "unavailable", scope: call.concerns ?? "account", message };
  }
  if (first?.errorId === CONCURRENT_ACCESS) return { kind: "unavailable", scope: call.concerns ?? "item", message };
  const code = reply.status === 404 ? "not-found" : String(first?.errorId ?? `http-${reply.status}`);
  return { kind: "rejected", scope: call.concerns ?? "item", message, code };
}

/** `invalid_grant` is the merchant's consent, gone; anything else there is a mistake in this installation's own settings. */
function oauthFailure(error: EbayError, message: string): Failure {
  if (error.category === "invalid_grant" || typeof error.errorId === "number")
    return { kind: "unauthorized", scope: "account", message };
  return { kind: "rejected", scope: "app", message, code: error.category ?? "oauth" };
}

/** Seconds or a date, as HTTP allows; null when eBay does not say, which is its custom. */
function retryAfterMs(headers: Headers): number | null {
  const value = headers.get("retry-after");
  if (value === null) return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds) && seconds >= 0) return Math.ceil(seconds * 1000);
  const served = Date.parse(headers.get("date") ?? "");
  const until = Date.parse(value);
  return Number.isNaN(served) || Number.isNaN(until) ? null : Math.max(0, until - served);
}

const WORDS_MAX = 300;

export function explain(status: number, error: EbayError | undefined): string {
  const words = error?.longMessage ?? error?.message;
  const code = error?.errorId === undefined ? "" : `, error ${error.errorId}`;
  return `eBay answered ${status}${code}${words === undefined ? "" : `: ${cutText(scrub(words), WORDS_MAX)}`}`;
}

/** eBay repeats input in its messages: tokens and e-mail addresses must not reach a log that way. */
function scrub(words: string): string {
  return words.replace(/v\^1\.1#\S+/g, "(token)").replace(/\S+@\S+\.\S+/g, "(e-mail)");
}

export function chunk<T>(values: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < values.length; at += size) chunks.push(values.slice(at, at + size));
  return chunks;
}
