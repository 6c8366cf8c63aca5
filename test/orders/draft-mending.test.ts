import { describe, expect, it } from "vitest";
import { type Draft, mendDraft } from "#app/orders/draft-mending.ts";

const draft: Draft = {
  input: {
    shippingAddress: { address1: "1 High Street", city: "York", countryCode: "GB", provinceCode: "NRW", phone: "x" },
    customer: { toUpsert: { email: "a@b.example", phone: "1", tags: ["Lockstep"] } },
    lineItems: [{ quantity: 1, title: "Tray" }],
  },
  leftOut: [],
};

const at = (...path: string[]) => ["order", ...path];

describe("what Shopify refused", () => {
  it("is left out alone where it is one field, and kept in the note", () => {
    const mended = mendDraft(draft, [at("shippingAddress", "provinceCode"), at("customer", "toUpsert", "phone")]);
    expect(mended?.input.shippingAddress).not.toHaveProperty("provinceCode");
    expect(mended?.input.customer).toEqual({ toUpsert: { email: "a@b.example", tags: ["Lockstep"] } });
    expect(mended?.input.note).toBe("Province: NRW\nPhone: 1");
  });

  it("takes the customer with it where nothing makes one any more", () => {
    const mended = mendDraft(draft, [at("customer", "toUpsert", "phone"), at("customer", "toUpsert", "email")]);
    expect(mended?.input).not.toHaveProperty("customer");
    expect(mended?.input.note).toBe("Phone: 1\nCustomer: a@b.example");
  });

  it("and is not named costs all that is optional", () => {
    const mended = mendDraft(draft, [null]);
    expect(Object.keys(mended?.input ?? {}).sort()).toEqual(["lineItems", "note"]);
    expect(mended?.leftOut.map((one) => one.what)).toEqual(["Address", "Customer"]);
  });

  it.each([
    [at("lineItems", "0", "variantId")],
    [at("metafields", "0", "value")],
    [at("constructor")],
    [at("__proto__")],
  ])("and is required can't be mended: %s", (field) => {
    expect(mendDraft(draft, [field])).toBeNull();
    expect(mendDraft(draft, [at("shippingAddress", "city"), field])).toBeNull();
  });

  it.each([
    [at("shippingAddress", "nothing")],
    [at("shippingAddress", "constructor")],
    [at("customer", "0", "x")],
    [[]],
    [["order"]],
  ])("comes to an end, whatever is named: %s", (field) => {
    let last: Draft = draft;
    let tries = 0;
    for (let next = mendDraft(last, [field]); next; next = mendDraft(last, [field])) {
      last = next;
      tries += 1;
    }
    expect(tries).toBeLessThan(4);
  });
});
