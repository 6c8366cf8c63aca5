/**
 * The tokens the app holds. Offline tokens expire after an hour; their refresh token lives 90 days and ROTATES: the
 * replaced one is refused for good (facts/shopify.md), which is what two unserialised refreshes run into.
 */
import type { Clock } from "#app/clock.ts";
import type { EmulatorSettings } from "./emulator-settings.ts";
import type { SeededRandom } from "./seeded-random.ts";

export interface AccessToken {
  token: string;
  shop: string;
  kind: "offline" | "online";
  scopes: string;
  expiresAt: Date;
  refreshToken: string | null;
  refreshExpiresAt: Date | null;
  refreshState: "fresh" | "replaced" | "none";
  revoked: boolean;
}

export interface AccessTokens {
  readonly all: readonly AccessToken[];
  issueOffline(shop: string, scopes: string): AccessToken;
  issueOnline(shop: string, scopes: string): AccessToken;
  refresh(refreshToken: string): { ok: true; token: AccessToken } | { ok: false; reason: string };
  /** The shop a live token opens; null when it is unknown, expired or revoked. */
  shopOf(token: string): string | null;
  /** Uninstalling revokes everything. */
  revokeAll(shop: string): void;
  /** Test control: lets the access tokens of a shop expire now; their refresh tokens too if asked. */
  expireNow(shop: string, alsoRefresh: boolean): void;
}

const ONLINE_TOKEN_MS = 86_399_000;
const TOKENS_KEPT_MAX = 2_000;

export function createAccessTokens(clock: Clock, random: SeededRandom, settings: EmulatorSettings): AccessTokens {
  const all: AccessToken[] = [];

  function keep(token: AccessToken): AccessToken {
    all.push(token);
    if (all.length > TOKENS_KEPT_MAX) all.shift();
    return token;
  }
  const after = (ms: number): Date => new Date(clock.now().getTime() + ms);

  function issueOffline(shop: string, scopes: string): AccessToken {
    return keep({
      token: `shpat_${random.hex(32)}`,
      shop,
      kind: "offline",
      scopes,
      expiresAt: after(settings.accessTokenMs),
      refreshToken: `shprt_${random.hex(32)}`,
      refreshExpiresAt: after(settings.refreshTokenMs),
      refreshState: "fresh",
      revoked: false,
    });
  }

  return {
    all,
    issueOffline,
    issueOnline: (shop, scopes) =>
      keep({
        token: `shpua_${random.hex(32)}`,
        shop,
        kind: "online",
        scopes,
        expiresAt: after(ONLINE_TOKEN_MS),
        refreshToken: null,
        refreshExpiresAt: null,
        refreshState: "none",
        revoked: false,
      }),
    refresh(refreshToken) {
      const held = all.find((one) => one.refreshToken === refreshToken);
      if (!held) return { ok: false, reason: "unknown refresh token" };
      if (held.revoked) return { ok: false, reason: "the app was uninstalled" };
      if (held.refreshState === "replaced") return { ok: false, reason: "this refresh token was replaced" };
      if (held.refreshExpiresAt && held.refreshExpiresAt <= clock.now()) {
        return { ok: false, reason: "this refresh token has expired" };
      }
      held.refreshState = "replaced";
      return { ok: true, token: issueOffline(held.shop, held.scopes) };
    },
    shopOf(token) {
      const held = all.find((one) => one.token === token);
      if (!held || held.revoked || held.expiresAt <= clock.now()) return null;
      return held.shop;
    },
    revokeAll(shop) {
      for (const one of all) if (one.shop === shop) one.revoked = true;
    },
    expireNow(shop, alsoRefresh) {
      for (const one of all) {
        if (one.shop !== shop) continue;
        one.expiresAt = clock.now();
        if (alsoRefresh) one.refreshExpiresAt = clock.now();
      }
    },
  };
}
