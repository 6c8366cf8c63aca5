/** What is Etsy's own: the clauses, and what the emulator cannot show. */
import { describe, expect, it } from "vitest";
import type { RawNotification } from "#connectors/contract/connector.ts";
import { etsyFailure, etsyOrigins } from "#connectors/etsy/client.ts";
import { createEtsyConnector } from "#connectors/etsy/index.ts";
import { etsyManifest } from "#connectors/etsy/manifest.ts";
import { fromEtsy, toEtsy, toFloat } from "#connectors/etsy/money.ts";
import { receiptSchema } from "#connectors/etsy/receipts.ts";
import { toCarrierName } from "#connectors/etsy/shipments.ts";
import { createTransport, type RemoteCall } from "#connectors/transport/transport.ts";
import { createEtsyEmulator } from "#test/emulators/etsy/emulator.ts";
import { signature } from "#test/emulators/etsy/webhooks.ts";
import { openAccount, transportFor } from "./contract-world.ts";
import { proveEtsyDetails } from "./etsy-clauses.ts";
import { ETSY_ENDPOINT, etsyTestSettings, setupEtsy } from "./etsy-world.ts";

proveEtsyDetails("Etsy", setupEtsy);

const NOW = new Date("2026-11-22T12:00:00.000Z");

describe("Etsy's hosts", () => {
  it("are the API's and the site's, and one for an emulator", () => {
    const etsy = { api: "https://openapi.etsy.com", site: "https://www.etsy.com" };
    expect(etsyOrigins(undefined)).toEqual(etsy);
    expect(etsyOrigins("https://api.etsy.com")).toEqual({ ...etsy, api: "https://api.etsy.com" });
    const emulated = "http://127.0.0.1:4030";
    expect(etsyOrigins(`${emulated}/`)).toEqual({ api: emulated, site: emulated });
    expect(etsyOrigins("https://api.etsy.com.example").site).toBe("https://api.etsy.com.example");
  });
});

describe("a reply of Etsy's that is not 2xx", () => {
  const read = { operation: "getShopReceipts", effect: "read" } as const;
  const write = { operation: "updateListingInventory", effect: "write" } as const;
  const tracking = { operation: "createReceiptShipment", effect: "write" } as const;
  const reply = (status: number, body: unknown, headers: Record<string, string> = {}) => ({
    status,
    headers: new Headers(headers),
    text: typeof body === "string" ? body : JSON.stringify(body),
  });

  it.each<[string, number, unknown, Pick<RemoteCall, "operation" | "effect">, string]>([
    [
      "an expired token",
      401,
      { error: "invalid_token", error_description: "access token is expired" },
      read,
      "unauthorized",
    ],
    [
      "a spent refresh token",
      400,
      { error: "invalid_grant", error_description: "refresh_token is revoked" },
      write,
      "unauthorized",
    ],
    ["a missing scope", 403, { error: "insufficient_scope" }, read, "unauthorized"],
    [
      "our own wrong key",
      403,
      { error: "Invalid API key: should be in the format 'keystring:shared_secret'." },
      read,
      "rejected",
    ],
    ["another shop's receipt", 403, { error: "The user does not own this shop" }, read, "rejected"],
    ["an error while reading", 500, { error: "Server Error" }, read, "unavailable"],
    ["an error while writing", 500, { error: "Server Error" }, write, "outcome-unknown"],
    ["a gateway's page instead of JSON", 502, "<html>Bad gateway</html>", read, "unavailable"],
    ["a conflict", 409, { error: "Conflict" }, write, "rejected"],
    ["a conflict while mailing the buyer", 409, { error: "Conflict" }, tracking, "outcome-unknown"],
    ["calls used up", 429, { error: "Exceeded rate limit" }, write, "throttled"],
    ["an unknown listing", 404, { error: "Resource not found" }, read, "rejected"],
  ])("%s (%i)", (_, status, body, call, kind) => {
    expect(etsyFailure(reply(status, body), call).kind).toBe(kind);
  });

  it("waits as long as Etsy asks", () => {
    expect(etsyFailure(reply(429, {}, { "retry-after": "12" }), read)).toMatchObject({ retryAfterMs: 12_000 });
    expect(etsyFailure(reply(429, {}), read)).toMatchObject({ retryAfterMs: null });
  });

  it("says what Etsy said, without tokens or addresses", () => {
    const words = "Bad token 612345678.aVeryLongSecretOfAToken_123 of rosa@mail.example";
    const { message } = etsyFailure(reply(400, { error: words }), write);
    expect(message).toMatch(/Bad token \(token\) of \(e-mail\)/);
  });
});

