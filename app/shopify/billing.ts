/** Where a shop's plan is read: the Admin API, or the Partner API, which is Shopify's official word on App Pricing. */

import { z } from "zod";
import type { Clock } from "../clock.ts";
import type { PlanAnswer, PlanHandles } from "../plans/answers.ts";
import { readAdminAnswer, readPartnerAnswer } from "../plans/answers.ts";
import { backoffMs } from "../tasks/retry.ts";
import type { Admin } from "./admin.ts";
import { ActiveSubscriptionsDocument, ShopIdDocument } from "./operations.generated.ts";

export interface Billing {
  /** What a shop pays for. Never throws; what is no clear answer says why. */
  ask(admin: Admin): Promise<PlanAnswer>;
  /** Shopify's own page where the merchant chooses a plan. */
  pricingUrl(shopDomain: string): string;
}

const NO_ANSWER = "Shopify did not say what the store pays for";
const TIMEOUT_MS = 15_000;

/** `activeSubscriptions` needs no scope. Unconfirmed for contracts made after April 2026: the Partner API is the official way. */
export function adminBilling(settings: {
  clock: Pick<Clock, "now">;
  handles: PlanHandles;
  pricingUrl: Billing["pricingUrl"];
}): Billing {
  return {
    pricingUrl: settings.pricingUrl,
    async ask(admin) {
      const reply = await admin.run(ActiveSubscriptionsDocument, {});
      if (!reply.ok) return { kind: "unclear", why: NO_ANSWER };
      const subscriptions = reply.value.currentAppInstallation?.activeSubscriptions;
      if (!subscriptions) return { kind: "unclear", why: NO_ANSWER };
      return readAdminAnswer(
        subscriptions.map(({ status, createdAt, trialDays, currentPeriodEnd, lineItems }) => ({
          status,
          createdAt: new Date(createdAt),
          trialDays,
          currentPeriodEnd: currentPeriodEnd ? new Date(currentPeriodEnd) : null,
          planHandles: lineItems.flatMap(({ plan: { pricingDetails } }) =>
            pricingDetails.__typename === "AppRecurringPricing" ? [pricingDetails.planHandle ?? null] : [],
          ),
        })),
        settings.handles,
        settings.clock.now(),
      );
    },
  };
}

/** The version that has activeSubscription. */
const PARTNER_API_VERSION = "2026-07";
const ACTIVE_SUBSCRIPTION = `query ActiveSubscription($appId: ID!, $shopId: ID!) {
  activeSubscription(appId: $appId, shopId: $shopId) {
    cancelAtEndOfCycle
    trialEndsAt
    currentBillingCycle {
      endTime
    }
    items {
      handle
    }
    pendingUpdate {
      items {
        handle
      }
    }
  }
}`;
/** The limit is one for all that the organisation's apps ask: four requests a second. */
const TRIES_MAX = 5;

export function partnerBilling(settings: {
  clock: Pick<Clock, "sleep">;
  fetch: typeof fetch;
  /** https://partners.shopify.com, or an emulator's. */
  origin: string;
  organisationId: string;
  token: string;
  /** Number of the app in the Partner Dashboard. */
  appId: string;
  handles: PlanHandles;
  pricingUrl: Billing["pricingUrl"];
}): Billing {
  const url = `${settings.origin}/${settings.organisationId}/api/${PARTNER_API_VERSION}/graphql.json`;
  return {
    pricingUrl: settings.pricingUrl,
    async ask(admin) {
      const shop = await admin.run(ShopIdDocument, {});
      if (!shop.ok) return { kind: "unclear", why: NO_ANSWER };
      const variables = {
        appId: `gid://partners/App/${settings.appId}`,
        shopId: `gid://partners/Shop/${shop.value.shop.id.replace(/^.*\//, "")}`,
      };
      try {
        for (let tries = 1; ; tries += 1) {
          const response = await settings.fetch(url, {
            method: "POST",
            headers: { "content-type": "application/json", "X-Shopify-Access-Token": settings.token },
            body: JSON.stringify({ query: ACTIVE_SUBSCRIPTION, variables }),
            signal: AbortSignal.timeout(TIMEOUT_MS),
          });
          const text = await response.text();
          const isThrottled = response.status === 429 || (response.ok && saysThrottled(JSON.parse(text)));
          if (isThrottled && tries < TRIES_MAX) {
            await settings.clock.sleep(backoffMs(tries));
            continue;
          }
          if (!response.ok) return { kind: "unclear", why: NO_ANSWER };
          return readPartnerAnswer(JSON.parse(text), settings.handles);
        }
      } catch {
        return { kind: "unclear", why: NO_ANSWER };
      }
    },
  };
}

const throttledReply = z.object({
  errors: z.array(z.object({ extensions: z.object({ code: z.enum(["THROTTLED", "429"]) }) })).min(1),
});

/** Shopify's other APIs put it into an HTTP 200. */
function saysThrottled(reply: unknown): boolean {
  return throttledReply.safeParse(reply).success;
}
