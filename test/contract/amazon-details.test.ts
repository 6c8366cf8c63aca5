/** What is Amazon's own and the contract cannot see. */
import { describe, expect, it } from "vitest";
import { parseRows } from "#connectors/amazon/catalogue.ts";
import { amazonFailure } from "#connectors/amazon/client.ts";
import { createAmazonConnector } from "#connectors/amazon/index.ts";
import { rawOrderSchema, toOrder } from "#connectors/amazon/order-shape.ts";
import { packageReference, toCarrier } from "#connectors/amazon/shipments.ts";
import type { RemoteCall } from "#connectors/transport/transport.ts";
import { bench, MINUTE_MS, ref, times } from "./amazon-bench.ts";
import { amazonTestSettings } from "./amazon-world.ts";

describe("a reply that is not 2xx", () => {
  const read = { operation: "getOrder", effect: "read" } as const;
  const patch = { operation: "patchListingsItem", effect: "write" } as const;
  const reply = (status: number, body: unknown, headers: Record<string, string> = {}) => ({
    status,
    headers: new Headers(headers),
    text: typeof body === "string" ? body : JSON.stringify(body),
  });
  const error = (code: string, message = "", details = "") => ({ errors: [{ code, message, details }] });
  const sqs = (type: string) => ({ __type: `com.amazonaws.sqs#${type}`, message: "no" });

  it.each<[string, number, unknown, Pick<RemoteCall, "operation" | "effect">, string]>([
    [
      "an expired token, which is 403 here",
      403,
      error("Unauthorized", "Access denied", "expired"),
      read,
      "unauthorized",
    ],
    ["a 401", 401, error("Unauthorized"), read, "unauthorized"],
    ["a quota used up", 429, error("QuotaExceeded"), patch, "throttled"],
    ["an internal error while reading", 500, error("InternalFailure"), read, "unavailable"],
    ["an internal error while writing", 500, error("InternalFailure"), patch, "outcome-unknown"],
    ["a gateway's page instead of JSON", 503, "<html>", patch, "outcome-unknown"],
    ["a request that is wrong", 400, error("InvalidInput"), patch, "rejected"],
    ["withdrawn consent", 400, { error: "invalid_grant", error_description: "revoked" }, read, "unauthorized"],
    ["our own wrong secret", 401, { error: "invalid_client" }, read, "rejected"],
    [
      "an address of a document that has run out",
      403,
      "<Error/>",
      { ...read, operation: "downloadDocument" },
      "unavailable",
    ],
    [
      "a queue that is not there",
      400,
      sqs("QueueDoesNotExist"),
      { ...read, operation: "sqs:ReceiveMessage" },
      "rejected",
    ],
    ["keys that AWS refuses", 403, sqs("AccessDenied"), { ...read, operation: "sqs:ReceiveMessage" }, "rejected"],
    ["a queue that is busy", 400, sqs("RequestThrottled"), { ...read, operation: "sqs:ReceiveMessage" }, "throttled"],
  ])("%s (%i)", (_, status, body, call, kind) => {
    expect(amazonFailure(reply(status, body), call).kind).toBe(kind);
  });

  it("waits for one call to be given back: by the rate in the reply, else by the published one", () => {
    const waits = (headers: Record<string, string>, operation: string) =>
      amazonFailure(reply(429, error("QuotaExceeded"), headers), { operation, effect: "read" });
    expect(waits({}, "searchOrders")).toMatchObject({ retryAfterMs: 178_572 });
    expect(waits({ "x-amzn-RateLimit-Limit": "0.5" }, "searchOrders")).toMatchObject({ retryAfterMs: 2_000 });
    expect(waits({}, "somethingNew")).toMatchObject({ retryAfterMs: null });
  });

  it("says what Amazon said, without tokens or addresses that Amazon repeats", () => {
    const { message } = amazonFailure(
      reply(400, error("InvalidInput", "Atza|secret of x@marketplace.amazon.co.uk")),
      read,
    );
    expect(message).toContain("400 InvalidInput");
    expect(message).not.toMatch(/secret|marketplace\.amazon/);
  });
});

