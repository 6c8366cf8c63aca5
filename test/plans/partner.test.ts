/** Plans by the Partner API, over its emulator's HTTP. */
import { beforeEach, describe, expect, it } from "vitest";
import { NO_TERMS, parseHandles } from "#app/plans/answers.ts";
import type { Admin } from "#app/shopify/admin.ts";
import { partnerBilling } from "#app/shopify/billing.ts";
import { createPartnerEmulator, type PartnerEmulator } from "#test/emulators/partner/partner-emulator.ts";

const SHOP = "7210000000001";
const ORIGIN = "http://partners.test";

let partner: PartnerEmulator;
let nowMs: number;
let isDown: boolean;
let sleptMs: number;

beforeEach(() => {
  nowMs = Date.UTC(2026, 10, 30);
  isDown = false;
  sleptMs = 0;
  partner = createPartnerEmulator({ clock, organisationId: "42", token: "prtapi_good", appId: "7" });
});

const clock = {
  now: () => new Date(nowMs),
  sleep: async (ms: number) => {
    sleptMs += ms;
    nowMs += ms;
  },
};

const admin = (shop: { id: string } | null): Admin => ({
  shopDomain: "lockstep-demo.myshopify.com",
  run: (async () =>
    shop
      ? { ok: true, value: { shop } }
      : { ok: false, failure: { kind: "unavailable", scope: "shop", message: "down" } }) as Admin["run"],
  download: () => Promise.reject(new Error("nothing is downloaded")),
});

function ask({
  token = "prtapi_good",
  organisationId = "42",
  shop = { id: `gid://shopify/Shop/${SHOP}` } as { id: string } | null,
} = {}) {
  const billing = partnerBilling({
    clock,
    fetch: async (input, init) => {
      if (isDown) throw new TypeError("fetch failed");
      return partner.app.request(new Request(input, init));
    },
    origin: ORIGIN,
    organisationId,
    token,
    appId: "7",
    handles: parseHandles("pro-2026=pro"),
    pricingUrl: () => "",
  });
  return billing.ask(admin(shop));
}

const UNCLEAR = { kind: "unclear", why: "Shopify did not say what the store pays for" };

describe("the Partner API", () => {
  it("says which plan a store has, by the store's number", async () => {
    partner.contracts.set(SHOP, { handles: ["pro-2026", null] });
    expect(await ask()).toEqual({ kind: "plan", plan: "pro", terms: NO_TERMS });
    expect(await ask({ shop: { id: "gid://shopify/Shop/1" } })).toEqual({ kind: "none" });
  });

  const inDays = (days: number): Date => new Date(Date.UTC(2026, 10, 30 + days));
  const cycle = { startTime: inDays(-5), endTime: inDays(25) };

  it("says when a trial ends, and nothing of it once it is over", async () => {
    partner.contracts.set(SHOP, { handles: ["pro"], trialEndsAt: inDays(12), cycle });
    expect(await ask()).toEqual({ kind: "plan", plan: "pro", terms: { ...NO_TERMS, trialEndsAt: inDays(12) } });
    nowMs = inDays(13).getTime();
    expect(await ask()).toMatchObject({ terms: { trialEndsAt: null, cycleEndsAt: inDays(25) } });
  });

  it("says that it is cancelled, and for when", async () => {
    partner.contracts.set(SHOP, { handles: ["pro"], cycle, cancelAtEndOfCycle: true });
    expect(await ask()).toMatchObject({ terms: { cycleEndsAt: inDays(25), isEnding: true, nextPlan: null } });
  });

  it("says which plan it becomes", async () => {
    partner.contracts.set(SHOP, { handles: ["pro"], cycle, pending: ["starter"] });
    expect(await ask()).toMatchObject({ plan: "pro", terms: { isEnding: false, nextPlan: "starter" } });
    partner.contracts.set(SHOP, { handles: ["pro"], cycle, pending: ["gold"] });
    expect(await ask()).toMatchObject({ plan: "pro", terms: { nextPlan: null } });
  });

  it.each<[string, () => void, Parameters<typeof ask>[0]]>([
    [
      "a field that fails",
      () => {
        partner.fails = true;
      },
      {},
    ],
    [
      "a connection that breaks",
      () => {
        isDown = true;
      },
      {},
    ],
    ["a wrong token", () => undefined, { token: "prtapi_old" }],
    ["another organisation", () => undefined, { organisationId: "43" }],
    ["a store whose number can't be read", () => undefined, { shop: null }],
  ])("is not taken for “no contract” by %s", async (_, breaks, how) => {
    breaks();
    expect(await ask(how)).toEqual(UNCLEAR);
  });

  it("nor by its limit of requests: it is asked again once that is over", async () => {
    for (let asked = 0; asked < 4; asked += 1) expect(await ask()).toEqual({ kind: "none" });
    expect(sleptMs).toBe(0);
    expect(await ask()).toEqual({ kind: "none" });
    expect(partner.asked).toBe(6);
    expect(sleptMs).toBeGreaterThanOrEqual(1_000);
  });

  it("nor by a limit that others use up on and on", async () => {
    partner.throttles = true;
    expect(await ask()).toEqual(UNCLEAR);
    expect(partner.asked).toBe(5);
  });

  it.each(["THROTTLED", "429"])("nor by a %s in a reply that is a success by its status", async (code) => {
    const replies = [
      { data: { activeSubscription: null }, errors: [{ message: "Throttled", extensions: { code } }] },
      { data: { activeSubscription: null } },
    ];
    const billing = partnerBilling({
      clock,
      fetch: async () => Response.json(replies.shift()),
      origin: ORIGIN,
      organisationId: "42",
      token: "prtapi_good",
      appId: "7",
      handles: parseHandles(""),
      pricingUrl: () => "",
    });
    expect(await billing.ask(admin({ id: `gid://shopify/Shop/${SHOP}` }))).toEqual({ kind: "none" });
    expect(replies).toHaveLength(0);
  });
});
