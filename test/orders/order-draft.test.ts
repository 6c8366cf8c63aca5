import { describe, expect, it } from "vitest";
import { type DraftFacts, draftOrder, orderKey } from "#app/orders/order-draft.ts";
import type { RemoteAddress, RemoteBuyer } from "#connectors/contract/remote-types.ts";

const ADDRESS: RemoteAddress = {
  ...{ name: "Ann Lee", company: "Lee Ltd", line1: "1 High Street", line2: "Flat 2", city: "York", region: "York" },
  ...{ postalCode: "YO1 7HH", countryCode: "GB" },
};
const BUYER: RemoteBuyer = {
  ...{ remoteId: "b-1", name: "Ann Mary Lee", email: "ann@example.com", emailIsRelay: false },
  ...{ phone: "+44 20 7946 0018", phoneIsMasked: false, shippingAddress: ADDRESS },
};
const LINE: DraftFacts["lines"][number] = {
  ...{
    remoteLineId: "l-1",
    variantGid: "gid://shopify/ProductVariant/1",
    sku: "TRAY",
    quantity: 2,
    quantityCancelled: 0,
  },
  ...{ unitAmount: "10.00", requiresShipping: true },
};
/** Two trays at 10.00 and 3.00 for shipping. */
const facts = (change: Partial<DraftFacts> = {}): DraftFacts => ({
  ...{ key: "bazaar/acc/12-1", marketplace: "Bazaar", displayName: "12-1" },
  ...{ soldAt: new Date("2026-11-22T10:00:00Z"), now: new Date("2026-11-22T10:05:00Z"), currency: "GBP" },
  ...{ totalAmount: "23.00", shippingAmount: "3.00", taxAmount: "0.00", taxIncludedAmount: "0.00" },
  ...{ taxCollectedByMarketplace: false, adjustmentAmount: "0.00", refundedAmount: "0.00", delivery: "ship" as const },
  ...{ remarks: [], buyer: BUYER, lines: [LINE], customer: { kind: "guest" as const } },
  isCountry: (code) => ["GB", "US"].includes(code.toUpperCase()),
  ...change,
});
const draft = (change: Partial<DraftFacts> = {}) => draftOrder(facts(change));
const input = (change: Partial<DraftFacts> = {}) => draft(change).input;
const gbp = (amount: string) => ({ shopMoney: { amount, currencyCode: "GBP" } });

describe("an order as Shopify gets it", () => {
  it("has all that the marketplace told, and comes to what was paid", () => {
    expect(draft()).toEqual({
      input: {
        currency: "GBP",
        processedAt: "2026-11-22T10:00:00.000Z",
        sourceName: "Bazaar",
        sourceIdentifier: "bazaar/acc/12-1",
        tags: ["Lockstep", "Bazaar"],
        customAttributes: [
          { key: "Marketplace", value: "Bazaar" },
          { key: "Marketplace order", value: "12-1" },
        ],
        metafields: [{ namespace: "$app:lockstep", key: "marketplace_order", type: "id", value: "bazaar/acc/12-1" }],
        financialStatus: "PAID",
        taxesIncluded: false,
        lineItems: [
          {
            variantId: "gid://shopify/ProductVariant/1",
            quantity: 2,
            priceSet: gbp("10.00"),
            requiresShipping: true,
            taxable: false,
            properties: [{ name: "_lockstep_line", value: "l-1" }],
          },
        ],
        shippingLines: [{ title: "Bazaar shipping", priceSet: gbp("3.00") }],
        taxLines: [],
        transactions: [
          {
            kind: "SALE",
            status: "SUCCESS",
            gateway: "Bazaar",
            amountSet: gbp("23.00"),
            processedAt: "2026-11-22T10:00:00.000Z",
          },
        ],
        shippingAddress: {
          ...{ firstName: "Ann", lastName: "Lee", company: "Lee Ltd", address1: "1 High Street", address2: "Flat 2" },
          ...{ city: "York", provinceCode: null, zip: "YO1 7HH", countryCode: "GB", phone: "+44 20 7946 0018" },
        },
        note: "Region: York",
      },
      leftOut: [{ what: "Region", value: "York", isForParcel: false }],
    });
  });

  it("is known by its marketplace, its account and its id", () => {
    expect(orderKey({ connectorKey: "bazaar", remoteAccountId: "acc", remoteId: "12-1" })).toBe("bazaar/acc/12-1");
  });

  it("is never of the future, where the marketplace's clock is ahead", () => {
    const soldAt = new Date("2026-11-22T10:06:00Z");
    expect(input({ soldAt }).processedAt).toBe("2026-11-22T10:05:00.000Z");
    expect(input({ soldAt }).transactions?.[0]?.processedAt).toBe("2026-11-22T10:05:00.000Z");
  });

  it("has no line of which nothing is left to send, and of the others what is left", () => {
    const gone = { ...LINE, remoteLineId: "l-2", quantityCancelled: 2 };
    const half = { ...LINE, remoteLineId: "l-3", quantityCancelled: 1 };
    const { lineItems, transactions } = input({ lines: [gone, half], totalAmount: "43.00" });
    expect(lineItems?.map((one) => [one.properties?.[0]?.value, one.quantity])).toEqual([["l-3", 1]]);
    expect(transactions?.[0]?.amountSet).toEqual(gbp("13.00"));
  });

  it("has a line of no variant for what was paid beyond goods, shipping and tax", () => {
    const { lineItems } = input({ totalAmount: "25.00", adjustmentAmount: "2.00" });
    expect(lineItems?.[1]).toEqual({
      title: "Adjustment by Bazaar",
      quantity: 1,
      priceSet: gbp("2.00"),
      taxable: false,
    });
  });

  it("has a discount for what was paid short of them", () => {
    const { discountCode, lineItems } = input({ totalAmount: "21.50", adjustmentAmount: "-1.50" });
    expect(discountCode).toEqual({ itemFixedDiscountCode: { code: "Bazaar adjustment", amountSet: gbp("1.50") } });
    expect(lineItems).toHaveLength(1);
  });

  it("has no shipping line where shipping was free", () => {
    expect(input({ shippingAmount: "0.00", totalAmount: "20.00" }).shippingLines).toEqual([]);
  });

  it("is not to be shipped where nothing of it goes by parcel", () => {
    const download = { ...LINE, requiresShipping: false };
    expect(input({ lines: [download] }).lineItems?.[0]?.requiresShipping).toBe(false);
  });
});

