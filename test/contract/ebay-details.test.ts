/** What is eBay's own, and what its emulator cannot show: odd replies, from the documentation. */
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { nextDayIn } from "#connectors/contract/calendar-day.ts";
import { toExact } from "#connectors/contract/money.ts";
import { ebayFailure, ebayOrigins } from "#connectors/ebay/client.ts";
import { createEbayConnector } from "#connectors/ebay/index.ts";
import { EBAY_DAY } from "#connectors/ebay/manifest.ts";
import { toMoney } from "#connectors/ebay/money.ts";
import { toCarrierCode, toTrackingNumber } from "#connectors/ebay/shipments.ts";
import type { RemoteCall } from "#connectors/transport/transport.ts";

import { type Answer, answering, connector, HOUR_MS, NOW, ref, type Sent, TOKEN } from "./ebay-bench.ts";

describe("eBay's hosts", () => {
  it("are three in production and the sandbox, and one for an emulator", () => {
    expect(ebayOrigins(undefined).apiz).toBe("https://apiz.ebay.com");
    expect(ebayOrigins("https://api.sandbox.ebay.com")).toEqual({
      api: "https://api.sandbox.ebay.com",
      apiz: "https://apiz.sandbox.ebay.com",
      auth: "https://auth.sandbox.ebay.com",
    });
    const emulated = "http://127.0.0.1:4010";
    expect(ebayOrigins(`${emulated}/`)).toEqual({ api: emulated, apiz: emulated, auth: emulated });
  });

  it("are not fooled by a name that only begins like eBay's", () => {
    expect(ebayOrigins("https://api.ebay.com.example").auth).toBe("https://api.ebay.com.example");
  });
});

describe("a reply that is not 2xx", () => {
  const read = { operation: "getOrders", effect: "read" } as const;
  const write = { operation: "bulkUpdatePriceQuantity", effect: "write" } as const;
  const reply = (status: number, body: unknown, headers: Record<string, string> = {}) => ({
    status,
    headers: new Headers(headers),
    text: typeof body === "string" ? body : JSON.stringify(body),
  });
  const error = (errorId: number, message: string, domain = "API_INVENTORY") => ({
    errors: [{ errorId, domain, category: "REQUEST", message }],
  });

  it.each<[string, number, unknown, Pick<RemoteCall, "operation" | "effect">, string]>([
    ["a system error while reading", 500, error(25001, "A system error has occurred."), read, "unavailable"],
    ["a system error while writing", 500, error(25001, "A system error has occurred."), write, "outcome-unknown"],
    ["a gateway's page instead of JSON", 502, "<html>Bad gateway</html>", read, "unavailable"],
    ["concurrent access", 400, error(25025, "Concurrent access. Please try again later"), write, "unavailable"],
    ["an expired token", 401, error(1001, "Invalid access token", "OAuth"), read, "unauthorized"],
    ["a missing scope", 403, error(1100, "Access denied", "ACCESS"), read, "unauthorized"],
    ["withdrawn consent", 400, { error: "invalid_grant", error_description: "revoked" }, read, "unauthorized"],
    ["our own wrong secret", 401, { error: "invalid_client", error_description: "failed" }, read, "rejected"],
    ["a day's calls used up", 429, error(2001, "Too many requests.", "ACCESS"), write, "throttled"],
    ["a request that is wrong", 400, error(25709, "Invalid value for sku."), write, "rejected"],
    ["an unknown path", 404, "", read, "rejected"],
  ])("%s (%i)", (_, status, body, call, kind) => {
    expect(ebayFailure(reply(status, body), call).kind).toBe(kind);
  });

  it("says what eBay said, with the code, and without tokens or addresses that eBay repeats", () => {
    const message = "Invalid value for x: v^1.1#i^1#secret of buyer@members.ebay.com";
    const failure = ebayFailure(reply(400, error(25709, message)), write);
    expect(failure).toMatchObject({ kind: "rejected", code: "25709" });
    expect(failure.message).toContain("error 25709");
    expect(failure.message).not.toMatch(/v\^1\.1|members\.ebay/);
  });

  it("waits as long as eBay asks, in seconds or until a date", () => {
    const seconds = ebayFailure(reply(429, {}, { "retry-after": "12" }), read);
    expect(seconds).toMatchObject({ retryAfterMs: 12_000 });
    const date = "Sun, 22 Nov 2026 12:01:00 GMT";
    const until = ebayFailure(reply(429, {}, { "retry-after": date, date: "Sun, 22 Nov 2026 12:00:00 GMT" }), read);
    expect(until).toMatchObject({ retryAfterMs: 60_000 });
    expect(ebayFailure(reply(429, {}), read)).toMatchObject({ retryAfterMs: null });
  });
});

