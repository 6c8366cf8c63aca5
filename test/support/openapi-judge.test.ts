import { describe, expect, it } from "vitest";
import { ebaySpecs } from "#test/emulators/ebay/specs.ts";
import { vintedSpecs } from "#test/emulators/vinted/specs.ts";
import { createOpenApiJudge, createPayloadJudge, type Exchange, type SpecSource } from "./openapi-judge.ts";
import { specsDir } from "./specs.ts";
import { strictSchema } from "./strict-schema.ts";

const dir = specsDir();
const JSON_TYPE = { "content-type": "application/json" };

function exchange(
  method: string,
  url: string,
  parts: Partial<Exchange> & { body?: unknown; reply?: unknown },
): Exchange {
  return {
    method,
    url,
    requestHeaders: new Headers(parts.body === undefined ? {} : JSON_TYPE),
    requestBody: parts.body === undefined ? null : JSON.stringify(parts.body),
    status: 200,
    responseHeaders: new Headers(JSON_TYPE),
    responseBody: parts.reply === undefined ? null : JSON.stringify(parts.reply),
    ...parts,
  };
}

describe.skipIf(!dir)("the spec judge", () => {
  const judge = (...specs: SpecSource[]) => createOpenApiJudge({ dir: dir ?? "", specs });
  const UPDATE = "/sell/inventory/v1/bulk_update_price_quantity";
  const rightBody = { requests: [{ sku: "A", offers: [{ offerId: "1", availableQuantity: 3 }] }] };
  const rightReply = { responses: [{ sku: "A", offerId: "1", statusCode: 200 }] };

  it("finds nothing wrong with an exchange as the spec has it", () => {
    const verdict = judge(...ebaySpecs).judge(exchange("POST", UPDATE, { body: rightBody, reply: rightReply }));
    expect(verdict).toEqual({ kind: "judged", operation: "bulkUpdatePriceQuantity", problems: [] });
  });

  it("names a field that is misspelt in a request", () => {
    const body = { requests: [{ sku: "A", offers: [{ offerId: "1", availableQuantty: 3 }] }] };
    expect(judge(...ebaySpecs).judge(exchange("POST", UPDATE, { body, reply: rightReply })).problems).toEqual([
      "POST /bulk_update_price_quantity request.requests[0].offers[0].availableQuantty: unknown field",
    ]);
  });

  it("names a field that is misspelt in a reply, and one of the wrong type", () => {
    const reply = { responses: [{ sku: "A", statuscode: 200, offerId: 1 }] };
    expect(judge(...ebaySpecs).judge(exchange("POST", UPDATE, { body: rightBody, reply })).problems).toEqual([
      "POST /bulk_update_price_quantity reply 200.responses[0].statuscode: unknown field",
      "POST /bulk_update_price_quantity reply 200.responses[0].offerId: must be string",
    ]);
  });

  it("judges 207 by the body of 200, and errors by eBay's error shape", () => {
    const strict = judge(...ebaySpecs);
    const row = { responses: [{ statusCode: 404, error: [] }] };
    expect(strict.judge(exchange("POST", UPDATE, { body: rightBody, reply: row, status: 207 })).problems).toEqual([
      "POST /bulk_update_price_quantity reply 207.responses[0].error: unknown field",
    ]);
    const error = { errors: [{ errorID: 1 }] };
    expect(strict.judge(exchange("POST", UPDATE, { body: rightBody, reply: error, status: 429 })).problems).toEqual([
      "POST /bulk_update_price_quantity reply 429.errors[0].errorID: unknown field",
    ]);
  });

  it("refuses unknown and missing query parameters, a missing body and an undeclared status", () => {
    const strict = judge(...ebaySpecs, { file: "amazon/listingsItems_2021-08-01.json" });
    const orders = "/sell/fulfillment/v1/order";
    expect(strict.judge(exchange("GET", `${orders}?limt=5`, { reply: { orders: [], total: 0 } })).problems).toEqual([
      "GET /order query.limt: unknown parameter",
    ]);
    expect(strict.judge(exchange("POST", UPDATE, { reply: rightReply })).problems).toEqual([
      "POST /bulk_update_price_quantity header.Content-Type: missing",
      "POST /bulk_update_price_quantity request: a body is required",
    ]);
    expect(strict.judge(exchange("GET", orders, { status: 302 })).problems).toEqual([
      "GET /order reply 302: this status is not declared",
    ]);
    const amazon = strict.judge(
      exchange("DELETE", "/listings/2021-08-01/items/S/SKU-1", { status: 500, reply: { errors: [] } }),
    );
    expect(amazon.problems).toEqual([
      "DELETE /listings/2021-08-01/items/{sellerId}/{sku} query.marketplaceIds: missing",
    ]);
  });

  it("tells an unknown operation of a known API from a path that no spec speaks about", () => {
    const strict = judge(...ebaySpecs);
    expect(strict.judge(exchange("GET", "/sell/inventory/v1/inventory_itms", {})).kind).toBe("unknown-operation");
    expect(strict.judge(exchange("GET", "/post-order/v2/cancellation/1", {})).kind).toBe("outside");
  });

  it("prefers a literal path to a placeholder and decodes what stands for one", () => {
    const strict = judge(...ebaySpecs);
    const item = exchange("GET", "/sell/inventory/v1/inventory_item/A%2FB", { reply: { sku: "A/B" } });
    expect(strict.judge(item)).toEqual({ kind: "judged", operation: "getInventoryItem", problems: [] });
    expect(strict.judge(exchange("POST", "/sell/inventory/v1/offer/get_listing_fees", {}))).toMatchObject({
      operation: "getListingFees",
    });
  });

  it("counts requests and replies by operation", () => {
    const strict = judge(...ebaySpecs);
    strict.judge(exchange("POST", UPDATE, { body: rightBody, reply: rightReply }));
    strict.judge(exchange("POST", UPDATE, { body: rightBody, reply: { responses: [{ bad: 1 }] }, status: 207 }));
    expect(strict.counts()).toEqual([
      { operation: "bulkUpdatePriceQuantity", requests: 2, replies: { 200: 1, 207: 1 }, problems: 1 },
    ]);
    expect(strict.report()).toContain("bulkUpdatePriceQuantity  2         200 x 1, 207 x 1  1");
  });

  it("stops when a waiver no longer finds its place in the spec", () => {
    const waivers = [{ at: "Product.nowhere", schema: {}, why: "test" }];
    expect(() => judge({ file: "ebay/sell_inventory_v1_oas3.json", waivers })).toThrow(/matches nothing/);
  });

  it("lets a field be missing that the spec requires and defines nowhere, and no other", () => {
    const reply = { status: "READY_TO_BE_SHIPPED" };
    const problems = (specs: readonly SpecSource[]) =>
      judge(...specs).judge(exchange("GET", "/api/v1/orders/1", { reply })).problems;
    const [waived = { file: "" }] = vintedSpecs;
    const others = problems([waived]);
    expect(others).toContain("GET /api/v1/orders/{id} reply 200.amount: missing");
    expect(problems([{ file: waived.file }]).filter((one) => !others.includes(one))).toEqual([
      "GET /api/v1/orders/{id} reply 200.buyer: missing",
    ]);
    const defined = [{ at: "GetOrderResponse.amount", schema: null, why: "test" }];
    expect(() => judge({ ...waived, waivers: defined })).toThrow(/matches nothing/);
  });

  it("takes what is not JSON where the spec says so, and only there", () => {
    const pdf = { responseHeaders: new Headers({ "content-type": "application/pdf" }), responseBody: "%PDF" };
    const strict = judge(...vintedSpecs);
    const headers = { requestHeaders: new Headers({ "x-vpi-hmac-sha256": "t=1,v1=0" }) };
    const label = exchange("GET", "/api/v1/orders/1/shipment-label", { ...headers, ...pdf });
    expect(strict.judge(label).problems).toEqual([]);
    expect(strict.judge(exchange("GET", "/api/v1/orders/1/shipment", { ...headers, ...pdf })).problems).toEqual([
      "GET /api/v1/orders/{id}/shipment reply 200: not JSON but application/pdf",
    ]);
  });

  it("reads every spec we have: OpenAPI 3.0, 3.1 and Swagger 2, JSON and YAML", () => {
    for (const file of [
      "etsy/etsy-oas-3.0.0.json",
      "depop/depop-selling-openapi-original.yml",
      "amazon/orders_2026-01-01.json",
      "amazon/ordersV0.json",
      "amazon/feeds_2021-06-30.json",
      "amazon/reports_2021-06-30.json",
      "amazon/notifications.json",
    ]) {
      expect(() => judge({ file }), file).not.toThrow();
    }
  });

  it("judges a notification by its AsyncAPI file", () => {
    const payload = createPayloadJudge({
      dir: dir ?? "",
      file: "ebay/ae-ebay-market-account-deletion-asyncapi-original.yml",
      pointer: "components/messages/message/payload",
    });
    expect(payload({ metadata: { topic: "T" }, notification: { data: { userId: "u" } } }, "N")).toEqual([]);
    expect(payload({ notification: { data: { user: "u" } } }, "N")).toEqual([
      "N.notification.data.user: unknown field",
    ]);
  });
});

describe("strict schemas", () => {
  it("refuse unknown fields of a composed object once, for the whole", () => {
    const part = { type: "object", properties: { a: { type: "string" } } };
    expect(strictSchema({ allOf: [part, { properties: { b: { type: "object", properties: {} } } }] })).toEqual({
      allOf: [part, { properties: { b: { type: "object", properties: {}, additionalProperties: false } } }],
      unevaluatedProperties: false,
    });
  });

  it("leave free what the spec leaves free, and admit null where it is nullable", () => {
    expect(strictSchema({ type: "object" })).toEqual({ type: "object" });
    expect(strictSchema({ type: "string", nullable: true, enum: ["a"] })).toEqual({
      type: ["string", "null"],
      enum: ["a", null],
    });
    expect(strictSchema({ type: "number", minimum: 0, exclusiveMinimum: true })).toEqual({
      type: "number",
      exclusiveMinimum: 0,
    });
  });
});
