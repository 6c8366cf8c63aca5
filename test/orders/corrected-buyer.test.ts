import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  BUYER_FIELDS,
  type BuyerFields,
  correct,
  fieldsOf,
  isOvertaken,
  openBuyer,
  openCorrection,
  openGiven,
  withCorrection,
} from "#app/orders/corrected-buyer.ts";
import type { RemoteAddress, RemoteBuyer } from "#connectors/contract/remote-types.ts";

const ADDRESS: RemoteAddress = {
  name: "Ada Body",
  company: "Body Ltd",
  line1: "1 High Street",
  line2: "Flat 2",
  city: "Leeds",
  region: "Yorkshire",
  postalCode: "LS1 1AA",
  countryCode: "GB",
};

function buyer(given: Partial<RemoteBuyer> = {}): RemoteBuyer {
  return {
    ...{ remoteId: "b-1", name: "Ada Body", email: "ada@body.example", emailIsRelay: false, phone: "+447700900999" },
    ...{ phoneIsMasked: false, shippingAddress: ADDRESS },
    ...given,
  };
}

function changed(given: RemoteBuyer, fields: Partial<BuyerFields>): RemoteBuyer {
  return withCorrection(given, correct(given, { ...fieldsOf(given), ...fields }));
}

const FIELDS: BuyerFields = {
  ...{ name: "Ada Body", company: "Body Ltd", line1: "1 High Street", line2: "Flat 2", city: "Leeds" },
  ...{ region: "Yorkshire", postalCode: "LS1 1AA", countryCode: "GB", phone: "+447700900999" },
  email: "ada@body.example",
};
const NOTHING = Object.fromEntries(BUYER_FIELDS.map((field) => [field, ""])) as BuyerFields;

describe("what a form shows of a buyer", () => {
  it("is their address, name and contact", () => {
    expect(fieldsOf(buyer())).toEqual(FIELDS);
  });

  it("is nothing where the marketplace gives nothing", () => {
    const nobody = { remoteId: null, name: null, email: null, phone: null, shippingAddress: null };
    expect(fieldsOf(buyer(nobody))).toEqual(NOTHING);
    const empty = Object.fromEntries(Object.keys(ADDRESS).map((key) => [key, null])) as unknown as RemoteAddress;
    expect(fieldsOf(buyer({ ...nobody, shippingAddress: empty }))).toEqual(NOTHING);
  });

  it("is the name that it goes to, else the buyer's", () => {
    expect(fieldsOf(buyer({ name: "Bob" })).name).toBe("Ada Body");
    expect(fieldsOf(buyer({ name: "Bob", shippingAddress: { ...ADDRESS, name: null } })).name).toBe("Bob");
    expect(fieldsOf(buyer({ name: "Bob", shippingAddress: null })).name).toBe("Bob");
  });

  it("is the label's number, else the buyer's, and none that is masked; no e-mail that is a relay", () => {
    expect(fieldsOf(buyer({ shippingAddress: { ...ADDRESS, phone: "1" } })).phone).toBe("1");
    expect(fieldsOf(buyer({ phoneIsMasked: true, emailIsRelay: true }))).toMatchObject({ phone: "", email: "" });
  });
});

