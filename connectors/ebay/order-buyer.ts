/**
 * Who bought, and where the parcel goes. The two are kept apart: `shipTo` may be eBay's hub, an authenticator, a vault, or,
 * for Click & Collect, a shop, and for the last the spec names no field that tells it. So a buyer is known by their own
 * fields alone: the user name, the alias, what they registered with. What `shipTo` says is for the label.
 */
import { z } from "zod";
import type { RemoteAddress, RemoteBuyer } from "../contract/remote-types.ts";
import { mendedText } from "../contract/storable.ts";
import { shownEmail, shownPhone, shownText } from "./placeholders.ts";

export const optionalText = z
  .string()
  .nullish()
  .transform((value) => mendedText(value) ?? undefined);

/** ExtendedContact. */
export const contactSchema = z.object({
  fullName: optionalText,
  companyName: optionalText,
  email: optionalText,
  primaryPhone: z.object({ phoneNumber: optionalText }).optional(),
  contactAddress: z
    .object({
      addressLine1: optionalText,
      addressLine2: optionalText,
      city: optionalText,
      stateOrProvince: optionalText,
      postalCode: optionalText,
      countryCode: optionalText,
    })
    .optional(),
});
type Contact = z.infer<typeof contactSchema>;

export interface WhoAndWhere {
  username: string | undefined;
  registered: Contact | undefined;
  shipTo: Contact | undefined;
  /** Of eBay's international hub; undefined where the parcel goes elsewhere. */
  hubReference: string | undefined;
}

export function toBuyer({ username, registered, shipTo, hubReference }: WhoAndWhere): RemoteBuyer {
  // "This field contains the email address of the buyer, even for Global Shipping Program shipments": ExtendedContact.email.
  const email = shownEmail(registered?.email) ?? shownEmail(shipTo?.email);
  const phone = shownPhone(registered?.primaryPhone?.phoneNumber);
  return {
    remoteId: shownText(username),
    name: shownText(registered?.fullName),
    email,
    emailIsRelay: email !== null && RELAY.test(email),
    phone,
    phoneIsMasked: phone !== null && MASK.test(phone),
    shippingAddress: shipTo ? toAddress(shipTo, hubReference) : null,
  };
}

/** The alias eBay gives for a buyer, "a1b2c3@members.ebay.com"; it dies with the transaction. */
const RELAY = /@members\.ebay(\.[a-z]{2,3}){1,2}$/i;

const MASK = /[*xX#•]/;

/** For eBay's hub the label must carry the reference, or the parcel cannot be matched to its buyer. */
function toAddress(contact: Contact, hubReference: string | undefined): RemoteAddress {
  const address = contact.contactAddress;
  const line2 = shownText(address?.addressLine2);
  const reference = hubReference !== undefined && !line2?.includes(hubReference) ? `Reference #${hubReference}` : null;
  const phone = shownPhone(contact.primaryPhone?.phoneNumber);
  return {
    name: shownText(contact.fullName),
    company: shownText(contact.companyName),
    line1: shownText(address?.addressLine1),
    line2: [line2, reference].filter((one) => one !== null).join(", ") || null,
    city: shownText(address?.city),
    region: shownText(address?.stateOrProvince),
    postalCode: shownText(address?.postalCode),
    countryCode: shownText(address?.countryCode),
    phone: phone !== null && MASK.test(phone) ? null : phone,
  };
}