describe("the tax of an order", () => {
  it("on top is a line, with the rate that it comes to", () => {
    const { taxLines, taxesIncluded } = input({ taxAmount: "4.60", totalAmount: "27.60" });
    // 4.60 of the 23.00 that the rest costs.
    expect(taxLines).toEqual([{ title: "Tax", rate: "0.2000", priceSet: gbp("4.60"), channelLiable: false }]);
    expect(taxesIncluded).toBe(false);
  });

  it("is the marketplace's to pay where it says so", () => {
    const { taxLines } = input({ taxAmount: "4.60", totalAmount: "27.60", taxCollectedByMarketplace: true });
    expect(taxLines).toMatchObject([{ title: "Tax collected by Bazaar", channelLiable: true }]);
  });

  it("contained in the prices is told as that", () => {
    const { taxLines, taxesIncluded, note } = input({ taxIncludedAmount: "3.83" });
    expect(taxesIncluded).toBe(true);
    expect(taxLines).toEqual([{ title: "Tax", rate: "0.1998", priceSet: gbp("3.83"), channelLiable: false }]);
    expect(note).toBe("Region: York");
  });

  it("of both kinds is on top, and what is contained stands in the note: Shopify knows one kind an order", () => {
    const { taxLines, taxesIncluded, note } = input({
      taxAmount: "4.60",
      taxIncludedAmount: "1.00",
      totalAmount: "27.60",
    });
    expect(taxesIncluded).toBe(false);
    expect(taxLines).toMatchObject([{ priceSet: gbp("4.60") }]);
    expect(note).toBe("Tax contained in the prices: 1.00 GBP\nRegion: York");
  });

  it("has no rate where nothing but tax is paid", () => {
    const lines = [{ ...LINE, unitAmount: "0.00" }];
    const { taxLines } = input({ lines, shippingAmount: "0.00", taxAmount: "4.60", totalAmount: "4.60" });
    expect(taxLines).toMatchObject([{ rate: "0" }]);
  });
});

describe("an order that the buyer fetches", () => {
  const fetched = input({ delivery: "pick-up" });

  it("is not shipped, and says so wherever somebody looks", () => {
    expect(fetched.lineItems?.[0]?.requiresShipping).toBe(false);
    expect(fetched.tags).toEqual(["Lockstep", "Bazaar", "Pick-up"]);
    expect(fetched.customAttributes).toContainEqual({ key: "Delivery", value: "The buyer picks it up" });
    expect(fetched.note).toBe("The buyer picks it up: do not send it.\nRegion: York");
  });
});

describe("the note of an order", () => {
  it("has what whoever fulfils it must know", () => {
    expect(input({ remarks: ["Gift: no invoice", "Leave it at the door"] }).note).toBe(
      "Gift: no invoice\nLeave it at the door\nRegion: York",
    );
  });

  it("is not there where there is nothing to say", () => {
    const buyer = { ...BUYER, shippingAddress: { ...ADDRESS, region: null } };
    expect(draft({ buyer })).toMatchObject({ leftOut: [] });
    expect(input({ buyer })).not.toHaveProperty("note");
  });
});

