/** Lines of a CSV file that a spreadsheet opens. Pure. */

/** What a spreadsheet would take for a formula is text to it behind an apostrophe: buyers choose their own names. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** The first line of a file. What stands before it tells spreadsheets that the file is in UTF-8. */
export function csvHeading(headings: readonly string[]): string {
  return `\uFEFF${csvLine(headings)}`;
}

export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(cell: string | number | null): string {
  const text = cell === null ? "" : String(cell);
  const safe = FORMULA.test(text.trimStart()) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
