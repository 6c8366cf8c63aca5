import { expect, test } from "vitest";
import { excuseProblems } from "./excuses.ts";

const problems = (...lines: string[]) => excuseProblems([{ path: "app/a.ts", text: lines.join("\n") }]);
const CODE = ["export function more(a: number, b: number): boolean {", "  return a > b;", "}"];
const excused = (comment: string) => problems(CODE[0] ?? "", `  ${comment}`, ...CODE.slice(1));

test("an excuse for a mutant that is there is in order", async () => {
  expect(await excused("// Stryker disable next-line EqualityOperator: they are never equal")).toEqual([]);
  expect(await excused("// Stryker disable next-line EqualityOperator, ConditionalExpression: never")).toEqual([]);
});

test("an excuse of which the line has no mutant says so", async () => {
  const [problem, ...others] = await excused(
    "// Stryker disable next-line EqualityOperator, StringLiteral: never equal",
  );
  expect(problem).toContain("app/a.ts:2: the next line has no StringLiteral to excuse");
  expect(others).toEqual([]);
  expect(await problems("// Stryker disable next-line EqualityOperator: never equal", ...CODE)).toHaveLength(1);
});

test.each([
  ["no reason", "// Stryker disable next-line EqualityOperator"],
  ["an empty reason", "// Stryker disable next-line EqualityOperator: "],
  ["all mutators", "// Stryker disable next-line all: no test looks at it"],
  ["the rest of the file", "// Stryker disable EqualityOperator: no test looks at it"],
  ["a line with code before it", "const c = 1; // Stryker disable next-line EqualityOperator: reason"],
])("an excuse is refused for %s", async (_, comment) => {
  expect(await excused(comment)).toEqual([expect.stringContaining("app/a.ts:2: an excuse reads")]);
});
