/**
 * JSON with bigints as numerals. Shopify's webhooks write ids as JSON numbers whatever their size, and JSON.stringify
 * refuses a bigint; JSON.rawJSON (V8 11.4 and later) keeps every digit.
 */
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

export function stringifyWithNumerals(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => (typeof one === "bigint" ? rawJson(one.toString()) : one));
}
