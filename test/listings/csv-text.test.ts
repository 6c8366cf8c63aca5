import { describe, expect, it } from "vitest";
import { parseCsv } from "#app/listings/csv-records.ts";
import { CSV_CHARACTERS_MAX, decodeCsv } from "#app/listings/csv-text.ts";

const cells = (text: string) => {
  const read = parseCsv(text);
  if (!read.ok) throw new Error(read.message);
  return read.value.map((record) => [record.line, ...record.cells]);
};
const utf16 = (text: string, isBig = false): Uint8Array => {
  const units = [0xfeff, ...Array.from(text, (one) => one.charCodeAt(0))];
  return Uint8Array.from(units.flatMap((unit) => (isBig ? [unit >> 8, unit & 255] : [unit & 255, unit >> 8])));
};

describe("a CSV file", () => {
  it.each([
    ["commas", "a,b\n1,2\n"],
    ["semicolons of Excel", "a;b\r\n1;2\r\n"],
    ["tabs", "a\tb\r1\t2"],
    ["a BOM", "\uFEFFa,b\n1,2"],
    ["quotes", '"a","b"\n"1","2"\n'],
  ])("with %s is the same lines", (_, text) => {
    expect(cells(text)).toEqual([
      [1, "a", "b"],
      [2, "1", "2"],
    ]);
  });

  it("that names its separator begins behind that line", () => {
    expect(cells("sep=;\r\na,x;b\r\n1;2")).toEqual([
      [2, "a,x", "b"],
      [3, "1", "2"],
    ]);
  });

  it("names it in its first line alone", () => {
    expect(cells("a,b\nsep=;\n1,2")).toEqual([
      [1, "a", "b"],
      [2, "sep=;"],
      [3, "1", "2"],
    ]);
  });

  it("is separated by what stands most often in its headings, whatever is quoted there", () => {
    expect(cells('"a,b,c,d";e\n1;2')).toEqual([
      [1, "a,b,c,d", "e"],
      [2, "1", "2"],
    ]);
  });

  it("has quotes, separators and lines in quoted cells, and each line by the number of an editor", () => {
    expect(cells('a,b\n"x ""y"", z","two\r\nlines"\n\n  ,\nlast,"one"more\n')).toEqual([
      [1, "a", "b"],
      [2, 'x "y", z', "two\r\nlines"],
      [6, "last", '"one"more'],
    ]);
  });

  it("keeps empty cells, the last one too, and a quote inside a plain cell", () => {
    expect(cells('a,b,c\n1,,\n,5" tile,\n2,3,')).toEqual([
      [1, "a", "b", "c"],
      [2, "1", "", ""],
      [3, "", '5" tile', ""],
      [4, "2", "3", ""],
    ]);
    expect(cells("")).toEqual([]);
  });

  it("with a quote that is never closed says in which line it is opened", () => {
    expect(parseCsv('a,b\n"x\ny",z\n1,"open\nand so on\n')).toMatchObject({
      ok: false,
      message: expect.stringContaining("Line 4"),
    });
  });

  it("that is too long is not read", () => {
    expect(parseCsv("x".repeat(CSV_CHARACTERS_MAX + 1))).toMatchObject({ ok: false });
    expect(parseCsv("x".repeat(CSV_CHARACTERS_MAX)).ok).toBe(true);
  });

  it("is read in UTF-8 and UTF-16, and refused in what can't be read or is none", () => {
    expect(decodeCsv(new TextEncoder().encode("é,ß"))).toEqual({ ok: true, value: "é,ß" });
    expect(decodeCsv(utf16("é,ß"))).toEqual({ ok: true, value: "é,ß" });
    expect(decodeCsv(utf16("é,ß", true))).toEqual({ ok: true, value: "é,ß" });
    expect(decodeCsv(Uint8Array.from([0xe9, 0x2c]))).toMatchObject({
      ok: false,
      message: expect.stringContaining("UTF-8"),
    });
    expect(decodeCsv(Uint8Array.from([0x61, 0, 0x2c, 0]))).toMatchObject({
      ok: false,
      message: expect.stringContaining("UTF-8"),
    });
    expect(decodeCsv(Uint8Array.from([0x61, 0]))).toEqual({
      ok: false,
      message:
        "This file is not in UTF-8, so some letters can't be read. In Excel, choose “Save as” and “CSV UTF-8”; in Google Sheets, download it as CSV.",
    });
    expect(decodeCsv(Uint8Array.from([0x50, 0x4b, 3, 4]))).toMatchObject({
      ok: false,
      message: expect.stringContaining("workbook"),
    });
  });

  it("is told by both of its first bytes", () => {
    for (const text of ["PA", "AK"])
      expect(decodeCsv(new TextEncoder().encode(text))).toEqual({ ok: true, value: text });
    for (const bytes of [
      [0xff, 0x41],
      [0x61, 0xfe],
      [0xfe, 0x41],
      [0x61, 0xff],
    ])
      expect(decodeCsv(Uint8Array.from(bytes))).toMatchObject({ ok: false, message: expect.stringContaining("UTF-8") });
  });
});