describe("the catalogue", () => {
  it("waits for one report, whoever asks how often", async () => {
    const { channel, add, clock, again, transport } = await bench();
    add({ sku: "MUG", title: "Tasse, blå", barcode: "5012345678900" });
    for (const asking of [channel, channel, again()]) {
      const page = await asking.readListings(null);
      expect(page).toMatchObject({ failure: { kind: "throttled", retryAfterMs: 15_000 } });
    }
    clock.advance(MINUTE_MS);
    const page = await channel.readListings(null);
    expect(page.ok && page.value).toMatchObject({
      total: 1,
      nextCursor: null,
      listings: [{ title: "Tasse, blå", barcode: "5012345678900", price: { amount: "12.50", currency: "GBP" } }],
    });
    expect(times(transport, "createReport")).toBe(1);
    // The next question is a new one.
    await channel.readListings(null);
    clock.advance(10 * MINUTE_MS);
    await channel.readListings(null);
    expect(times(transport, "createReport")).toBeLessThanOrEqual(2);
  });

  it("is empty when Amazon has nothing to report, and only then", async () => {
    const { channel, add, clock, emulator } = await bench();
    await channel.readListings(null);
    clock.advance(MINUTE_MS);
    expect(await channel.readListings(null)).toMatchObject({ ok: true, value: { listings: [], nextCursor: null } });
    add({ sku: "MUG" });
    await channel.readListings(null);
    for (const report of emulator.state.reports.values()) report.status = "CANCELLED";
    expect(await channel.readListings(null)).toMatchObject({ failure: { kind: "unavailable" } });
  });

  it("shows a listing at zero as one that comes back, and one taken down as inactive", async () => {
    const { channel, add, emulator } = await bench({ emulator: { reportMs: 0 } });
    add({ sku: "ZERO", quantity: 0 }, { sku: "DOWN" });
    emulator.controls.takeDown("DOWN", "Restricted Products Policy Violation");
    const page = await channel.readListings(null);
    expect(page.ok && page.value.listings.map((one) => one.state)).toEqual(["active", "inactive"]);
    const readings = await channel.readQuantities([ref("ZERO"), ref("DOWN")]);
    expect(readings).toMatchObject([
      { state: "active", quantity: 0 },
      { state: "inactive", quantity: 10 },
    ]);
  });

  it("reads lines with tabs, an extra field, and no trust in what it cannot decode", () => {
    const text = '\uFEFFitem-name\tseller-sku\tquantity\tnew-column\r\nA "quoted" mug\tMUG\t3\tx\r\n\r\n';
    expect(parseRows(text)).toEqual([
      { "item-name": 'A "quoted" mug', "seller-sku": "MUG", quantity: "3", "new-column": "x" },
    ]);
    expect(parseRows("<html>\n")).toBeNull();
  });
});

