/** The way to Etsy's Open API v3: where it is, one typed call, and the one reading of a reply that is not 2xx. */
import { z } from "zod";
import { type Failure, type FailureScope, fail, type Result, succeed } from "../contract/failures.ts";
import { cutText } from "../contract/storable.ts";
import type { RemoteCall, RemoteReply, Transport } from "../transport/transport.ts";

/** The API and the site with the consent page are two hosts; an emulator serves both from one origin. */
export interface EtsyOrigins {
  api: string;
  site: string;
}

export function etsyOrigins(apiOrigin: string | undefined): EtsyOrigins {
  const url = new URL(apiOrigin ?? "https://openapi.etsy.com");
  // The spec names openapi.etsy.com; Etsy's own examples also use api.etsy.com.
  const isEtsy = /^(open)?api\.etsy\.com$/.test(url.hostname);
  return { api: url.origin, site: isEtsy ? "https://www.etsy.com" : url.origin };
}

/** "Every request must include this data in the format `keystring:shared_secret`": the spec's security scheme. */
export function apiKeyOf(settings: { keystring: string; sharedSecret: string }): string {
  return `${settings.keystring}:${settings.sharedSecret}`;
}

export interface EtsyCall<T> {
  /** operationId of the spec. */
  operation: string;
  method: RemoteCall["method"];
  /** The whole address without its query. */
  address: string;
  query?: Record<string, string>;
  body?: { json: unknown } | { form: Record<string, string> };
  effect: RemoteCall["effect"];
  /** Whom it asks about; left out: the account. */
  concerns?: FailureScope | undefined;
  reply: z.ZodType<T>;
}

export interface EtsyCaller {
  transport: Transport;
  apiKey: string;
  /** Null for calls that concern no merchant. */
  accessToken: string | null;
}

export function callerOf(session: {
  transport: Transport;
  apiKey: string;
  credentials: Record<string, string | undefined>;
}): EtsyCaller {
  return {
    transport: session.transport,
    apiKey: session.apiKey,
    accessToken: session.credentials.accessToken ?? null,
  };
}

export async function callEtsy<T>(caller: EtsyCaller, call: EtsyCall<T>): Promise<Result<T>> {
  const url = new URL(call.address);
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
  const sent = await caller.transport.send({
    operation: call.operation,
    method: call.method,
    url,
    headers: {
      accept: "application/json",
      "x-api-key": caller.apiKey,
      ...(caller.accessToken === null ? {} : { authorization: `Bearer ${caller.accessToken}` }),
      ...(call.body === undefined ? {} : { "content-type": mediaTypeOf(call.body) }),
    },
    ...(call.body === undefined ? {} : { body: encode(call.body) }),
    effect: call.effect,
    concerns: call.concerns,
  });
  if (!sent.ok) return sent;
  const parsed = call.reply.safeParse(parseJson(sent.value.text));
  if (parsed.success) return succeed(parsed.data);
  const message = `${call.operation}: Etsy's reply does not have the documented shape (${describeIssues(parsed.error)})`;
  if (call.effect === "write") return fail({ kind: "outcome-unknown", scope: call.concerns ?? "item", message });
  return fail({ kind: "rejected", scope: call.concerns ?? "item", message, code: "unreadable-reply" });
}

function mediaTypeOf(body: NonNullable<EtsyCall<unknown>["body"]>): string {
  return "json" in body ? "application/json" : "application/x-www-form-urlencoded";
}

function encode(body: NonNullable<EtsyCall<unknown>["body"]>): string {
  return "json" in body ? JSON.stringify(body.json) : new URLSearchParams(body.form).toString();
}

/** Not JSON becomes `null`, which no schema accepts. */
export function parseJson(text: string): unknown {
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

/** ErrorSchema of the spec; OAuth's `error_description` comes with token errors (github.com/etsy/open-api, issue 519). */
const errorSchema = z.object({ error: z.string(), error_description: z.string().optional().catch(undefined) });

/** The code of a 409: another change of the same listing was under way; nothing was done. */
export const CONFLICT = "conflict";
export const NOT_FOUND = "not-found";

/** The one place where an Etsy reply that is not 2xx becomes a Failure. */
export function etsyFailure(reply: RemoteReply, call: Pick<RemoteCall, "operation" | "effect" | "concerns">): Failure {
  const parsed = errorSchema.safeParse(parseJson(reply.text));
  const error = parsed.success ? parsed.data.error : "";
  const words = parsed.success ? [error, parsed.data.error_description].filter(Boolean).join(": ") : "";
  const message = `${call.operation}: Etsy answered ${reply.status}${words === "" ? "" : `: ${cutText(scrub(words), WORDS_MAX)}`}`;

  // "Rate limits are per API key": all merchants share it.
  if (reply.status === 429)
    return { kind: "throttled", scope: "app", retryAfterMs: retryAfterMs(reply.headers), message };
  if (reply.status >= 500) {
    // Etsy's 5xx says nothing about whether a write took effect.
    return call.effect === "write"
      ? { kind: "outcome-unknown", scope: call.concerns ?? "item", message }
      : { kind: "unavailable", scope: call.concerns ?? "account", message };
  }
  if (isOurKey(reply.status, words)) {
    return {
      kind: "rejected",
      scope: "app",
      message: `${message}. Check this installation's Etsy keystring.`,
      code: "api-key",
    };
  }
  // A token that was withdrawn, used up or lacks a scope: only the merchant can give another.
  if (reply.status === 401 || error === "invalid_grant" || error === "insufficient_scope") {
    return { kind: "unauthorized", scope: "account", message };
  }
  if (reply.status === 409) {
    // "EACH CALL EMAILS THE BUYER": a conflict may be with our own earlier call, so tracking is read back, never repeated.
    if (call.operation === TRACKING) return { kind: "outcome-unknown", scope: call.concerns ?? "item", message };
    return { kind: "rejected", scope: call.concerns ?? "item", message, code: CONFLICT };
  }
  return {
    kind: "rejected",
    scope: call.concerns ?? "item",
    message,
    code: reply.status === 404 ? NOT_FOUND : `http-${reply.status}`,
  };
}

export const TRACKING = "createReceiptShipment";

/** 401 and 403 are also Etsy's answers to a wrong `x-api-key`, which is no merchant's doing. */
function isOurKey(status: number, words: string): boolean {
  return (status === 401 || status === 403) && /api[ _-]?key|shared secret|invalid_client/i.test(words);
}

/** "retry-after" is in seconds (developers.etsy.com/documentation/essentials/rate-limits). */
function retryAfterMs(headers: Headers): number | null {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds * 1000) : null;
}

const WORDS_MAX = 300;

/** What Etsy repeats of its input must not reach a log: tokens ("<user id>.<secret>") and e-mail addresses. */
function scrub(words: string): string {
  return words.replace(/\b\d+\.[\w-]{16,}/g, "(token)").replace(/\S+@\S+\.\S+/g, "(e-mail)");
}
