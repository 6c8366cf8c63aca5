/**
 * What eBay puts where it has nothing to show. Such a text is no e-mail address, phone number, name or line of an address,
 * and must reach neither a customer nor a label. Each with where it is from.
 */
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  // "The email address of a buyer will be masked 14 days after order creation. This field will still be returned for the
  // order, but [...] something like 'Invalid Request'": documentation of getOrders, as quoted in davidtsadler/ebay-sdk-php,
  // pull request 232. The same text was seen as a phone number.
  "invalid request",
  // What sellers are told to write, in their site's language, where eBay insists on a product identifier and there is none.
  "does not apply",
  "doesn't apply",
  "nicht zutreffend",
  "ne s'applique pas",
  "non applicabile",
  "no aplicable",
  "n/a",
]);

/** Null for a text that only says that there is none. */
export function shownText(value: string | null | undefined): string | null {
  const text = value?.trim() ?? "";
  return text === "" || PLACEHOLDERS.has(text.toLowerCase().replaceAll("’", "'")) ? null : text;
}

/** Null for what no mail can be sent to: a mask without an "@" is one of eBay's placeholders too. */
export function shownEmail(value: string | null | undefined): string | null {
  const text = shownText(value);
  return text?.includes("@") ? text : null;
}

/** Null where no digit is shown. A number with some digits hidden is told as masked, not dropped. */
export function shownPhone(value: string | null | undefined): string | null {
  const text = shownText(value);
  return text !== null && /\d/.test(text) ? text : null;
}
