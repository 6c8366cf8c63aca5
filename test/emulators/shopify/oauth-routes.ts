/** POST /admin/oauth/access_token: token exchange and refresh, in the shapes of @shopify/shopify-api 15 (lib/auth/oauth). */
import type { Context, Hono } from "hono";
import { z } from "zod";
import type { Faults } from "../kit.ts";
import type { AccessToken, AccessTokens } from "./access-tokens.ts";
import { ADMIN_USER } from "./admin-user.ts";
import { verifySessionToken } from "./session-tokens.ts";
import { storeByDomain, type World } from "./world.ts";

const OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token";
const ONLINE = "urn:shopify:params:oauth:token-type:online-access-token";

const clientSchema = z.object({ client_id: z.string(), client_secret: z.string() });
const exchangeSchema = z.object({
  grant_type: z.literal("urn:ietf:params:oauth:grant-type:token-exchange"),
  subject_token: z.string(),
  subject_token_type: z.literal("urn:ietf:params:oauth:token-type:id_token"),
  requested_token_type: z.enum([OFFLINE, ONLINE]),
  expiring: z.union([z.string(), z.number()]).optional(),
});
const refreshSchema = z.object({ grant_type: z.literal("refresh_token"), refresh_token: z.string() });

export function mountOAuth(
  app: Hono,
  context: { world: World; tokens: AccessTokens; faults: Faults; apiKey: string; apiSecret: string },
): void {
  const { world, tokens, apiKey, apiSecret } = context;
  const refuse = (c: Context, status: 400 | 401, error: string, description: string): Response =>
    c.json({ error, error_description: description }, status);

  app.post("/admin/oauth/access_token", context.faults.around(GRANTS), async (c) => {
    const body = await readBody(c);
    const client = clientSchema.safeParse(body);
    if (!client.success || client.data.client_id !== apiKey || client.data.client_secret !== apiSecret) {
      return refuse(c, 400, "invalid_client", "The client id or secret is wrong.");
    }
    const refresh = refreshSchema.safeParse(body);
    if (refresh.success) {
      const outcome = tokens.refresh(refresh.data.refresh_token);
      if (!outcome.ok) return refuse(c, 401, "invalid_grant", outcome.reason);
      return c.json(offlineReply(world, outcome.token));
    }
    const exchange = exchangeSchema.safeParse(body);
    if (!exchange.success) return refuse(c, 400, "invalid_request", z.prettifyError(exchange.error));

    const verdict = verifySessionToken(exchange.data.subject_token, {
      apiKey,
      secret: apiSecret,
      now: world.clock.now(),
    });
    if (!verdict.ok) return refuse(c, 400, "invalid_subject_token", verdict.reason);
    const store = storeByDomain(world, verdict.shop);
    if (!store?.installation)
      return refuse(c, 400, "invalid_subject_token", `${verdict.shop} has not installed the app`);
    const { scopes } = store.installation;
    if (exchange.data.requested_token_type === ONLINE) {
      const token = tokens.issueOnline(store.domain, scopes);
      return c.json({
        access_token: token.token,
        scope: scopes,
        expires_in: secondsUntil(world, token.expiresAt),
        associated_user_scope: scopes,
        associated_user: ADMIN_USER,
      });
    }
    // Mandatory for public apps made since 2026-04-01 (facts/shopify.md): a token without an end is not to be had.
    if (String(exchange.data.expiring ?? "0") !== "1") {
      return refuse(c, 400, "invalid_request", "offline access tokens must be requested with expiring=1");
    }
    return c.json(offlineReply(world, tokens.issueOffline(store.domain, scopes)));
  });
}

function offlineReply(world: World, token: AccessToken): object {
  return {
    access_token: token.token,
    scope: token.scopes,
    expires_in: secondsUntil(world, token.expiresAt),
    refresh_token: token.refreshToken,
    refresh_token_expires_in: token.refreshExpiresAt ? secondsUntil(world, token.refreshExpiresAt) : 0,
  };
}

function secondsUntil(world: World, time: Date): number {
  return Math.floor((time.getTime() - world.clock.now().getTime()) / 1000);
}

/** Operation name for faults: "tokenExchange" or "tokenRefresh". */
async function grantName(c: Context): Promise<string> {
  const body = await readBody(c);
  return body.grant_type === "refresh_token" ? "tokenRefresh" : "tokenExchange";
}

const GRANTS = { names: ["tokenRefresh", "tokenExchange"], of: grantName };

async function readBody(c: Context): Promise<Record<string, unknown>> {
  try {
    const isForm = c.req.header("content-type")?.includes("application/x-www-form-urlencoded") ?? false;
    if (isForm) return Object.fromEntries(new URLSearchParams(await c.req.text()));
    return z.record(z.string(), z.unknown()).parse(await c.req.json());
  } catch {
    return {};
  }
}
