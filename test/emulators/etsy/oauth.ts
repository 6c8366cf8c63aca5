/** Codes and tokens with PKCE. An access token lives an hour; each refresh spends its refresh token and gives another. */
import { createHash } from "node:crypto";
import { addMs } from "#app/clock.ts";
import { type EtsyState, nextSecret } from "./state.ts";

export const CODE_LIFE_MS = 5 * 60 * 1_000;

/** The scopes of the spec's security scheme. */
export const KNOWN_SCOPES: readonly string[] = [
  ...["address_r", "address_w", "email_r", "listings_d", "listings_r", "listings_w"],
  ...["profile_r", "profile_w", "shops_r", "shops_w", "transactions_r", "transactions_w"],
];

export interface Grant {
  accessToken: string;
  refreshToken: string;
}

export function issueCode(
  state: EtsyState,
  asked: { scopes: string[]; challenge: string; redirectUri: string },
  now: Date,
): string {
  const code = nextSecret(state, "code");
  state.codes.set(code, { ...asked, code, expiresAt: addMs(now, CODE_LIFE_MS).toISOString(), isUsed: false });
  return code;
}

/** The scopes of the code, or what is wrong. It may be redeemed once, by whoever knows the verifier. */
export function redeemCode(
  state: EtsyState,
  sent: { code: string; verifier: string; redirectUri: string },
  now: Date,
): string[] | string {
  const found = state.codes.get(sent.code);
  if (!found || found.isUsed || found.expiresAt <= now.toISOString()) return "code is invalid";
  if (found.redirectUri !== sent.redirectUri) return "redirect_uri does not match";
  if (createHash("sha256").update(sent.verifier).digest("base64url") !== found.challenge)
    return "code_verifier is invalid";
  found.isUsed = true;
  return found.scopes;
}

/** "The numeric portion before the period is the user id", in both tokens. */
export function issueTokens(state: EtsyState, scopes: string[], now: Date): Grant {
  const accessToken = `${state.seller.userId}.${nextSecret(state, "access")}`;
  const refreshToken = `${state.seller.userId}.${nextSecret(state, "refresh")}`;
  const { accessTokenLifeMs, refreshTokenLifeMs } = state.settings;
  state.accessTokens.set(accessToken, {
    token: accessToken,
    scopes,
    expiresAt: addMs(now, accessTokenLifeMs).toISOString(),
  });
  state.refreshTokens.set(refreshToken, {
    token: refreshToken,
    scopes,
    expiresAt: addMs(now, refreshTokenLifeMs).toISOString(),
    isSpent: false,
  });
  return { accessToken, refreshToken };
}

/** The scopes, or null when it is unknown, expired, revoked or was used before. */
export function spendRefreshToken(state: EtsyState, token: string, now: Date): string[] | null {
  const found = state.refreshTokens.get(token);
  if (!found || found.isSpent || found.expiresAt <= now.toISOString()) return null;
  found.isSpent = true;
  return found.scopes;
}

/** All access tokens end now; with `refresh`, the merchant must connect anew. */
export function expireTokens(state: EtsyState, refresh: boolean, now: Date): void {
  for (const token of state.accessTokens.values()) token.expiresAt = now.toISOString();
  if (refresh) for (const token of state.refreshTokens.values()) token.expiresAt = now.toISOString();
}