describe("an id that no address can carry", () => {
  it.each(["..", "."])("is refused in words before anything is sent: %s", async (id) => {
    const { channel, sent } = answering(() => ({ status: 200, body: {} }));
    const rejected = {
      ok: false,
      failure: { kind: "rejected", scope: "item", message: expect.stringContaining("..") },
    };
    expect(await channel.readOrder(id)).toMatchObject(rejected);
    expect(await channel.readShipments(id)).toMatchObject(rejected);
    expect(sent).toEqual([]);
  });
});

describe("writing quantities", () => {
  const rows = (sent: Sent | undefined): { sku: string; offers: unknown[] }[] =>
    JSON.parse(sent?.body ?? "{}").requests;
  const accepted = (sent: Sent): Answer => ({
    status: 200,
    body: {
      responses: rows(sent).flatMap((row) =>
        (row.offers as { offerId: string }[]).map(({ offerId }) => ({ sku: row.sku, offerId, statusCode: 200 })),
      ),
    },
  });

  it("sends both quantities and no price, one row per SKU, both offers in it", async () => {
    const { channel, sent } = answering(accepted);
    const results = await channel.writeQuantities([
      { ref: ref("1"), quantity: 3 },
      { ref: ref("9", "LAMP"), quantity: 0 },
      { ref: ref("2"), quantity: 5 },
    ]);
    expect(results).toEqual([{ outcome: "accepted" }, { outcome: "accepted" }, { outcome: "accepted" }]);
    expect(rows(sent[0])).toEqual([
      {
        sku: "MUG",
        shipToLocationAvailability: { quantity: 5 },
        offers: [
          { offerId: "1", availableQuantity: 3 },
          { offerId: "2", availableQuantity: 5 },
        ],
      },
      { sku: "LAMP", shipToLocationAvailability: { quantity: 0 }, offers: [{ offerId: "9", availableQuantity: 0 }] },
    ]);
  });

  it("sends an offer once when it is written twice, and answers twice", async () => {
    const { channel, sent } = answering(accepted);
    const results = await channel.writeQuantities([
      { ref: ref("1"), quantity: 3 },
      { ref: ref("1"), quantity: 4 },
    ]);
    expect(results).toEqual([{ outcome: "accepted" }, { outcome: "accepted" }]);
    expect(rows(sent[0])).toMatchObject([{ offers: [{ offerId: "1", availableQuantity: 4 }] }]);
  });

  it("goes row by row when eBay refuses the batch for its size, so that one bad row blocks none", async () => {
    const { channel, sent } = answering((one) => {
      const batch = rows(one);
      if (batch.length > 1 || batch[0]?.sku === "BAD") {
        return { status: 400, body: { errors: [{ errorId: 25709, message: "Invalid value for requests." }] } };
      }
      return accepted(one);
    });
    const results = await channel.writeQuantities(
      ["A", "BAD", "C"].map((sku, index) => ({ ref: ref(String(index), sku), quantity: 1 })),
    );
    expect(results.map((one) => one.outcome)).toEqual(["accepted", "failed", "accepted"]);
    expect(sent).toHaveLength(4);
  });

  it.each([
    ["the day's revisions", 400, 25002, "The maximum number of revisions for this listing was reached.", "throttled"],
    ["concurrent access", 409, 25025, "Concurrent access of Inventory. Please try again later", "unavailable"],
    ["a system error", 500, 25001, "A system error has occurred.", "outcome-unknown"],
    ["a listing on hold", 400, 25759, "The transaction is not possible as the parent listing is on-hold.", "rejected"],
  ])("reads each row for itself: %s", async (_, statusCode, errorId, message, kind) => {
    const { channel } = answering(() => ({
      status: 207,
      body: {
        responses: [
          { sku: "MUG", offerId: "1", statusCode, errors: [{ errorId, message }] },
          { sku: "LAMP", offerId: "9", statusCode: 200 },
        ],
      },
    }));
    const [bad, good] = await channel.writeQuantities([
      { ref: ref("1"), quantity: 3 },
      { ref: ref("9", "LAMP"), quantity: 3 },
    ]);
    expect(bad).toMatchObject({ outcome: "failed", failure: { kind } });
    expect(good).toEqual({ outcome: "accepted" });
    // 12:00 UTC is 4 in the morning in San Jose.
    if (kind === "throttled") expect(bad).toMatchObject({ failure: { retryAfterMs: 20 * HOUR_MS } });
  });

  it("does not take a 200 without rows, or without this row, for a yes", async () => {
    for (const text of ['{"responses":[]}', "{}", "OK"]) {
      const { channel } = answering(() => ({ status: 200, text }));
      const [result] = await channel.writeQuantities([{ ref: ref("1"), quantity: 3 }]);
      expect(result).toMatchObject({ outcome: "failed", failure: { kind: "outcome-unknown" } });
    }
  });

  it("takes an offer for failed when only its inventory item was changed", async () => {
    const { channel } = answering(() => ({
      status: 207,
      body: {
        responses: [
          { sku: "MUG", statusCode: 200 },
          { sku: "MUG", offerId: "1", statusCode: 404 },
        ],
      },
    }));
    const [result] = await channel.writeQuantities([{ ref: ref("1"), quantity: 3 }]);
    expect(result).toMatchObject({ outcome: "failed", failure: { kind: "rejected" } });
  });
});