describe("Etsy's money", () => {
  const like = { amount: 0, divisor: 100, currency_code: "GBP" };
  it("is exact both ways", () => {
    expect(fromEtsy({ ...like, amount: 1250 })).toEqual({ amount: "12.50", currency: "GBP" });
    expect(fromEtsy({ amount: 900, divisor: 1, currency_code: "JPY" })).toEqual({ amount: "900", currency: "JPY" });
    expect(toEtsy("12.5", like)).toEqual({ ...like, amount: 1250 });
    expect(toEtsy("12.505", like)).toBeNull();
    expect(toEtsy("12,50", like)).toBeNull();
    expect(toFloat({ ...like, amount: 1999 })).toBe(19.99);
  });
});

const cash = (amount: number) => ({ amount, divisor: 100, currency_code: "USD" });
const receipt = {
  receipt_id: 35,
  buyer_user_id: 7,
  buyer_email: null,
  name: "Rosa",
  status: "Fully Refunded",
  is_paid: true,
  is_shipped: false,
  created_timestamp: 1_790_000_000,
  updated_timestamp: 1_790_000_000,
  grandtotal: cash(1000),
  subtotal: cash(1000),
  total_price: cash(1000),
  transactions: [{ transaction_id: 1, quantity: 2, price: cash(500), listing_id: 9, sku: "", product_data: [] }],
};

describe("a receipt", () => {
  it("whose money is back before it was sent has nothing to send", () => {
    const { lines, status } = receiptSchema.parse(receipt);
    expect({ status, cancelled: lines[0]?.quantityCancelled }).toEqual({ status: "paid", cancelled: 2 });
    expect(receiptSchema.parse({ ...receipt, is_shipped: true }).lines[0]?.quantityCancelled).toBe(0);
  });

  it("of a buyer whose address is hidden has none, and an e-mail is the buyer's own", () => {
    expect(receiptSchema.parse(receipt).buyer).toMatchObject({ remoteId: "7", email: null, shippingAddress: null });
    const shown = receiptSchema.parse({ ...receipt, buyer_email: "rosa@mail.example", city: "York" }).buyer;
    expect(shown).toMatchObject({ email: "rosa@mail.example", emailIsRelay: false, shippingAddress: { city: "York" } });
  });

  it("leaves the variation open when Etsy names a choice but no product", () => {
    const choice = { ...receipt.transactions[0], variations: [{ property_id: 200, value_id: 5 }] };
    expect(receiptSchema.parse({ ...receipt, transactions: [choice] }).lines[0]?.listingRemoteId).toBeNull();
    const personal = { ...receipt.transactions[0], variations: [{ property_id: 54, value_id: null }] };
    expect(receiptSchema.parse({ ...receipt, transactions: [personal] }).lines[0]?.listingRemoteId).toBe("9");
  });

  it("with a status nobody has heard of is not guessed at", () => {
    expect(receiptSchema.safeParse({ ...receipt, status: "on hold" }).success).toBe(false);
  });
});

