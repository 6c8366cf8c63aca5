/** Seller Central's consent page, and Login with Amazon's token endpoint. */
import type { Context, Hono } from "hono";
import { html } from "hono/html";
import type { Clock } from "#app/clock.ts";
import type { Faults } from "#test/emulators/kit.ts";
import { issueAccessToken, issueCode, issueRefreshToken, liveRefreshToken, redeemCode } from "./oauth.ts";
import { page } from "./page-layout.ts";
import type { AmazonState } from "./state.ts";

export function mountOAuth(app: Hono, state: AmazonState, faults: Faults, clock: Clock): void {
  app.get("/apps/authorize/consent", faults.around("authorize"), (c) => {
    const problem = problemWith(state, (name) => c.req.query(name));
    if (problem !== null) return c.html(page("Something went wrong", html`<p>${problem}</p>`), 400);
    return c.html(consentPage(state, c.req.query("state") ?? ""));
  });

  app.post("/apps/authorize/consent", faults.around("consent"), async (c) => {
    const form = await c.req.formData();
    const text = (name: string) => {
      const value = form.get(name);
      return typeof value === "string" ? value : undefined;
    };
    const problem = problemWith(state, text);
    if (problem !== null) return c.html(page("Something went wrong", html`<p>${problem}</p>`), 400);
    if (text("answer") !== "confirm") return c.redirect("/seller?notice=Nothing+was+authorised.");
    return c.redirect(consent(state, text("state") ?? "", clock.now()));
  });

  app.post("/auth/o2/token", faults.around("token"), (c) => answerToken(c, state, clock.now()));
}

function problemWith(state: AmazonState, parameter: (name: string) => string | undefined): string | null {
  if (parameter("application_id") !== state.application.applicationId) return "MD1000: no such application.";
  if (!parameter("state")) return "MD5101: the state is missing.";
  return state.application.redirectUri === "" ? "MD9100: no OAuth redirect URI is registered." : null;
}

/** Where the person goes after "Confirm": the registered address, never one from the request. */
export function consent(state: AmazonState, oauthState: string, now: Date): string {
  const url = new URL(state.application.redirectUri);
  url.searchParams.set("spapi_oauth_code", issueCode(state, now));
  url.searchParams.set("state", oauthState);
  url.searchParams.set("selling_partner_id", state.seller.sellerId);
  return url.toString();
}

function consentPage(state: AmazonState, oauthState: string) {
  return page(
    "Authorise application",
    html`<div class="card narrow">
      <p class="muted">Signed in to Seller Central as <b>${state.seller.storeName}</b></p>
      <p><b>${state.application.applicationId}</b> asks for access to your Selling Partner account:</p>
      <ul>
        <li>Product Listing</li>
        <li>Inventory and Order Tracking</li>
        ${state.settings.piiRoles ? html`<li>Direct-to-Consumer Delivery (restricted)</li>` : ""}
      </ul>
      <form method="post" action="/apps/authorize/consent">
        <input type="hidden" name="application_id" value="${state.application.applicationId}" />
        <input type="hidden" name="state" value="${oauthState}" />
        <button name="answer" value="confirm" class="primary">Confirm</button>
        <button name="answer" value="decline">Cancel</button>
      </form>
    </div>`,
  );
}

async function answerToken(c: Context, state: AmazonState, now: Date): Promise<Response> {
  const form = new URLSearchParams(await c.req.text());
  const { clientId, clientSecret, redirectUri } = state.application;
  if (form.get("client_id") !== clientId || form.get("client_secret") !== clientSecret) {
    return refuse(c, 401, "invalid_client", "Client authentication failed");
  }
  switch (form.get("grant_type")) {
    case "authorization_code": {
      const named = form.get("redirect_uri");
      if (named !== null && named !== redirectUri) {
        return refuse(c, 400, "invalid_request", "The redirect_uri does not match the registered one");
      }
      if (!redeemCode(state, form.get("code") ?? "", now)) {
        return refuse(c, 400, "invalid_grant", "The request has an invalid grant parameter : code");
      }
      return c.json({ ...tokenJson(state, "seller", now), refresh_token: issueRefreshToken(state, now) });
    }
    case "refresh_token": {
      const refreshToken = form.get("refresh_token") ?? "";
      if (!liveRefreshToken(state, refreshToken, now)) {
        return refuse(c, 400, "invalid_grant", "The request has an invalid grant parameter : refresh_token");
      }
      return c.json({ ...tokenJson(state, "seller", now), refresh_token: refreshToken });
    }
    case "client_credentials":
      if (form.get("scope") !== "sellingpartnerapi::notifications") {
        return refuse(c, 400, "invalid_scope", "The request has an invalid scope parameter");
      }
      return c.json(tokenJson(state, "application", now));
    default:
      return refuse(c, 400, "unsupported_grant_type", "The grant_type is not supported");
  }
}

function tokenJson(state: AmazonState, kind: "seller" | "application", now: Date) {
  return {
    access_token: issueAccessToken(state, kind, now),
    token_type: "bearer",
    expires_in: state.settings.accessTokenLifeMs / 1_000,
  };
}

function refuse(c: Context, status: 400 | 401, error: string, description: string): Response {
  return c.json({ error, error_description: description }, status);
}