describe("reading listings", () => {
  const item = { sku: "MUG", availability: { shipToLocationAvailability: { quantity: 7 } }, product: { title: "Mug" } };
  const offer = {
    offerId: "1",
    sku: "MUG",
    marketplaceId: "EBAY_GB",
    format: "FIXED_PRICE",
    status: "PUBLISHED",
    availableQuantity: 5,
    pricingSummary: { price: { value: "12.5", currency: "GBP" } },
    listing: { listingId: "110", listingStatus: "ACTIVE" },
  };
  const shop = (items: unknown[], offers: unknown[]) =>
    answering(({ url }) =>
      url.pathname.endsWith("/offer")
        ? { status: 200, body: { offers, total: offers.length } }
        : { status: 200, body: { inventoryItems: items, total: items.length } },
    ).channel;
  const first = async (items: unknown[], offers: unknown[]) => {
    const page = await shop(items, offers).readListings(null);
    if (!page.ok) throw new Error(page.failure.message);
    return page.value;
  };

  it("shows the smaller quantity, the price with two decimals, and the site's page", async () => {
    const { listings } = await first([item], [offer]);
    expect(listings).toMatchObject([
      {
        quantity: 5,
        price: { amount: "12.50", currency: "GBP" },
        url: "https://www.ebay.co.uk/itm/110",
        state: "active",
      },
    ]);
  });

  it("does not read a missing quantity as zero", async () => {
    const { listings } = await first([{ sku: "MUG" }], [offer]);
    expect(listings).toMatchObject([{ quantity: null }]);
  });

  it("leaves out what is not published, and does not write to auctions, holds and warehouses", async () => {
    const { listings } = await first(
      [item],
      [
        { ...offer, offerId: "2", status: "UNPUBLISHED", listing: undefined },
        { ...offer, offerId: "3", format: "AUCTION" },
        { ...offer, offerId: "4", listing: { ...offer.listing, listingOnHold: true } },
      ],
    );
    expect(listings.map(({ ref: { remoteId } }) => remoteId)).toEqual(["3", "4"]);
    expect(listings.every(({ unmanagedBecause }) => unmanagedBecause !== null)).toBe(true);
    const distributed = { quantity: 7, availabilityDistributions: [{ merchantLocationKey: "east", quantity: 7 }] };
    const warehouse = await first([{ ...item, availability: { shipToLocationAvailability: distributed } }], [offer]);
    expect(warehouse.listings[0]?.unmanagedBecause).toContain("warehouse");
  });

  it("makes a hold of an item or an offer it cannot read, and goes on", async () => {
    const { listings, unreadable } = await first(
      [item, { sku: "ODD", availability: { shipToLocationAvailability: { quantity: "many" } } }],
      [offer, { ...offer, offerId: "7", availableQuantity: -1 }],
    );
    expect(listings).toHaveLength(1);
    expect(unreadable.map((one) => one.remoteId)).toEqual(["ODD", "7"]);
    expect(unreadable[0]?.why).toContain("availability.shipToLocationAvailability.quantity");
  });

  it("does not take “Does not apply” for a barcode", async () => {
    const product = { title: "Mug", ean: ["Does not apply"], upc: ["012345678905"] };
    const { listings } = await first([{ ...item, product }], [offer]);
    expect(listings[0]?.barcode).toBe("012345678905");
  });
});

