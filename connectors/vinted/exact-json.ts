/**
 * JSON whose whole numbers keep their digits. Order ids are 64-bit, and JSON.parse rounds what is beyond 2^53: another
 * order's id, or none. Whole numbers of 16 digits and more become strings before they are parsed.
 */
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Not JSON becomes `null`, which no schema accepts; an empty text becomes `{}`. */
export function parseExactJson(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text.replace(STRING_OR_NUMBER, (token) => (/^-?\d{16,}$/.test(token) ? `"${token}"` : token)));
  } catch {
    return null;
  }
}

/** Writes ids as the numbers they are: digits that JSON.stringify could not keep. */
export function numberList(ids: readonly string[]): string {
  for (const id of ids) if (!/^\d+$/.test(id)) throw new Error("An id to be written as a number must be digits alone");
  return `[${ids.join(",")}]`;
}
