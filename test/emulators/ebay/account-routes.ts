/** The small APIs around the account: who am I, what is my budget, is out-of-stock control on. */
import type { Clock } from "#app/clock.ts";
import { nextEbayDay } from "./ebay-day.ts";
import { budgetOf, type Gateway, spentToday } from "./gateway.ts";
import { BASE_SCOPE, KNOWN_SCOPES, scope } from "./oauth.ts";
import { API_NAMES } from "./settings.ts";
import type { EbayState } from "./state.ts";

const IDENTITY = ["", ".name", ".address", ".email", ".phone"].map((part) =>
  scope(`commerce.identity${part}.readonly`),
);
const DAY_S = 24 * 60 * 60;

export function mountAccount(gateway: Gateway, state: EbayState, clock: Clock): void {
  const user = { name: "getUser", api: "commerce.identity", scopes: IDENTITY, token: "user" } as const;
  for (const path of ["/commerce/identity/v1/user", "/commerce/identity/v1/user/"]) {
    gateway.route("GET", path, user, (c, token) => {
      const { seller } = state;
      return c.json({
        userId: seller.userId,
        username: seller.username,
        accountType: "BUSINESS",
        registrationMarketplaceId: `EBAY_${seller.countryCode}`,
        status: "CONFIRMED",
        businessAccount: {
          name: seller.businessName,
          ...(token.scopes.includes(scope("commerce.identity.email.readonly")) ? { email: seller.email } : {}),
        },
      });
    });
  }

  // developer/analytics v1_beta (documented; no spec among ours): application tokens only.
  const limits = {
    name: "getRateLimits",
    api: "developer.analytics",
    scopes: [BASE_SCOPE],
    token: "application",
  } as const;
  for (const path of ["/developer/analytics/v1_beta/rate_limit", "/developer/analytics/v1_beta/rate_limit/"]) {
    gateway.route("GET", path, limits, (c) => {
      const rateLimits = API_NAMES.map((api) => rateLimitJson(state, api, clock.now())).filter(
        (one) =>
          one.apiContext.toLowerCase() === (c.req.query("api_context") ?? one.apiContext).toLowerCase() &&
          one.apiName.toLowerCase() === (c.req.query("api_name") ?? one.apiName).toLowerCase(),
      );
      return rateLimits.length > 0 ? c.json({ rateLimits }) : c.body(null, 204);
    });
  }

  const trading = {
    name: "GetUserPreferences",
    api: "TradingAPI",
    scopes: [BASE_SCOPE, ...KNOWN_SCOPES],
    token: "user",
    tokenFrom: (c: { req: { header(name: string): string | undefined } }) =>
      c.req.header("x-ebay-api-iaf-token") ?? null,
  } as const;
  gateway.route("POST", "/ws/api.dll", trading, async (c) => {
    const call = c.req.header("x-ebay-api-call-name") ?? "";
    const now = clock.now();
    // Trading answers 200 whatever happened; Ack says how it went.
    if (call !== "GetUserPreferences" || !c.req.header("x-ebay-api-compatibility-level")) {
      return c.body(tradingXml(call || "Unknown", now, "Failure", tradingError(call)), 200, XML);
    }
    const asked = /<ShowOutOfStockControlPreference>\s*true\s*</i.test(await c.req.text());
    const preference = asked
      ? `<OutOfStockControlPreference>${state.settings.outOfStockControl}</OutOfStockControlPreference>`
      : "";
    return c.body(tradingXml(call, now, "Success", preference), 200, XML);
  });
}

function rateLimitJson(state: EbayState, api: (typeof API_NAMES)[number], now: Date) {
  const [apiContext = api, apiName = api] = api.split(".");
  const limit = budgetOf(state, api);
  const count = spentToday(state, api, now);
  const rate = {
    count,
    limit,
    remaining: Math.max(0, limit - count),
    reset: nextEbayDay(now).toISOString(),
    timeWindow: DAY_S,
  };
  return { apiContext, apiName, apiVersion: "v1", resources: [{ name: api, rates: [rate] }] };
}

const XML = { "content-type": "text/xml;charset=utf-8" };

function tradingXml(call: string, now: Date, ack: "Success" | "Failure", inner: string): string {
  const name = `${call.replace(/\W/g, "")}Response`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<${name} xmlns="urn:ebay:apis:eBLBaseComponents"><Timestamp>${now.toISOString()}</Timestamp><Ack>${ack}</Ack><Version>1399</Version>${inner}</${name}>`;
}

function tradingError(call: string): string {
  return `<Errors><ShortMessage>Unsupported API call.</ShortMessage><LongMessage>The API call "${call.replace(/\W/g, "")}" is invalid or not supported in this release, or the compatibility level is missing.</LongMessage><ErrorCode>2</ErrorCode><SeverityCode>Error</SeverityCode><ErrorClassification>RequestError</ErrorClassification></Errors>`;
}