describe("shipping", () => {
  it("cleans the tracking number and names carriers as eBay does", () => {
    expect(toTrackingNumber("1Z 999-AA1")).toBe("1Z999AA1");
    expect(toTrackingNumber(" - ")).toBeNull();
    expect(toCarrierCode("Royal Mail")).toBe("RoyalMail");
    expect(toCarrierCode("DHL Express")).toBe("DHL");
    expect(toCarrierCode("Bike & Co.")).toBe("BikeCo");
    expect(toCarrierCode(null)).toBe("Other");
  });

  it("sends no carrier without a number, and no date in the future", async () => {
    const { channel, sent } = answering(() => ({ status: 201, headers: { location: "https://api.ebay.com/x/999" } }));
    const result = await channel.confirmShipment({
      orderRemoteId: "07-1",
      lines: [{ remoteLineId: "1", quantity: 1 }],
      carrier: "UPS",
      trackingNumber: null,
      trackingUrl: null,
      shippedAt: new Date("2026-11-22T12:00:09.000Z"),
    });
    expect(result).toEqual({ ok: true, value: { remoteId: "999" } });
    expect(JSON.parse(sent[0]?.body ?? "")).toEqual({
      lineItems: [{ lineItemId: "1", quantity: 1 }],
      shippedDate: NOW.toISOString(),
    });
  });
});

describe("the out-of-stock option", () => {
  const account = (trading: Answer) =>
    answering(({ url }) =>
      url.pathname === "/ws/api.dll" ? trading : { status: 200, body: { userId: "u1", username: "harbour" } },
    );

  const preference = (is: string) =>
    `<r><Ack>Success</Ack><OutOfStockControlPreference>${is}</OutOfStockControlPreference></r>`;

  it.each([
    ["on", { status: 200, text: preference("true") }, null],
    ["off", { status: 200, text: preference("false") }, "is off"],
    ["refused", { status: 200, text: "<Ack>Failure</Ack>" }, "could not read"],
    ["unreachable", { status: 503 }, "could not read"],
  ])("is a warning unless it is on: %s", async (_, trading, words) => {
    const { channel, sent } = account(trading);
    const access = await channel.checkAccess();
    if (!access.ok) throw new Error(access.failure.message);
    if (words === null) expect(access.value.warnings).toEqual([]);
    else expect(access.value.warnings.join()).toContain(words);
    expect(sent[1]?.headers.get("x-ebay-api-iaf-token")).toBe("access-token");
  });
});

