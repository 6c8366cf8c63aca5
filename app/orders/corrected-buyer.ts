/**
 * An order's buyer as they count: what the marketplace gave, with what the merchant corrected in its place. Pure. Whoever
 * needs the buyer (the draft for Shopify, who the customer is, the screens) opens them here, and nowhere else.
 *
 * A correction is whole: who they are and where it goes, as the merchant saw and saved it. What the marketplace changes
 * later never mixes with it, for a new street with an old postal code is nobody's address. Only the marketplace's own id of
 * the buyer stays its word.
 */
import type { RemoteAddress, RemoteBuyer } from "#connectors/contract/remote-types.ts";
import type { Secrets } from "../secrets.ts";

/** What can be corrected, in the order in which a form asks for it. */
export const BUYER_FIELDS = [
  "name",
  "company",
  "line1",
  "line2",
  "city",
  "region",
  "postalCode",
  "countryCode",
  "phone",
  "email",
] as const;

export type BuyerField = (typeof BUYER_FIELDS)[number];

/** As a form shows it: empty where there is nothing. */
export type BuyerFields = Record<BuyerField, string>;

/** As it is sealed. */
export interface Correction {
  buyer: Omit<RemoteBuyer, "remoteId">;
  /** What the marketplace gave when it was made. */
  given: BuyerFields;
}

type Opens = Pick<Secrets, "open">;
type Sealed = { buyerSealed: string | null; correctionSealed: string | null };

/** As they count; null where nothing is held of them. Throws where they were sealed with another key. */
export function openBuyer(secrets: Opens, order: Sealed): RemoteBuyer | null {
  const given = openGiven(secrets, order);
  const correction = openCorrection(secrets, order);
  return given && correction ? withCorrection(given, correction) : given;
}

/** As the marketplace gave them. */
export function openGiven(secrets: Opens, { buyerSealed }: Pick<Sealed, "buyerSealed">): RemoteBuyer | null {
  return buyerSealed ? (JSON.parse(secrets.open(buyerSealed)) as RemoteBuyer) : null;
}

export function openCorrection(
  secrets: Opens,
  { correctionSealed }: Pick<Sealed, "correctionSealed">,
): Correction | null {
  return correctionSealed ? (JSON.parse(secrets.open(correctionSealed)) as Correction) : null;
}

export function withCorrection(given: RemoteBuyer, { buyer }: Correction): RemoteBuyer {
  return { remoteId: given.remoteId, ...buyer };
}

/** Whether the marketplace gives something else now than when it was corrected. */
export function isOvertaken({ given: then }: Correction, given: RemoteBuyer): boolean {
  const now = fieldsOf(given);
  return BUYER_FIELDS.some((field) => now[field] !== then[field]);
}

/** What of a buyer goes to Shopify. A number or an e-mail that stands for them at their marketplace alone does not. */
export function fieldsOf(buyer: RemoteBuyer): BuyerFields {
  const address = buyer.shippingAddress;
  return {
    name: address?.name ?? buyer.name ?? "",
    company: address?.company ?? "",
    line1: address?.line1 ?? "",
    line2: address?.line2 ?? "",
    city: address?.city ?? "",
    region: address?.region ?? "",
    postalCode: address?.postalCode ?? "",
    countryCode: address?.countryCode ?? "",
    phone: address?.phone ?? (buyer.phoneIsMasked ? null : buyer.phone) ?? "",
    email: (buyer.emailIsRelay ? null : buyer.email) ?? "",
  };
}

const OF_ADDRESS = ["company", "line1", "line2", "city", "region", "postalCode", "countryCode"] as const;

/** What the merchant filled in, as a buyer. What they left as it was stays as the marketplace means it. */
export function correct(given: RemoteBuyer, wanted: BuyerFields): Correction {
  const before = fieldsOf(given);
  const to = Object.fromEntries(BUYER_FIELDS.map((field) => [field, wanted[field].trim()])) as BuyerFields;
  const isAddressed = given.shippingAddress !== null || OF_ADDRESS.some((field) => to[field] !== "");
  // A gift goes to somebody else than its buyer, who stays.
  const isGift = isAddressed && to.name !== "" && given.name !== null && given.name !== before.name;
  const isSameEmail = to.email === before.email;
  const { phone, phoneIsMasked, onLabel } = phonesOf(given, { to: to.phone, before: before.phone, isAddressed });
  const shippingAddress: RemoteAddress = {
    name: textOf(to.name),
    company: textOf(to.company),
    line1: textOf(to.line1),
    line2: textOf(to.line2),
    city: textOf(to.city),
    region: textOf(to.region),
    postalCode: textOf(to.postalCode),
    countryCode: textOf(to.countryCode),
    ...(onLabel === null ? {} : { phone: onLabel }),
  };
  return {
    given: before,
    buyer: {
      name: isGift ? given.name : textOf(to.name),
      email: isSameEmail ? given.email : textOf(to.email),
      emailIsRelay: isSameEmail && given.emailIsRelay,
      phone,
      phoneIsMasked,
      shippingAddress: isAddressed ? shippingAddress : null,
    },
  };
}

/** Of a buyer whose own number is hidden, or is not the label's, only the label's is corrected: nobody is known by it. */
function phonesOf(
  given: RemoteBuyer,
  { to, before, isAddressed }: { to: string; before: string; isAddressed: boolean },
): { phone: string | null; phoneIsMasked: boolean; onLabel: string | null } {
  const { phone, phoneIsMasked } = given;
  const onLabel = given.shippingAddress?.phone ?? null;
  if (to === before) return { phone, phoneIsMasked, onLabel };
  const isLabelsAlone = phoneIsMasked || (onLabel !== null && onLabel !== phone);
  if (isAddressed && isLabelsAlone && to !== "") return { phone, phoneIsMasked, onLabel: to };
  if (phoneIsMasked && to === "") return { phone, phoneIsMasked, onLabel: null };
  return { phone: textOf(to), phoneIsMasked: false, onLabel: null };
}

function textOf(text: string): string | null {
  return text === "" ? null : text;
}
