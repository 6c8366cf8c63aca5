/** What a shop pays for, where Shopify puts the question off: no answer that would lower anything, and another try. */
import { describe, expect, it } from "vitest";
import { createAdminClients } from "#app/shopify/admin.ts";
import { adminBilling } from "#app/shopify/billing.ts";

const SHOP = "a.myshopify.test";
const THROTTLED = { errors: [{ message: "Throttled", extensions: { code: "THROTTLED" } }] };
const NONE = { data: { currentAppInstallation: { activeSubscriptions: [] } } };

/** The client as it is, before a Shopify that throttles so many times, and then says that nothing is paid for. */
async function ask(throttles: number) {
  let asked = 0;
  let sleptMs = 0;
  const clock = {
    now: () => new Date(sleptMs),
    sleep: async (ms: number) => {
      sleptMs += ms;
    },
  };
  const clients = createAdminClients({
    clock,
    fetch: async () => {
      asked += 1;
      const throttleStatus = { currentlyAvailable: 0, maximumAvailable: 2_000, restoreRate: 100 };
      const cost = { requestedQueryCost: 10, actualQueryCost: null, throttleStatus };
      return Response.json({ ...(asked <= throttles ? THROTTLED : NONE), extensions: { cost } });
    },
    adminOrigin: (shop) => `https://${shop}`,
    token: async () => ({ ok: true, value: "token" }),
  });
  const billing = adminBilling({ clock, handles: new Map(), pricingUrl: () => "" });
  return { answer: await billing.ask(clients(SHOP)), asked, sleptMs };
}

describe("a question for the plan that Shopify throttles", () => {
  it("is asked again once there is budget for it, and answered", async () => {
    const { answer, asked, sleptMs } = await ask(2);
    expect(answer).toEqual({ kind: "none" });
    expect(asked).toBe(3);
    expect(sleptMs).toBeGreaterThanOrEqual(200);
  });

  it("is no answer where it is throttled on and on: the plan stays what it was", async () => {
    const { answer, asked } = await ask(Number.POSITIVE_INFINITY);
    expect(answer).toMatchObject({ kind: "unclear" });
    expect(asked).toBe(21);
  });
});
