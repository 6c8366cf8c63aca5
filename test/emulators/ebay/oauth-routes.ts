/** auth.ebay.com's consent page and api.ebay.com's token endpoint (guide "OAuth authorization code grant"). */
import type { Context, Hono } from "hono";
import { html } from "hono/html";
import type { Clock } from "#app/clock.ts";
import type { Faults } from "#test/emulators/kit.ts";
import {
  CODE_LIFE_MS,
  issueAccessToken,
  issueCode,
  issueRefreshToken,
  KNOWN_SCOPES,
  redeemCode,
  refreshScopes,
} from "./oauth.ts";
import { page } from "./page-layout.ts";
import type { EbayState } from "./state.ts";

interface ConsentRequest {
  scopes: string[];
  state: string | null;
}

export function mountOAuth(app: Hono, state: EbayState, faults: Faults, clock: Clock): void {
  app.get("/oauth2/authorize", faults.around("authorize"), (c) => {
    const asked = readConsentRequest(state, (name) => c.req.query(name));
    if (typeof asked === "string") return c.html(page("Something went wrong", html`<p>${asked}</p>`), 400);
    return c.html(consentPage(state, asked, c.req.query("client_id") ?? ""));
  });

  app.post("/oauth2/authorize", faults.around("consent"), async (c) => {
    const form = await c.req.formData();
    const asked = readConsentRequest(state, (name) => textOf(form.get(name)));
    if (typeof asked === "string") return c.html(page("Something went wrong", html`<p>${asked}</p>`), 400);
    return c.redirect(form.get("answer") === "agree" ? agree(state, asked, clock.now()) : decline(state, asked));
  });

  app.post("/identity/v1/oauth2/token", faults.around("token"), (c) => answerToken(c, state, clock.now()));
}

function textOf(value: FormDataEntryValue | null): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The request, or why it cannot be granted. eBay wants the RuName as redirect_uri, never an address. */
function readConsentRequest(
  state: EbayState,
  parameter: (name: string) => string | undefined,
): ConsentRequest | string {
  const { clientId, ruName, acceptUrl } = state.application;
  if (parameter("client_id") !== clientId) return "The client_id is not that of a registered application.";
  if (parameter("redirect_uri") !== ruName) return "The redirect_uri is not the application's RuName.";
  if (parameter("response_type") !== "code") return "The response_type must be code.";
  if (acceptUrl === "") return "No accept URL is registered for this RuName.";
  const scopes = (parameter("scope") ?? "").split(" ").filter(Boolean);
  const unknown = scopes.filter((one) => !KNOWN_SCOPES.includes(one));
  if (scopes.length === 0 || unknown.length > 0) return `invalid_scope: ${unknown.join(", ") || "none was asked for"}`;
  return { scopes, state: parameter("state") ?? null };
}

/** Where the person goes after "Agree": the registered address, never one from the request. */
export function agree(state: EbayState, asked: ConsentRequest, now: Date): string {
  const url = new URL(state.application.acceptUrl);
  if (asked.state !== null) url.searchParams.set("state", asked.state);
  url.searchParams.set("code", issueCode(state, asked.scopes, now));
  url.searchParams.set("expires_in", String(CODE_LIFE_MS / 1_000));
  return url.toString();
}

/** Not documented in detail: the OAuth 2 error goes to the declined URL, or the accepted one without it. */
function decline(state: EbayState, asked: ConsentRequest): string {
  const url = new URL(state.application.declineUrl || state.application.acceptUrl);
  if (asked.state !== null) url.searchParams.set("state", asked.state);
  url.searchParams.set("error", "access_denied");
  return url.toString();
}

