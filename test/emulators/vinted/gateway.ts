/** What stands before every call: faults, the signature, a limit per second if one is set, and work that has become due. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Context, Hono } from "hono";
import type { ContentfulStatusCode, StatusCode } from "hono/utils/http-status";
import type { z } from "zod";
import type { Clock } from "#app/clock.ts";
import type { Faults } from "#test/emulators/kit.ts";
import { toJson } from "./exact-numbers.ts";
import { catchUp, type VintedState } from "./state.ts";

export interface Gateway {
  route(
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    operation: string,
    handle: (c: Context, body: string) => Response | Promise<Response>,
  ): void;
}

export function reply(c: Context, status: ContentfulStatusCode, body: unknown): Response {
  return c.body(toJson(body), status, { "content-type": "application/json" });
}

/** 403, 404 and 500 come without a body, and so do some that went well. */
export function emptyReply(c: Context, status: StatusCode): Response {
  return c.body(null, status);
}

/** 400: one field, not a list of them. */
export function invalid(c: Context, field: string, message: string): Response {
  return reply(c, 400, { field, message });
}

export function unauthorized(
  c: Context,
  error: "INVALID_HMAC_SIGNATURE" | "INVALID_ACCESS_KEY" | "REAUTHORISATION_REQUIRED",
): Response {
  return reply(c, 401, { error });
}

/** A fault on request, in Vinted's shape. 429 is in no part of the spec. */
export function faultReply(c: Context, status: number): Response {
  return status === 401 ? unauthorized(c, "INVALID_HMAC_SIGNATURE") : emptyReply(c, status as StatusCode);
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const isUuid = (text: string): boolean => UUID.test(text);

export function createGateway(app: Hono, state: VintedState, faults: Faults, clock: Clock): Gateway {
  /** The rule as the guide and third parties describe it, written out apart from the connector's. */
  function isSigned(c: Context, body: string): boolean {
    const { accessKey, signingKey } = state.keys;
    const found = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(c.req.header("x-vpi-hmac-sha256") ?? "");
    if (!found) return false;
    const [, seconds = "", given = ""] = found;
    const { pathname, search } = new URL(c.req.url);
    const text = `${seconds}.${c.req.method}.${pathname}${search}.${accessKey}.${body}`;
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
        // The host refuses whoever shows nothing, whatever they ask for.
        if (!c.req.header("x-vpi-access-key")) return emptyReply(c, 403);
        if (c.req.header("x-vpi-access-key") !== state.keys.accessKey) return unauthorized(c, "INVALID_ACCESS_KEY");
        if (!isSigned(c, body)) return unauthorized(c, "INVALID_HMAC_SIGNATURE");
        if (state.settings.reauthorisation) return unauthorized(c, "REAUTHORISATION_REQUIRED");
        if (!spend()) return faultReply(c, 429);
        return handle(c, body);
      });
    },
  };
}

/** The body by `schema`, or Vinted's 400 with the field. */
export function readBody<T>(
  c: Context,
  body: string,
  schema: z.ZodType<T>,
): { ok: true; value: T } | { ok: false; reply: Response } {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { ok: false, reply: invalid(c, "body", "must be JSON") };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const [issue] = parsed.error.issues;
  return { ok: false, reply: invalid(c, issue?.path.map(String).join(".") || "body", issue?.message ?? "is invalid") };
}
