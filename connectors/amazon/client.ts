/** One typed call to Amazon, with zod at the edge, and the one reading of a reply that is not 2xx. */
import { z } from "zod";
import { type Failure, type FailureScope, fail, type Result, succeed } from "../contract/failures.ts";
import { cutText } from "../contract/storable.ts";
import type { RemoteCall, RemoteReply, Transport } from "../transport/transport.ts";
import { amazonLimits } from "./manifest.ts";

export interface AmazonCall<T> {
  /** The operation's name in Amazon's documentation. */
  operation: string;
  method: RemoteCall["method"];
  /** The whole address without its query. */
  address: string;
  query?: Record<string, string>;
  /** Access token of the seller, or of the application for grantless operations. */
  token: string;
  body?: unknown;
  effect: RemoteCall["effect"];
  /** Whom it asks about; left out: the account. */
  concerns?: FailureScope | undefined;
  reply: z.ZodType<T>;
}

/** Amazon wants applications to say who they are ("Include a User-Agent header in all requests"). */
const USER_AGENT = "Lockstep/1.0 (Language=TypeScript)";

/** Sends one call and parses its reply; an empty body is parsed as `{}` (204, and 202 of some). */
export async function callAmazon<T>(transport: Transport, call: AmazonCall<T>): Promise<Result<T>> {
  const sent = await transport.send({
    operation: call.operation,
    method: call.method,
    url: withQuery(call.address, call.query ?? {}),
    headers: {
      accept: "application/json",
      "user-agent": USER_AGENT,
      "x-amz-access-token": call.token,
      ...(call.body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    effect: call.effect,
    concerns: call.concerns,
  });
  if (!sent.ok) return sent;
  const parsed = call.reply.safeParse(parseJson(sent.value.text));
  if (parsed.success) return succeed(parsed.data);
  const message = `${call.operation}: Amazon's reply does not have the documented shape (${describeIssues(parsed.error)})`;
  if (call.effect === "write") return fail({ kind: "outcome-unknown", scope: call.concerns ?? "item", message });
  return fail({ kind: "rejected", scope: call.concerns ?? "item", message, code: "unreadable-reply" });
}

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

const text = z.string().optional().catch(undefined);

/** SP-API: {errors: [{code, message, details}]}. Login with Amazon: {error, error_description}. SQS: {__type, message}. */
const errorBodySchema = z.union([
  z
    .object({ errors: z.array(z.object({ code: text, message: text, details: text })).min(1) })
    .transform(({ errors: [first] }) => ({ from: "api" as const, code: first?.code, words: wordsOf(first) })),
  z
    .object({ error: z.string(), error_description: text })
    .transform((body) => ({ from: "lwa" as const, code: body.error, words: body.error_description })),
  z.object({ __type: z.string(), message: text, Message: text }).transform((body) => ({
    from: "sqs" as const,
    code: body.__type.split("#").at(-1),
    words: body.message ?? body.Message,
  })),
]);

function wordsOf(error: { message?: string | undefined; details?: string | undefined } | undefined) {
  const words = [error?.message, error?.details].filter((one) => one !== undefined && one.trim() !== "");
  return words.length === 0 ? undefined : words.join(" ");
}

/** Documents lie at presigned addresses of S3, which live 5 minutes and answer in their own way. */
export const DOCUMENT_OPERATIONS: ReadonlySet<string> = new Set(["uploadDocument", "downloadDocument"]);

/** The one place where an Amazon reply that is not 2xx becomes a Failure. */
export function amazonFailure(
  reply: RemoteReply,
  call: Pick<RemoteCall, "operation" | "effect" | "concerns">,
): Failure {
  const parsed = errorBodySchema.safeParse(parseJson(reply.text));
  const error = parsed.success ? parsed.data : null;
  const code = error?.code;
  const message = `${call.operation}: ${explain(reply.status, code, error?.words)}`;

  if (reply.status === 429 || /Throttl|OverLimit|QuotaExceeded/i.test(code ?? "")) {
    return { kind: "throttled", scope: "account", retryAfterMs: waitMs(reply.headers, call.operation), message };
  }
  if (reply.status >= 500) {
    // Amazon's 5xx says nothing about whether a write took effect.
    return call.effect === "write"
      ? { kind: "outcome-unknown", scope: call.concerns ?? "item", message }
      : { kind: "unavailable", scope: call.concerns ?? "account", message };
  }
  // An address that has run out: the next attempt gets a new one.
  if (DOCUMENT_OPERATIONS.has(call.operation))
    return { kind: "unavailable", scope: call.concerns ?? "account", message };
  if (error?.from === "lwa") {
    // `invalid_grant` is the merchant's consent, gone; anything else is a mistake in this installation's own settings.
    return code === "invalid_grant"
      ? { kind: "unauthorized", scope: "account", message }
      : { kind: "rejected", scope: "app", message, code: code ?? "" };
  }
  // Whoever owns the queue, it is not the merchant: their reconnecting would mend nothing.
  if (error?.from === "sqs") return { kind: "rejected", scope: "app", message, code: code ?? "" };
  // SP-API answers 403 for expired and revoked tokens and for missing roles alike, seldom 401.
  if (reply.status === 401 || reply.status === 403) return { kind: "unauthorized", scope: "account", message };
  return {
    kind: "rejected",
    scope: call.concerns ?? "item",
    message,
    code: reply.status === 404 ? "not-found" : (code ?? `http-${reply.status}`),
  };
}

export function isNotFound(failure: Failure): boolean {
  return failure.kind === "rejected" && failure.code === "not-found";
}

/**
 * Amazon sends no Retry-After ("Usage Plans and Rate Limits"): then the time until one call is given back, by the rate in
 * the reply where it is there (calls per second), else by the published one.
 */
function waitMs(headers: Headers, operation: string): number | null {
  const asked = Number(headers.get("retry-after") ?? Number.NaN);
  if (Number.isFinite(asked) && asked >= 0) return Math.ceil(asked * 1000);
  const rate = Number(headers.get("x-amzn-ratelimit-limit") ?? Number.NaN);
  if (Number.isFinite(rate) && rate > 0) return Math.ceil(1000 / rate);
  const limit = amazonLimits.find((one) => one.operations !== "*" && one.operations.includes(operation));
  return limit ? Math.ceil(limit.windowMs / limit.callsMax) : null;
}

const WORDS_MAX = 300;

function explain(status: number, code: string | undefined, words: string | undefined): string {
  const named = code === undefined ? "" : ` ${code}`;
  return `Amazon answered ${status}${named}${words === undefined ? "" : `: ${cutText(scrub(words), WORDS_MAX)}`}`;
}

/** Amazon repeats input in its messages: tokens and e-mail addresses must not reach a log that way. */
export function scrub(words: string): string {
  return words.replace(/Atz[a-z]\|\S+/gi, "(token)").replace(/\S+@\S+\.\S+/g, "(e-mail)");
}