describe("orders", () => {
  const since = new Date("2026-11-22T12:00:00.000Z");

  it("hold stock while pending, without a price or a buyer, and have both once paid", async () => {
    const { channel, add, emulator } = await bench();
    add({ sku: "MUG" });
    const bought = emulator.controls.buy({ lines: [{ sku: "MUG", quantity: 2 }], pay: false });
    const id = bought.ok ? bought.order.orderId : "";
    expect(await channel.readOrder(id)).toMatchObject({
      value: {
        status: "pending",
        lines: [{ sku: "MUG", quantity: 2, unitPrice: { amount: "0.00", currency: "GBP" } }],
        buyer: { name: null, email: null, shippingAddress: null },
        total: { amount: "0.00", currency: "GBP" },
      },
    });
    emulator.controls.pay(id);
    expect(await channel.readOrder(id)).toMatchObject({
      value: {
        status: "paid",
        lines: [{ unitPrice: { amount: "12.50" } }],
        total: { amount: "28.99", currency: "GBP" },
        shipping: { amount: "3.99" },
        tax: { amount: "0.00" },
        taxCollectedByMarketplace: false,
        buyer: {
          remoteId: null,
          name: "Rosa Lindqvist",
          email: expect.stringMatching(/@marketplace\.amazon\.co\.uk$/),
          emailIsRelay: true,
          shippingAddress: { line1: "18 Alder Street", countryCode: "GB" },
        },
      },
    });
  });

  it("without the restricted roles are whole but for the buyer", async () => {
    const { channel, add, emulator } = await bench({ emulator: { piiRoles: false } });
    add({ sku: "MUG" });
    const bought = emulator.controls.buy({ lines: [{ sku: "MUG", quantity: 1 }] });
    const order = await channel.readOrder(bought.ok ? bought.order.orderId : "");
    expect(order).toMatchObject({
      value: {
        status: "paid",
        buyer: {
          name: null,
          email: null,
          emailIsRelay: false,
          phone: null,
          shippingAddress: { line1: null, city: "Bristol" },
        },
      },
    });
  });

  it("are read without asking for the buyer where the installation says so", async () => {
    const { channel, add, emulator } = await bench({ connector: { buyerData: false } });
    add({ sku: "MUG" });
    const bought = emulator.controls.buy({ lines: [{ sku: "MUG", quantity: 1 }] });
    const order = await channel.readOrder(bought.ok ? bought.order.orderId : "");
    expect(order).toMatchObject({
      value: { status: "paid", buyer: { name: null, email: null, shippingAddress: null } },
    });
  });

  it("that Amazon ships are not ours", async () => {
    const { channel, add, emulator, clock } = await bench();
    add({ sku: "MUG" }, { sku: "FBA", fulfilledByAmazon: true });
    const theirs = emulator.controls.buy({ lines: [{ sku: "FBA", quantity: 1 }] });
    const ours = emulator.controls.buy({ lines: [{ sku: "MUG", quantity: 1 }] });
    clock.advance(10 * MINUTE_MS);
    const page = await channel.readOrders({ cursor: null, since });
    expect(page.ok && page.value.orders.map((one) => one.remoteId)).toEqual([ours.ok && ours.order.orderId]);
    expect(await channel.readOrder(theirs.ok ? theirs.order.orderId : "")).toEqual({ ok: true, value: null });
  });

  it("with tax on top say who collects it", async () => {
    const { channel, add, emulator } = await bench({ emulator: { taxPercent: 20 } });
    add({ sku: "MUG" });
    const bought = emulator.controls.buy({ lines: [{ sku: "MUG", quantity: 2 }] });
    expect(await channel.readOrder(bought.ok ? bought.order.orderId : "")).toMatchObject({
      value: { tax: { amount: "5.00" }, total: { amount: "33.99" }, taxCollectedByMarketplace: true },
    });
  });

  it("take discounts off the goods or the shipping, whichever sign they come with", () => {
    const money = (amount: string) => ({ amount, currencyCode: "USD" });
    const at = "2026-11-22T12:00:00Z";
    const raw = rawOrderSchema.parse({
      orderId: "200-1234567-1234567",
      createdTime: at,
      lastUpdatedTime: at,
      salesChannel: { channelName: "AMAZON" },
      fulfillment: { fulfillmentStatus: "UNSHIPPED" },
      proceeds: { grandTotal: money("21.80"), breakdowns: [] },
      orderItems: [
        {
          orderItemId: "1",
          quantityOrdered: 2,
          product: { sellerSku: "MUG" },
          proceeds: {
            breakdowns: [
              { type: "ITEM", subtotal: money("20.00") },
              { type: "SHIPPING", subtotal: money("5.00") },
              { type: "GIFT_WRAP", subtotal: money("1.00") },
              { type: "TAX", subtotal: money("1.80") },
              {
                type: "DISCOUNT",
                subtotal: money("-6.00"),
                detailedBreakdowns: [
                  { subtype: "ITEM", value: money("-4.00") },
                  { subtype: "SHIPPING", value: money("2.00") },
                ],
              },
            ],
          },
        },
      ],
    });
    expect(toOrder(raw)).toMatchObject({
      lines: [{ unitPrice: { amount: "8.00" } }],
      shipping: { amount: "3.00" },
      tax: { amount: "1.80" },
      // The gift wrap.
      adjustment: { amount: "1.00" },
      total: { amount: "21.80" },
    });
  });

  it("begin a window anew, once, when Amazon no longer takes its token", async () => {
    const { channel, add, emulator, clock } = await bench();
    add({ sku: "MUG", quantity: 200 });
    for (let index = 0; index < 120; index += 1) emulator.controls.buy({ lines: [{ sku: "MUG", quantity: 1 }] });
    clock.advance(10 * MINUTE_MS);
    const first = await channel.readOrders({ cursor: null, since });
    if (!first.ok) throw new Error(first.failure.message);
    const stale = JSON.stringify({ ...JSON.parse(first.value.nextCursor), token: "gone" });
    const second = await channel.readOrders({ cursor: stale, since });
    expect(second).toMatchObject({ value: { orders: [], more: true, completeThrough: null } });
    if (!second.ok) throw new Error(second.failure.message);
    const third = await channel.readOrders({ cursor: second.value.nextCursor, since });
    expect(third.ok && third.value.orders).toHaveLength(100);
    const restarted = JSON.stringify({ ...JSON.parse(second.value.nextCursor), token: "gone again" });
    expect(await channel.readOrders({ cursor: restarted, since })).toMatchObject({ failure: { kind: "rejected" } });
  });
});

