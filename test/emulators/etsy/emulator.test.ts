/** The emulated Etsy by itself: what a careless client would trip over, its pages and its controls, over a real socket. */
import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ServedEtsyEmulator, startEtsyEmulator } from "./emulator.ts";

const ACCEPT_URL = "https://app.test/connect/etsy/callback";
const VERIFIER = "v".repeat(64);
const challenge = createHash("sha256").update(VERIFIER).digest("base64url");

let etsy: ServedEtsyEmulator;
let accessToken: string;

beforeEach(async () => {
  etsy = await startEtsyEmulator({
    keystring: "keystring",
    sharedSecret: "secret",
    webhookSecret: `whsec_${Buffer.from("secret").toString("base64")}`,
    acceptUrl: ACCEPT_URL,
    settings: { callsPerSecondMax: 50 },
  });
  accessToken = etsy.controls.grant().accessToken;
});
afterEach(() => etsy.close());

interface Sent {
  token?: string;
  key?: string;
  json?: unknown;
  form?: Record<string, string>;
}

async function call(
  method: string,
  path: string,
  { token = accessToken, key = "keystring:secret", json, form }: Sent = {},
) {
  const response = await fetch(`${etsy.origin}${path}`, {
    method,
    redirect: "manual",
    headers: {
      "x-api-key": key,
      authorization: `Bearer ${token}`,
      ...(json === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : null };
}

const control = (name: string, json: unknown) => call("POST", `/_control/${name}`, { json });
const mugs = () => [...etsy.state.listings.values()].find((one) => one.groupKey === "MUG")?.listingId;

describe("the app's key and the tokens", () => {
  it("are both needed, and each says what is wrong", async () => {
    expect((await call("GET", "/v3/application/users/me", { key: "keystring" })).status).toBe(403);
    expect((await call("GET", "/v3/application/users/me", { token: "1.none" })).json).toEqual({
      error: "invalid_token",
    });
    const weak = etsy.controls.grant(["listings_r"]).accessToken;
    expect((await call("GET", "/v3/application/users/me", { token: weak })).status).toBe(403);
    expect((await call("GET", "/v3/application/users/me")).json).toEqual({ user_id: 612345678, shop_id: 40712345 });
    etsy.controls.expireTokens();
    expect((await call("GET", "/v3/application/users/me")).status).toBe(401);
  });

  it("are given for a code and its verifier, to a registered address only", async () => {
    const query = {
      response_type: "code",
      client_id: "keystring",
      redirect_uri: ACCEPT_URL,
      scope: "shops_r listings_r",
      state: "s",
      code_challenge: challenge,
      code_challenge_method: "S256",
    };
    const elsewhere = new URLSearchParams({ ...query, redirect_uri: "https://evil.test" });
    expect((await call("GET", `/oauth/connect?${elsewhere}`)).text).toContain("not permitted");
    expect((await call("GET", `/oauth/connect?${new URLSearchParams(query)}`)).text).toContain("Grant access");
    const agreed = await call("POST", "/oauth/connect", { form: { ...query, answer: "grant" } });
    const code = new URL(agreed.headers.get("location") ?? "").searchParams.get("code") ?? "";
    const form = { grant_type: "authorization_code", client_id: "keystring", redirect_uri: ACCEPT_URL, code };
    const wrong = await call("POST", "/v3/public/oauth/token", { form: { ...form, code_verifier: "w".repeat(64) } });
    expect(wrong.status).toBe(400);
    const right = await call("POST", "/v3/public/oauth/token", { form: { ...form, code_verifier: VERIFIER } });
    expect(right.json).toMatchObject({ token_type: "Bearer", expires_in: 3600 });
    const again = await call("POST", "/v3/public/oauth/token", { form: { ...form, code_verifier: VERIFIER } });
    expect(again.json.error).toBe("invalid_grant");
  });
});

describe("updateListingInventory", () => {
  const offering = { price: 16, quantity: 3, is_enabled: true, readiness_state_id: 1 };
  const moss = {
    sku: "MUG-MOSS",
    property_values: [{ property_id: 200, property_name: "Primary color", value_ids: [1], values: ["Moss"] }],
    offerings: [offering],
  };
  const on = { price_on_property: [200], quantity_on_property: [200], sku_on_property: [200] };
  const put = (json: unknown) => call("PUT", `/v3/application/listings/${mugs()}/inventory`, { json });

  it("loses what is left out", async () => {
    expect((await put({ products: [moss], ...on })).status).toBe(200);
    expect(Object.keys(etsy.controls.shown())).not.toContain("MUG-OAT");
  });

  it("refuses ids, nothing but zeros, and quantities that the properties do not explain", async () => {
    expect((await put({ products: [{ ...moss, product_id: 1 }], ...on })).json.error).toContain("product_id");
    const zero = { ...moss, offerings: [{ ...offering, quantity: 0 }] };
    expect((await put({ products: [zero], ...on })).json.error).toContain("greater than 0");
    const other = { ...moss, property_values: [], offerings: [{ ...offering, quantity: 4 }] };
    expect((await put({ products: [moss, other], ...on, quantity_on_property: [] })).json.error).toContain("quantity");
    expect(etsy.controls.shown()).toMatchObject({ "MUG-MOSS": 30, "MUG-OAT": 3 });
  });
});

describe("a listing", () => {
  const patch = (state: string) => {
    const { listingId } = [...etsy.state.listings.values()].find((one) => one.products[0]?.sku === "BRD-OAK") ?? {};
    return call("PATCH", `/v3/application/shops/40712345/listings/${listingId}`, { form: { state } });
  };

  it("sells out with its last unit, and costs a renewal to come back; switching off and on is free", async () => {
    await patch("inactive");
    await patch("active");
    expect(etsy.controls.tally().renewals).toBe(0);
    expect((await control("buy", { lines: [{ sku: "BRD-OAK", quantity: 1 }] })).json.ok).toBe(true);
    expect((await patch("inactive")).status).toBe(400);
    expect((await patch("active")).json).toMatchObject({ state: "active", quantity: 1 });
    expect((await call("GET", "/_control/tally")).json.renewals).toBe(1);
  });
});

describe("call limits", () => {
  it("are counted for the whole app, shown with each reply, and end in 429", async () => {
    etsy.controls.changeSettings({ callsPerSecondMax: 1_000, callsPerDayMax: 2 });
    const other = etsy.controls.grant().accessToken;
    expect((await call("GET", "/v3/application/users/me")).headers.get("x-remaining-today")).toBe("1");
    expect((await call("GET", "/v3/application/users/me", { token: other })).headers.get("x-limit-per-day")).toBe("2");
    const third = await call("GET", "/v3/application/users/me");
    expect(third.status).toBe(429);
    expect(Number(third.headers.get("retry-after"))).toBeGreaterThan(86_000);
  });
});

describe("the pages", () => {
  it("sell, and let the seller edit, switch off and cancel", async () => {
    expect((await call("GET", "/")).text).toMatch(/data-sku="MUG-OAT"[\s\S]*3 available/);
    const form = { "quantity:MUG-OAT": "2", username: "ann", countryIso: "GB", pay: "later" };
    const bought = await call("POST", "/buy", { form });
    const orderPath = bought.headers.get("location") ?? "";
    expect((await call("GET", orderPath)).text).toContain("Payment Processing");
    await call("POST", `${orderPath}/pay`, { form: {} });
    expect((await call("GET", "/orders")).text).toContain("Paid");
    expect(etsy.controls.shown()["MUG-OAT"]).toBe(1);
    await call("POST", "/seller/quantity", { form: { sku: "MUG-OAT", quantity: "9" } });
    await call("POST", "/seller/state", { form: { sku: "CAN-BEE", state: "inactive" } });
    await call("POST", "/seller/cancel", { form: { orderId: orderPath.split("/").at(-1) ?? "" } });
    expect(etsy.controls.shown()).toMatchObject({ "MUG-OAT": 9, "CAN-BEE": 0 });
    expect((await call("GET", "/seller")).text).toContain("Canceled");
  });

  it("sell what has no SKU too", async () => {
    const key = Object.keys(etsy.controls.shown()).find((one) => one.includes("#")) ?? "";
    await call("POST", "/buy", { form: { [`quantity:${key}`]: "1" } });
    expect(etsy.controls.shown()[key]).toBe(24);
  });
});

describe("the controls", () => {
  it("change settings by name, and refuse what they do not know", async () => {
    expect((await control("settings", { orderVisibilityLagMs: 5_000 })).json).toEqual({ ok: true });
    expect(etsy.state.settings).toMatchObject({ orderVisibilityLagMs: 5_000, callsPerSecondMax: 50 });
    expect((await control("settings", { nonsense: 1 })).status).toBe(400);
    expect((await control("pay", { orderId: "1" })).status).toBe(409);
  });

  it("show the state without the app's secrets", async () => {
    const { text, json } = await call("GET", "/_control/state");
    expect(json.seller.shopName).toBe("FernAndFlint");
    expect(text).not.toMatch(/"sharedSecret"|whsec_/);
  });
});