function consentPage(state: EbayState, asked: ConsentRequest, clientId: string) {
  return page(
    "Grant application access",
    html`<div class="card narrow">
      <p class="muted">Signed in as <b>${state.seller.username}</b></p>
      <p>
        <b>${clientId}</b> asks to work with your eBay account on your behalf. You can withdraw this at any time in your
        account settings.
      </p>
      <ul>
        ${asked.scopes.map((one) => html`<li><code>${one.split("/").at(-1)}</code></li>`)}
      </ul>
      <form method="post" action="/oauth2/authorize">
        <input type="hidden" name="client_id" value="${clientId}" />
        <input type="hidden" name="redirect_uri" value="${state.application.ruName}" />
        <input type="hidden" name="response_type" value="code" />
        <input type="hidden" name="scope" value="${asked.scopes.join(" ")}" />
        ${asked.state === null ? "" : html`<input type="hidden" name="state" value="${asked.state}" />`}
        <button name="answer" value="agree" class="primary">Agree and continue</button>
        <button name="answer" value="decline">Not now</button>
      </form>
    </div>`,
  );
}

async function answerToken(c: Context, state: EbayState, now: Date): Promise<Response> {
  const { clientId, clientSecret } = state.application;
  const expected = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
  if (c.req.header("authorization") !== expected)
    return refuse(c, 401, "invalid_client", "client authentication failed");
  if (!(c.req.header("content-type") ?? "").startsWith("application/x-www-form-urlencoded")) {
    return refuse(c, 400, "invalid_request", "the request must be form-encoded");
  }
  const form = new URLSearchParams(await c.req.text());
  switch (form.get("grant_type")) {
    case "authorization_code": {
      if (form.get("redirect_uri") !== state.application.ruName) {
        return refuse(
          c,
          400,
          "invalid_request",
          "'redirect_uri' does not match the RuName of the authorization request",
        );
      }
      const scopes = redeemCode(state, form.get("code") ?? "", now);
      if (!scopes) {
        return refuse(
          c,
          400,
          "invalid_grant",
          "the provided authorization grant code is invalid or was issued to another client",
        );
      }
      const refreshToken = issueRefreshToken(state, scopes, now);
      return c.json({
        ...accessTokenJson(state, "user", scopes, now),
        refresh_token: refreshToken,
        refresh_token_expires_in: state.settings.refreshTokenLifeMs / 1_000,
      });
    }
    case "refresh_token": {
      const granted = refreshScopes(state, form.get("refresh_token") ?? "", now);
      if (!granted) {
        return refuse(
          c,
          400,
          "invalid_grant",
          "the provided authorization refresh token is invalid or was issued to another client",
        );
      }
      const asked = scopesOf(form);
      if (asked.some((one) => !granted.includes(one))) return invalidScope(c);
      // No refresh_token in the reply: the old one stays good until its own end.
      return c.json(accessTokenJson(state, "user", asked.length > 0 ? asked : granted, now));
    }
    case "client_credentials": {
      const asked = scopesOf(form);
      if (asked.length === 0 || asked.some((one) => !KNOWN_SCOPES.includes(one))) return invalidScope(c);
      return c.json(accessTokenJson(state, "application", asked, now));
    }
    default:
      return refuse(
        c,
        400,
        "unsupported_grant_type",
        "grant type in request is not supported by the authorization server",
      );
  }
}

function scopesOf(form: URLSearchParams): string[] {
  return (form.get("scope") ?? "").split(" ").filter(Boolean);
}

function accessTokenJson(state: EbayState, kind: "user" | "application", scopes: string[], now: Date) {
  return {
    access_token: issueAccessToken(state, kind, scopes, now).token,
    expires_in: state.settings.accessTokenLifeMs / 1_000,
    token_type: kind === "user" ? "User Access Token" : "Application Access Token",
  };
}

function invalidScope(c: Context): Response {
  return refuse(
    c,
    400,
    "invalid_scope",
    "The requested scope is invalid, unknown, malformed, or exceeds the scope granted to the client",
  );
}

function refuse(c: Context, status: 400 | 401, error: string, description: string): Response {
  return c.json({ error, error_description: description }, status);
}
