import { describe, expect, it } from "vitest";
import { identifyBuyer, identityKeys, splitName } from "#app/customers/identities.ts";
import type { RemoteAddress, RemoteBuyer } from "#connectors/contract/remote-types.ts";

const NOWHERE: RemoteAddress = {
  ...{ name: null, company: null, line1: null, line2: null, city: null, region: null, postalCode: null },
  countryCode: null,
};
const buyer = (change: Partial<RemoteBuyer>): RemoteBuyer => ({
  ...{ remoteId: null, name: null, email: null, emailIsRelay: false, phone: null, phoneIsMasked: false },
  shippingAddress: null,
  ...change,
});
const phoneOf = (phone: string | null, countryCode: string | null, phoneIsMasked = false) =>
  identifyBuyer(buyer({ phone, phoneIsMasked, shippingAddress: { ...NOWHERE, countryCode } })).phone;
const emailOf = (email: string | null, emailIsRelay = false) => identifyBuyer(buyer({ email, emailIsRelay })).email;

describe("a buyer's phone number", () => {
  it.each([
    ["020 7946 0018", "GB", "+442079460018"],
    // A country's common misspelling, and its code as buyers type it.
    ["020 7946 0018", "UK", "+442079460018"],
    ["07400 123456", "gb ", "+447400123456"],
    ["(206) 342-8631", "US", "+12063428631"],
    ["787 234 5678", "PR", "+17872345678"],
    ["030 901820", "DE", "+4930901820"],
    // With its own country it needs no other, and keeps it.
    ["+44 20 7946 0018", null, "+442079460018"],
    ["+44 20 7946 0018", "US", "+442079460018"],
    ["+44 20 7946 0018", "XX", "+442079460018"],
    ["0044 20 7946 0018", "GB", "+442079460018"],
  ])("%s in %s is %s", (phone, country, known) => {
    expect(phoneOf(phone, country)).toBe(known);
  });

  it.each([
    ["belongs to no country", "206 342 8631", null],
    ["has a prefix that means something else in each country", "0044 20 7946 0018", null],
    ["is in a country that nobody knows", "206 342 8631", "Atlantis"],
    ["has too few digits", "1234", "GB"],
    ["has too few digits in spite of its country", "+44 20 7946 001", "GB"],
    ["is American in Britain", "206 342 8631", "GB"],
    ["is none", "n/a", "GB"],
    ["is empty", "", "GB"],
    ["hides digits", "+44 20 7946 00**", "GB"],
    ["hides digits as x", "+44 20 7946 0018 xx", "GB"],
    ["hides digits as X", "+44 20 7946 0018 XX", "GB"],
    ["hides digits as #", "+44 20 7946 0018 ##", "GB"],
    ["hides digits as •", "+44 20 7946 0018 ••", "GB"],
  ])("is nobody's where it %s: %s", (_, phone, country) => {
    expect(phoneOf(phone, country)).toBeNull();
  });

  it("is nobody's where the marketplace masks it, or there is none, or no address that says the country", () => {
    expect(phoneOf("+44 20 7946 0018", "GB", true)).toBeNull();
    expect(phoneOf(null, "GB")).toBeNull();
    expect(identifyBuyer(buyer({ phone: "020 7946 0018" })).phone).toBeNull();
    expect(identifyBuyer(buyer({ phone: "+44 20 7946 0018" })).phone).toBe("+442079460018");
  });

  it("may have an extension, which is no part of it", () => {
    expect(phoneOf("(206) 342-8631 x12", "US")).toBe("+12063428631");
  });
});

describe("a buyer's e-mail", () => {
  it("is the same whatever its case and the blanks around it", () => {
    expect(emailOf("Ann.Lee@Example.com")).toBe("ann.lee@example.com");
    expect(emailOf(" ann.lee@example.com\n")).toBe("ann.lee@example.com");
  });

  it("is nobody's where it is a relay's", () => {
    expect(emailOf("abc123@marketplace.example.com", true)).toBeNull();
  });

  it.each([
    null,
    "",
    "ann",
    "ann@example",
    "@example.com",
    "ann@",
    "ann@.",
    "a b@example.com",
    "ann@exa mple.com",
    "a@b@c.com",
  ])("is none: %j", (email) => {
    expect(emailOf(email)).toBeNull();
  });

  it("is none where only a part of the text looks like one", () => {
    expect(emailOf("ask ann@example.com")).toBeNull();
    expect(emailOf("ann@example.com or ask")).toBeNull();
  });
});

describe("what a buyer is looked up by", () => {
  const hash = (text: string) => `<${text}>`;
  const known = identifyBuyer(
    buyer({ remoteId: "b-1", email: "Ann@Example.com", phone: "+44 20 7946 0018", shippingAddress: NOWHERE }),
  );

  it("is the e-mail before the phone before the marketplace's own id", () => {
    expect(identityKeys(hash, "bazaar", known)).toEqual([
      { kind: "email", valueHash: "<email:ann@example.com>" },
      { kind: "phone", valueHash: "<phone:+442079460018>" },
      { kind: "buyer:bazaar", valueHash: "<buyer:bazaar:b-1>" },
    ]);
  });

  it("is the same e-mail and phone at every marketplace, and an id at its own alone", () => {
    const [email, phone, id] = identityKeys(hash, "other", known);
    expect([email, phone]).toEqual(identityKeys(hash, "bazaar", known).slice(0, 2));
    expect(id).toEqual({ kind: "buyer:other", valueHash: "<buyer:other:b-1>" });
  });

  it("is nothing where nothing is known, and never what is masked or a relay's", () => {
    expect(identityKeys(hash, "bazaar", { email: null, phone: null, buyerId: null })).toEqual([]);
    const hidden = buyer({
      email: "x@relay.example.com",
      emailIsRelay: true,
      phone: "+44 20 7946 0018",
      phoneIsMasked: true,
    });
    expect(identityKeys(hash, "bazaar", identifyBuyer(hidden))).toEqual([]);
  });
});

describe("a name", () => {
  it.each([
    ["Ann Lee", "Ann", "Lee"],
    ["  Ann   Mary  Lee ", "Ann Mary", "Lee"],
    ["Ann", null, "Ann"],
    ["", null, null],
    ["   ", null, null],
    [null, null, null],
  ])("%j is %s %s", (name, firstName, lastName) => {
    expect(splitName(name)).toEqual({ firstName, lastName });
  });
});
