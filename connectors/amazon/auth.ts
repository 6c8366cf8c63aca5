/** Consent in Seller Central, tokens from Login with Amazon, and the application's own token. */
import { z } from "zod";
import type { Authorization, Credentials } from "../contract/connector.ts";
import { fail, type Result, succeed } from "../contract/failures.ts";
import { lifeSeconds } from "../contract/storable.ts";
import type { Transport } from "../transport/transport.ts";
import { describeIssues, parseJson } from "./client.ts";
import { amazonCredentials } from "./manifest.ts";
import type { AmazonOrigins } from "./marketplaces.ts";

export interface LwaSettings {
  clientId: string;
  clientSecret: string;
  /** "amzn1.sp.solution...": the application's id, another than the client's. */
  applicationId: string;
  /** True while the application is a draft: Amazon refuses the consent of a draft without it ("version=beta"). */
  draftApplication?: boolean | undefined;
}

/** Amazon has roles instead of scopes: they are chosen when the application is registered, and consented to as a whole. */
export const amazonRoles = [
  { scope: "Product Listing", why: "Read your listings and set their quantities, and prices if you ask for it." },
  { scope: "Inventory and Order Tracking", why: "Read your orders, and cancel what you cannot ship." },
  {
    scope: "Direct-to-Consumer Delivery (restricted)",
    why: "Tell Amazon what you shipped, and read where to ship it. Without it orders come without name and street.",
  },
] as const;

const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: lifeSeconds });
const grantSchema = tokenSchema.extend({ refresh_token: z.string().min(1) });

interface TokenRequest {
  settings: LwaSettings;
  origins: AmazonOrigins;
  transport: Transport;
  operation: string;
  form: Record<string, string>;
}

async function requestToken<T>(request: TokenRequest, reply: z.ZodType<T>): Promise<Result<T>> {
  const { settings, origins, transport, operation, form } = request;
  const sent = await transport.send({
    operation,
    method: "POST",
    url: new URL(`${origins.lwa}/auth/o2/token`),
    headers: { "content-type": "application/x-www-form-urlencoded;charset=UTF-8", accept: "application/json" },
    body: new URLSearchParams({
      ...form,
      client_id: settings.clientId,
      client_secret: settings.clientSecret,
    }).toString(),
    // A token asked for twice harms nobody: the refresh token does not rotate, and a spent code says so.
    effect: "read",
  });
  if (!sent.ok) return sent;
  const parsed = reply.safeParse(parseJson(sent.value.text));
  if (parsed.success) return succeed(parsed.data);
  return fail({
    kind: "rejected",
    scope: "account",
    message: `${operation}: Amazon's reply does not have the documented shape (${describeIssues(parsed.error)})`,
    code: "unreadable-reply",
  });
}

function isoAfter(now: Date, seconds: number): string {
  return new Date(now.getTime() + seconds * 1000).toISOString();
}

export function amazonAuthorization(settings: LwaSettings, origins: AmazonOrigins): Authorization {
  return {
    kind: "oauth",
    scopes: amazonRoles,

    // The way back is the application's first registered redirect; it is not part of this address.
    consentUrl({ state }) {
      const url = new URL(`${origins.sellerCentral}/apps/authorize/consent`);
      url.searchParams.set("application_id", settings.applicationId);
      url.searchParams.set("state", state);
      if (settings.draftApplication) url.searchParams.set("version", "beta");
      return url;
    },

    async exchangeCode({ code, redirectUri, transport, now, callback }) {
      // Only the way back from consent names the seller; no call of the API does.
      const seller = amazonCredentials.shape.sellingPartnerId.safeParse(callback?.get("selling_partner_id"));
      if (!seller.success) {
        return fail({
          kind: "rejected",
          scope: "item",
          message:
            "Amazon's answer does not say whose account it is (selling_partner_id is missing): connect it again.",
          code: "no-seller",
        });
      }
      const form = { grant_type: "authorization_code", code, redirect_uri: redirectUri };
      const granted = await requestToken(
        { settings, origins, transport, operation: "exchangeCode", form },
        grantSchema,
      );
      if (!granted.ok) return granted;
      return succeed({
        accessToken: granted.value.access_token,
        expiresAt: isoAfter(now, granted.value.expires_in),
        refreshToken: granted.value.refresh_token,
        sellingPartnerId: seller.data,
      });
    },

    async refresh({ credentials, transport, now }) {
      const refreshToken = credentials.refreshToken;
      if (refreshToken === undefined) {
        return fail({
          kind: "unauthorized",
          scope: "account",
          message: "This Amazon connection has no refresh token: connect Amazon again.",
        });
      }
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

/** The application's own token, for "grantless operations": those about destinations concern no merchant. */
export type ApplicationToken = (transport: Transport, now: Date) => Promise<Result<string>>;

/** Keeps the token while it lives. A cache, not state: losing it costs one call. */
export function applicationToken(settings: LwaSettings, origins: AmazonOrigins): ApplicationToken {
  let kept: { token: string; until: number } | null = null;
  return async (transport, now) => {
    if (kept && kept.until > now.getTime()) return succeed(kept.token);
    const form = { grant_type: "client_credentials", scope: "sellingpartnerapi::notifications" };
    const granted = await requestToken(
      { settings, origins, transport, operation: "applicationToken", form },
      tokenSchema,
    );
    if (!granted.ok) return granted;
    kept = {
      token: granted.value.access_token,
      until: now.getTime() + granted.value.expires_in * 1000 - TOKEN_MARGIN_MS,
    };
    return succeed(kept.token);
  };
}
