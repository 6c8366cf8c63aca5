/** The token of a shop: asked of the database once, and again when Shopify refuses it or it is about to end. */
import { Session } from "@shopify/shopify-api";
import { beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "#app/clock.ts";
import type { Db } from "#app/db.server.ts";
import { createTokenSource, type TokenSource } from "#app/shopify/access.ts";

const SHOP = "a.myshopify.com";

describe("a shop's token", () => {
  let stored: Session | undefined;
  let reads: number;
  let nowMs: number;
  let token: TokenSource;

  const session = (accessToken: string, endsInMs: number) =>
    new Session({
      id: `offline_${SHOP}`,
      shop: SHOP,
      state: "",
      isOnline: false,
      accessToken,
      expires: new Date(nowMs + endsInMs),
    });

  beforeEach(() => {
    nowMs = Date.UTC(2026, 10, 26);
    stored = session("first", 60 * 60_000);
    reads = 0;
    token = createTokenSource({
      db: {} as Db,
      clock: { ...systemClock, now: () => new Date(nowMs) },
      fetch: () => Promise.reject(new Error("nothing is refreshed here")),
      storage: {
        loadSession() {
          reads += 1;
          return Promise.resolve(stored);
        },
        storeSession: () => Promise.resolve(true),
        deleteSession: () => Promise.resolve(true),
        deleteSessions: () => Promise.resolve(true),
        findSessionsByShop: () => Promise.resolve([]),
      },
      adminOrigin: (shop) => `https://${shop}`,
      apiKey: "key",
      apiSecret: "secret",
      workerId: "w1",
    });
  });

  it("is read once", async () => {
    expect([await token(SHOP), await token(SHOP), reads]).toEqual([
      { ok: true, value: "first" },
      { ok: true, value: "first" },
      1,
    ]);
  });

  it("is read again once Shopify refused it: the merchant may have installed the app anew", async () => {
    await token(SHOP);
    stored = session("second", 60 * 60_000);
    expect(await token(SHOP, "first")).toEqual({ ok: true, value: "second" });
    expect(await token(SHOP)).toEqual({ ok: true, value: "second" });
  });

  it("that is still the one refused is no token", async () => {
    await token(SHOP);
    expect(await token(SHOP, "first")).toMatchObject({ ok: false, failure: { kind: "unauthorized" } });
  });

  it("is read again before it ends: another worker may have a newer one", async () => {
    stored = session("first", 5 * 60_000 + 50);
    await token(SHOP);
    stored = session("second", 60 * 60_000);
    nowMs += 100;
    expect(await token(SHOP)).toEqual({ ok: true, value: "second" });
  });

  it("is gone with the session", async () => {
    stored = undefined;
    expect(await token(SHOP)).toMatchObject({ ok: false, failure: { kind: "unauthorized" } });
  });

  describe("when it is refreshed", () => {
    let reply: object;
    const refreshed = () =>
      createTokenSource({
        db: { $queryRaw: () => Promise.resolve([{ fence: 1, unclean: false }]), $executeRaw: () => 1 } as unknown as Db,
        clock: { ...systemClock, now: () => new Date(nowMs) },
        fetch: () => Promise.resolve(Response.json(reply)),
        storage: {
          loadSession: () => Promise.resolve(stored),
          storeSession(session) {
            stored = session;
            return Promise.resolve(true);
          },
          deleteSession: () => Promise.resolve(true),
          deleteSessions: () => Promise.resolve(true),
          findSessionsByShop: () => Promise.resolve([]),
        },
        adminOrigin: (shop) => `https://${shop}`,
        apiKey: "key",
        apiSecret: "secret",
        workerId: "w1",
      })(SHOP);
    const WHOLE = {
      access_token: "second",
      scope: "read_products",
      expires_in: 3_600,
      refresh_token: "r2",
      refresh_token_expires_in: 7_776_000,
    };
    beforeEach(() => {
      stored = session("first", 0);
      stored.refreshToken = "r1";
      stored.scope = "read_products,write_orders";
    });

    it.each([
      ["expires_in", undefined],
      ["expires_in", "soon"],
      ["scope", undefined],
      ["refresh_token_expires_in", null],
    ])("both tokens are kept though the reply's %s is %s", async (name, value) => {
      reply = { ...WHOLE, [name]: value };
      expect(await refreshed()).toEqual({ ok: true, value: "second" });
      expect(stored).toMatchObject({ accessToken: "second", refreshToken: "r2" });
      expect(stored?.scope).toBe(name === "scope" ? "read_products,write_orders" : "read_products");
      const livesMs = (stored?.expires?.getTime() ?? 0) - nowMs;
      expect(livesMs).toBe(name === "expires_in" ? 15 * 60_000 : 60 * 60_000);
    });

    it("a new refresh token is kept even where the access token is missing", async () => {
      reply = { ...WHOLE, access_token: undefined };
      expect(await refreshed()).toMatchObject({ ok: false, failure: { kind: "unavailable" } });
      expect(stored).toMatchObject({ accessToken: "first", refreshToken: "r2" });
    });

    it("a reply with neither changes nothing", async () => {
      reply = { error: "odd" };
      expect(await refreshed()).toMatchObject({ ok: false, failure: { kind: "unavailable" } });
      expect(stored).toMatchObject({ accessToken: "first", refreshToken: "r1" });
    });
  });
});
