/** What stands before every call: faults, the signature, the limit per second, and work that has become due. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Context, Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { z } from "zod";
import type { Clock } from "#app/clock.ts";
import type { Faults } from "#test/emulators/kit.ts";
import { toJson } from "./exact-numbers.ts";
import { catchUp, type VintedState } from "./state.ts";

export interface Gateway {
  route(
    method: "GET" | "POST" | "DELETE",
    path: string,
    operation: string,
    handle: (c: Context, body: string) => Response | Promise<Response>,
  ): void;
}

export function reply(c: Context, status: ContentfulStatusCode, body: unknown): Response {
  return c.body(toJson(body), status, { "content-type": "application/json" });
}

export function errorReply(c: Context, status: ContentfulStatusCode, error: string): Response {
  return reply(c, status, { error });
}

const FAULTS: Readonly<Record<number, string>> = { 401: "INVALID_SIGNATURE", 429: "TOO_MANY_REQUESTS" };

/** A fault on request, in Vinted's shape. */
export function faultReply(c: Context, status: number): Response {
  return errorReply(c, status as ContentfulStatusCode, FAULTS[status] ?? "INTERNAL_ERROR");
}

export function createGateway(app: Hono, state: VintedState, faults: Faults, clock: Clock): Gateway {
  /** The rule as third parties describe it, written out apart from the connector's. */
  function isSigned(c: Context, body: string): boolean {
    const { accessKey, signingKey } = state.keys;
    if (c.req.header("x-vpi-access-key") !== accessKey) return false;
    const found = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(c.req.header("x-vpi-hmac-sha256") ?? "");
    if (!found) return false;
    const [, seconds = "", given = ""] = found;
    if (Math.abs(clock.now().getTime() - Number(seconds) * 1_000) > state.settings.timestampToleranceMs) return false;
    const { pathname, search } = new URL(c.req.url);
    const dot = state.settings.canonicalForm === "dotted" ? "." : "";
    const text = seconds + dot + c.req.method + dot + pathname + search + dot + accessKey + dot + body;
    return timingSafeEqual(createHmac("sha256", signingKey).update(text).digest(), Buffer.from(given, "hex"));
  }

  function spend(): boolean {
    const { callsPerSecondMax } = state.settings;
    if (callsPerSecondMax === null) return true;
    const nowMs = clock.now().getTime();
    state.calls = state.calls.filter((at) => at > nowMs - 1_000);
    if (state.calls.length >= callsPerSecondMax) return false;
    state.calls.push(nowMs);
    return true;
  }

  return {
    route(method, path, operation, handle) {
      app.on(method, path, faults.around(operation), async (c) => {
        catchUp(state, clock.now());
        const body = await c.req.text();
        if (!isSigned(c, body)) return errorReply(c, 401, "INVALID_SIGNATURE");
        if (!spend()) return faultReply(c, 429);
        return handle(c, body);
      });
    },
  };
}

/** The body by `schema`, or Vinted's 422. */
export function readBody<T>(
  c: Context,
  body: string,
  schema: z.ZodType<T>,
): { ok: true; value: T } | { ok: false; reply: Response } {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    value = undefined;
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, reply: errorReply(c, 422, "INVALID_BODY") };
}
