/** What stands before every API: faults, tokens and scopes, daily budgets. */
import type { Context, Hono } from "hono";
import type { z } from "zod";
import type { Clock } from "#app/clock.ts";
import type { Faults, Operations } from "#test/emulators/kit.ts";
import { ebayDay } from "./ebay-day.ts";
import { errorReply, gatewayErrors } from "./errors.ts";
import { liveAccessToken } from "./oauth.ts";
import type { ApiName } from "./settings.ts";
import type { AccessToken, EbayState } from "./state.ts";

export interface OperationRule {
  /** operationId of the spec; faults and call records go by it. */
  name: string | Operations;
  api: ApiName;
  /** One of these must have been granted. */
  scopes: readonly string[];
  /** Some calls take application tokens (client credentials) only. Default: both kinds. */
  token?: "user" | "application";
  /** Where the token is. Post-Order and Trading have headers of their own. */
  tokenFrom?: (c: Context) => string | null;
}

export type Handler = (c: Context, token: AccessToken) => Response | Promise<Response>;

export interface Gateway {
  route(method: "GET" | "POST" | "PUT" | "DELETE", path: string, rule: OperationRule, handle: Handler): void;
}

export function createGateway(app: Hono, state: EbayState, faults: Faults, clock: Clock): Gateway {
  return {
    route(method, path, rule, handle) {
      app.on(method, path, faults.around(rule.name), async (c) => {
        const sent = (rule.tokenFrom ?? bearer)(c);
        if (sent === null) return errorReply(c, 401, gatewayErrors.missingToken);
        const token = liveAccessToken(state, sent, clock.now());
        if (!token) return errorReply(c, 401, gatewayErrors.invalidToken);
        const granted = rule.scopes.some((one) => token.scopes.includes(one));
        if (!granted || (rule.token && rule.token !== token.kind))
          return errorReply(c, 403, gatewayErrors.accessDenied);
        if (!spend(state, rule.api, clock.now())) return errorReply(c, 429, gatewayErrors.tooManyRequests);
        return handle(c, token);
      });
    },
  };
}

function bearer(c: Context): string | null {
  return /^Bearer (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? null;
}

export function budgetOf(state: EbayState, api: ApiName): number {
  return state.settings.budgets[api] ?? state.settings.defaultBudget;
}

/** Calls made today; the count starts anew at midnight Pacific. */
export function spentToday(state: EbayState, api: ApiName, now: Date): number {
  const used = state.usage.get(api);
  return used?.day === ebayDay(now) ? used.count : 0;
}

/** Takes one call off the day's budget; false when there is none left. */
function spend(state: EbayState, api: ApiName, now: Date): boolean {
  const count = spentToday(state, api, now);
  if (count >= budgetOf(state, api)) return false;
  state.usage.set(api, { day: ebayDay(now), count: count + 1 });
  return true;
}

/** The body by `schema`, or eBay's general 400. Unknown fields are dropped, as eBay does; the judge notices them. */
export async function readBody<T>(
  c: Context,
  schema: z.ZodType<T>,
): Promise<{ ok: true; value: T } | { ok: false; reply: Response }> {
  const text = await c.req.text();
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return { ok: true, value: parsed.data };
  const where = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
  const error = { ...gatewayErrors.invalidRequest, parameters: [{ name: "reason", value: where }] };
  return { ok: false, reply: errorReply(c, 400, error) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The origin as the caller knows us: eBay puts absolute addresses into some replies. */
export function originOf(c: Context): string {
  return new URL(c.req.url).origin;
}

/** A number in a query; null when it is not a whole one. */
export function wholeNumber(text: string | undefined, whenAbsent: number): number | null {
  if (text === undefined) return whenAbsent;
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}
