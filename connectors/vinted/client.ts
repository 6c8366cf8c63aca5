/** The way to Vinted Pro: one signed call, and the one reading of a reply that is not 2xx. */
import { z } from "zod";
import type { ChannelSession } from "../contract/connector.ts";
import { type Failure, type FailureScope, fail, type Result, succeed } from "../contract/failures.ts";
import { cutText, ownValue } from "../contract/storable.ts";
import type { RemoteCall, RemoteReply } from "../transport/transport.ts";
import { parseExactJson } from "./exact-json.ts";
import { signedHeaders, splitToken } from "./signature.ts";

const PRODUCTION_ORIGIN = "https://pro.svc.vinted.com";

export function vintedOrigin(apiOrigin: string | undefined): string {
  return apiOrigin === undefined ? PRODUCTION_ORIGIN : new URL(apiOrigin).origin;
}

/** What the calls of one channel share. */
export interface VintedSession extends ChannelSession {
  origin: string;
}

export interface VintedCall<T> {
  operation: string;
  method: RemoteCall["method"];
  path: string;
  query?: Record<string, string>;
  /** As text, because what is signed must be what is sent, and ids must keep their digits. */
  body?: string;
  effect: RemoteCall["effect"];
  /** Whom it asks about; left out: the account. */
  concerns?: FailureScope | undefined;
  reply: z.ZodType<T>;
}

export async function callVinted<T>(session: VintedSession, call: VintedCall<T>): Promise<Result<T>> {
  const url = new URL(`${session.origin}${call.path}`);
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
  const signed = signedHeaders(splitToken(session.credentials.token ?? ""), session.now(), {
    method: call.method,
    pathAndQuery: `${url.pathname}${url.search}`,
    body: call.body ?? "",
  });
  const sent = await session.transport.send({
    operation: call.operation,
    method: call.method,
    url,
    headers: {
      accept: "application/json",
      ...(call.body === undefined ? {} : { "content-type": "application/json" }),
      ...signed,
    },
    ...(call.body === undefined ? {} : { body: call.body }),
    effect: call.effect,
    concerns: call.concerns,
  });
  if (!sent.ok) return sent;
  const parsed = call.reply.safeParse(parseExactJson(sent.value.text));
  if (parsed.success) return succeed(parsed.data);
  const message = `${call.operation}: Vinted's reply does not have the expected shape (${describeIssues(parsed.error)})`;
  if (call.effect === "write") return fail({ kind: "outcome-unknown", scope: call.concerns ?? "item", message });
  return fail({ kind: "rejected", scope: call.concerns ?? "item", message, code: UNREADABLE });
}

/** The code of a reply that came and could not be understood. */
export const UNREADABLE = "unreadable-reply";

const ISSUES_SHOWN_MAX = 3;

/** Paths and what was expected there, never the value: it may be a buyer's. */
export function describeIssues(error: z.ZodError): string {
  const shown = error.issues.slice(0, ISSUES_SHOWN_MAX).map((issue) => {
    const path = issue.path.map(String).join(".") || "the reply";
    // Our own words, which hold no value.
    if (issue.code === "custom") return `${path}: ${issue.message}`;
    return issue.code === "invalid_type" ? `${path}: expected ${issue.expected}` : `${path}: ${issue.code}`;
  });
  const more = error.issues.length - shown.length;
  return shown.join("; ") + (more > 0 ? `; and ${more} more` : "");
}

/** 400 is {field, message}; 401 and some others are {error}; 403, 404 and 500 have no body. */
const errorBodySchema = z.object({
  error: z.string().optional().catch(undefined),
  field: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
});

/** The spec's codes of a 401, each with what to do. */
const UNAUTHORIZED: Readonly<Record<string, string>> = {
  INVALID_ACCESS_KEY: "Vinted does not know this access key. Make a new token in the Vinted Pro portal and reconnect",
  INVALID_HMAC_SIGNATURE:
    "Vinted does not accept the signature. Make a new token in the Vinted Pro portal and reconnect; if that does not help, check this server's clock",
  REAUTHORISATION_REQUIRED:
    "Vinted wants you to sign in again. Log out of the Vinted Pro portal, log in there once more, then reconnect with the same token",
};

/** The one place where a Vinted reply that is not 2xx becomes a Failure. */
export function vintedFailure(
  reply: RemoteReply,
  call: Pick<RemoteCall, "operation" | "effect" | "concerns">,
): Failure {
  const parsed = errorBodySchema.safeParse(parseExactJson(reply.text));
  const { error, field, message: words } = parsed.success ? parsed.data : {};
  const said = explain(reply.status, [error, field, words]);
  const message = `${call.operation}: ${said}`;
  const scope = call.concerns ?? "item";

  if (reply.status === 429)
    return { kind: "throttled", scope: "account", retryAfterMs: retryAfterMs(reply.headers), message };
  if (reply.status >= 500) {
    return call.effect === "write"
      ? { kind: "outcome-unknown", scope, message }
      : { kind: "unavailable", scope: call.concerns ?? "account", message };
  }
  if (reply.status === 401) {
    const todo = ownValue(UNAUTHORIZED, error ?? "");
    return { kind: "unauthorized", scope: "account", message: todo === undefined ? message : `${todo} (${message})` };
  }
  // The spec has a 403 for reading one order, and for nothing else: there it says nothing of the token.
  if (reply.status === 403 && call.operation === READ_ORDER) {
    return {
      kind: "rejected",
      scope,
      message: `Vinted does not let this token read the order (${message})`,
      code: FORBIDDEN,
    };
  }
  if (reply.status === 403) return { kind: "unauthorized", scope: "account", message };
  if (reply.status === 404) return { kind: "rejected", scope, message, code: NOT_FOUND };
  return { kind: "rejected", scope, message, code: error ?? `http-${reply.status}` };
}

/** The operation that reads one order. */
export const READ_ORDER = "getOrder";
const NOT_FOUND = "not-found";
const FORBIDDEN = "forbidden";

export function isMissing(failure: Failure): boolean {
  return failure.kind === "rejected" && failure.code === NOT_FOUND;
}

/** Null when Vinted does not say: its limits are not published. */
function retryAfterMs(headers: Headers): number | null {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds * 1000) : null;
}

const WORDS_MAX = 300;

function explain(status: number, parts: readonly (string | undefined)[]): string {
  const said = parts.filter((one) => one !== undefined && one !== "").join(": ");
  return `Vinted answered ${status}${said === "" ? "" : `, ${cutText(scrub(said), WORDS_MAX)}`}`;
}

/** Signatures and e-mail addresses must not reach a log through a repeated input. */
function scrub(words: string): string {
  return words.replace(/\b[0-9a-f]{64}\b/gi, "(signature)").replace(/\S+@\S+\.\S+/g, "(e-mail)");
}
