import { describe, expect, it } from "vitest";
import { API_KEY, API_SECRET, type Bench, createBench, SHOP } from "./emulated-app.ts";

const TOKEN_PATH = "/admin/oauth/access_token";
const client = { client_id: API_KEY, client_secret: API_SECRET };

function exchange(bench: Bench, subjectToken: string, more: object = {}) {
  return bench.post(TOKEN_PATH, {
    ...client,
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: subjectToken,
    subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
    requested_token_type: "urn:shopify:params:oauth:token-type:offline-access-token",
    expiring: "1",
    ...more,
  });
}

function refresh(bench: Bench, refreshToken: unknown) {
  return bench.post(TOKEN_PATH, { ...client, grant_type: "refresh_token", refresh_token: refreshToken });
}

const works = async (bench: Bench, token: unknown) =>
  (await bench.graphql("{ shop { id } }", {}, String(token))).status === 200;

describe("token exchange", () => {
  it("turns a session token into an offline token of an hour with a refresh token of ninety days", async () => {
    const bench = createBench();
    const reply = await exchange(bench, bench.emulator.controls.mintIdToken(SHOP));
    expect(reply).toMatchObject({ status: 200, body: { expires_in: 3_600, refresh_token_expires_in: 7_776_000 } });
    expect(await works(bench, reply.body.access_token)).toBe(true);
    await bench.clock.advance(3_600_000);
    expect(await works(bench, reply.body.access_token)).toBe(false);
  });

  it("refuses a session token that is forged, expired or of another app", async () => {
    const bench = createBench();
    const good = bench.emulator.controls.mintIdToken(SHOP);
    expect(await exchange(bench, `${good}x`)).toMatchObject({ status: 400, body: { error: "invalid_subject_token" } });
    await bench.clock.advance(80_000);
    expect(await exchange(bench, good)).toMatchObject({ status: 400, body: { error: "invalid_subject_token" } });
    const other = createBench({ apiKey: "another-key" });
    const foreign = other.emulator.controls.mintIdToken(SHOP);
    expect((await exchange(createBench(), foreign)).status).toBe(400);
  });

  it("refuses a wrong secret, and an offline token that would not expire", async () => {
    const bench = createBench();
    const good = bench.emulator.controls.mintIdToken(SHOP);
    expect((await exchange(bench, good, { client_secret: "guess" })).body.error).toBe("invalid_client");
    expect((await exchange(bench, good, { expiring: "0" })).status).toBe(400);
  });
});

describe("refresh", () => {
  it("rotates: the new pair works, the replaced refresh token is refused for good", async () => {
    const bench = createBench();
    const { body: first } = await exchange(bench, bench.emulator.controls.mintIdToken(SHOP));
    await bench.clock.advance(3_600_000);
    const second = await refresh(bench, first.refresh_token);
    expect(second.status).toBe(200);
    expect(second.body.refresh_token).not.toBe(first.refresh_token);
    expect(await works(bench, second.body.access_token)).toBe(true);
    expect((await refresh(bench, first.refresh_token)).status).toBe(401);
    expect((await refresh(bench, second.body.refresh_token)).status).toBe(200);
  });

  it("ends with the refresh token, and with the app", async () => {
    const bench = createBench();
    const { body } = await exchange(bench, bench.emulator.controls.mintIdToken(SHOP));
    bench.emulator.controls.uninstall(SHOP);
    expect((await refresh(bench, body.refresh_token)).status).toBe(401);
    expect(await works(bench, body.access_token)).toBe(false);
    expect(await bench.payloads("app/uninstalled")).toMatchObject([{ myshopify_domain: SHOP }]);
  });
});

describe("faults by operation name", () => {
  it("answer an error before or after the deed", async () => {
    const bench = createBench();
    const line = { quantity: 1, title: "x", priceSet: { shopMoney: { amount: "1", currencyCode: "GBP" } } };
    const create = () =>
      bench.graphql(
        "mutation ($order: OrderCreateOrderInput!) { orderCreate(order: $order) { order { id } userErrors { message } } }",
        { order: { lineItems: [line] } },
      );
    const { faults } = bench.emulator;
    faults.add({ operation: "orderCreate", kind: "status", status: 503 });
    expect((await create()).status).toBe(503);
    expect(bench.emulator.store(SHOP).orders.size).toBe(0);
    faults.add({ operation: "orderCreate", kind: "drop-after" });
    const lost = await bench.emulator.app.request("/admin/api/2026-10/graphql.json", {
      method: "POST",
      headers: { "content-type": "application/json", "x-shopify-access-token": bench.accessToken },
      body: JSON.stringify({
        query:
          "mutation ($order: OrderCreateOrderInput!) { orderCreate(order: $order) { order { id } userErrors { message } } }",
        variables: { order: { lineItems: [line] } },
      }),
    });
    expect(lost.headers.get("x-emulator-lost")).toBe("drop-after");
    expect(bench.emulator.store(SHOP).orders.size).toBe(1);
    faults.add({ operation: "tokenRefresh", kind: "status", status: 500 });
    const { refreshToken } = bench.emulator.controls.issueAccessToken(SHOP);
    expect((await refresh(bench, refreshToken)).status).toBe(500);
    expect((await refresh(bench, refreshToken)).status).toBe(200);
    expect(faults.calls.map((one) => one.operation)).toContain("orderCreate");
  });
});
