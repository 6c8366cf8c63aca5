/** What stands before every operation: faults, the app's key, call limits, tokens and scopes. */
import type { Context, Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Clock } from "#app/clock.ts";
import type { Faults } from "#test/emulators/kit.ts";
import type { EtsyState } from "./state.ts";

/** ErrorSchema of the spec. */
export function failed(c: Context, status: number, error: string): Response {
  return c.json({ error }, status as ContentfulStatusCode);
}

const WORDS: Record<number, string> = {
  401: "invalid_token",
  403: "insufficient_scope",
  409: "The resource is being changed by another request",
  429: "Exceeded rate limit",
  500: "Server Error",
  503: "Service Unavailable",
};

/** A fault on request, in Etsy's words. */
export function faultReply(c: Context, status: number): Response {
  return failed(c, status, WORDS[status] ?? "An error occurred");
}

export type Handler = (c: Context) => Response | Promise<Response>;

export interface Gateway {
  /** `scope` null: a public operation, for which the app's key is enough. */
  route(
    method: "GET" | "POST" | "PUT" | "PATCH",
    path: string,
    name: string,
    scope: string | null,
    handle: Handler,
  ): void;
}

const SECOND_MS = 1_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

export function createGateway(app: Hono, state: EtsyState, faults: Faults, clock: Clock): Gateway {
  return {
    route(method, path, name, scope, handle) {
      app.on(method, path, faults.around(name), async (c) => {
        const refused = admit(c, state, scope, clock.now());
        const reply = refused ?? (await handle(c));
        for (const [header, value] of Object.entries(usage(state, clock.now()))) reply.headers.set(header, value);
        return reply;
      });
    },
  };
}

function admit(c: Context, state: EtsyState, scope: string | null, now: Date): Response | null {
  const { keystring, sharedSecret } = state.application;
  if (c.req.header("x-api-key") !== `${keystring}:${sharedSecret}`) {
    return failed(c, 403, "Invalid API key: should be in the format 'keystring:shared_secret'.");
  }
  const waitS = spend(state, now);
  if (waitS !== null) {
    const reply = failed(c, 429, "Exceeded rate limit");
    reply.headers.set("retry-after", String(waitS));
    return reply;
  }
  if (scope === null) return null;
  const sent = /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  const token = state.accessTokens.get(sent ?? "");
  if (!token || token.expiresAt <= now.toISOString()) return failed(c, 401, "invalid_token");
  return token.scopes.includes(scope) ? null : failed(c, 403, "insufficient_scope");
}

function callsSince(state: EtsyState, fromMs: number): number[] {
  return state.calls.filter((at) => at > fromMs);
}

/** Null when the call may go through, else the seconds to wait. Both windows slide; all merchants of the app share them. */
function spend(state: EtsyState, now: Date): number | null {
  const nowMs = now.getTime();
  state.calls = callsSince(state, nowMs - DAY_MS);
  const { callsPerDayMax, callsPerSecondMax } = state.settings;
  if (state.calls.length >= callsPerDayMax) {
    return Math.max(1, Math.ceil(((state.calls[0] ?? nowMs) + DAY_MS - nowMs) / 1000));
  }
  if (callsSince(state, nowMs - SECOND_MS).length >= callsPerSecondMax) return 1;
  state.calls.push(nowMs);
  return null;
}

function usage(state: EtsyState, now: Date): Record<string, string> {
  const { callsPerDayMax, callsPerSecondMax } = state.settings;
  const inSecond = callsSince(state, now.getTime() - SECOND_MS).length;
  return {
    "x-limit-per-second": String(callsPerSecondMax),
    "x-remaining-this-second": String(Math.max(0, callsPerSecondMax - inSecond)),
    "x-limit-per-day": String(callsPerDayMax),
    "x-remaining-today": String(Math.max(0, callsPerDayMax - state.calls.length)),
  };
}
