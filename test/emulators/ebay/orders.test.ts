import { describe, expect, it } from "vitest";
import type { EbaySettingsInput } from "./settings.ts";
import { ORIGIN, openBench, START, seattle } from "./test-bench.ts";

const BASE = "/sell/fulfillment/v1/order";
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

function bench(settings: EbaySettingsInput = {}) {
  const open = openBench({ settings: { accessTokenLifeMs: 400 * DAY_MS, ...settings } });
  const buy = (sku: string, quantity = 1, more: { pay?: boolean } = {}): string => {
    const bought = open.controls.buy({ lines: [{ sku, quantity }], contact: seattle, ...more });
    if (!bought.ok) throw new Error(bought.why);
    return bought.order.orderId;
  };
  const search = (filter: string, more = "") => open.call("GET", `${BASE}?filter=${encodeURIComponent(filter)}${more}`);
  const modified = (from: Date, to?: Date) => `lastmodifieddate:[${from.toISOString()}..${to?.toISOString() ?? ""}]`;
  return { ...open, buy, search, modified };
}

describe("a sale", () => {
  it("lowers the listing at once, paid or not, and never below what is shown", async () => {
    const { buy, controls } = bench();
    buy("MUG-SLATE", 2);
    buy("MUG-SLATE", 4, { pay: false });
    expect(controls.shown()["MUG-SLATE"]).toBe(1);
    expect(controls.buy({ lines: [{ sku: "MUG-SLATE", quantity: 2 }] })).toMatchObject({ ok: false });
    expect(controls.shown()["MUG-SLATE"]).toBe(1);
  });

  it("is an order with everything the spec has: buyer, address, money, lines", async () => {
    const { controls, call } = bench();
    const bought = controls.buy({
      lines: [
        { sku: "MUG-OCHRE", quantity: 2 },
        { sku: "TEE-NAVY-M", quantity: 1 },
      ],
      contact: seattle,
      note: "Please wrap it",
    });
    if (!bought.ok) throw new Error(bought.why);
    const order = (await call("GET", `${BASE}/${bought.order.orderId}`)).json;
    expect(order).toMatchObject({
      orderPaymentStatus: "PAID",
      orderFulfillmentStatus: "NOT_STARTED",
      buyerCheckoutNotes: "Please wrap it",
      ebayCollectAndRemitTax: true,
      pricingSummary: { priceSubtotal: { value: "80.00" }, deliveryCost: { value: "4.95" }, total: { value: "84.95" } },
      cancelStatus: { cancelState: "NONE_REQUESTED", cancelRequests: [] },
    });
    const shipTo = order.fulfillmentStartInstructions[0].shippingStep.shipTo;
    expect(shipTo).toMatchObject({ fullName: "Rosa Lindqvist", contactAddress: { countryCode: "US" } });
    expect(shipTo.email).toMatch(/^[0-9a-f]{8}@members\.ebay\.com$/);
    expect(order.lineItems).toMatchObject([
      {
        sku: "MUG-OCHRE",
        quantity: 2,
        lineItemCost: { value: "48.00" },
        ebayCollectAndRemitTaxes: [{ taxType: "STATE_SALES_TAX" }],
      },
      { sku: "TEE-NAVY-M", legacyVariationId: expect.any(String), variationAspects: [{ name: "Size", value: "M" }] },
    ]);
    const withTax = (await call("GET", `${BASE}/${bought.order.orderId}?fieldGroups=TAX_BREAKDOWN`)).json;
    expect(withTax.pricingSummary).toMatchObject({ tax: { value: "6.40" }, total: { value: "91.35" } });
  });

  it("carries no tax of eBay's where eBay collects none", async () => {
    const { controls, call } = openBench({ listings: undefined });
    const bought = controls.buy({ lines: [{ sku: "VIN-JUG-01", quantity: 1 }] });
    const order = (await call("GET", `${BASE}/${bought.ok ? bought.order.orderId : ""}?fieldGroups=TAX_BREAKDOWN`))
      .json;
    expect(order).not.toHaveProperty("ebayCollectAndRemitTax");
    expect(order.pricingSummary).toEqual({
      priceSubtotal: { value: "68.00", currency: "GBP" },
      deliveryCost: { value: "4.95", currency: "GBP" },
      total: { value: "72.95", currency: "GBP" },
    });
  });

  it("stays PENDING until it is paid", async () => {
    const { buy, controls, call } = bench();
    const orderId = buy("LAMP-01", 1, { pay: false });
    expect((await call("GET", `${BASE}/${orderId}`)).json.orderPaymentStatus).toBe("PENDING");
    expect(controls.pay(orderId)).toEqual({ ok: true });
    const paid = (await call("GET", `${BASE}/${orderId}`)).json;
    expect(paid.paymentSummary.payments[0]).toMatchObject({ paymentStatus: "PAID", paymentDate: START.toISOString() });
    expect(controls.pay(orderId)).toMatchObject({ ok: false });
  });

  it("may get another order id when paid, its line ids staying", async () => {
    const { buy, controls, call, state } = bench({ unpaidOrderIdChanges: true });
    const before = buy("LAMP-01", 1, { pay: false });
    const line = state.orders.get(before)?.lines[0]?.lineItemId;
    controls.pay(before);
    const all = (await call("GET", BASE)).json.orders;
    expect(all).toHaveLength(1);
    expect(all[0].orderId).not.toBe(before);
    expect(all[0].lineItems[0].lineItemId).toBe(line);
    expect((await call("GET", `${BASE}/${before}`)).status).toBe(404);
  });

  it("hides the buyer's email after 14 days and the rest after 90", async () => {
    const { buy, call, clock } = bench();
    const orderId = buy("LAMP-01");
    const shipTo = async () =>
      (await call("GET", `${BASE}/${orderId}`)).json.fulfillmentStartInstructions[0].shippingStep.shipTo;
    await clock.advance(14 * DAY_MS);
    expect(await shipTo()).toHaveProperty("email");
    await clock.advance(1);
    expect(await shipTo()).not.toHaveProperty("email");
    expect(await shipTo()).toHaveProperty("primaryPhone");
    await clock.advance(76 * DAY_MS);
    expect(await shipTo()).toEqual({
      contactAddress: { city: "Seattle", stateOrProvince: "WA", postalCode: "98101", countryCode: "US" },
    });
  });
});

