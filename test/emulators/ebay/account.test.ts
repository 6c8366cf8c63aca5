import { describe, expect, it } from "vitest";
import { startEbayEmulator } from "./emulator.ts";
import { scope } from "./oauth.ts";
import { openBench, testListings } from "./test-bench.ts";

const ITEMS = "/sell/inventory/v1/inventory_item";

describe("the account", () => {
  it("says who it is", async () => {
    const { call, controls } = openBench();
    const token = controls.grant([scope("commerce.identity.readonly")]).accessToken;
    expect((await call("GET", "/commerce/identity/v1/user/", { token })).json).toMatchObject({
      userId: "frnFl7QxRiS",
      username: "fern_and_flint",
      accountType: "BUSINESS",
    });
    const blind = controls.grant([scope("sell.inventory")]).accessToken;
    expect((await call("GET", "/commerce/identity/v1/user", { token: blind })).status).toBe(403);
  });

  it("tells by the Trading API whether out-of-stock control is on", async () => {
    const { call, controls } = openBench();
    const ask = (token: string) =>
      call("POST", "/ws/api.dll", {
        token: null,
        headers: {
          "content-type": "text/xml",
          "x-ebay-api-iaf-token": token,
          "x-ebay-api-call-name": "GetUserPreferences",
          "x-ebay-api-compatibility-level": "1399",
        },
        body: `<GetUserPreferencesRequest xmlns="urn:ebay:apis:eBLBaseComponents"><ShowOutOfStockControlPreference>true</ShowOutOfStockControlPreference></GetUserPreferencesRequest>`,
      });
    const token = controls.grant().accessToken;
    expect((await ask(token)).text).toContain("<OutOfStockControlPreference>true</OutOfStockControlPreference>");
    await call("POST", "/seller/out-of-stock-control", { token: null });
    expect((await ask(token)).text).toContain("<OutOfStockControlPreference>false</OutOfStockControlPreference>");
    expect((await ask("none")).status).toBe(401);
  });
});

describe("budgets", () => {
  it("end the day's calls with 429 until midnight Pacific, each API for itself", async () => {
    const { call, clock, controls, applicationToken } = openBench({ settings: { budgets: { "sell.inventory": 2 } } });
    expect((await call("GET", ITEMS)).status).toBe(200);
    expect((await call("GET", ITEMS)).status).toBe(200);
    expect(await call("GET", ITEMS)).toMatchObject({
      status: 429,
      json: { errors: [{ errorId: 2001, domain: "ACCESS" }] },
    });
    expect((await call("GET", "/sell/fulfillment/v1/order")).status).toBe(200);
    const limits = await call("GET", "/developer/analytics/v1_beta/rate_limit/?api_context=sell&api_name=inventory", {
      token: await applicationToken(),
    });
    expect(limits.json.rateLimits).toMatchObject([
      {
        apiContext: "sell",
        apiName: "inventory",
        resources: [
          { rates: [{ count: 2, limit: 2, remaining: 0, reset: "2026-11-23T08:00:00.000Z", timeWindow: 86_400 }] },
        ],
      },
    ]);
    await clock.advance(20 * 60 * 60 * 1_000);
    expect((await call("GET", ITEMS, { token: controls.grant().accessToken })).status).toBe(200);
  });
});

describe("faults", () => {
  it("answer in eBay's shape, before or after the deed", async () => {
    const { call, faults, controls } = openBench();
    faults.add({ operation: "getInventoryItems", kind: "status", status: 500 });
    expect((await call("GET", ITEMS)).json.errors[0].category).toBe("APPLICATION");
    expect((await call("GET", ITEMS)).status).toBe(200);
    faults.add({ operation: "bulkUpdatePriceQuantity", kind: "status-after", status: 503 });
    const body = { requests: [{ sku: "LAMP-01", shipToLocationAvailability: { quantity: 0 } }] };
    expect((await call("POST", "/sell/inventory/v1/bulk_update_price_quantity", { body })).status).toBe(503);
    expect(controls.shown()["LAMP-01"]).toBe(0);
  });
});

describe("over a socket", () => {
  it("serves the pages and the controls that people and tests use", async () => {
    const ebay = await startEbayEmulator({ clientId: "a", clientSecret: "b", ruName: "R", listings: testListings });
    const control = (name: string, body: object) =>
      fetch(`${ebay.origin}/_control/${name}`, { method: "POST", body: JSON.stringify(body) });
    try {
      expect(await (await fetch(ebay.origin)).text()).toContain("Stoneware mug, ochre");
      const form = new URLSearchParams({
        "quantity:MUG-OCHRE": "2",
        username: "tom",
        fullName: "Tom <b>",
        pay: "later",
      });
      const bought = await fetch(`${ebay.origin}/buy`, { method: "POST", body: form });
      expect(new URL(bought.url).pathname).toMatch(/^\/orders\//);
      const orderPage = await bought.text();
      expect(orderPage).toContain("Awaiting payment");
      expect(orderPage).toContain("Tom &lt;b&gt;");
      expect(await (await fetch(`${bought.url}/pay`, { method: "POST" })).text()).toContain("Paid");
      expect(await (await fetch(`${bought.url}/cancel`, { method: "POST" })).text()).toContain(
        "Cancellation requested",
      );
      const edited = new URLSearchParams({ sku: "MUG-OCHRE", quantity: "3" });
      const hub = await fetch(`${ebay.origin}/seller/quantity`, { method: "POST", body: edited });
      expect(await hub.text()).toContain("tom");
      expect(await (await fetch(`${ebay.origin}/orders`)).text()).toContain("tom");
      const tooMany = new URLSearchParams({ "quantity:MUG-OCHRE": "4" });
      expect(await (await fetch(`${ebay.origin}/buy`, { method: "POST", body: tooMany })).text()).toContain(
        "Only 3 of",
      );

      expect((await control("buy", { lines: [{ sku: "MUG-OCHRE", quantity: 9 }] })).status).toBe(409);
      expect(await (await control("buy", { lines: [{ sku: "MUG-OCHRE", quantity: 1 }] })).json()).toMatchObject({
        ok: true,
      });
      expect((await control("settings", { bulkRowsMax: 1 })).status).toBe(200);
      expect((await control("settings", { bulkRowMax: 1 })).status).toBe(400);
      expect(ebay.state.settings).toMatchObject({ bulkRowsMax: 1, revisionsPerDayMax: 250, outOfStockControl: true });
      await control("add-listing", { sku: "NEW", title: "New", price: "1.00", currency: "USD", quantity: 5 });
      await control("edit-quantity", { sku: "NEW", quantity: 6 });
      expect(await (await fetch(`${ebay.origin}/_control/shown`)).json()).toMatchObject({ "MUG-OCHRE": 2, NEW: 6 });
      expect((await control("remove-listing", { sku: "NEW" })).status).toBe(200);
      expect((await control("accept-url", { acceptUrl: "http://127.0.0.1:1/cb" })).status).toBe(200);
      const consent = await (await control("consent", { state: "x" })).json();
      expect(consent).toMatchObject({ location: expect.stringContaining("http://127.0.0.1:1/cb?state=x&code=") });
      const state = await (await fetch(`${ebay.origin}/_control/state`)).json();
      expect(state).toMatchObject({ orders: [{}, {}], application: { ruName: "R" } });
      expect(JSON.stringify(state)).not.toContain("clientSecret");
    } finally {
      await ebay.close();
    }
  });
});
