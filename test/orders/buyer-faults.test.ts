import { describe, expect, it } from "vitest";
import { FIELD_NAMES, faultsOf, namesOfRefused, refusedOf } from "#app/orders/buyer-faults.ts";
import { BUYER_FIELDS, type BuyerFields } from "#app/orders/corrected-buyer.ts";

const WHOLE: BuyerFields = {
  ...{ name: "Ada Body", company: "", line1: "1 High Street", line2: "", city: "Leeds", region: "" },
  ...{ postalCode: "LS1 1AA", countryCode: "GB", phone: "", email: "" },
};
const COUNTRIES = new Set(["GB", "US", "CA", "AU", "DE", "FR", "ES", "IT", "IE"]);
const check = (fields: Partial<BuyerFields>, isSent = true) =>
  faultsOf({ ...WHOLE, ...fields }, { isSent, isCountry: (code) => COUNTRIES.has(code) });

describe("an address", () => {
  it("that is whole has no fault", () => {
    expect(check({})).toEqual({});
    expect(check({ phone: "+44 (0)20 7946-0000", email: "ada@body.example", company: "B", line2: "2" })).toEqual({});
    expect(check({ countryCode: "uk" })).toEqual({});
  });

  it.each([
    ["name", {}, "Whoever packs the parcel needs a name."],
    ["line1", {}, "A parcel needs a street and number, or a box."],
    ["city", {}, "A parcel needs a city."],
    ["countryCode", {}, "Choose the country that it goes to."],
    ["postalCode", {}, "Addresses in this country need a postal code."],
    ["region", { countryCode: "US", postalCode: "10118" }, "Addresses in this country need a state or province."],
  ] as const)("to be sent to needs its %s", (field, more, words) => {
    expect(check({ ...more, [field]: " " })).toEqual({ [field]: words });
    expect(check({ ...more, [field]: "" }, false)).toEqual({});
  });

  it("needs no code or province where not everybody has one", () => {
    expect(check({ countryCode: "IE", postalCode: "" })).toEqual({});
    expect(check({ countryCode: "IE", postalCode: "anything" })).toEqual({});
  });

  it.each(BUYER_FIELDS)("has no %s that is longer than Shopify takes", (field) => {
    const long = "Too long: at most 255 characters.";
    expect(check({ [field]: "1".repeat(256) })).toMatchObject({ [field]: long });
    expect(check({ [field]: ` ${"1".repeat(255)} ` })[field]).not.toBe(long);
  });

  it("has a country that Shopify has, and a province that it can be told", () => {
    const unknown = { countryCode: "Shopify does not have this country. Choose one." };
    expect([check({ countryCode: "XX" }), check({ countryCode: "Britain" })]).toEqual([unknown, unknown]);
    const state = (region: string) => check({ countryCode: "US", postalCode: "10118", region });
    for (const region of ["NY", "New York", "us-ny", "AE"]) expect(state(region)).toEqual({});
    const words = { region: "Shopify does not know it there. Write its name in full, or its code." };
    expect([state("ZZ"), state("Greater New York")]).toEqual([words, words]);
    expect(check({ region: "Greater London" })).toEqual({});
  });

  it.each([
    ["US", ["10118", "10118-0110", "101180110"], ["1011", "A10118", "10118-01"], "10118 or 10118-0110"],
    ["CA", ["K1A 0B1", "k1a0b1", "K1A-0B1"], ["K1A", "11A 0B1", "XK1A 0B1", "K1A 0B11"], "K1A 0B1"],
    ["GB", ["SW1A 1AA", "ls11aa", "M1 1AA", "BF1 4AA"], ["none", "SW1A", "SW1A 1AAA", "1SW1A 1AA"], "SW1A 1AA"],
    ["AU", ["2000"], ["200", "20000", "A2000"], "2000"],
    ["DE", ["10115"], ["1011", "101150", "D10115"], "10115"],
    ["FR", ["75001"], ["7500", "750010", "F75001"], "75001"],
    ["ES", ["28001"], ["2800", "280010", "E28001"], "28001"],
    ["IT", ["00118"], ["0011", "001180", "I00118"], "00118"],
  ])("in %s has a postal code as they are there", (countryCode, good, bad, example) => {
    const region = countryCode === "US" ? "NY" : countryCode === "CA" ? "ON" : countryCode === "AU" ? "NSW" : "";
    const of = (postalCode: string) => check({ countryCode, region, postalCode });
    for (const code of good) expect(of(code)).toEqual({});
    for (const code of bad)
      expect(of(code)).toEqual({ postalCode: `Not a postal code there. Write it like ${example}.` });
  });

  it.each(["desk 12", "12345", "1234567890123456", "+44 7700 900123 ext 5", "++44770090", "4+4770090"])(
    "has no number like %s",
    (phone) => {
      expect(check({ phone })).toEqual({
        phone: "Write it in digits, such as +44 7700 900123, or leave it empty.",
      });
    },
  );

  it.each(["123456", "+123456789012345", "020/794.600"])("may have the number %s", (phone) => {
    expect(check({ phone })).toEqual({});
  });

  it.each([
    "ada",
    "ada@body",
    "a b@c.example",
    "ada@body.example x",
    "@body.example",
    "x ada@body.example",
    "a@@b.example",
  ])("has no e-mail like %s", (email) => {
    expect(check({ email })).toEqual({ email: "Write it like name@example.com, or leave it empty." });
  });
});

describe("what Shopify refused", () => {
  const at = (...field: string[]) => refusedOf({ field, why: "is invalid" });

  it.each([
    ["firstName", "name"],
    ["lastName", "name"],
    ["company", "company"],
    ["address1", "line1"],
    ["address2", "line2"],
    ["city", "city"],
    ["province", "region"],
    ["provinceCode", "region"],
    ["zip", "postalCode"],
    ["country", "countryCode"],
    ["countryCode", "countryCode"],
    ["phone", "phone"],
    ["email", "email"],
  ])("as %s is the form's %s", (theirs, ours) => {
    const one = { part: "address", field: ours, why: "is invalid" };
    expect(at("order", "shippingAddress", theirs)).toEqual(one);
    expect(at("shippingAddress", theirs)).toEqual(one);
    expect(at("order", "customer", "toUpsert", theirs)).toEqual({ ...one, part: "customer" });
  });

  it("may be the address or the customer as a whole", () => {
    expect(at("order", "shippingAddress")).toEqual({ part: "address", field: null, why: "is invalid" });
    expect(at("customer", "tags")).toEqual({ part: "customer", field: null, why: "is invalid" });
  });

  it("is else nothing of the buyer's", () => {
    expect([at("order", "lineItems", "0", "city"), at("order"), at(), refusedOf({ field: null, why: "no" })]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it("is named once each", () => {
    const refused = ["zip", "zip", "city", "-", "-"].flatMap((one) => at("order", "shippingAddress", one) ?? []);
    expect(namesOfRefused(refused)).toEqual(["postal code", "city", "address"]);
    expect(namesOfRefused([{ part: "customer", field: null, why: "" }])).toEqual(["details as a customer"]);
    expect(Object.keys(FIELD_NAMES).sort()).toEqual([...BUYER_FIELDS].sort());
  });
});