describe("getOrders", () => {
  it("finds by modification and by creation, both ends included", async () => {
    const { buy, search, modified, clock, controls } = bench();
    const first = buy("MUG-OCHRE", 1, { pay: false });
    await clock.advance(10 * MINUTE_MS);
    const second = buy("MUG-OCHRE");
    await clock.advance(10 * MINUTE_MS);
    controls.pay(first);
    const ids = async (filter: string) =>
      (await search(filter)).json.orders.map((one: { orderId: string }) => one.orderId);
    expect(await ids(modified(START))).toEqual([second, first]);
    expect(await ids(modified(START, new Date(START.getTime() + 10 * MINUTE_MS)))).toEqual([second]);
    expect(await ids(`creationdate:[${START.toISOString()}..${START.toISOString()}]`)).toEqual([first]);
    expect(await ids(`creationdate:[${START.toISOString()}..],${modified(clock.now())}`)).toEqual([first, second]);
    expect(await ids("orderfulfillmentstatus:{FULFILLED|IN_PROGRESS}")).toEqual([]);
    expect(await ids("orderfulfillmentstatus:{NOT_STARTED|IN_PROGRESS}")).toHaveLength(2);
  });

  it("shows the last 90 days when nothing is asked for, and any by id", async () => {
    const { buy, call, clock } = bench();
    const orderId = buy("LAMP-01");
    await clock.advance(91 * DAY_MS);
    expect((await call("GET", BASE)).json).toMatchObject({ total: 0, orders: [] });
    expect((await call("GET", `${BASE}?orderIds=${orderId},00-00000-00000`)).json.orders).toHaveLength(1);
  });

  it("pages by records with next and prev", async () => {
    const { buy, call } = bench();
    for (let count = 0; count < 5; count += 1) buy("MUG-OCHRE");
    const first = (await call("GET", `${BASE}?limit=2`)).json;
    expect(first).toMatchObject({ total: 5, limit: 2, offset: 0 });
    const second = (await call("GET", first.next.slice(ORIGIN.length))).json;
    const third = (await call("GET", second.next.slice(ORIGIN.length))).json;
    expect(third.next).toBeUndefined();
    const seen = [first, second, third].flatMap((one) => one.orders).map((one) => one.orderId);
    expect(new Set(seen).size).toBe(5);
  });

  it("runs over a live set: an order that changes between two pages is moved or met twice", async () => {
    const { buy, search, modified, clock, controls } = bench();
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      ids.push(buy("MUG-OCHRE", 1, { pay: false }));
      await clock.advance(MINUTE_MS);
    }
    const [first = ""] = ids;
    const page = async (offset: number) =>
      (await search(modified(START), `&limit=1&offset=${offset}`)).json.orders.map(
        (one: { orderId: string }) => one.orderId,
      );
    expect(await page(0)).toEqual([first]);
    controls.pay(first);
    // Everything moved up by one: the second order is never seen at offset 1.
    expect(await page(1)).toEqual([ids[2]]);
  });

  it("repeats records over pages when told to", async () => {
    const { buy, call } = bench({ orderPagesOverlap: 1 });
    for (let count = 0; count < 4; count += 1) buy("MUG-OCHRE");
    const first = (await call("GET", `${BASE}?limit=2`)).json.orders;
    const second = (await call("GET", `${BASE}?limit=2&offset=2`)).json.orders;
    expect(second[0].orderId).toBe(first[1].orderId);
  });

  it("shows orders and changes late when told to, under their old dates", async () => {
    const { buy, call, search, modified, clock, controls } = bench({ orderVisibilityLagMs: 5 * MINUTE_MS });
    const orderId = buy("LAMP-01", 1, { pay: false });
    await clock.advance(4 * MINUTE_MS);
    expect((await search(modified(START))).json.total).toBe(0);
    controls.pay(orderId);
    await clock.advance(MINUTE_MS);
    const late = (await search(modified(START))).json.orders[0];
    expect(late).toMatchObject({ orderPaymentStatus: "PENDING", lastModifiedDate: START.toISOString() });
    expect((await call("GET", `${BASE}/${orderId}`)).json.orderPaymentStatus).toBe("PAID");
  });

  it.each([
    ["filter=lastmodifieddate%3A%5B2026-01-01%5D", 30800],
    ["filter=colour%3Ared", 30700],
    ["filter=creationdate%3A%5Byesterday..%5D", 30810],
    ["filter=creationdate%3A%5B..2026-01-01T00%3A00%3A00.000Z%5D", 30820],
    ["filter=creationdate%3A%5B2023-01-01T00%3A00%3A00.000Z..%5D", 30830],
    ["filter=creationdate%3A%5B2026-02-01T00%3A00%3A00.000Z..2026-01-01T00%3A00%3A00.000Z%5D", 30840],
    ["filter=creationdate%3A%5B2026-01-01T00%3A00%3A00.000Z..2027-01-01T00%3A00%3A00.000Z%5D", 30850],
    ["filter=orderfulfillmentstatus%3A%7BFULFILLED%7D", 30800],
    [`orderIds=${Array(51).fill("x").join(",")}`, 30900],
    ["offset=-1", 31000],
    ["limit=201", 31100],
    ["fieldGroups=ALL", 32800],
  ])("refuses %s", async (query, errorId) => {
    const reply = await bench().call("GET", `${BASE}?${query}`);
    expect(reply).toMatchObject({ status: 400, json: { errors: [{ errorId }] } });
  });
});

