/** The consent page at www.etsy.com/oauth/connect and the token endpoint (documentation "Authentication"). */
import type { Context, Hono } from "hono";
import { html } from "hono/html";
import type { Clock } from "#app/clock.ts";
import type { Faults } from "#test/emulators/kit.ts";
import { issueCode, issueTokens, KNOWN_SCOPES, redeemCode, spendRefreshToken } from "./oauth.ts";
import { page } from "./page-layout.ts";
import type { EtsyState } from "./state.ts";

export interface ConsentRequest {
  scopes: string[];
  state: string | null;
  challenge: string;
  redirectUri: string;
}

export function mountOAuth(app: Hono, state: EtsyState, faults: Faults, clock: Clock): void {
  app.get("/oauth/connect", faults.around("connect"), (c) => {
    const asked = readRequest(state, (name) => c.req.query(name));
    if (typeof asked === "string") return c.html(page("An error occurred", html`<p>${asked}</p>`), 400);
    return c.html(consentPage(state, asked, c.req.query() as Record<string, string>));
  });

  app.post("/oauth/connect", faults.around("consent"), async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const asked = readRequest(state, (name) => form.get(name) ?? undefined);
    if (typeof asked === "string") return c.html(page("An error occurred", html`<p>${asked}</p>`), 400);
    if (form.get("answer") === "grant") return c.redirect(grantAccess(state, asked, clock.now()));
    const url = new URL(asked.redirectUri);
    url.searchParams.set("error", "access_denied");
    if (asked.state !== null) url.searchParams.set("state", asked.state);
    return c.redirect(url.toString());
  });

  app.post("/v3/public/oauth/token", faults.around("token"), (c) => answerToken(c, state, clock.now()));
}

/** The request, or why it cannot be granted. */
function readRequest(state: EtsyState, parameter: (name: string) => string | undefined): ConsentRequest | string {
  const redirectUri = parameter("redirect_uri") ?? "";
  const challenge = parameter("code_challenge") ?? "";
  if (parameter("response_type") !== "code") return "The response_type must be code.";
  if (parameter("client_id") !== state.application.keystring) return "The client_id is not that of a registered app.";
  if (!state.application.redirectUris.includes(redirectUri)) return "The requested redirect URL is not permitted.";
  if (parameter("code_challenge_method") !== "S256" || !/^[\w-]{43}$/.test(challenge)) {
    return "A code_challenge of the method S256 is required.";
  }
  if (!parameter("state")) return "The state is required.";
  const scopes = (parameter("scope") ?? "").split(" ").filter(Boolean);
  const unknown = scopes.filter((one) => !KNOWN_SCOPES.includes(one));
  if (scopes.length === 0 || unknown.length > 0) return `The scope is unknown: ${unknown.join(", ") || "none"}.`;
  return { scopes, state: parameter("state") ?? null, challenge, redirectUri };
}

/** Where the person who grants access goes. */
export function grantAccess(state: EtsyState, asked: ConsentRequest, now: Date): string {
  const url = new URL(asked.redirectUri);
  url.searchParams.set("code", issueCode(state, asked, now));
  if (asked.state !== null) url.searchParams.set("state", asked.state);
  return url.toString();
}

const SCOPE_WORDS: Record<string, string> = {
  listings_r: "See all of your listings",
  listings_w: "Create and edit listings",
  transactions_r: "See your orders and payments",
  transactions_w: "Update your orders",
  shops_r: "See private shop information",
};

function consentPage(state: EtsyState, asked: ConsentRequest, query: Record<string, string>) {
  return page(
    "An application would like to connect to your account",
    html`<div class="card narrow">
      <p><b>Lockstep</b> would like to access the shop <b>${state.seller.shopName}</b>. It will be able to:</p>
      <ul>${asked.scopes.map((one) => html`<li>${SCOPE_WORDS[one] ?? one} <code>${one}</code></li>`)}</ul>
      <form method="post" action="/oauth/connect" class="row">
        ${Object.entries(query).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
        <button class="primary" name="answer" value="grant">Grant access</button>
        <button name="answer" value="deny">Don't grant</button>
      </form>
    </div>`,
  );
}

/** Form or JSON, as Etsy takes both. The secret is not needed: PKCE is for clients that can keep none. */
async function answerToken(c: Context, state: EtsyState, now: Date): Promise<Response> {
  const text = await c.req.text();
  const isJson = c.req.header("content-type")?.includes("json") ?? false;
  const fields: Record<string, string> = isJson ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
  const refused = (status: 400 | 401, error: string, words: string) =>
    c.json({ error, error_description: words }, status);
  if (fields.client_id !== state.application.keystring) return refused(401, "invalid_client", "client_id is invalid");

  let scopes: string[];
  if (fields.grant_type === "authorization_code") {
    const { code = "", code_verifier = "", redirect_uri = "" } = fields;
    const redeemed = redeemCode(state, { code, verifier: code_verifier, redirectUri: redirect_uri }, now);
    if (typeof redeemed === "string") return refused(400, "invalid_grant", redeemed);
    scopes = redeemed;
  } else if (fields.grant_type === "refresh_token") {
    const found = spendRefreshToken(state, fields.refresh_token ?? "", now);
    if (!found) return refused(state.settings.spentRefreshStatus, "invalid_grant", "refresh_token is revoked");
    scopes = found;
  } else return refused(400, "unsupported_grant_type", "grant_type is not supported");

  const { accessToken, refreshToken } = issueTokens(state, scopes, now);
  return c.json({
    access_token: accessToken,
    token_type: "Bearer",
    expires_in: Math.floor(state.settings.accessTokenLifeMs / 1000),
    refresh_token: refreshToken,
  });
}
