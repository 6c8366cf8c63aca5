/** Plans by the Partner API, over its emulator's HTTP. */
import { beforeEach, describe, expect, it } from "vitest";
import { parseHandles } from "#app/plans/answers.ts";
import type { Admin } from "#app/shopify/admin.ts";
import { partnerBilling } from "#app/shopify/billing.ts";
import { createPartnerEmulator, type PartnerEmulator } from "#test/emulators/partner/partner-emulator.ts";

const SHOP = "7210000000001";
const ORIGIN = "http://partners.test";

let partner: PartnerEmulator;
let nowMs: number;
let isDown: boolean;

beforeEach(() => {
  nowMs = Date.UTC(2026, 10, 30);
  isDown = false;
  const clock = { now: () => new Date(nowMs), sleep: async () => undefined };
  partner = createPartnerEmulator({ clock, organisationId: "42", token: "prtapi_good", appId: "7" });
});

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
    partner.contracts.set(SHOP, ["pro-2026", null]);
    expect(await ask()).toEqual({ kind: "plan", plan: "pro" });
    expect(await ask({ shop: { id: "gid://shopify/Shop/1" } })).toEqual({ kind: "none" });
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

  it("nor by its limit of requests", async () => {
    for (let asked = 0; asked < 4; asked += 1) expect(await ask()).toEqual({ kind: "none" });
    expect(await ask()).toEqual(UNCLEAR);
    nowMs += 1_001;
    expect(await ask()).toEqual({ kind: "none" });
  });
});
