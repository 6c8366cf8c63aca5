import { describe, expect, it } from "vitest";
import { type Draft, leaveOut, mendDraft } from "#app/orders/draft-mending.ts";

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

  it.each([
    ["shippingAddress", "address1", "Address line 1", true],
    ["shippingAddress", "address2", "Address line 2", true],
    ["shippingAddress", "city", "City", true],
    ["shippingAddress", "zip", "Postal code", true],
    ["shippingAddress", "firstName", "First name", true],
    ["shippingAddress", "lastName", "Last name", true],
    ["shippingAddress", "countryCode", "Country", true],
    // A parcel finds its way without.
    ["shippingAddress", "provinceCode", "Province", false],
    ["shippingAddress", "phone", "Phone", false],
    ["shippingAddress", "company", "Company", false],
    ["customer", "email", "E-mail", false],
    ["customer", "phone", "Phone", false],
    ["customer", "firstName", "First name", false],
    ["customer", "lastName", "Last name", false],
  ] as const)("is told by its name: %s, %s", (root, field, what, isForParcel) => {
    const full: Draft = {
      input: {
        shippingAddress: {
          ...{ address1: "address1", address2: "address2", city: "city", zip: "zip", firstName: "firstName" },
          ...{ lastName: "lastName", company: "company", phone: "phone", provinceCode: "provinceCode" },
          countryCode: "countryCode" as never,
        },
        customer: { toUpsert: { email: "email", phone: "phone", firstName: "firstName", lastName: "lastName" } },
      },
      leftOut: [],
    };
    const mended = mendDraft(full, [at(root, ...(root === "customer" ? ["toUpsert"] : []), field)]);
    expect(mended?.leftOut).toEqual([{ what, value: field, isForParcel }]);
    expect(mended?.input.note).toBe(`${what}: ${field}`);
    const { [root]: one, ...others } = mended?.input ?? {};
    expect(one && "toUpsert" in one ? one.toUpsert : one).not.toHaveProperty(field);
    expect(others).toEqual({ ...full.input, [root]: undefined, note: `${what}: ${field}` });
  });

  it.each([
    ["province", "Province", "NRW"],
    ["country", "Country", "GB"],
  ])("is known by Shopify's older name, too: %s", (field, what, value) => {
    expect(mendDraft(draft, [at("shippingAddress", field)])?.leftOut).toMatchObject([{ what, value }]);
  });

  it.each([
    ["email", { email: "a@b.example" }],
    ["phone", { phone: "1" }],
    ["firstName", { firstName: "Ann" }],
    ["lastName", { lastName: "Lee" }],
  ])("leaves a customer that has a %s still", (_, known) => {
    const one: Draft = { input: { customer: { toUpsert: { ...known, note: "x" } as never } }, leftOut: [] };
    const refused = "email" in known ? "phone" : "email";
    const full: Draft = { input: { customer: { toUpsert: { ...known, [refused]: "x" } } }, leftOut: [] };
    expect(mendDraft(full, [at("customer", "toUpsert", refused)])?.input.customer).toBeDefined();
    expect(mendDraft(one, [at("customer", "toUpsert", Object.keys(known)[0] ?? "")])?.input.customer).toBeUndefined();
  });

  it("is the whole address where Shopify names nothing in it, or what it does not have", () => {
    const value = "1 High Street, York, NRW, GB, x";
    for (const path of [at("shippingAddress"), at("shippingAddress", "nothing"), at("shippingAddress", "zip")]) {
      const mended = mendDraft(draft, [path]);
      expect(mended?.input).not.toHaveProperty("shippingAddress");
      expect(mended?.leftOut).toEqual([{ what: "Address", value, isForParcel: true }]);
      expect(mended?.input.customer).toEqual(draft.input.customer);
    }
  });

  it("is left out alone of an address that names nobody", () => {
    expect(mendDraft(draft, [at("shippingAddress", "phone")])?.input.shippingAddress).toEqual({
      ...{ address1: "1 High Street", city: "York", countryCode: "GB", provinceCode: "NRW" },
    });
  });

  it("is told without what is empty", () => {
    const half: Draft = {
      input: { shippingAddress: { address1: "1 High Street", city: "", zip: "YO1" } },
      leftOut: [],
    };
    expect(mendDraft(half, [at("shippingAddress")])?.leftOut).toMatchObject([{ value: "1 High Street, YO1" }]);
  });

  it("is no loss where nothing was said", () => {
    const empty: Draft = { input: { shippingAddress: { city: "", zip: null } }, leftOut: [] };
    expect(mendDraft(empty, [at("shippingAddress")])).toEqual({ input: {}, leftOut: [] });
    const known: Draft = { input: { customer: { toAssociate: { id: "gid://shopify/Customer/1" } } }, leftOut: [] };
    expect(mendDraft(known, [at("customer")])).toEqual({ input: {}, leftOut: [] });
  });

  it("is nothing where nothing is named as refused, and nothing is left where all optional is gone", () => {
    expect(mendDraft(draft, [])).toBeNull();
    expect(mendDraft({ input: { lineItems: [] }, leftOut: [] }, [null])).toBeNull();
    expect(mendDraft({ input: { lineItems: [] }, leftOut: [] }, [at("customer", "toUpsert", "phone")])).toBeNull();
  });

  it("is named without the order, too", () => {
    expect(mendDraft(draft, [["shippingAddress", "provinceCode"]])?.leftOut).toMatchObject([{ what: "Province" }]);
  });

  it("takes the customer with it where nothing makes one any more", () => {
    const mended = mendDraft(draft, [at("customer", "toUpsert", "phone"), at("customer", "toUpsert", "email")]);
    expect(mended?.input).not.toHaveProperty("customer");
    expect(mended?.input.note).toBe("Phone: 1\nCustomer: a@b.example");
  });

  it("and is not named costs all that is optional", () => {
    const mended = mendDraft(draft, [null]);
    expect(Object.keys(mended?.input ?? {}).sort()).toEqual(["lineItems", "note"]);
    expect(mended?.leftOut).toEqual([
      { what: "Address", value: "1 High Street, York, NRW, GB, x", isForParcel: true },
      { what: "Customer", value: "1, a@b.example", isForParcel: false },
    ]);
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

describe("what is left out", () => {
  it("stands in the note after what stands there, and is added to what was left out before", () => {
    const one: Draft = { input: { note: "Gift" }, leftOut: [{ what: "City", value: "York", isForParcel: true }] };
    const left = leaveOut(one, [{ what: "Phone", value: "1", isForParcel: false }]);
    expect(left.input.note).toBe("Gift\nPhone: 1");
    expect(left.leftOut.map((each) => each.what)).toEqual(["City", "Phone"]);
  });

  it("is cut where Shopify's note takes no more", () => {
    const long = leaveOut({ input: {}, leftOut: [] }, [{ what: "City", value: "x".repeat(6_000), isForParcel: true }]);
    expect(long.input.note).toHaveLength(5_000);
    expect(long.input.note?.startsWith("City: xxx")).toBe(true);
  });

  it("makes no note where there is none", () => {
    expect(leaveOut({ input: {}, leftOut: [] }, [])).toEqual({ input: {}, leftOut: [] });
  });
});