describe("a correction", () => {
  it("shows what was filled in, without the blanks around it, whatever the marketplace gave", () => {
    const text = fc.option(fc.constantFrom("a", "b", "+44 20"), { nil: null });
    const given = fc.record({
      ...{ remoteId: text, name: text, email: text, emailIsRelay: fc.boolean(), phone: text },
      phoneIsMasked: fc.boolean(),
      shippingAddress: fc.option(
        fc.record({
          ...{ name: text, company: text, line1: text, line2: text, city: text, region: text, postalCode: text },
          ...{ countryCode: text, phone: text },
        }),
        { nil: null },
      ),
    });
    const field = fc.constantFrom("", "a", " c ");
    const fields = fc.record(Object.fromEntries(BUYER_FIELDS.map((name) => [name, field])));
    fc.assert(
      fc.property(given, fields, (one, wanted) => {
        const to = wanted as BuyerFields;
        const trimmed = Object.fromEntries(BUYER_FIELDS.map((name) => [name, to[name].trim()]));
        expect(fieldsOf(withCorrection(one, correct(one, to)))).toEqual(trimmed);
      }),
    );
  });

  it("that changes nothing leaves the buyer as they are", () => {
    for (const given of [
      buyer(),
      buyer({ emailIsRelay: true, phoneIsMasked: true }),
      buyer({ name: "Bob", shippingAddress: { ...ADDRESS, phone: "+4412345678" } }),
    ])
      expect(changed(given, {})).toEqual(given);
    const noAddress = buyer({ shippingAddress: null });
    expect(changed(noAddress, {})).toEqual(noAddress);
  });

  it("makes an address where there was none", () => {
    expect(changed(buyer({ shippingAddress: null }), { city: "York" }).shippingAddress).toEqual({
      ...{ name: "Ada Body", company: null, line1: null, line2: null, city: "York", region: null, postalCode: null },
      countryCode: null,
    });
  });

  it("of a name is the buyer's too, unless it is a gift", () => {
    expect(changed(buyer(), { name: "Ada Right" })).toMatchObject({
      name: "Ada Right",
      shippingAddress: { name: "Ada Right" },
    });
    expect(changed(buyer({ name: null }), { name: "Ada Right" }).name).toBe("Ada Right");
    expect(changed(buyer({ name: "Bob" }), { name: "Ada Right" })).toMatchObject({
      name: "Bob",
      shippingAddress: { name: "Ada Right" },
    });
    expect(changed(buyer({ name: "Bob" }), { name: "" })).toMatchObject({
      name: null,
      shippingAddress: { name: null },
    });
    expect(changed(buyer({ name: "Bob", shippingAddress: null }), { name: "Ada" })).toMatchObject({
      name: "Ada",
      shippingAddress: null,
    });
  });

  it("of an e-mail is the buyer's own; a relay that stays is a relay", () => {
    const relayed = buyer({ email: "x@relay.example", emailIsRelay: true });
    expect(changed(relayed, { email: "a@b.example" })).toMatchObject({ email: "a@b.example", emailIsRelay: false });
    expect(changed(relayed, { city: "York" })).toMatchObject({ email: "x@relay.example", emailIsRelay: true });
    expect(changed(buyer(), { email: "" })).toMatchObject({ email: null, emailIsRelay: false });
  });

  it("of a number is the buyer's, where theirs is on the label", () => {
    const number = { phone: "+441", phoneIsMasked: false };
    expect(changed(buyer(), { phone: "+441" })).toEqual({ ...buyer(), ...number });
    const both = buyer({ shippingAddress: { ...ADDRESS, phone: "+447700900999" } });
    expect(changed(both, { phone: "+441" })).toEqual({ ...buyer(), ...number });
    expect(changed(buyer({ phone: null }), { phone: "+441" })).toMatchObject(number);
  });

  it("of a number is the label's alone, where the buyer's is another or hidden: nobody is known by it", () => {
    const label = { shippingAddress: { ...ADDRESS, phone: "+441" } };
    const masked = buyer({ phone: "07***", phoneIsMasked: true });
    expect(changed(masked, { phone: "+441" })).toEqual({ ...masked, ...label });
    const other = buyer({ shippingAddress: { ...ADDRESS, phone: "+4455" } });
    expect(changed(other, { phone: "+441" })).toEqual(buyer(label));
    const bare = buyer({ phone: "07***", phoneIsMasked: true, shippingAddress: null, name: null });
    expect(changed(bare, { phone: "+441" })).toMatchObject({
      phone: "+441",
      phoneIsMasked: false,
      shippingAddress: null,
    });
  });

  it("of a number that is taken out leaves none, but what is hidden", () => {
    expect(changed(buyer(), { phone: "" })).toEqual(buyer({ phone: null }));
    const other = buyer({ shippingAddress: { ...ADDRESS, phone: "+4455" } });
    expect(changed(other, { phone: "" })).toEqual(buyer({ phone: null }));
    const masked = buyer({ phone: "07***", phoneIsMasked: true, shippingAddress: { ...ADDRESS, phone: "+4455" } });
    expect(changed(masked, { phone: "" })).toEqual({ ...masked, shippingAddress: ADDRESS });
  });

  it("is overtaken by another address of the marketplace's, and not by what it can't correct", () => {
    const correction = correct(buyer(), { ...FIELDS, city: "York" });
    expect(isOvertaken(correction, buyer())).toBe(false);
    expect(isOvertaken(correction, buyer({ remoteId: "b-2" }))).toBe(false);
    expect(isOvertaken(correction, buyer({ shippingAddress: { ...ADDRESS, line1: "2 High Street" } }))).toBe(true);
  });
});

describe("an order's buyer", () => {
  const secrets = { open: (sealed: string) => sealed.slice("sealed ".length) };
  const seal = (value: unknown) => `sealed ${JSON.stringify(value)}`;
  const correction = correct(buyer(), { ...FIELDS, city: "York" });

  it("is as corrected, by the marketplace's own id; else as given; else nobody", () => {
    const buyerSealed = seal(buyer({ remoteId: "b-2" }));
    const order = { buyerSealed, correctionSealed: seal(correction) };
    expect(openBuyer(secrets, order)).toEqual(
      buyer({ remoteId: "b-2", shippingAddress: { ...ADDRESS, city: "York" } }),
    );
    expect(openGiven(secrets, order)).toEqual(buyer({ remoteId: "b-2" }));
    expect(openBuyer(secrets, { buyerSealed, correctionSealed: null })).toEqual(buyer({ remoteId: "b-2" }));
    expect(openBuyer(secrets, { buyerSealed: null, correctionSealed: seal(correction) })).toBeNull();
    expect(openGiven(secrets, { buyerSealed: null })).toBeNull();
    expect([openCorrection(secrets, order), openCorrection(secrets, { correctionSealed: null })]).toEqual([
      correction,
      null,
    ]);
  });
});
