/** Codes and tokens. Pure over the state. Access tokens live an hour; refresh tokens a year, and do not rotate. */
import { addMs } from "#app/clock.ts";
import { type AccessToken, type AmazonState, noise } from "./state.ts";

/** "The code is valid for five minutes." */
const CODE_LIFE_MS = 5 * 60 * 1_000;

export function issueCode(state: AmazonState, now: Date): string {
  const code = `RH${noise(state, "code").slice(0, 18)}`;
  state.codes.set(code, { code, expiresAt: addMs(now, CODE_LIFE_MS).toISOString(), used: false });
  return code;
}

/** True once, while it lives. */
export function redeemCode(state: AmazonState, code: string, now: Date): boolean {
  const found = state.codes.get(code);
  if (!found || found.used || found.expiresAt <= now.toISOString()) return false;
  found.used = true;
  return true;
}

export function issueAccessToken(state: AmazonState, kind: AccessToken["kind"], now: Date): string {
  const token = `Atza|${noise(state, "access")}`;
  const expiresAt = addMs(now, state.settings.accessTokenLifeMs).toISOString();
  state.accessTokens.set(token, { token, kind, expiresAt });
  return token;
}

export function issueRefreshToken(state: AmazonState, now: Date): string {
  const token = `Atzr|${noise(state, "refresh")}`;
  const expiresAt = addMs(now, state.settings.refreshTokenLifeMs).toISOString();
  state.refreshTokens.set(token, { token, expiresAt });
  return token;
}

export function liveRefreshToken(state: AmazonState, token: string, now: Date): boolean {
  const found = state.refreshTokens.get(token);
  return found !== undefined && found.expiresAt > now.toISOString();
}

export function liveAccessToken(state: AmazonState, token: string, now: Date): AccessToken | null {
  const found = state.accessTokens.get(token);
  return found && found.expiresAt > now.toISOString() ? found : null;
}

/** All access tokens end now, as if an hour had passed; refresh tokens too when `refresh`. */
export function expireTokens(state: AmazonState, refresh: boolean, now: Date): void {
  for (const token of state.accessTokens.values()) token.expiresAt = now.toISOString();
  if (refresh) for (const token of state.refreshTokens.values()) token.expiresAt = now.toISOString();
}