describe("shipments", () => {
  const parcel = {
    orderRemoteId: "200-1234567-0000001",
    lines: [{ remoteLineId: "1", quantity: 1 }],
    carrier: "Royal Mail",
    trackingNumber: "AB123456789GB",
    trackingUrl: null,
    shippedAt: new Date("2026-11-22T12:00:00.000Z"),
  };

  it("told twice are one package and one mail to the buyer", async () => {
    const { channel, add, emulator } = await bench();
    add({ sku: "MUG" });
    const bought = emulator.controls.buy({ lines: [{ sku: "MUG", quantity: 3 }] });
    if (!bought.ok) throw new Error(bought.why);
    const [line] = bought.order.lines;
    const one = {
      ...parcel,
      orderRemoteId: bought.order.orderId,
      lines: [{ remoteLineId: line?.orderItemId ?? "", quantity: 1 }],
    };
    emulator.faults.add({ operation: "confirmShipment", kind: "drop-after" });
    expect(await channel.confirmShipment(one)).toMatchObject({ failure: { kind: "outcome-unknown" } });
    const told = await channel.confirmShipment(one);
    expect(told).toMatchObject({ ok: true });
    expect(await channel.readShipments(bought.order.orderId)).toMatchObject({
      value: [
        { remoteId: told.ok ? told.value.remoteId : "", trackingNumber: "AB123456789GB", lines: [{ quantity: 1 }] },
      ],
    });
    expect(bought.order.mailsSent).toBe(1);
    await channel.confirmShipment({ ...one, trackingNumber: null });
    expect(bought.order.packages.map((each) => each.trackingNumber)).toEqual(["AB123456789GB", ""]);
  });

  it("have a number that is Amazon's kind of number, the same for the same parcel alone", () => {
    expect(packageReference(parcel)).toMatch(/^[1-9]\d{0,8}$/);
    expect(packageReference({ ...parcel })).toBe(packageReference(parcel));
    const others = [
      { ...parcel, trackingNumber: "AB123456788GB" },
      { ...parcel, lines: [{ remoteLineId: "1", quantity: 2 }] },
      { ...parcel, shippedAt: new Date("2026-11-22T13:00:00.000Z") },
    ];
    expect(new Set([parcel, ...others].map(packageReference)).size).toBe(4);
  });

  it("name the carrier as Amazon does, or as Other with its name", () => {
    expect(toCarrier("royal mail")).toEqual({ carrierCode: "Royal Mail" });
    expect(toCarrier("DPD UK")).toEqual({ carrierCode: "DPD" });
    expect(toCarrier("Pigeon Post")).toEqual({ carrierCode: "Other", carrierName: "Pigeon Post" });
    expect(toCarrier(null)).toEqual({ carrierCode: "Other", carrierName: "Other" });
  });
});

