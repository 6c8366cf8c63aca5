/** Consent, tokens, and the application's own token. */
import { z } from "zod";
import type { Authorization, Credentials } from "../contract/connector.ts";
import { type Failure, fail, type Result, succeed } from "../contract/failures.ts";
import { lifeSeconds } from "../contract/storable.ts";
import type { Transport } from "../transport/transport.ts";
import { describeIssues, type EbayOrigins, parseJson } from "./client.ts";

const SCOPE = "https://api.ebay.com/oauth/api_scope";

export const ebayScopes = [
  { scope: SCOPE, why: "Read whether your account keeps sold-out listings alive (the out-of-stock preference)." },
  {
    scope: `${SCOPE}/sell.inventory`,
    why: "Read your listings and set their quantities, and prices if you ask for it.",
  },
  {
    scope: `${SCOPE}/sell.fulfillment`,
    why: "Read your orders, tell eBay what you shipped, and cancel what you cannot.",
  },
  { scope: `${SCOPE}/commerce.identity.readonly`, why: "Know which eBay account this is." },
  {
    scope: `${SCOPE}/commerce.notification.subscription`,
    why: "Be told of a new order at once instead of asking every minute.",
  },
] as const;

export interface OauthSettings {
  clientId: string;
  clientSecret: string;
  /** eBay's name for the redirect address, made in the developer portal; it stands where OAuth has redirect_uri. */
  ruName: string;
}

const tokenSchema = z.object({
  access_token: z.string().min(1),
  expires_in: lifeSeconds,
});
const grantSchema = tokenSchema.extend({
  refresh_token: z.string().min(1),
  refresh_token_expires_in: lifeSeconds,
});

interface TokenRequest {
  settings: OauthSettings;
  origins: EbayOrigins;
  transport: Transport;
  operation: string;
  form: Record<string, string>;
}

async function requestToken<T>(request: TokenRequest, reply: z.ZodType<T>): Promise<Result<T>> {
  const { settings, origins, transport, operation, form } = request;
  const sent = await transport.send({
    operation,
    method: "POST",
    url: new URL(`${origins.api}/identity/v1/oauth2/token`),
    headers: {
      authorization: `Basic ${Buffer.from(`${settings.clientId}:${settings.clientSecret}`).toString("base64")}`,
      "content-type": "application/x-www-form-urlencoded",
      accept: "application/json",
    },
    body: new URLSearchParams(form).toString(),
    // A token asked for twice harms nobody: the refresh token does not rotate, and a spent code says so.
    effect: "read",
  });
  if (!sent.ok) return sent;
  const parsed = reply.safeParse(parseJson(sent.value.text));
  if (parsed.success) return succeed(parsed.data);
  return fail({
    kind: "rejected",
    scope: "account",
    message: `${operation}: eBay's reply does not have the documented shape (${describeIssues(parsed.error)})`,
    code: "unreadable-reply",
  });
}

function isoAfter(now: Date, seconds: number): string {
  return new Date(now.getTime() + seconds * 1000).toISOString();
}

export function ebayAuthorization(settings: OauthSettings, origins: EbayOrigins): Authorization {
  return {
    kind: "oauth",
    scopes: ebayScopes,

    consentUrl({ state }) {
      const url = new URL(`${origins.auth}/oauth2/authorize`);
      url.searchParams.set("client_id", settings.clientId);
      url.searchParams.set("redirect_uri", settings.ruName);
      url.searchParams.set("response_type", "code");
      url.searchParams.set("scope", ebayScopes.map((one) => one.scope).join(" "));
      url.searchParams.set("state", state);
      return url;
    },

    async exchangeCode({ code, transport, now }) {
      const form = { grant_type: "authorization_code", code, redirect_uri: settings.ruName };
      const granted = await requestToken(
        { settings, origins, transport, operation: "exchangeCode", form },
        grantSchema,
      );
      if (!granted.ok) return granted;
      return succeed({
        accessToken: granted.value.access_token,
        expiresAt: isoAfter(now, granted.value.expires_in),
        refreshToken: granted.value.refresh_token,
        refreshTokenExpiresAt: isoAfter(now, granted.value.refresh_token_expires_in),
      });
    },

    async refresh({ credentials, transport, now }) {
      const refreshToken = credentials.refreshToken;
      if (refreshToken === undefined) {
        return fail({
          kind: "unauthorized",
          scope: "account",
          message: "This eBay connection has no refresh token: connect eBay again.",
        });
      }
      // Without `scope` eBay gives the scopes the merchant consented to, whichever those were then.
      const form = { grant_type: "refresh_token", refresh_token: refreshToken };
      const granted = await requestToken(
        { settings, origins, transport, operation: "refreshToken", form },
        tokenSchema,
      );
      if (!granted.ok) return granted;
      const renewed: Credentials = {
        ...credentials,
        accessToken: granted.value.access_token,
        expiresAt: isoAfter(now, granted.value.expires_in),
      };
      return succeed(renewed);
    },
  };
}

/** A token is asked for again this long before its end. */
const TOKEN_MARGIN_MS = 5 * 60 * 1000;

/** The application's own token (client credentials), for calls that concern no merchant. */
export type ApplicationToken = (transport: Transport, now: Date) => Promise<Result<string>>;

/** How long a failure stands: an unsigned notification can cause the question, and must not cause it each time. */
const FAILURE_KEPT_MS = 10_000;

/** Keeps the token while it lives. A cache, not state: losing it costs one call. */
export function applicationToken(settings: OauthSettings, origins: EbayOrigins): ApplicationToken {
  let kept: { token: string; until: number } | null = null;
  let failed: { failure: Failure; until: number } | null = null;
  return async (transport, now) => {
    if (kept && kept.until > now.getTime()) return succeed(kept.token);
    if (failed && failed.until > now.getTime()) return fail(failed.failure);
    const form = { grant_type: "client_credentials", scope: SCOPE };
    const granted = await requestToken(
      { settings, origins, transport, operation: "applicationToken", form },
      tokenSchema,
    );
    if (!granted.ok) {
      failed = { failure: granted.failure, until: now.getTime() + FAILURE_KEPT_MS };
      return granted;
    }
    failed = null;
    kept = {
      token: granted.value.access_token,
      until: now.getTime() + granted.value.expires_in * 1000 - TOKEN_MARGIN_MS,
    };
    return succeed(kept.token);
  };
}
