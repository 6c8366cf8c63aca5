/** What stands before every call: faults, keys and tokens with their scopes, and the limits per second. */
import type { Context, Hono } from "hono";
import type { z } from "zod";
import type { Clock } from "#app/clock.ts";
import type { Faults } from "#test/emulators/kit.ts";
import { errorReply, faultReply } from "./errors.ts";
import type { DepopState } from "./state.ts";

export interface OperationRule {
  /** operationId of the spec; faults and call records go by it. */
  name: string;
  scope: string;
  /** Creating and updating have a bucket of their own. */
  bucket?: "updates";
}

/** What the caller may do. An API key "has access to all scopes". */
export interface Caller {
  may(scope: string): boolean;
}

export interface Gateway {
  route(
    method: "GET" | "POST" | "PUT" | "PATCH",
    path: string,
    rule: OperationRule,
    handle: (c: Context, caller: Caller) => Response | Promise<Response>,
  ): void;
}

const SECOND_MS = 1_000;

export function createGateway(app: Hono, state: DepopState, faults: Faults, clock: Clock): Gateway {
  function callerOf(c: Context): { token: string; caller: Caller } | null {
    const token = /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    if (token === undefined) return null;
    if (state.apiKeys.has(token)) return { token, caller: { may: () => true } };
    const found = state.accessTokens.get(token);
    if (!found || found.expiresAt <= clock.now().toISOString()) return null;
    return { token, caller: { may: (scope) => found.scopes.includes(scope) } };
  }

  /** At most so many in any second. */
  function spend(token: string, bucket: "updates" | "other"): boolean {
    const max = bucket === "updates" ? state.settings.updatesPerSecondMax : state.settings.callsPerSecondMax;
    if (max === null) return true;
    const nowMs = clock.now().getTime();
    const key = `${bucket}:${token}`;
    const recent = (state.calls.get(key) ?? []).filter((at) => at > nowMs - SECOND_MS);
    state.calls.set(key, recent);
    if (recent.length >= max) return false;
    recent.push(nowMs);
    return true;
  }

  return {
    route(method, path, rule, handle) {
      app.on(method, path, faults.around(rule.name), async (c) => {
        const known = callerOf(c);
        if (!known) return errorReply(c, 401, "unauthorized", "invalid api key");
        // Before all else, so that a flood of bad calls is a flood too. No header tells how long to wait.
        if (!spend(known.token, rule.bucket ?? "other")) return faultReply(c, 429);
        if (!known.caller.may(rule.scope)) {
          return errorReply(c, 403, "insufficient_scope", `Required scope: ${rule.scope}`);
        }
        return handle(c, known.caller);
      });
    },
  };
}

/** The body by `schema`, or Depop's 422. Unknown fields are dropped here; the judge notices them. */
export async function readBody<T>(
  c: Context,
  schema: z.ZodType<T>,
): Promise<{ ok: true; value: T } | { ok: false; reply: Response }> {
  const parsed = schema.safeParse(parseJson(await c.req.text()));
  if (parsed.success) return { ok: true, value: parsed.data };
  const where = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
  return { ok: false, reply: errorReply(c, 400, "bad-request", `invalid request: ${where}`) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
