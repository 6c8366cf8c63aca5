import { expect, it } from "vitest";
import { csvLine } from "#app/views/csv.ts";

it("what a spreadsheet would take for a formula is text", () => {
  for (const formula of ["=1+1", "+1x", "-1x", "@SUM(A1)", "\t=1", " =1", "\r=1"])
    expect(csvLine([formula]).replace(/^"/, "").startsWith("'")).toBe(true);
  expect(csvLine(['=HYPERLINK("x")'])).toBe('"\'=HYPERLINK(""x"")"\r\n');
});

it("numbers stay numbers, and nothing is nothing", () => {
  expect(csvLine([1, "-2.50", null, "", "Ada"])).toBe("1,-2.50,,,Ada\r\n");
});

it("commas, quotes, lines and outer spaces are kept", () => {
  expect(csvLine(["a,b", 'say "x"', "two\nlines", " padded "])).toBe('"a,b","say ""x""","two\nlines"," padded "\r\n');
});
