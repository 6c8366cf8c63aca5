/**
 * What no database stores and no JSON should carry, but some do: NUL, and half of a surrogate pair, as where a title was
 * cut at a length in the middle of an emoji. Each becomes U+FFFD, so that such an order is imported like any other.
 */
export function storable(text: string): string {
  const plain = text.replaceAll("\0", REPLACED);
  return plain.includes("\\u") ? plain.replace(ESCAPES, (one) => (UNSTORABLE.test(one) ? "\\ufffd" : one)) : plain;
}

const REPLACED = "\ufffd";
/** Escapes of JSON, one after the other: whole pairs first, and `\\` so that what follows it is no escape. */
const ESCAPES = /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[\da-fA-F]{4}|\\./g;
const UNSTORABLE = /^\\u(?:0000|[dD][89a-fA-F][\da-fA-F]{2})$/;
