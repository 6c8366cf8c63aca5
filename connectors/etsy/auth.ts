/** Consent with PKCE, and tokens that rotate. */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Authorization, Credentials } from "../contract/connector.ts";
import { fail, type Result, succeed } from "../contract/failures.ts";
import { lifeSeconds } from "../contract/storable.ts";
import type { Transport } from "../transport/transport.ts";
import { apiKeyOf, callEtsy, type EtsyOrigins } from "./client.ts";

export const etsyScopes = [
  { scope: "listings_r", why: "Read your listings and how many of each are for sale." },
  { scope: "listings_w", why: "Set quantities, switch a listing off at zero and on again, and set prices if you ask." },
  { scope: "transactions_r", why: "Read your orders, so that what sells at Etsy is counted everywhere." },
  { scope: "transactions_w", why: "Tell Etsy what you shipped; Etsy then mails the buyer." },
  { scope: "shops_r", why: "Know which Etsy shop this is." },
] as const;

export interface OauthSettings {
  keystring: string;
  sharedSecret: string;
}

/** "The refresh token has a lifetime of 90 days": developers.etsy.com/documentation/essentials/authentication. */
const REFRESH_TOKEN_LIFE_MS = 90 * 24 * 60 * 60 * 1000;

interface Tokens {
  accessToken: string;
  expiresAt: string;
  refreshToken: string;
  refreshTokenExpiresAt: string;
}

/** The user's id stands before the dot of both tokens. */
const grantSchema = z.object({
  access_token: z.string().regex(/^\d+\./),
  expires_in: lifeSeconds,
  refresh_token: z.string().min(1),
});

export const selfSchema = z.object({
  user_id: z.number().int().positive(),
  shop_id: z.number().int().positive(),
});

export function etsyAuthorization(settings: OauthSettings, origins: EtsyOrigins): Authorization {
  const apiKey = apiKeyOf(settings);

  async function requestTokens(
    operation: string,
    form: Record<string, string>,
    transport: Transport,
    now: Date,
  ): Promise<Result<Tokens>> {
    const granted = await callEtsy(
      { transport, apiKey, accessToken: null },
      {
        operation,
        method: "POST",
        address: `${origins.api}/v3/public/oauth/token`,
        body: { form: { client_id: settings.keystring, ...form } },
        // It spends the code or the refresh token: without a reply nobody knows whether a new pair was made.
        effect: "write",
        reply: grantSchema,
      },
    );
    if (!granted.ok) return granted;
    const { access_token, expires_in, refresh_token } = granted.value;
    return succeed({
      accessToken: access_token,
      expiresAt: new Date(now.getTime() + expires_in * 1000).toISOString(),
      refreshToken: refresh_token,
      refreshTokenExpiresAt: new Date(now.getTime() + REFRESH_TOKEN_LIFE_MS).toISOString(),
    });
  }

  return {
    kind: "oauth",
    scopes: etsyScopes,

    consentUrl({ state, codeVerifier, redirectUri }) {
      const url = new URL(`${origins.site}/oauth/connect`);
      url.searchParams.set("response_type", "code");
      url.searchParams.set("client_id", settings.keystring);
      url.searchParams.set("redirect_uri", redirectUri);
      url.searchParams.set("scope", etsyScopes.map((one) => one.scope).join(" "));
      url.searchParams.set("state", state);
      url.searchParams.set("code_challenge", createHash("sha256").update(codeVerifier).digest("base64url"));
      url.searchParams.set("code_challenge_method", "S256");
      return url;
    },

    async exchangeCode({ code, codeVerifier, redirectUri, transport, now }) {
      const form = { grant_type: "authorization_code", code, code_verifier: codeVerifier, redirect_uri: redirectUri };
      const tokens = await requestTokens("exchangeCode", form, transport, now);
      if (!tokens.ok) return tokens;
      const self = await callEtsy(
        { transport, apiKey, accessToken: tokens.value.accessToken },
        {
          operation: "getMe",
          method: "GET",
          address: `${origins.api}/v3/application/users/me`,
          effect: "read",
          reply: selfSchema,
        },
      );
      if (!self.ok) return self;
      return succeed({
        ...tokens.value,
        userId: String(self.value.user_id),
        shopId: String(self.value.shop_id),
      });
    },

    /** The old refresh token is spent by this: the caller stores what comes back before it uses it. */
    async refresh({ credentials, transport, now }) {
      const { refreshToken } = credentials;
      if (refreshToken === undefined) {
        return fail({
          kind: "unauthorized",
          scope: "account",
          message: "This Etsy connection has no refresh token: connect Etsy again.",
        });
      }
      const form = { grant_type: "refresh_token", refresh_token: refreshToken };
      const tokens = await requestTokens("refreshToken", form, transport, now);
      if (!tokens.ok) return tokens;
      const renewed: Credentials = { ...credentials, ...tokens.value };
      return succeed(renewed);
    },
  };
}
