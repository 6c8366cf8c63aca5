/**
 * The offline access token of a shop, refreshed in time. Refresh tokens rotate and the replaced one gets a final 401, so
 * one worker at a time refreshes a shop's, and the new pair is stored before it is used.
 */
import { Session } from "@shopify/shopify-api";
import type { SessionStorage } from "@shopify/shopify-app-session-storage";
import { z } from "zod";
import { type Failure, fail, type Result, succeed } from "#connectors/contract/failures.ts";
import { lifeSeconds } from "#connectors/contract/storable.ts";
import { addMs, type Clock } from "../clock.ts";
import type { Db } from "../db.server.ts";
import { acquireLease, releaseLease } from "../leases/leases.ts";
import { isGood } from "../token-life.ts";

const LEASE_MS = 30_000;
const LEASE_WAIT_MS = 250;
const TIMEOUT_MS = 10_000;

export interface AccessSettings {
  db: Db;
  clock: Clock;
  fetch: typeof fetch;
  storage: SessionStorage;
  /** Origin of a shop's Admin: https://{shop}, or wherever the settings say. */
  adminOrigin(shopDomain: string): string;
  apiKey: string;
  apiSecret: string;
  workerId: string;
}

/** What Shopify leaves out, or says in a way that can't be read, costs itself alone: by then the old tokens are spent. */
const seconds = z.coerce.number().pipe(lifeSeconds).nullish().catch(null);
const refreshReply = z.object({
  access_token: z.string().min(1).nullish().catch(null),
  scope: z.string().nullish().catch(null),
  expires_in: seconds,
  refresh_token: z.string().min(1).nullish().catch(null),
  refresh_token_expires_in: seconds,
});
/** Long enough not to refresh at once again, short enough to be valid most likely. */
const UNSAID_LIFETIME_S = 15 * 60;
const UNSAID_REFRESH_LIFETIME_S = 24 * 60 * 60;

/**
 * Gives a valid token, or `unauthorized` when the merchant must open the app again. `refused`: one that Shopify has just
 * refused, so that a newer one is looked for.
 */
export type TokenSource = (shopDomain: string, refused?: string) => Promise<Result<string>>;

export function createTokenSource(settings: AccessSettings): TokenSource {
  const { db, clock, storage } = settings;
  /** Of this process: most calls need no statement for their token. */
  const known = new Map<string, Session>();

  async function load(shopDomain: string): Promise<Session | undefined> {
    const session = await storage.loadSession(`offline_${shopDomain}`);
    if (session) known.set(shopDomain, session);
    else known.delete(shopDomain);
    return session;
  }

  function valid(session: Session): boolean {
    return isGood(session.expires, clock.now());
  }

  async function refresh(session: Session): Promise<Result<string>> {
    const call = `${settings.adminOrigin(session.shop)}/admin/oauth/access_token`;
    let status: number;
    let text: string;
    try {
      const response = await settings.fetch(call, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify({
          client_id: settings.apiKey,
          client_secret: settings.apiSecret,
          refresh_token: session.refreshToken,
          grant_type: "refresh_token",
        }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      status = response.status;
      text = await response.text();
    } catch (error) {
      return fail(
        unavailable(`Shopify's token refresh gave no reply (${error instanceof Error ? error.name : "error"})`),
      );
    }
    if (status === 400 || status === 401) return fail(reopen(session.shop));
    if (status !== 200) return fail(unavailable(`Shopify's token refresh answered ${status}`));
    const parsed = refreshReply.safeParse(safeJson(text));
    const reply = parsed.success ? parsed.data : null;
    if (!reply?.access_token && !reply?.refresh_token)
      return fail(unavailable("Shopify's token refresh gave a reply that can't be read"));
    const lifetimeS = reply.expires_in ?? UNSAID_LIFETIME_S;
    const refreshLifetimeS = reply.refresh_token_expires_in ?? UNSAID_REFRESH_LIFETIME_S;
    const held = session.toObject();
    const next = new Session({
      ...held,
      ...(reply.access_token && { accessToken: reply.access_token, expires: addMs(clock.now(), lifetimeS * 1_000) }),
      ...(reply.scope && { scope: reply.scope }),
      ...(reply.refresh_token && {
        refreshToken: reply.refresh_token,
        refreshTokenExpires: addMs(clock.now(), refreshLifetimeS * 1_000),
      }),
    });
    await storage.storeSession(next);
    if (!reply.access_token) return fail(unavailable("Shopify's token refresh gave no access token"));
    return succeed(reply.access_token);
  }

  return async (shopDomain, refused) => {
    const before = known.get(shopDomain);
    if (before?.accessToken && before.accessToken !== refused && valid(before)) return succeed(before.accessToken);
    for (;;) {
      const session = await load(shopDomain);
      if (!session?.accessToken || session.accessToken === refused) return fail(reopen(shopDomain));
      if (valid(session)) return succeed(session.accessToken);
      if (!session.refreshToken) return fail(reopen(shopDomain));
      const lease = await acquireLease(db, {
        name: `shopify-token:${shopDomain}`,
        holder: settings.workerId,
        now: clock.now(),
        ttlMs: LEASE_MS,
      });
      if (!lease) {
        await clock.sleep(LEASE_WAIT_MS);
        continue;
      }
      try {
        // Another worker may have refreshed while we waited for the lease.
        const current = await load(shopDomain);
        if (current?.accessToken && valid(current)) return succeed(current.accessToken);
        // Whoever stood still may find that another has used the same refresh token meanwhile: it looks again.
        if (clock.now() > addMs(lease.until, -TIMEOUT_MS)) continue;
        return await refresh(current ?? session);
      } finally {
        await releaseLease(db, lease);
      }
    }
  };
}

function reopen(shopDomain: string): Failure {
  return {
    kind: "unauthorized",
    scope: "shop",
    message: `Shopify no longer accepts our access to ${shopDomain}; open Lockstep in the Shopify admin once to renew it`,
  };
}

function unavailable(message: string): Failure {
  return { kind: "unavailable", scope: "shop", message };
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
