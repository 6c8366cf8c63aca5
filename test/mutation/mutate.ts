/**
 * npm run mutate -- [FILE]: StrykerJS changes each pure decision in every way that it knows, and the unit tests must see
 * it. Without FILE all of targets.ts. Ends 1 where a file scores below 90 %, 2 on a wrong command line.
 *
 * A survivor is killed by a test, or excused in one line beside the code:
 * `// Stryker disable next-line EqualityOperator: why it makes no difference`. `npm run check -- excuses` keeps those current.
 */
import { join } from "node:path";
import type { MutantResult } from "@stryker-mutator/api/core";
import { Stryker } from "@stryker-mutator/core";
import { TARGETS, type Target, TEST_FILES_VARIABLE } from "./targets.ts";

const SCORE_MIN = 90;
const REPLACEMENT_LENGTH_MAX = 70;

interface Score {
  target: Target;
  killed: number;
  excused: number;
  survivors: readonly MutantResult[];
  /** Of those that are not excused, in percent. Null where the tests could not be run. */
  percent: number | null;
  seconds: number;
}

async function score(target: Target): Promise<Score> {
  const startedAt = Date.now();
  // By vitest's own list, and not by Stryker's testFiles, with which it puts in what runs at import too late
  // (github.com/stryker-mutator/stryker-js/issues/6144).
  process.env[TEST_FILES_VARIABLE] = target.tests.join(",");
  const results = await new Stryker({
    configFile: join(import.meta.dirname, "stryker.json"),
    mutate: [target.file],
  }).runMutationTest();
  const having = (...statuses: MutantResult["status"][]) => results.filter((one) => statuses.includes(one.status));
  const killed = having("Killed", "Timeout").length;
  const survivors = having("Survived", "NoCoverage");
  const tried = killed + survivors.length;
  return {
    target,
    killed,
    excused: having("Ignored").length,
    survivors,
    percent: tried === 0 ? null : (100 * killed) / tried,
    seconds: Math.round((Date.now() - startedAt) / 1_000),
  };
}

function describe({ location, mutatorName, replacement, status }: MutantResult): string {
  const text = (replacement ?? "").replace(/\s+/g, " ").slice(0, REPLACEMENT_LENGTH_MAX);
  const where = `${location.start.line}:${location.start.column}`;
  return `      ${where.padEnd(8)}${mutatorName}: ${text || "(nothing)"}${status === "NoCoverage" ? "  (no test goes there)" : ""}`;
}

function isEnough({ percent }: Score): boolean {
  return percent !== null && percent >= SCORE_MIN;
}

function tableOf(scores: readonly Score[]): string {
  const rows = scores.map((one) => [
    one.target.file,
    one.percent === null ? "not run" : `${one.percent.toFixed(1)} %`,
    String(one.killed),
    String(one.survivors.length),
    String(one.excused),
    `${one.seconds} s`,
  ]);
  const all = [["file", "score", "killed", "survived", "excused", "took"], ...rows];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return all.map((row) => row.map(pad).join("  ")).join("\n");
}

const asked = process.argv.slice(2);
const unknown = asked.filter((file) => !TARGETS.some((one) => one.file === file));
if (unknown.length > 0) {
  console.error(`mutate: ${unknown.join(", ")} is no target. There are:\n${TARGETS.map((one) => one.file).join("\n")}`);
  process.exit(2);
}
const scores: Score[] = [];
for (const target of TARGETS.filter((one) => asked.length === 0 || asked.includes(one.file))) {
  const one = await score(target);
  scores.push(one);
  console.log(`${isEnough(one) ? "ok  " : "FAIL"}  ${target.file}  ${one.percent?.toFixed(1) ?? "not run"} %`);
  for (const survivor of one.survivors) console.log(describe(survivor));
}
console.log(`\n${tableOf(scores)}`);
process.exit(scores.every(isEnough) ? 0 : 1);
