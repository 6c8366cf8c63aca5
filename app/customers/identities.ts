/**
 * Who a marketplace's buyer is. Pure. A person is known by an email that is theirs, else by a phone number in E.164, else
 * by the marketplace's stable buyer id; never by a relay address or a masked number, which belong to one sale.
 */
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import type { RemoteBuyer } from "#connectors/contract/remote-types.ts";
import { isoCountry } from "../orders/territories.ts";

export interface BuyerIdentities {
  /** Lower case; null when there is none or it is a relay. */
  email: string | null;
  /** E.164; null when there is none, it is masked, or not a possible number. */
  phone: string | null;
  buyerId: string | null;
}

export function identifyBuyer(buyer: RemoteBuyer): BuyerIdentities {
  const email = buyer.email?.trim().toLowerCase();
  return {
    email: email && !buyer.emailIsRelay && /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email) ? email : null,
    phone: buyer.phone && !buyer.phoneIsMasked ? toE164(buyer.phone, buyer.shippingAddress?.countryCode ?? null) : null,
    buyerId: buyer.remoteId,
  };
}

function toE164(phone: string, countryCode: string | null): string | null {
  if (/[xX*#•]{2,}/.test(phone)) return null;
  const parsed = parsePhoneNumberFromString(
    phone,
    (isoCountry(countryCode) ?? undefined) as Parameters<typeof parsePhoneNumberFromString>[1],
  );
  return parsed?.isValid() ? parsed.number : null;
}

/**
 * Keyed hashes of what a buyer is known by, the surest first: whoever has them can find the person again, and tell nobody
 * who it is. `hash`: of app/secrets.ts.
 */
export function identityKeys(
  hash: (text: string) => string,
  connectorKey: string,
  { email, phone, buyerId }: BuyerIdentities,
): { kind: string; valueHash: string }[] {
  const keys: { kind: string; valueHash: string }[] = [];
  if (email) keys.push({ kind: "email", valueHash: hash(`email:${email}`) });
  if (phone) keys.push({ kind: "phone", valueHash: hash(`phone:${phone}`) });
  if (buyerId) {
    const kind = `buyer:${connectorKey}`;
    keys.push({ kind, valueHash: hash(`${kind}:${buyerId}`) });
  }
  return keys;
}

/** Given name and family name, as well as a single field can tell. */
export function splitName(name: string | null): { firstName: string | null; lastName: string | null } {
  const words = name?.match(/\S+/g) ?? [];
  if (words.length < 2) return { firstName: null, lastName: words[0] ?? null };
  return { firstName: words.slice(0, -1).join(" "), lastName: words.at(-1) ?? null };
}
