import { existsSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { expect, test } from "vitest";
import { patched, patchedFiles } from "../patches.ts";
import { FAILURE_MODES, MUTANTS } from "./index.ts";

test.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))("%s still changes what is there", (_, mutant) => {
  for (const text of patchedFiles(mutant.patches).values()) {
    expect(() => stripTypeScriptTypes(text, { mode: "strip" })).not.toThrow();
  }
});

test("every failure mode has a mutant, and no two share a name", () => {
  const modes = new Set(MUTANTS.map((mutant) => mutant.mode));
  expect([...modes].sort((a, b) => a - b)).toEqual(Object.keys(FAILURE_MODES).map(Number));
  expect(new Set(MUTANTS.map((mutant) => mutant.name)).size).toBe(MUTANTS.length);
});

test("the unit tests that are to catch a mutant are there", () => {
  const missing = MUTANTS.flatMap((mutant) => mutant.unitTests ?? []).filter((file) => !existsSync(file));
  expect(missing).toEqual([]);
});

test("a patch whose text is gone, or is there twice, says so", () => {
  const patch = { file: "a.ts", find: "one", replace: "two" };
  expect(patched("a.ts", "const one = 1;", [patch])).toBe("const two = 1;");
  expect(() => patched("a.ts", "const none = 1;", [{ ...patch, find: "three" }])).toThrow(
    /stale: a\.ts has its text 0 times/,
  );
  expect(() => patched("a.ts", "one one", [patch])).toThrow(/2 times/);
  expect(patched("b.ts", "one", [patch])).toBe("one");
});
