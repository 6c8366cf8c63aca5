/** Codes and tokens. Pure over the state. Access tokens live 2 h, refresh tokens 18 months and do not rotate. */
import { createHash } from "node:crypto";
import { addMs } from "#app/clock.ts";
import { type AccessToken, type EbayState, nextNumber } from "./state.ts";

/** eBay sends `expires_in=299` along with the code. */
export const CODE_LIFE_MS = 299_000;

export const BASE_SCOPE = "https://api.ebay.com/oauth/api_scope";

/** Scopes by their short names, as the specs' security sections list them. */
export function scope(name: string): string {
  return `${BASE_SCOPE}/${name}`;
}

export const KNOWN_SCOPES: readonly string[] = [
  BASE_SCOPE,
  ...[
    "sell.inventory",
    "sell.inventory.readonly",
    "sell.fulfillment",
    "sell.fulfillment.readonly",
    "sell.finances",
    "sell.account",
    "sell.account.readonly",
    "commerce.identity.readonly",
    "commerce.identity.name.readonly",
    "commerce.identity.address.readonly",
    "commerce.identity.email.readonly",
    "commerce.identity.phone.readonly",
    "commerce.notification.subscription",
    "commerce.notification.subscription.readonly",
  ].map(scope),
];

/** Shaped like eBay's: with characters that break a careless URL or header. */
function secret(state: EbayState, kind: string): string {
  const text = `${state.ids.seed}:${kind}:${nextNumber(state, kind)}`;
  return `v^1.1#i^1#p^3#f^0#t^${createHash("sha256").update(text).digest("base64")}`;
}

export function issueCode(state: EbayState, scopes: string[], now: Date): string {
  const code = secret(state, "code");
  state.codes.set(code, { code, scopes, expiresAt: addMs(now, CODE_LIFE_MS).toISOString(), used: false });
  return code;
}

/** The scopes of a code that may still be redeemed; it may be once. */
export function redeemCode(state: EbayState, code: string, now: Date): string[] | null {
  const found = state.codes.get(code);
  if (!found || found.used || found.expiresAt <= now.toISOString()) return null;
  found.used = true;
  return found.scopes;
}

export function issueAccessToken(
  state: EbayState,
  kind: AccessToken["kind"],
  scopes: string[],
  now: Date,
): AccessToken {
  const expiresAt = addMs(now, state.settings.accessTokenLifeMs).toISOString();
  const token: AccessToken = { token: secret(state, "access"), kind, scopes, expiresAt };
  state.accessTokens.set(token.token, token);
  return token;
}

export function issueRefreshToken(state: EbayState, scopes: string[], now: Date): string {
  const token = secret(state, "refresh");
  const expiresAt = addMs(now, state.settings.refreshTokenLifeMs).toISOString();
  state.refreshTokens.set(token, { token, scopes, expiresAt });
  return token;
}

/** The scopes a refresh token was granted, or null when it is unknown, revoked or expired. */
export function refreshScopes(state: EbayState, token: string, now: Date): string[] | null {
  const found = state.refreshTokens.get(token);
  return found && found.expiresAt > now.toISOString() ? found.scopes : null;
}

export function liveAccessToken(state: EbayState, token: string, now: Date): AccessToken | null {
  const found = state.accessTokens.get(token);
  return found && found.expiresAt > now.toISOString() ? found : null;
}

/** All access tokens end now, as if two hours had passed; refresh tokens too when `refresh`. */
export function expireTokens(state: EbayState, refresh: boolean, now: Date): void {
  for (const token of state.accessTokens.values()) token.expiresAt = now.toISOString();
  if (refresh) for (const token of state.refreshTokens.values()) token.expiresAt = now.toISOString();
}