describe("reading receipts", () => {
  it("looks into no future window when a reply counts more receipts than it shows", async () => {
    const { connector, credentials } = await setupEtsy();
    const ends: number[] = [];
    const transport = createTransport({
      fetch: async (input) => {
        const to = new URL(String(input)).searchParams.get("max_last_modified");
        if (to !== null) ends.push(Number(to) * 1_000);
        return Response.json({ count: to === null ? 3 : 1, results: [receipt] });
      },
      budgets: { take: async () => ({ granted: true }), exhausted: async () => {} },
      limits: [],
      concurrencyMax: 1,
      timeoutMs: 1_000,
      toFailure: etsyFailure,
      nowMs: () => 0,
    });
    const channel = connector.open({ credentials, transport, now: () => NOW });
    await channel.readOrders({ cursor: null, since: new Date(NOW.getTime() - 24 * 3_600_000) });
    expect(ends).toHaveLength(1);
    expect(Math.max(...ends)).toBeLessThan(NOW.getTime());
  });

  it("passes by none that shows late, however many of its time show before it, and says so of none", async () => {
    const { connector, credentials } = await setupEtsy();
    let nowMs = NOW.getTime();
    let isShown = false;
    const ago = (seconds: number) => NOW.getTime() / 1_000 - seconds;
    const crowd = Array.from({ length: 450 }, (_, index) => ({
      ...receipt,
      receipt_id: 1_000 + index,
      updated_timestamp: ago(100 - Math.floor(index / 5)),
    }));
    const late = { ...receipt, receipt_id: 2, updated_timestamp: ago(95) };
    const transport = createTransport({
      fetch: async (input) => {
        const query = new URL(String(input)).searchParams;
        const [from, to, offset] = [
          query.get("min_last_modified"),
          query.get("max_last_modified"),
          query.get("offset"),
        ];
        const found = query.get("was_canceled") === "true" ? [] : [...crowd, ...(isShown ? [late] : [])];
        const inside = found.filter(
          ({ updated_timestamp: at }) => at >= Number(from) && (to === null || at <= Number(to)),
        );
        // Only once its window was read.
        isShown ||= Number(from) > late.updated_timestamp;
        const results = inside.slice(Number(offset), Number(offset) + 100);
        return Response.json({ count: inside.length, results });
      },
      budgets: { take: async () => ({ granted: true }), exhausted: async () => {} },
      limits: [],
      concurrencyMax: 1,
      timeoutMs: 1_000,
      toFailure: etsyFailure,
      nowMs: () => 0,
    });
    const channel = connector.open({ credentials, transport, now: () => new Date(nowMs) });
    const seen = new Set<string>();
    let cursor: string | null = null;
    for (let pages = 0; pages < 60; pages += 1) {
      const page = await channel.readOrders({ cursor, since: new Date(ago(3_600) * 1_000) });
      if (!page.ok) throw new Error(page.failure.message);
      for (const one of page.value.orders) seen.add(one.remoteId);
      cursor = page.value.nextCursor;
      const { completeThrough, more } = page.value;
      if (completeThrough && completeThrough.getTime() > late.updated_timestamp * 1_000) expect(seen).toContain("2");
      if (!more) nowMs += 60_000;
    }
    expect(seen.size).toBe(451);
  });
});

describe("carriers", () => {
  it.each([
    ["Royal Mail", "royal-mail"],
    ["DPD UK", "dpd-uk"],
    ["UPS", "ups"],
    ["Joe's Vans", "other"],
    [null, "other"],
  ])("%s is %s at Etsy", (carrier, name) => {
    expect(toCarrierName(carrier)).toBe(name);
  });
});

describe("Etsy's webhooks", () => {
  const connector = createEtsyConnector(etsyTestSettings);
  const unused = { send: () => Promise.reject(new Error("a webhook needs no call")) };
  const parse = (raw: RawNotification) => connector.parseNotification(raw, { transport: unused, now: NOW });

  function raw(body: unknown, { atS = NOW.getTime() / 1000, before = "" } = {}): RawNotification {
    const text = JSON.stringify(body);
    const signed = signature(etsyTestSettings.webhookSecret, "msg_1", atS, text);
    const headers = new Headers({
      "webhook-id": "msg_1",
      "webhook-timestamp": String(atS),
      "webhook-signature": `${before}${signed}`,
    });
    return {
      method: "POST",
      endpoint: ETSY_ENDPOINT,
      query: new URLSearchParams(),
      headers,
      body: new TextEncoder().encode(text),
    };
  }
  const body = {
    event_type: "ORDER_PAID",
    resource_url: "https://openapi.etsy.com/v3/application/shops/40712345/receipts/3500000001",
    shop_id: "40712345",
  };

  it("name the shop and the order, whichever way Etsy writes them", async () => {
    const hint = {
      kind: "hint",
      id: "msg_1",
      topic: "order.paid",
      remoteAccountId: "40712345",
      orderRemoteId: "3500000001",
    };
    expect(await parse(raw(body))).toMatchObject(hint);
    expect(await parse(raw({ ...body, event_type: "order.paid", shop_id: 40_712_345 }))).toMatchObject(hint);
  });

  it("may carry several signatures, while a secret is being changed", async () => {
    expect(await parse(raw(body, { before: "v1,bm90IHRoaXMgb25l v1a,AAAA " }))).toMatchObject({ kind: "hint" });
  });

  it("are refused when they are old, or from the future", async () => {
    for (const offS of [-301, 301]) {
      const answer = await parse(raw(body, { atS: NOW.getTime() / 1000 + offS }));
      expect(answer).toMatchObject({ kind: "refused", status: 401 });
    }
  });

  it("come again with the same id until they are taken, and twice or not at all when Etsy stumbles", async () => {
    let refusals = 2;
    const ids: (string | null)[] = [];
    const { controls, state } = createEtsyEmulator({
      ...etsyTestSettings,
      webhookEndpoint: ETSY_ENDPOINT,
      clock: { now: () => NOW, sleep: async () => {} },
      send: async (request) => {
        ids.push(request.headers.get("webhook-id"));
        refusals -= 1;
        return new Response(null, { status: refusals < 0 ? 204 : 500 });
      },
    });
    const buy = () => controls.buy({ lines: [{ sku: "CAN-BEE", quantity: 1 }] });
    buy();
    await controls.settled();
    expect(new Set(ids).size).toBe(1);
    expect(ids).toHaveLength(3);
    controls.disturbNotifications({ lose: 1 });
    buy();
    controls.disturbNotifications({ lose: 0, double: 1 });
    buy();
    await controls.settled();
    expect(ids).toHaveLength(5);
    expect(state.deliveries.map((one) => one.outcome)).toEqual(["delivered", "lost", "delivered"]);
  });
});