describe("shipping", () => {
  it("takes one call a package, in parts, and names each by its tracking number", async () => {
    const { buy, call, state } = bench();
    const orderId = buy("MUG-OCHRE", 3);
    const lineItemId = state.orders.get(orderId)?.lines[0]?.lineItemId;
    const ship = (quantity: number, more: object) =>
      call("POST", `${BASE}/${orderId}/shipping_fulfillment`, {
        body: { lineItems: [{ lineItemId, quantity }], ...more },
      });
    const first = await ship(2, { trackingNumber: "1Z999AA1", shippingCarrierCode: "UPS" });
    expect(first.status).toBe(201);
    expect(first.headers.get("location")).toBe(`${ORIGIN}${BASE}/${orderId}/shipping_fulfillment/1Z999AA1`);
    expect((await call("GET", `${BASE}/${orderId}`)).json.orderFulfillmentStatus).toBe("IN_PROGRESS");
    const second = await ship(1, {});
    expect(second.headers.get("location")).toMatch(/\/999$/);
    const order = (await call("GET", `${BASE}/${orderId}`)).json;
    expect(order).toMatchObject({
      orderFulfillmentStatus: "FULFILLED",
      lineItems: [{ lineItemFulfillmentStatus: "FULFILLED" }],
    });
    expect(order.fulfillmentHrefs).toHaveLength(2);
    const shipments = (await call("GET", `${BASE}/${orderId}/shipping_fulfillment`)).json;
    expect(shipments).toMatchObject({
      total: 2,
      fulfillments: [{ shipmentTrackingNumber: "1Z999AA1", shippingCarrierCode: "UPS" }, {}],
    });
    expect((await call("GET", order.fulfillmentHrefs[0].slice(ORIGIN.length))).json.fulfillmentId).toBe("1Z999AA1");
  });

  it.each([
    [{ trackingNumber: "1Z 99", shippingCarrierCode: "UPS" }, 32300],
    [{ trackingNumber: "1Z99" }, 32300],
    [{ shippedDate: "2030-01-01T00:00:00.000Z" }, 32500],
    [{ lineItems: [{ lineItemId: "1", quantity: 1 }] }, 32200],
    [{ lineItems: [] }, 32600],
  ])("refuses %j", async (wrong, errorId) => {
    const { buy, call, state } = bench();
    const orderId = buy("MUG-OCHRE");
    const lineItems = [{ lineItemId: state.orders.get(orderId)?.lines[0]?.lineItemId, quantity: 1 }];
    const reply = await call("POST", `${BASE}/${orderId}/shipping_fulfillment`, { body: { lineItems, ...wrong } });
    expect(reply).toMatchObject({ status: 400, json: { errors: [{ errorId }] } });
  });

  it("refuses more than was bought, the same number twice, and unknown orders", async () => {
    const { buy, call, state } = bench();
    const orderId = buy("MUG-OCHRE", 2);
    const lineItemId = state.orders.get(orderId)?.lines[0]?.lineItemId;
    const ship = (id: string, quantity: number) =>
      call("POST", `${BASE}/${id}/shipping_fulfillment`, {
        body: { lineItems: [{ lineItemId, quantity }], trackingNumber: "T1", shippingCarrierCode: "USPS" },
      });
    expect((await ship(orderId, 3)).json.errors[0].errorId).toBe(32600);
    expect((await ship(orderId, 1)).status).toBe(201);
    expect((await ship(orderId, 1)).json.errors[0].errorId).toBe(34500);
    expect((await ship("00-00000-00000", 1)).json.errors[0].errorId).toBe(32100);
    expect((await call("GET", `${BASE}/00-00000-00000/shipping_fulfillment`)).status).toBe(400);
    expect((await call("GET", `${BASE}/${orderId}/shipping_fulfillment/none`)).status).toBe(404);
  });
});

