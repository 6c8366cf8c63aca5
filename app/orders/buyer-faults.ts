/**
 * What is at fault in a buyer's name, address or contact, by field, in words that say how to mend it. Pure. What Shopify
 * wants of an address is not documented: what is refused here no parcel or no order in Shopify could do with, and the rest
 * is for Shopify to take or to refuse.
 */
import { BUYER_FIELDS, type BuyerField, type BuyerFields } from "./corrected-buyer.ts";
import type { RefusedField } from "./draft-mending.ts";
import { FIELD_LENGTH_MAX } from "./order-draft.ts";
import { isoCountry, isRegion, wantsRegion } from "./territories.ts";

/** For sentences. */
export const FIELD_NAMES: Readonly<Record<BuyerField, string>> = {
  name: "name",
  company: "company",
  line1: "address line 1",
  line2: "address line 2",
  city: "city",
  region: "state or province",
  postalCode: "postal code",
  countryCode: "country",
  phone: "phone",
  email: "e-mail",
};

export type BuyerFaults = Partial<Record<BuyerField, string>>;

/** `isSent`: a parcel goes there. `isCountry`: whether Shopify has a country of this code. */
export function faultsOf(
  fields: BuyerFields,
  { isSent, isCountry }: { isSent: boolean; isCountry(code: string): boolean },
): BuyerFaults {
  const faults: BuyerFaults = {};
  for (const field of BUYER_FIELDS) {
    const fault = faultOf(field, { fields, isSent, isCountry });
    if (fault !== null) faults[field] = fault;
  }
  return faults;
}

function faultOf(
  field: BuyerField,
  { fields, isSent, isCountry }: { fields: BuyerFields; isSent: boolean; isCountry(code: string): boolean },
): string | null {
  const text = fields[field].trim();
  if (text.length > FIELD_LENGTH_MAX) return `Too long: at most ${FIELD_LENGTH_MAX} characters.`;
  const country = isoCountry(fields.countryCode);
  if (text === "") return isSent ? whyWanted(field, country) : null;
  switch (field) {
    case "countryCode":
      return country !== null && isCountry(country) ? null : "Shopify does not have this country. Choose one.";
    case "region":
      return isRegion(country, text) ? null : "Shopify does not know it there. Write its name in full, or its code.";
    case "postalCode": {
      const format = POSTAL_CODES.get(country ?? "");
      return !format || format.like.test(text) ? null : `Not a postal code there. Write it like ${format.example}.`;
    }
    case "phone":
      return isNumber(text) ? null : "Write it in digits, such as +44 7700 900123, or leave it empty.";
    case "email":
      return /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text) ? null : "Write it like name@example.com, or leave it empty.";
    default:
      return null;
  }
}

function isNumber(text: string): boolean {
  const digits = text.replace(/\D/g, "").length;
  return /^\+?[\d\s()./-]+$/.test(text) && digits >= 6 && digits <= 15;
}

/** Null: it may be left empty. */
function whyWanted(field: BuyerField, country: string | null): string | null {
  switch (field) {
    case "name":
      return "Whoever packs the parcel needs a name.";
    case "line1":
      return "A parcel needs a street and number, or a box.";
    case "city":
      return "A parcel needs a city.";
    case "countryCode":
      return "Choose the country that it goes to.";
    case "region":
      return wantsRegion(country) ? "Addresses in this country need a state or province." : null;
    case "postalCode":
      return POSTAL_CODES.has(country ?? "") ? "Addresses in this country need a postal code." : null;
    default:
      return null;
  }
}

/** Of countries whose post gives every address one, in one format that is known for sure. */
const POSTAL_CODES: ReadonlyMap<string, { like: RegExp; example: string }> = new Map([
  ["US", { like: /^\d{5}(-?\d{4})?$/, example: "10118 or 10118-0110" }],
  ["CA", { like: /^[A-Z]\d[A-Z][ -]?\d[A-Z]\d$/i, example: "K1A 0B1" }],
  ["GB", { like: /^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$/i, example: "SW1A 1AA" }],
  ["AU", { like: /^\d{4}$/, example: "2000" }],
  ["DE", { like: /^\d{5}$/, example: "10115" }],
  ["FR", { like: /^\d{5}$/, example: "75001" }],
  ["ES", { like: /^\d{5}$/, example: "28001" }],
  ["IT", { like: /^\d{5}$/, example: "00118" }],
]);

/** Something of the buyer that Shopify refused. */
export interface Refused {
  /** Null: the address, or the customer, as a whole. */
  field: BuyerField | null;
  part: "address" | "customer";
  /** Shopify's words. */
  why: string;
}

const OF_SHOPIFY: ReadonlyMap<string, BuyerField> = new Map([
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
]);

/** Null: what Shopify refused is nothing of the buyer, or it did not say what it is. */
export function refusedOf({ field, why }: { field: RefusedField; why: string }): Refused | null {
  const path = field?.[0] === "order" ? field.slice(1) : (field ?? []);
  const [root, ...inner] = path;
  const part = root === "shippingAddress" ? "address" : root === "customer" ? "customer" : null;
  return part && { part, field: OF_SHOPIFY.get(inner.at(-1) ?? "") ?? null, why };
}

export const PART_NAMES = { address: "address", customer: "details as a customer" } as const;

/** "postal code and address": each once, in the order in which they were refused. */
export function namesOfRefused(refused: readonly Refused[]): string[] {
  return [...new Set(refused.map(({ field, part }) => (field === null ? PART_NAMES[part] : FIELD_NAMES[field])))];
}