describe("the customer of an order", () => {
  it("is the one that is known, and nobody where nothing makes a person", () => {
    expect(input({ customer: { kind: "existing", gid: "gid://shopify/Customer/5" } }).customer).toEqual({
      toAssociate: { id: "gid://shopify/Customer/5" },
    });
    expect(input()).not.toHaveProperty("customer");
  });

  it("is a new one by what there is of e-mail, phone and name", () => {
    const made = (email: string | null, phone: string | null, name: string | null) =>
      input({ customer: { kind: "new", email, phone, name } }).customer?.toUpsert;
    const tags = ["Lockstep", "Bazaar"];
    expect(made("ann@example.com", "+442079460018", "Ann Lee")).toEqual({
      ...{ firstName: "Ann", lastName: "Lee", email: "ann@example.com", phone: "+442079460018", tags },
    });
    expect(made(null, "+442079460018", null)).toEqual({
      firstName: null,
      lastName: null,
      phone: "+442079460018",
      tags,
    });
    expect(made("ann@example.com", null, "A".repeat(300))).toEqual({
      ...{ firstName: null, lastName: "A".repeat(255), email: "ann@example.com", tags },
    });
  });
});

describe("the address of an order", () => {
  const addressed = (change: Partial<RemoteAddress>, buyer: Partial<RemoteBuyer> = {}) =>
    draft({ buyer: { ...BUYER, ...buyer, shippingAddress: { ...ADDRESS, region: null, ...change } } });

  it("is none where the marketplace gives none, or nobody who bought", () => {
    expect(input({ buyer: null })).not.toHaveProperty("shippingAddress");
    expect(draft({ buyer: null }).leftOut).toEqual([]);
    expect(input({ buyer: { ...BUYER, shippingAddress: null } })).not.toHaveProperty("shippingAddress");
  });

  it("is the buyer's where it has no name of its own", () => {
    expect(addressed({ name: null }).input.shippingAddress).toMatchObject({ firstName: "Ann Mary", lastName: "Lee" });
  });

  it("has the parcel's own phone, else the buyer's, and none that is masked", () => {
    expect(addressed({ phone: "0151 1" }).input.shippingAddress?.phone).toBe("0151 1");
    expect(addressed({}, { phoneIsMasked: true }).input.shippingAddress?.phone).toBeNull();
    expect(addressed({ phone: "0151 1" }, { phoneIsMasked: true }).input.shippingAddress?.phone).toBe("0151 1");
  });

  it("has a province by its code", () => {
    const { input: order, leftOut } = addressed({ countryCode: "US", region: "California" });
    expect(order.shippingAddress).toMatchObject({ countryCode: "US", provinceCode: "CA" });
    expect(leftOut).toEqual([]);
  });

  it("whose country Shopify does not know goes without it, and whoever packs is told the whole of it", () => {
    const { input: order, leftOut } = addressed({ countryCode: "ZZ", region: "AB" });
    expect(order.shippingAddress).toMatchObject({ city: "York", provinceCode: null });
    expect(order.shippingAddress).not.toHaveProperty("countryCode");
    const value = "Ann Lee, Lee Ltd, 1 High Street, Flat 2, YO1 7HH, York, AB, ZZ";
    expect(leftOut).toEqual([{ what: "Address with its country", value, isForParcel: true }]);
    expect(order.note).toBe(`Address with its country: ${value}`);
    const short = addressed({ countryCode: "Atlantis", company: null, line2: null, region: null });
    expect(short.leftOut[0]?.value).toBe("Ann Lee, 1 High Street, YO1 7HH, York, Atlantis");
  });

  it("that names no country has none to tell of", () => {
    expect(addressed({ countryCode: null }).leftOut).toEqual([]);
    expect(addressed({ countryCode: null }).input.shippingAddress).not.toHaveProperty("countryCode");
  });

  it.each([
    ["First name", "firstName", { name: `${"x".repeat(256)} Lee` }, "x".repeat(256)],
    ["Last name", "lastName", { name: `Ann ${"x".repeat(256)}` }, "x".repeat(256)],
    ["Company", "company", { company: "x".repeat(256) }, "x".repeat(256)],
    ["Address line 1", "address1", { line1: "x".repeat(256) }, "x".repeat(256)],
    ["Address line 2", "address2", { line2: "x".repeat(256) }, "x".repeat(256)],
    ["City", "city", { city: "x".repeat(256) }, "x".repeat(256)],
    ["Postal code", "zip", { postalCode: "x".repeat(256) }, "x".repeat(256)],
    ["Phone", "phone", { phone: "1".repeat(256) }, "1".repeat(256)],
  ] as const)("%s is cut where Shopify takes no more, and the whole is told", (what, field, change, whole) => {
    const { input: order, leftOut } = addressed(change);
    expect(order.shippingAddress?.[field]).toBe(whole.slice(0, 255));
    expect(leftOut).toEqual([{ what, value: whole, isForParcel: true }]);
  });

  it("is not cut where it just fits", () => {
    const { input: order, leftOut } = addressed({ line1: "x".repeat(255) });
    expect(order.shippingAddress?.address1).toHaveLength(255);
    expect(leftOut).toEqual([]);
  });
});