describe("refunds", () => {
  it("are pending first, then done, and change the payment status", async () => {
    const { buy, call, state, clock } = bench();
    const orderId = buy("MUG-OCHRE", 2);
    const lineItemId = state.orders.get(orderId)?.lines[0]?.lineItemId;
    const refund = (body: object) => call("POST", `${BASE}/${orderId}/issue_refund`, { body });
    const usd = (value: string) => ({ value, currency: "USD" });
    const first = await refund({
      reasonForRefund: "OUT_OF_STOCK",
      refundItems: [{ lineItemId, refundAmount: usd("24.00") }],
    });
    expect(first.json).toMatchObject({ refundStatus: "PENDING", refundId: expect.any(String) });
    expect((await call("GET", `${BASE}/${orderId}`)).json).toMatchObject({
      orderPaymentStatus: "PARTIALLY_REFUNDED",
      lineItems: [{ refunds: [{ amount: usd("24.00") }] }],
    });
    const rest = await refund({ reasonForRefund: "OUT_OF_STOCK", orderLevelRefundAmount: usd("28.95") });
    expect(rest.status).toBe(200);
    await clock.advance(MINUTE_MS);
    expect((await call("GET", `${BASE}/${orderId}`)).json).toMatchObject({
      orderPaymentStatus: "FULLY_REFUNDED",
      paymentSummary: { refunds: [{ refundStatus: "REFUNDED" }], totalDueSeller: usd("0.00") },
    });
    expect(
      (await refund({ reasonForRefund: "OTHER", orderLevelRefundAmount: usd("1.00") })).json.errors[0].errorId,
    ).toBe(34917);
  });

  it.each([
    [{ orderLevelRefundAmount: { value: "1.00", currency: "USD" } }, 400, 34903],
    [{ reasonForRefund: "OTHER" }, 400, 34905],
    [{ reasonForRefund: "OTHER", orderLevelRefundAmount: { value: "1.001", currency: "USD" } }, 400, 34907],
    [{ reasonForRefund: "OTHER", orderLevelRefundAmount: { value: "1.00", currency: "GBP" } }, 400, 34909],
    [{ reasonForRefund: "OTHER", orderLevelRefundAmount: { value: "999.00", currency: "USD" } }, 400, 34915],
    [
      {
        reasonForRefund: "OTHER",
        refundItems: [{ lineItemId: "1", refundAmount: { value: "1.00", currency: "USD" } }],
      },
      400,
      34914,
    ],
  ])("refuse %j", async (body, status, errorId) => {
    const { buy, call } = bench();
    const reply = await call("POST", `${BASE}/${buy("MUG-OCHRE")}/issue_refund`, { body });
    expect(reply).toMatchObject({ status, json: { errors: [{ errorId }] } });
  });
});