describe("a cancellation", () => {
  it("of part of a line is refused in words, of a pending order waits, of a cancelled one is done", async () => {
    const { channel, add, emulator } = await bench();
    add({ sku: "MUG" });
    const buy = (pay: boolean) => {
      const bought = emulator.controls.buy({ lines: [{ sku: "MUG", quantity: 2 }], pay });
      if (!bought.ok) throw new Error(bought.why);
      return bought.order;
    };
    const paid = buy(true);
    const lines = [{ remoteLineId: paid.lines[0]?.orderItemId ?? "", quantity: 1 }];
    const part = await channel.cancelOrder({ orderRemoteId: paid.orderId, reason: "out-of-stock", lines });
    expect(part).toMatchObject({ failure: { kind: "rejected", message: /as a whole/ } });
    const pending = buy(false);
    const whole = { orderRemoteId: pending.orderId, reason: "out-of-stock", lines: null } as const;
    expect(await channel.cancelOrder(whole)).toMatchObject({ failure: { kind: "unavailable" } });
    emulator.controls.cancel(pending.orderId);
    expect(await channel.cancelOrder(whole)).toEqual({ ok: true, value: { state: "cancelled" } });
    expect(emulator.state.feeds.size).toBe(0);
  });

  it("is through when its feed is", async () => {
    const { channel, add, emulator, clock } = await bench();
    add({ sku: "MUG" });
    const bought = emulator.controls.buy({ lines: [{ sku: "MUG", quantity: 2 }] });
    if (!bought.ok) throw new Error(bought.why);
    const { orderId } = bought.order;
    const whole = { orderRemoteId: orderId, reason: "buyer-request", lines: null } as const;
    expect(await channel.cancelOrder(whole)).toEqual({ ok: true, value: { state: "requested" } });
    expect(await channel.readOrder(orderId)).toMatchObject({ value: { status: "paid" } });
    clock.advance(2 * MINUTE_MS);
    expect(await channel.readOrder(orderId)).toMatchObject({ value: { status: "cancelled" } });
    const [feed] = emulator.state.feeds.values();
    expect(emulator.state.documents.get(feed?.inputDocumentId ?? "")?.content).toContain(
      "<CancelReason>BuyerCanceled<",
    );
  });
});

describe("connecting", () => {
  it("needs the seller's id from the way back", async () => {
    const { connector, transport, clock } = await bench();
    if (connector.authorization.kind !== "oauth") throw new Error("by consent");
    const input = { code: "c", codeVerifier: "v", redirectUri: "https://x.example", transport, now: clock.now() };
    expect(await connector.authorization.exchangeCode(input)).toMatchObject({
      failure: { kind: "rejected", code: "no-seller" },
    });
    expect(transport.operations).toEqual([]);
  });

  it("does not believe a seller id that the token is not for", async () => {
    const { connector, credentials, transport, clock } = await bench();
    const another = { ...credentials, sellingPartnerId: "A9ANOTHERSELLER" };
    const channel = connector.open({ credentials: another, transport, now: () => clock.now() });
    expect(await channel.checkAccess()).toMatchObject({ failure: { kind: "unauthorized" } });
  });

  it("asks for consent where the store's sellers sign in, and says so when it is a draft", () => {
    const { apiOrigin: _, lwaOrigin: __, ...real } = amazonTestSettings;
    const { authorization } = createAmazonConnector({ ...real, draftApplication: true });
    if (authorization.kind !== "oauth") throw new Error("by consent");
    const url = authorization.consentUrl({ state: "s", codeVerifier: "v", redirectUri: "https://x.example" });
    expect(`${url.origin}${url.pathname}`).toBe("https://sellercentral-europe.amazon.com/apps/authorize/consent");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      application_id: "amzn1.sp.solution.lockstep",
      state: "s",
      version: "beta",
    });
    expect(() => createAmazonConnector({ ...real, marketplaceId: "GB" })).toThrow(/not a marketplace id/);
  });

  it("refuses whatever comes over HTTP as a notification", async () => {
    const { connector, transport, clock } = await bench();
    const raw = {
      method: "POST",
      endpoint: "https://x.example",
      query: new URLSearchParams(),
      headers: new Headers(),
      body: new Uint8Array(),
    };
    expect(await connector.parseNotification(raw, { transport, now: clock.now() })).toMatchObject({
      kind: "refused",
      status: 400,
    });
  });

  it("without a queue is told of nothing, and works by polling", async () => {
    const { channel, transport } = await bench({ connector: { sqs: undefined } });
    expect(channel.queue).toBeUndefined();
    expect(await channel.subscribe({ endpoint: "https://x.example" })).toEqual({ ok: true, value: { topics: [] } });
    expect(transport.operations).toEqual([]);
  });
});
