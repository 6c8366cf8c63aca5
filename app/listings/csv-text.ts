/**
 * A CSV file as people have it: from Excel (semicolons, a BOM, UTF-16), with quotes and lines of any kind. Pure: the browser
 * reads a file by it.
 */

export const CSV_CHARACTERS_MAX = 2_000_000;
export const CSV_TOO_LONG = "This is too much at once: split it into files of at most 10,000 lines.";

export type Read<Value> = { ok: true; value: Value } | { ok: false; message: string };

const AS_UTF8 = "In Excel, choose “Save as” and “CSV UTF-8”; in Google Sheets, download it as CSV.";

/** The text of a file; words where it is none. */
export function decodeCsv(bytes: Uint8Array): Read<string> {
  const [first, second] = bytes;
  if (first === 0x50 && second === 0x4b)
    return { ok: false, message: `This is a workbook, not a CSV file. ${AS_UTF8}` };
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  try {
    const value = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (!value.includes("\u0000")) return { ok: true, value };
  } catch {
    // Said below: Excel's plain CSV is in an encoding that the file itself does not name.
  }
  return { ok: false, message: `This file is not in UTF-8, so some letters can't be read. ${AS_UTF8}` };
}
