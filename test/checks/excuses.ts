/**
 * Excuses for mutants that no test kills (test/mutation): each stands in one line beside the code, names the mutators and
 * says why. One whose line has no such mutant any more excuses nothing, or what nobody has looked at.
 */
import { Instrumenter } from "@stryker-mutator/instrumenter";
import type { SourceFile } from "./sources.ts";

const LOGGER = {
  ...{ isTraceEnabled: () => false, isDebugEnabled: () => false, isInfoEnabled: () => false },
  ...{ isWarnEnabled: () => false, isErrorEnabled: () => false, isFatalEnabled: () => false },
  ...{ trace() {}, debug() {}, info() {}, warn() {}, error() {}, fatal() {} },
};

/** As Stryker reads a comment. */
const DIRECTIVE = /\bStryker (?:disable|restore)\b/;
const EXCUSE = /^\s*\/\/ Stryker disable next-line ([a-zA-Z]+(?:, [a-zA-Z]+)*): (\S.*)$/;

interface Excuse {
  /** Counts from 1, as the next two do. */
  line: number;
  /** The first line after it that is no comment. */
  about: number;
  mutators: string[];
  reason: string;
}

/** Excuses of files that have any. */
export async function excuseProblems(files: readonly SourceFile[]): Promise<string[]> {
  const shipped = files.filter(({ path, text }) => /^(app|connectors)\//.test(path) && DIRECTIVE.test(text));
  return (await Promise.all(shipped.map(problemsOf))).flat();
}

async function problemsOf({ path, text }: SourceFile): Promise<string[]> {
  const { excuses, problems } = readExcuses(text);
  if (excuses.length === 0) return problems.map((problem) => `${path}:${problem}`);
  const { mutants } = await new Instrumenter(LOGGER).instrument([{ name: path, content: text, mutate: true }], {
    plugins: null,
    excludedMutations: [],
    ignorers: [],
  });
  const excused = (line: number, mutator: string, reason: string): boolean =>
    mutants.some(
      (one) => one.mutatorName === mutator && one.statusReason === reason && one.location.start.line + 1 === line,
    );
  for (const { line, about, mutators, reason } of excuses) {
    for (const mutator of mutators.filter((one) => !excused(about, one, reason))) {
      problems.push(`${line}: the next line has no ${mutator} to excuse; delete it, or name what it has`);
    }
  }
  return problems.map((problem) => `${path}:${problem}`);
}

function readExcuses(text: string): { excuses: Excuse[]; problems: string[] } {
  const lines = text.split("\n");
  const excuses: Excuse[] = [];
  const problems: string[] = [];
  for (const [index, code] of lines.entries()) {
    if (!DIRECTIVE.test(code)) continue;
    const [, mutators, reason] = EXCUSE.exec(code) ?? [];
    if (!mutators || !reason || mutators === "all") {
      problems.push(`${index + 1}: an excuse reads "// Stryker disable next-line Mutator, Mutator: reason"`);
      continue;
    }
    const rest = lines.slice(index + 1).findIndex((one) => !/^\s*\/\//.test(one));
    excuses.push({ line: index + 1, about: index + 2 + rest, mutators: mutators.split(", "), reason: reason.trim() });
  }
  return { excuses, problems };
}
