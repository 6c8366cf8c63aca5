/** Which mutants the simulation catches, by which rule, and after how many seeds. */
import { Lane } from "./lanes.ts";
import { FAILURE_MODES, type Mutant } from "./mutants/index.ts";
import type { Violation } from "./scene.ts";
import { runUnitTests } from "./unit-hunt.ts";

export interface Catch {
  mutant: Mutant;
  /** The rule that a seed broke, or the unit test that failed. Null: it survived. */
  by: { rule: Violation["rule"] | "unit tests"; what: string } | null;
  /** The seed that caught it; null where unit tests are to. */
  seed: number | null;
  seedsNeeded: number;
  seconds: number;
  /** Why this says nothing about the simulation. */
  broken: string | null;
}

/** One mutant through the seeds, until a rule catches it; or through the unit tests that it names. */
export async function hunt(
  mutant: Mutant,
  { seeds, events }: { seeds: readonly number[]; events: number },
): Promise<Catch> {
  const startedAt = Date.now();
  const ended = (facts: Partial<Catch>): Catch => ({
    ...{ mutant, by: null, seed: null, seedsNeeded: seeds.length, broken: null },
    ...{ seconds: Math.round((Date.now() - startedAt) / 1_000) },
    ...facts,
  });
  let lane: Lane | null = null;
  try {
    if (mutant.unitTests) {
      const { failed, broken } = await runUnitTests(mutant.unitTests, mutant.name);
      const [first] = failed;
      return ended({ broken, by: first === undefined ? null : { rule: "unit tests", what: first }, seedsNeeded: 0 });
    }
    lane = await Lane.open({ mutant: mutant.name });
    for (const [index, seed] of seeds.entries()) {
      const { violations } = await lane.run({ seed, channels: "invented", events, keep: null, stopsAtFirst: true });
      const by = violations[0];
      if (!by) continue;
      if (by.isDefect) return ended({ seed, seedsNeeded: index + 1, broken: by.what });
      return ended({ by, seed, seedsNeeded: index + 1 });
    }
    return ended({});
  } catch (error) {
    return ended({ broken: error instanceof Error ? error.message : String(error) });
  } finally {
    await lane?.close();
  }
}

/** All of them, `jobs` at a time. */
export async function huntAll(
  mutants: readonly Mutant[],
  plan: { seeds: readonly number[]; events: number },
  jobs: number,
  report: (found: Catch, done: number) => void,
): Promise<Catch[]> {
  const found: Catch[] = [];
  let next = 0;
  let done = 0;
  await Promise.all(
    Array.from({ length: Math.min(jobs, mutants.length) }, async () => {
      while (next < mutants.length) {
        const index = next++;
        const result = await hunt(mutants[index] as Mutant, plan);
        found[index] = result;
        done += 1;
        report(result, done);
      }
    }),
  );
  return found;
}

export function verdictOf({ mutant, by, seed, broken, seedsNeeded }: Catch): string {
  if (broken) return `NOT TRIED: ${broken.split("\n")[0]}`;
  if (mutant.unitTests) return by ? "unit tests" : `SURVIVED ${mutant.unitTests.join(", ")}`;
  return by ? `rule ${by.rule}, seed ${seed}` : `SURVIVED ${seedsNeeded} seeds`;
}

function caughtBy(rule: Violation["rule"] | "unit tests"): string {
  return rule === "unit tests" ? rule : `rule ${rule}`;
}

export function tableOf(catches: readonly Catch[]): string {
  const rows = catches.map((one) => [
    one.mutant.name,
    `${one.mutant.mode} ${FAILURE_MODES[one.mutant.mode]}`,
    one.broken ? "NOT TRIED" : one.by ? caughtBy(one.by.rule) : "SURVIVED",
    one.seed === null ? "–" : String(one.seed),
    one.mutant.unitTests ? "–" : String(one.seedsNeeded),
  ]);
  const all = [["mutant", "failure mode", "caught by", "seed", "seeds needed"], ...rows];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
