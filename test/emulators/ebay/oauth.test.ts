import { describe, expect, it } from "vitest";
import { scope } from "./oauth.ts";
import { openBench } from "./test-bench.ts";

const HOUR_MS = 60 * 60 * 1_000;
const ITEMS = "/sell/inventory/v1/inventory_item";
const BASIC = `Basic ${Buffer.from("lockstep-app:secret").toString("base64")}`;

function bench() {
  const open = openBench();
  const consentQuery = (change: Record<string, string> = {}) =>
    new URLSearchParams({
      client_id: "lockstep-app",
      redirect_uri: "Lockstep-RuName",
      response_type: "code",
      scope: scope("sell.inventory"),
      state: "s 1",
      ...change,
    });
  const token = (form: Record<string, string>, authorization = BASIC) =>
    open.call("POST", "/identity/v1/oauth2/token", {
      body: new URLSearchParams(form).toString(),
      headers: { authorization, "content-type": "application/x-www-form-urlencoded" },
    });
  const answer = (value: "agree" | "decline") =>
    open.call("POST", "/oauth2/authorize", {
      body: `${consentQuery()}&answer=${value}`,
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
  const agreed = async (): Promise<string> =>
    new URL((await answer("agree")).headers.get("location") ?? "").searchParams.get("code") ?? "";
  const exchange = (code: string) => token({ grant_type: "authorization_code", code, redirect_uri: "Lockstep-RuName" });
  return { ...open, consentQuery, token, answer, agreed, exchange };
}

describe("consent", () => {
  it("shows who asks for what, and sends the person who agrees to the registered address", async () => {
    const { call, consentQuery, answer } = bench();
    const page = await call("GET", `/oauth2/authorize?${consentQuery()}`);
    expect(page.text).toContain("Agree and continue");
    expect(page.text).toContain("sell.inventory");
    const reply = await answer("agree");
    expect(reply.status).toBe(302);
    const location = new URL(reply.headers.get("location") ?? "");
    expect(`${location.origin}${location.pathname}`).toBe("https://app.test/auth/ebay");
    expect(location.searchParams.get("state")).toBe("s 1");
    expect(location.searchParams.get("expires_in")).toBe("299");
    expect(location.searchParams.get("code")).toMatch(/^v\^1\.1#/);
  });

  it("sends the person who declines back with an error", async () => {
    const location = (await bench().answer("decline")).headers.get("location") ?? "";
    expect(new URL(location).searchParams.get("error")).toBe("access_denied");
  });

  it.each<Record<string, string>>([
    { client_id: "someone" },
    { redirect_uri: "https://app.test/auth/ebay" },
    { response_type: "token" },
    { scope: scope("sell.everything") },
    { scope: "" },
  ])("refuses %j", async (wrong) => {
    const { call, consentQuery } = bench();
    expect((await call("GET", `/oauth2/authorize?${consentQuery(wrong)}`)).status).toBe(400);
  });
});

describe("tokens", () => {
  it("come for a code once, within five minutes", async () => {
    const { agreed, exchange, clock } = bench();
    const code = await agreed();
    const first = await exchange(code);
    expect(first.json).toMatchObject({
      expires_in: 7_200,
      refresh_token_expires_in: 47_304_000,
      token_type: "User Access Token",
    });
    expect((await exchange(code)).json.error).toBe("invalid_grant");
    const late = await agreed();
    await clock.advance(300_000);
    expect((await exchange(late)).json.error).toBe("invalid_grant");
  });

  it("live two hours, and a refresh brings another while the refresh token stays", async () => {
    const { agreed, exchange, token, call, clock } = bench();
    const granted = (await exchange(await agreed())).json;
    expect((await call("GET", ITEMS, { token: granted.access_token })).status).toBe(200);
    await clock.advance(2 * HOUR_MS);
    const expired = await call("GET", ITEMS, { token: granted.access_token });
    expect(expired).toMatchObject({ status: 401, json: { errors: [{ errorId: 1001, domain: "OAuth" }] } });
    for (let round = 0; round < 2; round += 1) {
      const fresh = (await token({ grant_type: "refresh_token", refresh_token: granted.refresh_token })).json;
      expect(fresh.refresh_token).toBeUndefined();
      expect((await call("GET", ITEMS, { token: fresh.access_token })).status).toBe(200);
    }
    await clock.advance(550 * 24 * HOUR_MS);
    const over = await token({ grant_type: "refresh_token", refresh_token: granted.refresh_token });
    expect(over).toMatchObject({ status: 400, json: { error: "invalid_grant" } });
  });

  it("need the application's own credentials and no more scopes than granted", async () => {
    const { agreed, exchange, token } = bench();
    const { refresh_token } = (await exchange(await agreed())).json;
    const refresh = { grant_type: "refresh_token", refresh_token };
    expect(await token(refresh, "Basic d3Jvbmc6d3Jvbmc=")).toMatchObject({
      status: 401,
      json: { error: "invalid_client" },
    });
    expect((await token({ ...refresh, scope: scope("sell.finances") })).json.error).toBe("invalid_scope");
    expect((await token({ grant_type: "password" })).json.error).toBe("unsupported_grant_type");
  });

  it("open only what their scopes allow", async () => {
    const { call, controls, applicationToken } = bench();
    const readOnly = controls.grant([scope("sell.inventory.readonly")]).accessToken;
    expect((await call("GET", ITEMS, { token: readOnly })).status).toBe(200);
    const write = await call("POST", "/sell/inventory/v1/bulk_update_price_quantity", {
      token: readOnly,
      body: { requests: [{ sku: "MUG-OCHRE", shipToLocationAvailability: { quantity: 1 } }] },
    });
    expect(write).toMatchObject({ status: 403, json: { errors: [{ errorId: 1100, domain: "ACCESS" }] } });
    expect((await call("GET", ITEMS, { token: await applicationToken() })).status).toBe(403);
    expect((await call("GET", ITEMS, { token: null })).json.errors[0].errorId).toBe(1002);
  });

  it("can all be ended by a control", async () => {
    const { call, controls } = bench();
    expect((await call("GET", ITEMS)).status).toBe(200);
    controls.expireTokens();
    expect((await call("GET", ITEMS)).status).toBe(401);
  });
});