describe("cancellation", () => {
  const POST_ORDER = "/post-order/v2/cancellation";

  function cancelBench(settings: EbaySettingsInput = {}) {
    const open = bench(settings);
    const token = open.controls.grant().accessToken;
    const iaf = (method: string, path: string, body?: object) =>
      open.call(method, path, { token: null, headers: { authorization: `IAF ${token}` }, ...(body ? { body } : {}) });
    return { ...open, iaf };
  }

  it("by the seller cancels the whole order and refunds it", async () => {
    const { buy, call, iaf, controls } = cancelBench();
    const legacyOrderId = buy("LAMP-01");
    expect((await iaf("POST", `${POST_ORDER}/check_eligibility`, { legacyOrderId })).json).toMatchObject({
      eligible: true,
    });
    const created = await iaf("POST", POST_ORDER, { legacyOrderId, cancelReason: "OUT_OF_STOCK_OR_CANNOT_FULFILL" });
    expect(created.status).toBe(201);
    const detail = (await iaf("GET", `${POST_ORDER}/${created.json.cancelId}`)).json.cancelDetail;
    expect(detail).toMatchObject({ cancelState: "CLOSED", cancelStatus: "CANCEL_CLOSED_WITH_REFUND", legacyOrderId });
    const order = (await call("GET", `${BASE}/${legacyOrderId}`)).json;
    expect(order).toMatchObject({
      orderPaymentStatus: "FULLY_REFUNDED",
      cancelStatus: {
        cancelState: "CANCELED",
        cancelRequests: [{ cancelInitiator: "Seller", cancelRequestState: "COMPLETED" }],
      },
    });
    expect(controls.shown()["LAMP-01"]).toBe(0);
    expect((await iaf("POST", POST_ORDER, { legacyOrderId })).json.orderEligibilityResult).toMatchObject({
      eligible: false,
      failureReason: ["ALREADY_CANCELED"],
    });
  });

  it("asked for by the buyer shows in getOrder only, and waits for the seller", async () => {
    const { buy, call, iaf, controls, state } = cancelBench({ cancellationRestocks: true });
    const orderId = buy("LAMP-01");
    expect(controls.askToCancel(orderId)).toEqual({ ok: true });
    expect((await call("GET", BASE)).json.orders[0].cancelStatus).toEqual({
      cancelState: "IN_PROGRESS",
      cancelRequests: [],
    });
    const [request] = (await call("GET", `${BASE}/${orderId}`)).json.cancelStatus.cancelRequests;
    expect(request).toMatchObject({
      cancelInitiator: "Buyer",
      cancelRequestState: "REQUESTED",
      cancelReason: "ORDER_MISTAKE",
    });
    expect((await iaf("POST", `${POST_ORDER}/${request.cancelRequestId}/approve`)).status).toBe(204);
    expect(state.orders.get(orderId)?.cancelledAt).not.toBeNull();
    expect(controls.shown()["LAMP-01"]).toBe(1);
    expect((await iaf("POST", `${POST_ORDER}/${request.cancelRequestId}/reject`)).status).toBe(409);
  });

  it("is not for shipped orders, unknown orders or a buyer's reason", async () => {
    const { buy, call, iaf, state } = cancelBench();
    const legacyOrderId = buy("LAMP-01");
    expect((await iaf("POST", POST_ORDER, { legacyOrderId, cancelReason: "ORDER_MISTAKE" })).status).toBe(400);
    expect((await iaf("POST", POST_ORDER, { legacyOrderId: "x" })).status).toBe(404);
    await call("POST", `${BASE}/${legacyOrderId}/shipping_fulfillment`, {
      body: { lineItems: [{ lineItemId: state.orders.get(legacyOrderId)?.lines[0]?.lineItemId }] },
    });
    expect((await iaf("POST", `${POST_ORDER}/check_eligibility`, { legacyOrderId })).json).toMatchObject({
      eligible: false,
      failureReason: ["ALREADY_SHIPPED"],
    });
  });
});
