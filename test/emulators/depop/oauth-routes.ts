/** The consent page (its address is not in the spec) and the token endpoint, with PKCE and refresh tokens that are spent. */
import { createHash } from "node:crypto";
import type { Context, Hono } from "hono";
import { html } from "hono/html";
import { addMs, type Clock } from "#app/clock.ts";
import type { Faults } from "#test/emulators/kit.ts";
import { oauthErrorReply } from "./errors.ts";
import { createPage } from "./page-layout.ts";
import { type DepopState, nextNumber } from "./state.ts";

export const KNOWN_SCOPES: readonly string[] = [
  "products_read",
  "products_write",
  "orders_read",
  "orders_write",
  "offers_read",
  "offers_write",
  "shop_read",
];

const CODE_LIFE_MS = 600_000;
const AUTHORIZE = "/oauth2/authorize/";

interface ConsentRequest {
  scopes: string[];
  state: string;
  redirectUri: string;
  challenge: string;
}

export function mountOauth(app: Hono, state: DepopState, faults: Faults, clock: Clock): void {
  const page = createPage("depop");

  app.get(AUTHORIZE, faults.around("authorize"), (c) => {
    const asked = readConsentRequest(state, (name) => c.req.query(name));
    if (typeof asked === "string") return c.html(page("Something went wrong", html`<p>${asked}</p>`), 400);
    return c.html(
      page(
        "Connect your shop",
        html`<div class="card narrow">
          <p class="muted">Signed in as <b>@${state.seller.username}</b></p>
          <p><b>${state.application.clientId}</b> asks to work with your Depop shop on your behalf, for a year.</p>
          <ul>
            ${asked.scopes.map((one) => html`<li><code>${one}</code></li>`)}
          </ul>
          <form method="post" action="${AUTHORIZE}">
            ${[...new URL(c.req.url).searchParams].map(
              ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
            )}
            <button name="answer" value="agree" class="primary">Allow</button>
            <button name="answer" value="decline">Not now</button>
          </form>
        </div>`,
      ),
    );
  });

  app.post(AUTHORIZE, faults.around("consent"), async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const asked = readConsentRequest(state, (name) => form.get(name) ?? undefined);
    if (typeof asked === "string") return c.html(page("Something went wrong", html`<p>${asked}</p>`), 400);
    const back = new URL(asked.redirectUri);
    back.searchParams.set("state", asked.state);
    if (form.get("answer") !== "agree") {
      back.searchParams.set("error", "access_denied");
      return c.redirect(back.toString());
    }
    const code = secret(state, "pac");
    state.codes.set(code, { code, ...asked, expiresAt: addMs(clock.now(), CODE_LIFE_MS).toISOString(), used: false });
    back.searchParams.set("code", code);
    return c.redirect(back.toString());
  });

  app.post("/api/v1/oauth2/access-token/", faults.around("exchangeToken"), (c) => answerToken(c, state, clock.now()));
}

function secret(state: DepopState, prefix: string): string {
  const text = `${state.ids.seed}:${prefix}:${nextNumber(state, prefix)}`;
  return `${prefix}_${createHash("sha1").update(text).digest("hex")}`;
}

function readConsentRequest(
  state: DepopState,
  parameter: (name: string) => string | undefined,
): ConsentRequest | string {
  if (parameter("client_id") !== state.application.clientId) return "The client_id is not that of a partner.";
  if (parameter("response_type") !== "code") return "The response_type must be code.";
  if (parameter("code_challenge_method") !== "S256") return "PKCE with S256 is mandatory.";
  const challenge = parameter("code_challenge") ?? "";
  if (!/^[A-Za-z0-9_-]{43}$/.test(challenge)) return "The code_challenge is not one of S256.";
  const redirectUri = parameter("redirect_uri") ?? "";
  if (!URL.canParse(redirectUri)) return "The redirect_uri is not an address.";
  const scopes = (parameter("scope") ?? "").split(" ").filter(Boolean);
  const unknown = scopes.filter((one) => !KNOWN_SCOPES.includes(one));
  if (scopes.length === 0 || unknown.length > 0) return `Unknown scopes: ${unknown.join(", ") || "none was asked for"}`;
  return { scopes, challenge, redirectUri, state: parameter("state") ?? "" };
}

async function answerToken(c: Context, state: DepopState, now: Date): Promise<Response> {
  const form = new URLSearchParams(await c.req.text());
  const field = (name: string): string => form.get(name) ?? "";
  const { clientId, clientSecret } = state.application;
  if (field("client_id") !== clientId || field("client_secret") !== clientSecret) {
    return oauthErrorReply(c, 401, "client secret does not match", "Depop OAuth2 error");
  }
  if (field("grant_type") === "authorization_code") {
    const code = state.codes.get(field("code"));
    const valid =
      code && !code.used && code.expiresAt > now.toISOString() && code.redirectUri === field("redirect_uri");
    if (!valid) {
      return oauthErrorReply(c, 400, "invalid_grant", "The provided authorization grant is invalid, expired, revoked");
    }
    const verifier = field("code_verifier");
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    if (!/^[A-Za-z0-9._~-]{43,128}$/.test(verifier) || challenge !== code.challenge) {
      const detail = "PKCE verification failed - code verifier does not match the stored code challenge";
      return oauthErrorReply(c, 400, "invalid_request", detail);
    }
    code.used = true;
    return c.json(issueTokens(state, code.scopes, addMs(now, state.settings.connectionLifeMs).toISOString(), now));
  }
  if (field("grant_type") === "refresh_token") {
    const token = state.refreshTokens.get(field("refresh_token"));
    if (!token || token.used || token.expiresAt <= now.toISOString()) {
      const detail = "The refresh token is invalid, expired, revoked, or does not belong to the client";
      return oauthErrorReply(c, 400, "invalid_grant", detail);
    }
    // "The original refresh token is consumed and cannot be reused. The new [one] maintains the same expiry."
    token.used = true;
    return c.json(issueTokens(state, token.scopes, token.expiresAt, now));
  }
  return oauthErrorReply(c, 400, "invalid_request", "The request is missing a required parameter");
}

export function issueTokens(state: DepopState, scopes: readonly string[], endsAt: string, now: Date) {
  const access = secret(state, "pat");
  const refresh = secret(state, "prt");
  const { accessTokenLifeMs } = state.settings;
  const expiresAt = addMs(now, accessTokenLifeMs).toISOString();
  state.accessTokens.set(access, { token: access, scopes: [...scopes], expiresAt });
  state.refreshTokens.set(refresh, { token: refresh, scopes: [...scopes], expiresAt: endsAt, used: false });
  return { access_token: access, refresh_token: refresh, expires_in: accessTokenLifeMs / 1_000, token_type: "Bearer" };
}
