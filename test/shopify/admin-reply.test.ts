import { describe, expect, it } from "vitest";
import { type AdminReply, readReply } from "#app/shopify/admin-reply.ts";

const MADE = { orderCreate: { order: { id: "gid://shopify/Order/1", customer: null }, userErrors: [] } };
const DENIED = { message: "no access to Customer", extensions: { code: "ACCESS_DENIED" } };
const BELOW = { ...DENIED, path: ["orderCreate", "order", "customer"] };

function kindOf(reply: AdminReply, isMutation: boolean, isEnough?: (data: typeof MADE) => boolean): string {
  const read = readReply(reply, { name: "CreateOrder", isMutation, shopDomain: "a.myshopify.com" }, isEnough);
  return read.ok ? "ok" : read.failure.kind;
}

const hasOrder = (data: typeof MADE) => Boolean(data.orderCreate?.order?.id);

describe("a mutation's reply", () => {
  it("that shows what was made is used, whatever errors stand beside it", () => {
    expect(kindOf({ status: 200, data: MADE, errors: [BELOW] }, true, hasOrder)).toBe("ok");
  });

  it.each([
    ["an error below its payload", { orderCreate: { order: null, userErrors: [] } }, [BELOW]],
    ["an error at its payload", { orderCreate: null }, [{ ...DENIED, path: ["orderCreate"] }]],
    ["an error with a path and no data", null, [{ message: "no", path: ["orderCreate"] }]],
    ["an error that says nothing of itself", undefined, [{ message: "something went wrong" }]],
    ["an empty payload", { orderCreate: null }, undefined],
    ["no data", undefined, undefined],
    ["null", null, []],
    ["a text for errors", undefined, "Something went wrong"],
    ["an error of Shopify's own", undefined, [{ message: "no", extensions: { code: "INTERNAL_SERVER_ERROR" } }]],
  ])("with %s may have been done", (_what, data, errors) => {
    expect(kindOf({ status: 200, data, errors }, true, hasOrder)).toBe("outcome-unknown");
  });

  it.each([500, 502, 503, 504, 408])("of HTTP %i may have been done", (status) => {
    expect(kindOf({ status }, true)).toBe("outcome-unknown");
  });

  it("is a refusal only where the request itself was wrong", () => {
    const invalid = { message: "Variable $order is wrong", locations: [{ line: 1, column: 2 }] };
    expect(kindOf({ status: 200, errors: [invalid] }, true)).toBe("rejected");
    const tooDear = { message: "too dear", extensions: { code: "MAX_COST_EXCEEDED" } };
    expect(kindOf({ status: 200, errors: [tooDear] }, true)).toBe("rejected");
    expect(kindOf({ status: 400 }, true)).toBe("rejected");
  });
});

describe("a query's reply", () => {
  it("with errors is an answer only where it shows what was asked for", () => {
    expect(kindOf({ status: 200, data: MADE, errors: [BELOW] }, false, hasOrder)).toBe("ok");
    expect(kindOf({ status: 200, data: MADE, errors: [BELOW] }, false)).not.toBe("ok");
    expect(kindOf({ status: 200, data: { orderCreate: null }, errors: [BELOW] }, false, hasOrder)).not.toBe("ok");
  });

  it("with nothing in it is no answer", () => {
    expect(kindOf({ status: 200 }, false)).toBe("unavailable");
    expect(kindOf({ status: 200, data: null }, false)).toBe("unavailable");
  });

  it("that finds nothing is an answer", () => {
    expect(kindOf({ status: 200, data: { order: null } }, false)).toBe("ok");
  });
});
