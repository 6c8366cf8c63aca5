/** The lines of a CSV file, each by the number that an editor shows. Pure. */
import { CsvError, parse } from "csv-parse/sync";
import { CSV_CHARACTERS_MAX, CSV_TOO_LONG, type Read } from "./csv-text.ts";

export interface CsvRecord {
  /** Where it begins, as an editor numbers lines. */
  line: number;
  cells: string[];
}

const LINE_ENDS = ["\r\n", "\n", "\r"];

/** The lines that say anything. */
export function parseCsv(whole: string): Read<CsvRecord[]> {
  if (whole.length > CSV_CHARACTERS_MAX) return { ok: false, message: CSV_TOO_LONG };
  const text = whole.startsWith("\uFEFF") ? whole.slice(1) : whole;
  const { separator, start } = separatorOf(text);
  const records: CsvRecord[] = [];
  let line = start === 0 ? 1 : 2;
  try {
    parse(text.slice(start), {
      ...{ delimiter: separator, record_delimiter: LINE_ENDS, raw: true },
      ...{ relax_quotes: true, relax_column_count: true },
      on_record(entry) {
        // With `raw`, whatever the types say.
        const { record: cells, raw } = entry as unknown as { record: string[]; raw: string };
        if (cells.some((cell) => cell.trim() !== "")) records.push({ line, cells });
        line += countLineEnds(raw);
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError) || error.code !== "CSV_QUOTE_NOT_CLOSED") throw error;
    return { ok: false, message: `Line ${line}: a quote (") is opened and never closed.` };
  }
  return { ok: true, value: records };
}

/** The library counts two for "\r\n" within quotes. */
const countLineEnds = (text: string): number => text.match(/\r\n|\r|\n/g)?.length ?? 0;

/** What Excel says in a line of its own ("sep=;"), or what stands most often in the first line. */
function separatorOf(text: string): { separator: string; start: number } {
  const said = /^sep=([,;\t])(\r\n|\r|\n)/i.exec(text);
  if (said?.[1]) return { separator: said[1], start: said[0].length };
  const [first = ""] = text.split(/[\r\n]/, 1);
  const heading = first.replace(/"[^"]*"/g, "");
  const often = (one: string): number => heading.split(one).length;
  const [separator = ","] = [",", ";", "\t"].sort((a, b) => often(b) - often(a));
  return { separator, start: 0 };
}
