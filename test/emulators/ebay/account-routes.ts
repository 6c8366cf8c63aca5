/** The small APIs around the account: who am I, what is my budget. */
import type { Clock } from "#app/clock.ts";
import { nextEbayDay } from "./ebay-day.ts";
import { budgetOf, type Gateway, spentToday } from "./gateway.ts";
import { BASE_SCOPE, scope } from "./oauth.ts";
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