describe("Etsy's call limits", () => {
  it("are the app's, for all merchants and all operations", () => {
    expect(
      etsyManifest.limits.map(({ scope, operations, callsMax, windowMs }) => [scope, operations, callsMax, windowMs]),
    ).toEqual([
      ["app", "*", 10, 1_000],
      ["app", "*", 10_000, 86_400_000],
    ]);
  });

  it("when they are used up, end a batch as throttled, for as long as Etsy says", async () => {
    const world = await setupEtsy({ settings: { callsPerSecondMax: 4 } });
    for (let index = 0; index < 3; index += 1) {
      await world.market.addListing({ sku: `CARD-${index}`, title: "Card", quantity: 5, price: "2.00" });
    }
    const channel = openAccount(world);
    const page = await channel.readListings(null);
    if (!page.ok) throw new Error(page.failure.message);
    const writes = page.value.listings.map(({ ref }) => ({ ref, quantity: 2 }));
    const results = await channel.writeQuantities(writes);
    expect(results).toContainEqual({
      outcome: "failed",
      failure: { kind: "throttled", scope: "app", retryAfterMs: 1_000, message: expect.any(String) },
    });
    world.clock.advance(1_000);
    for (const write of writes) {
      await channel.writeQuantities([write]);
      world.clock.advance(1_000);
    }
    expect(Object.values(world.emulator.controls.shown())).toEqual([2, 2, 2]);
  });

  it("never leave a call on its way that our own budget refused", async () => {
    const world = await setupEtsy();
    await world.market.addListing({ sku: "CARD", title: "Card", quantity: 5, price: "2.00" });
    let left = 1;
    const transport = createTransport({
      fetch: world.fetch,
      budgets: {
        take: async () => (left-- > 0 ? { granted: true } : { granted: false, retryAfterMs: 500 }),
        exhausted: async () => {},
      },
      limits: etsyManifest.limits,
      concurrencyMax: 1,
      timeoutMs: 1_000,
      toFailure: etsyFailure,
      nowMs: () => 0,
    });
    const channel = world.connector.open({ credentials: world.credentials, transport, now: () => world.clock.now() });
    const ref = { remoteId: String([...world.emulator.state.listings.keys()][0]), sku: "CARD", groupId: null };
    const [result] = await channel.writeQuantities([{ ref, quantity: 2 }]);
    expect(result).toMatchObject({ outcome: "failed", failure: { kind: "throttled", retryAfterMs: 500 } });
    expect(world.emulator.controls.shown()).toEqual({ CARD: 5 });
  });
});

describe("what Etsy cannot do", () => {
  it("is said in words: no cancellation, no subscription", async () => {
    const world = await setupEtsy();
    const transport = transportFor(world);
    const channel = world.connector.open({ credentials: world.credentials, transport, now: () => world.clock.now() });
    const cancelled = await channel.cancelOrder({ orderRemoteId: "35", reason: "out-of-stock", lines: null });
    expect(cancelled).toMatchObject({
      failure: { kind: "rejected", message: expect.stringMatching(/Cancel order 35 in Etsy's Shop Manager/) },
    });
    expect(await channel.subscribe({ endpoint: ETSY_ENDPOINT })).toEqual({ ok: true, value: { topics: [] } });
    expect(transport.operations).toEqual([]);
  });

  it("as a shop on holiday, is a warning", async () => {
    const world = await setupEtsy({ settings: { isOnHoliday: true } });
    const channel = openAccount(world);
    expect(await channel.checkAccess()).toMatchObject({
      value: { displayName: "FernAndFlint", warnings: [expect.stringMatching(/holiday/)] },
    });
  });
});
