/** What stands before every operation: faults, tokens, and a bucket of calls with the published rate and burst. */
import type { Context, Hono } from "hono";
import type { z } from "zod";
import type { Clock } from "#app/clock.ts";
import type { Faults } from "#test/emulators/kit.ts";
import { errorReply, gatewayErrors, invalidInput } from "./errors.ts";
import { liveAccessToken } from "./oauth.ts";
import { settle } from "./settling.ts";
import type { AmazonState } from "./state.ts";

/** Calls a second and burst, from the models' usage plans. */
const USAGE_PLANS: Readonly<Record<string, readonly [rate: number, burst: number]>> = {
  patchListingsItem: [5, 5],
  getListingsItem: [5, 10],
  searchListingsItems: [5, 5],
  searchOrders: [0.0056, 20],
  getOrder: [0.5, 30],
  confirmShipment: [2, 10],
  createFeedDocument: [0.5, 15],
  createFeed: [0.0083, 15],
  getFeed: [2, 15],
  getFeeds: [0.0222, 10],
  getFeedDocument: [0.0222, 10],
  cancelFeed: [2, 15],
  createReport: [0.0167, 15],
  getReport: [2, 15],
  getReports: [0.0222, 10],
  getReportDocument: [0.0167, 15],
  getMarketplaceParticipations: [0.016, 15],
  getDestinations: [1, 5],
  createDestination: [1, 5],
  getSubscription: [1, 5],
  createSubscription: [1, 5],
  deleteSubscriptionById: [1, 5],
};

export interface OperationRule {
  /** operationId of the model; faults and call records go by it. */
  name: string;
  /** Grantless operations take the application's own token, all others the seller's. */
  token?: "seller" | "application";
}

export type Handler = (c: Context) => Response | Promise<Response>;

export interface Gateway {
  route(method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, rule: OperationRule, handle: Handler): void;
}

export function createGateway(app: Hono, state: AmazonState, faults: Faults, clock: Clock): Gateway {
  return {
    route(method, path, rule, handle) {
      app.on(method, path, faults.around(rule.name), async (c) => {
        settle(state, clock.now());
        const sent = c.req.header("x-amz-access-token");
        if (!sent) return errorReply(c, 403, gatewayErrors.missingToken);
        const token = liveAccessToken(state, sent, clock.now());
        if (!token) return errorReply(c, 403, gatewayErrors.expiredToken);
        if (token.kind !== (rule.token ?? "seller")) return errorReply(c, 403, gatewayErrors.accessDenied);
        const spent = spend(state, rule.name, clock.now());
        if (!spent.granted) return errorReply(c, 429, gatewayErrors.quotaExceeded);
        const reply = await handle(c);
        // "When available": here with every other reply.
        if (spent.showsRate) reply.headers.set("x-amzn-ratelimit-limit", String(USAGE_PLANS[rule.name]?.[0] ?? 1));
        reply.headers.set("x-amzn-requestid", `request-${spent.count}`);
        settle(state, clock.now());
        return reply;
      });
    },
  };
}

let requests = 0;

function spend(state: AmazonState, operation: string, now: Date) {
  requests += 1;
  const [rate, burst] = USAGE_PLANS[operation] ?? [1, 5];
  const bucket = state.buckets.get(operation) ?? { left: burst, at: now.toISOString() };
  const refilled = ((now.getTime() - Date.parse(bucket.at)) / 1000) * rate;
  const left = Math.min(burst, bucket.left + refilled);
  const granted = !state.settings.rateLimits || left >= 1;
  state.buckets.set(operation, { left: granted ? left - 1 : left, at: now.toISOString() });
  return { granted, showsRate: requests % 2 === 0, count: requests };
}

/** The body by `schema`, or a 400. Unknown fields are dropped, as Amazon does; the judge notices them. */
export async function readBody<T>(
  c: Context,
  schema: z.ZodType<T>,
): Promise<{ ok: true; value: T } | { ok: false; reply: Response }> {
  const parsed = schema.safeParse(parseJson(await c.req.text()));
  if (parsed.success) return { ok: true, value: parsed.data };
  const where = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
  return { ok: false, reply: invalidInput(c, `Invalid request body. ${where}`) };
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A list in a query: "a,b" or repeated. */
export function listOf(c: Context, name: string): string[] {
  return (c.req.queries(name) ?? []).flatMap((value) => value.split(",")).filter((value) => value !== "");
}

/** The origin as the caller knows us: presigned addresses are absolute. */
export function originOf(c: Context): string {
  return new URL(c.req.url).origin;
}
