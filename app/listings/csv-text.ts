/**
 * A CSV file as people have it: from Excel (semicolons, a BOM, UTF-16), with quotes and lines of any kind. Pure: the browser
 * reads a file by it and the server what was pasted. Written out here because a line must be named by the number that an
 * editor shows, whatever is quoted before it.
 */

export const CSV_CHARACTERS_MAX = 2_000_000;

export interface CsvRecord {
  /** Where it begins, as an editor numbers lines. */
  line: number;
  cells: string[];
}

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

/** The lines that say anything. */
export function parseCsv(whole: string): Read<CsvRecord[]> {
  if (whole.length > CSV_CHARACTERS_MAX)
    return { ok: false, message: "This is too much at once: split it into files of at most 10,000 lines." };
  const text = whole.startsWith("\uFEFF") ? whole.slice(1) : whole;
  const { separator, start } = separatorOf(text);
  const records: CsvRecord[] = [];
  let line = start === 0 ? 1 : 2;
  let record: CsvRecord = { line, cells: [] };
  let at = start;
  while (at < text.length) {
    const cell = text[at] === '"' ? quotedCell(text, at, separator) : plainCell(text, at, separator);
    if (cell === null) return { ok: false, message: `Line ${line}: a quote (") is opened and never closed.` };
    record.cells.push(cell.value);
    for (const one of text.slice(at, cell.end).matchAll(LINE_END)) line += one ? 1 : 0;
    at = cell.end;
    if (text[at] === separator) {
      at += 1;
      if (at < text.length) continue;
      record.cells.push("");
    }
    const end = text.slice(at, at + 2) === "\r\n" ? 2 : 1;
    if (at < text.length) line += 1;
    at += end;
    records.push(record);
    record = { line, cells: [] };
  }
  return { ok: true, value: records.filter(({ cells }) => cells.some((cell) => cell.trim() !== "")) };
}

const LINE_END = /\r\n|\r|\n/g;

interface Cell {
  value: string;
  /** Where what comes after it begins. */
  end: number;
}

function plainCell(text: string, start: number, separator: string): Cell {
  let end = start;
  while (end < text.length && text[end] !== separator && text[end] !== "\r" && text[end] !== "\n") end += 1;
  return { value: text.slice(start, end), end };
}

/** Null: it is never closed. What stands behind the closing quote belongs to it. */
function quotedCell(text: string, start: number, separator: string): Cell | null {
  let value = "";
  for (let from = start + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return null;
    value += text.slice(from, quote);
    if (text[quote + 1] !== '"') {
      const rest = plainCell(text, quote + 1, separator);
      return { value: value + rest.value, end: rest.end };
    }
    value += '"';
    from = quote + 2;
  }
}

/** What Excel says in a line of its own ("sep=;"), or what stands most often in the first line. */
function separatorOf(text: string): { separator: string; start: number } {
  const said = /^sep=([,;\t])(\r\n|\r|\n)/i.exec(text);
  if (said?.[1]) return { separator: said[1], start: said[0].length };
  const heading = (/^[^\r\n]*/.exec(text)?.[0] ?? "").replace(/"[^"]*"/g, "");
  const often = (one: string): number => heading.split(one).length;
  const [separator = ","] = [",", ";", "\t"].sort((a, b) => often(b) - often(a));
  return { separator, start: 0 };
}
