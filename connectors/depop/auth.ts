/** Consent with PKCE, tokens that are spent by refreshing, and the key that a merchant may type in instead. */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Authorization, CredentialField, Credentials } from "../contract/connector.ts";
import { fail, type Result, succeed } from "../contract/failures.ts";
import { lifeSeconds } from "../contract/storable.ts";
import type { Transport } from "../transport/transport.ts";
import { parseReply, TOKEN_OPERATION } from "./client.ts";

export const depopScopes = [
  { scope: "products_read", why: "Read your listings and what they show." },
  { scope: "products_write", why: "Set quantities, mark as sold what sold elsewhere, and prices if you ask for it." },
  { scope: "orders_read", why: "Bring your Depop orders into Shopify." },
  { scope: "orders_write", why: "Tell Depop what you shipped, and refund what you cannot send." },
  { scope: "shop_read", why: "Know which Depop shop this is." },
  { scope: "offers_read", why: "Keep your automatic offers when a sold-out listing goes back on sale." },
  { scope: "offers_write", why: "Put your automatic offers back when a sold-out listing goes back on sale." },
] as const;

export const keyFields: readonly CredentialField[] = [
  {
    name: "apiKey",
    label: "API key",
    help: "Depop gives each approved shop a key that begins with pak_. Ask business@depop.com for one.",
    secret: true,
  },
];

export interface OauthSettings {
  clientId: string;
  clientSecret: string;
}

/** The spec has the token endpoint alone; where the consent page is was not published. */
const AUTHORIZE_PATH = "/oauth2/authorize/";

/** "Partner refresh token with 1 year expiry". */
const CONNECTION_LIFE_MS = 365 * 24 * 60 * 60 * 1000;

const tokensSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: lifeSeconds,
});
type Tokens = z.infer<typeof tokensSchema>;

export function depopAuthorization(
  settings: OauthSettings,
  origin: string,
  authorizeUrl: string | undefined,
): Authorization {
  function requestTokens(transport: Transport, form: Record<string, string>): Promise<Result<Tokens>> {
    const { clientId, clientSecret } = settings;
    return parseReply(
      transport,
      {
        operation: TOKEN_OPERATION,
        method: "POST",
        url: new URL(`${origin}/api/v1/oauth2/access-token/`),
        headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
        // The spec wants the client's secret in the form, not in a header.
        body: new URLSearchParams({ ...form, client_id: clientId, client_secret: clientSecret }).toString(),
        // "The original refresh token is consumed and cannot be reused": a lost reply is not harmless here.
        effect: "write",
      },
      tokensSchema,
    );
  }

  function toCredentials(tokens: Tokens, now: Date, endsAt: string): Credentials {
    return {
      accessToken: tokens.access_token,
      expiresAt: new Date(now.getTime() + tokens.expires_in * 1000).toISOString(),
      refreshToken: tokens.refresh_token,
      refreshTokenExpiresAt: endsAt,
    };
  }

  return {
    kind: "oauth",
    scopes: depopScopes,
    keys: keyFields,

    consentUrl({ state, codeVerifier, redirectUri }) {
      const url = new URL(authorizeUrl ?? `${origin}${AUTHORIZE_PATH}`);
      const challenge = createHash("sha256").update(codeVerifier).digest("base64url");
      for (const [name, value] of Object.entries({
        response_type: "code",
        client_id: settings.clientId,
        redirect_uri: redirectUri,
        scope: depopScopes.map((one) => one.scope).join(" "),
        state,
        // "Requires PKCE with S256 challenge method."
        code_challenge: challenge,
        code_challenge_method: "S256",
      })) {
        url.searchParams.set(name, value);
      }
      return url;
    },

    async exchangeCode({ code, codeVerifier, redirectUri, transport, now }) {
      const tokens = await requestTokens(transport, {
        grant_type: "authorization_code",
        code,
        code_verifier: codeVerifier,
        redirect_uri: redirectUri,
      });
      if (!tokens.ok) return tokens;
      const endsAt = new Date(now.getTime() + CONNECTION_LIFE_MS).toISOString();
      return succeed(toCredentials(tokens.value, now, endsAt));
    },

    async refresh({ credentials, transport, now }) {
      if (credentials.apiKey !== undefined) return succeed(credentials);
      const { refreshToken, refreshTokenExpiresAt } = credentials;
      if (refreshToken === undefined || refreshTokenExpiresAt === undefined) {
        return fail({
          kind: "unauthorized",
          scope: "account",
          message: "This Depop connection has no refresh token: connect Depop again.",
        });
      }
      if (Date.parse(refreshTokenExpiresAt) <= now.getTime()) {
        return fail({
          kind: "unauthorized",
          scope: "account",
          message: "Depop ends each connection after a year, and this one's year is over: connect Depop again.",
        });
      }
      const tokens = await requestTokens(transport, { grant_type: "refresh_token", refresh_token: refreshToken });
      if (!tokens.ok) return tokens;
      return succeed(toCredentials(tokens.value, now, refreshTokenExpiresAt));
    },
  };
}