describe("notifications", () => {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  /** As eBay sends it: PEM without line breaks. */
  const oneLine = keys.publicKey.export({ type: "spki", format: "pem" }).toString().replace(/\n/g, "");
  const endpoint = "https://lockstep.example/notifications/ebay/1";

  function delivery(payload: unknown, kid = "key-1") {
    const body = Buffer.from(JSON.stringify(payload));
    const signature = sign("sha1", body, keys.privateKey).toString("base64");
    const header = Buffer.from(JSON.stringify({ alg: "ECDSA", kid, signature, digest: "SHA1" })).toString("base64");
    const headers = new Headers({ "x-ebay-signature": header });
    return { method: "POST", endpoint, query: new URLSearchParams(), headers, body: new Uint8Array(body) };
  }
  const keyServer = (key: Answer) =>
    answering(({ url }) =>
      url.pathname.includes("/public_key/") ? key : { status: 200, body: { access_token: "t", expires_in: 7200 } },
    );
  const own = () =>
    createEbayConnector({ clientId: "c", clientSecret: "s", ruName: "r", notificationVerificationToken: TOKEN });
  const goodKey: Answer = { status: 200, body: { algorithm: "ECDSA", digest: "SHA1", key: oneLine } };
  const deletion = {
    metadata: { topic: "MARKETPLACE_ACCOUNT_DELETION", schemaVersion: "1.0", deprecated: false },
    notification: { notificationId: "n-1", data: { username: "ann", userId: "u9", eiasToken: "e" } },
  };

  it("answers the challenge with the hash of code, token and endpoint", async () => {
    const { transport } = keyServer(goodKey);
    const query = new URLSearchParams({ challenge_code: "abc" });
    const raw = { method: "GET", endpoint, query, headers: new Headers(), body: new Uint8Array() };
    const answer = await connector.parseNotification(raw, { transport, now: NOW });
    const challengeResponse = createHash("sha256").update(`abc${TOKEN}${endpoint}`).digest("hex");
    expect(answer).toMatchObject({ kind: "challenge", body: JSON.stringify({ challengeResponse }) });
  });

  it("names the buyer who asked to be forgotten by both ids", async () => {
    const { transport } = keyServer(goodKey);
    const hint = await own().parseNotification(delivery(deletion), { transport, now: NOW });
    expect(hint).toMatchObject({ kind: "hint", id: "n-1", deletedBuyerRemoteId: "ann", deletedBuyerOtherIds: ["u9"] });
  });

  it("fetches a key once an hour, unknown ones too", async () => {
    for (const [key, kind] of [
      [goodKey, "hint"],
      [
        { status: 404, body: { errors: [{ errorId: 195001, message: "The specified key id is invalid." }] } },
        "refused",
      ],
    ] as const) {
      const { transport, sent } = keyServer(key);
      const ebay = own();
      const asked = () => sent.filter(({ url }) => url.pathname.includes("/public_key/")).length;
      for (let times = 0; times < 3; times += 1) {
        expect(await ebay.parseNotification(delivery(deletion), { transport, now: NOW })).toMatchObject({ kind });
      }
      expect(asked()).toBe(1);
      await ebay.parseNotification(delivery(deletion), { transport, now: new Date(NOW.getTime() + 61 * 60_000) });
      expect(asked()).toBe(2);
    }
  });

  it("goes on with a key that was eBay's while it can't be read again, and until eBay says that it has none", async () => {
    let key: Answer = goodKey;
    const { transport, sent } = answering(({ url }) =>
      url.pathname.includes("/public_key/") ? key : { status: 200, body: { access_token: "t", expires_in: 720_000 } },
    );
    const ebay = own();
    const at = (minutes: number) => ({ transport, now: new Date(NOW.getTime() + minutes * 60_000) });
    expect(await ebay.parseNotification(delivery(deletion), at(0))).toMatchObject({ kind: "hint" });
    key = { status: 503 };
    expect(await ebay.parseNotification(delivery(deletion), at(61))).toMatchObject({ kind: "hint" });
    key = { status: 200, body: "<html>" };
    expect(await ebay.parseNotification(delivery(deletion), at(70))).toMatchObject({ kind: "hint" });
    key = { status: 404, body: { errors: [{ errorId: 195001, message: "The specified key id is invalid." }] } };
    expect(await ebay.parseNotification(delivery(deletion), at(80))).toMatchObject({ kind: "refused", status: 412 });
    expect(sent.filter(({ url }) => url.pathname.includes("/public_key/"))).toHaveLength(4);
  });

  it("uses a key that can't be read again for a day at most, and takes it up again when it can be", async () => {
    let key: Answer = goodKey;
    const { transport } = answering(({ url }) =>
      url.pathname.includes("/public_key/") ? key : { status: 200, body: { access_token: "t", expires_in: 720_000 } },
    );
    const ebay = own();
    const at = (hours: number) => ({ transport, now: new Date(NOW.getTime() + hours * HOUR_MS) });
    expect(await ebay.parseNotification(delivery(deletion), at(0))).toMatchObject({ kind: "hint" });
    key = { status: 503 };
    expect(await ebay.parseNotification(delivery(deletion), at(23))).toMatchObject({ kind: "hint" });
    expect(await ebay.parseNotification(delivery(deletion), at(25))).toMatchObject({ kind: "failed" });
    key = goodKey;
    expect(await ebay.parseNotification(delivery(deletion), at(26))).toMatchObject({ kind: "hint" });
  });

  it("keeps keys that were eBay's, however many others are named", async () => {
    const { transport, sent } = answering(({ url }) =>
      url.pathname.endsWith("/public_key/key-1")
        ? goodKey
        : url.pathname.includes("/public_key/")
          ? { status: 404 }
          : { status: 200, body: { access_token: "t", expires_in: 7200 } },
    );
    const ebay = own();
    expect(await ebay.parseNotification(delivery(deletion), { transport, now: NOW })).toMatchObject({ kind: "hint" });
    for (let index = 0; index < 300; index += 1) {
      const forged = delivery(deletion, `forged-${index}`);
      expect(await ebay.parseNotification(forged, { transport, now: NOW })).toMatchObject({ kind: "refused" });
    }
    expect(await ebay.parseNotification(delivery(deletion), { transport, now: NOW })).toMatchObject({ kind: "hint" });
    expect(sent.filter(({ url }) => url.pathname.endsWith("/public_key/key-1"))).toHaveLength(1);
  });

  it("asks for the application's token once while it can't be had, whoever knocks", async () => {
    const { transport, sent } = answering(() => ({ status: 503 }));
    const ebay = own();
    for (let index = 0; index < 20; index += 1) {
      const forged = delivery(deletion, `forged-${index}`);
      expect(await ebay.parseNotification(forged, { transport, now: NOW })).toMatchObject({ kind: "failed" });
    }
    expect(sent).toHaveLength(1);
  });

  it("lets eBay try again when the key cannot be had, and refuses what is not eBay's", async () => {
    const down = keyServer({ status: 503 });
    expect(await own().parseNotification(delivery(deletion), { transport: down.transport, now: NOW })).toMatchObject({
      kind: "failed",
      failure: { kind: "unavailable" },
    });
    const { transport, sent } = keyServer(goodKey);
    const path = delivery(deletion, "../../x");
    expect(await own().parseNotification(path, { transport, now: NOW })).toMatchObject({
      kind: "refused",
      status: 412,
    });
    expect(sent).toHaveLength(0);
  });
});

describe("numbers and days", () => {
  it("keeps decimals exact", () => {
    expect(toMoney(toExact("-3"), "USD").amount).toBe("-3.00");
    expect(toMoney(toExact("0.1") + toExact("0.2"), "USD").amount).toBe("0.30");
    expect(toMoney(toExact("2.345"), "EUR").amount).toBe("2.35");
    expect(toMoney(toExact("1500"), "JPY").amount).toBe("1500");
    expect(toMoney(toExact("-0.001"), "USD").amount).toBe("0.00");
  });

  it.each([
    ["a plain day", "2026-11-22T12:00:00.000Z", "2026-11-23T08:00:00.000Z"],
    ["the day of 23 hours", "2026-03-08T09:30:00.250Z", "2026-03-09T07:00:00.000Z"],
    ["the day of 25 hours", "2026-11-01T07:30:00.000Z", "2026-11-02T08:00:00.000Z"],
    ["midnight itself", "2026-11-22T08:00:00.000Z", "2026-11-23T08:00:00.000Z"],
  ])("knows when eBay's next day begins: %s", (_, now, next) => {
    const at = new Date(now);
    expect(nextDayIn(EBAY_DAY, at).toISOString()).toBe(next);
  });
});
