import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { PURE } from "#test/checks/boundaries.ts";
import { listFiles } from "#test/checks/sources.ts";
import { NO_TARGETS, TARGETS } from "./targets.ts";

const pure = listFiles().filter((file) => PURE.some((pattern) => new RegExp(pattern).test(file)));
const targets = new Set(TARGETS.map((one) => one.file));

test("every pure decision is a target, or says why not", () => {
  expect(pure.filter((file) => !targets.has(file) && !(file in NO_TARGETS))).toEqual([]);
  expect(Object.keys(NO_TARGETS).filter((file) => targets.has(file) || !pure.includes(file))).toEqual([]);
});

test("every target is there once, with its tests", () => {
  expect(targets.size).toBe(TARGETS.length);
  expect(TARGETS.flatMap(({ file, tests }) => [file, ...tests]).filter((file) => !existsSync(file))).toEqual([]);
  expect(TARGETS.filter((one) => one.tests.length === 0)).toEqual([]);
});
