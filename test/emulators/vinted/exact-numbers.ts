/** JSON with 64-bit numbers, which JSON.stringify cannot write: they are marked, and the mark is taken off in the text. */
const MARK = "\u0001int64:";

export function int64(digits: string): string {
  return `${MARK}${digits}`;
}

export function toJson(value: unknown): string {
  return JSON.stringify(value).replace(/"\\u0001int64:(\d+)"/g, "$1");
}
