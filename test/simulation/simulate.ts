/**
 * npm run simulate: the rules over many seeds; one seed again; known failures put in one by one; the convergence trial.
 * `options.ts` has the ways to call it. Ends 1 on a violation or a mutant that survives, 2 on a wrong command line.
 */
import { createHash } from "node:crypto";
import { testServerUrl } from "#test/support/world/server-url.ts";
import { type Catch, huntAll, tableOf, verdictOf } from "./hunt.ts";
import { inLanes, Lane, type LaneOptions } from "./lanes.ts";
import { FAILURE_MODES, MUTANTS, type Mutant } from "./mutants/index.ts";
import type { Channels } from "./natures.ts";
import { listSeeds, OptionError, type Options, readOptions, USAGE, writeKept } from "./options.ts";
import { turnedAwayIn, unitsTurnedAway } from "./oracle/turned-away.ts";
import { serveJobs } from "./seed-process.ts";
import { shrink } from "./shrink.ts";
import type { SeedResult } from "./simulation.ts";
import { runUnitTests } from "./unit-hunt.ts";

const TRACE_LINES = 25;
const VIOLATIONS_SHOWN = 5;
/** Seeds of the convergence trial that share a shop, one after the other. */
const TRIALS_PER_SHOP = 25;
const SHRINK_MS = 5 * 60_000;

type Mode<Name extends Options["mode"]> = Extract<Options, { mode: Name }>;

async function runSeeds(options: Mode<"seeds">): Promise<boolean> {
  const { channels, events, keep, jobs } = options;
  const seeds = listSeeds(options.seeds);
  const lanes = laneOptions(options);
  const startedAt = Date.now();
  let done = 0;
  const results = await inLanes(
    seeds,
    jobs,
    async (seed, lane) => {
      const result = await lane.run({ seed, channels, events, keep, stopsAtFirst: false });
      done += 1;
      report(result, `${String(done).padStart(4)}/${seeds.length}`, Date.now() - startedAt, options);
      return result;
    },
    lanes,
  );
  const seconds = (Date.now() - startedAt) / 1_000;
  const sum = (of: (result: SeedResult) => number): number => results.reduce((total, one) => total + of(one), 0);
  const [oversold, unpreventable] = [sum((one) => one.oversold), sum((one) => one.unpreventable)];
  const violations = sum((one) => one.violations.length);
  const hash = createHash("sha256")
    .update(results.map((one) => one.traceHash).join())
    .digest("hex")
    .slice(0, 16);
  console.log(`
${seeds.length} seeds of ${events} events in ${seconds.toFixed(0)} s (${(sum((one) => one.events) / seconds).toFixed(1)} events/s on ${jobs} cores), trace ${hash}
oversold ${oversold}, of which unpreventable ${unpreventable}, difference ${oversold - unpreventable}
${turnedAwayIn(results)}
${violations} violations`);
  const first = results.find((one) => one.violations.length > 0);
  // There it may not happen again, so it can't be made shorter.
  if (first && keep === null && !options.postgres) await showShortest(first, options);
  return violations === 0;
}

/** On a server, statements of two workers overlap as they happen to: a seed decides what happens there, not in which order. */
function laneOptions({ postgres }: Mode<"seeds">): LaneOptions {
  return postgres ? { serverUrl: testServerUrl() } : {};
}

function report(result: SeedResult, progress: string, elapsedMs: number, options: Mode<"seeds">): void {
  const { seed, violations, traceHash, oversold, unpreventable, turnedAway, trace } = result;
  const words = violations.length === 0 ? "ok" : `${violations.length} VIOLATIONS`;
  console.log(
    `${progress}  seed ${seed}  ${traceHash}  ${words}  oversold ${oversold} (${unpreventable} unpreventable)  turned away ${unitsTurnedAway(turnedAway)}  ${(elapsedMs / 1_000).toFixed(0)} s`,
  );
  if (options.trace) console.log(trace.join("\n"));
  for (const violation of violations.slice(0, VIOLATIONS_SHOWN)) {
    console.log(`      rule ${violation.rule}, ${(violation.atMs / 1_000).toFixed(1)} s in: ${violation.what}`);
  }
  if (violations.length > VIOLATIONS_SHOWN) console.log(`      and ${violations.length - VIOLATIONS_SHOWN} more`);
  if (violations.length > 0) console.log(`      replay: ${commandFor(seed, options)}`);
}

function commandFor(
  seed: number,
  {
    channels,
    events,
    keep,
    postgres = false,
  }: { channels: Channels; events: number; keep: readonly number[] | null; postgres?: boolean },
): string {
  const kept = keep === null ? "" : ` --keep ${writeKept(keep)}`;
  const named = channels === "invented" ? "" : ` --channels ${channels}`;
  return `npm run simulate -- --seeds ${seed}${named} --events ${events}${kept}${postgres ? " --postgres" : ""} --trace`;
}

/** The fewest events found in the time given that break the same rule, with their story. */
async function showShortest(
  { seed, violations }: SeedResult,
  { channels, events, jobs }: Mode<"seeds">,
): Promise<void> {
  const rule = violations[0]?.rule;
  console.log(
    `\nlooking for fewer events of seed ${seed} that break rule ${rule}, for ${SHRINK_MS / 60_000} minutes at most`,
  );
  const endMs = Date.now() + SHRINK_MS;
  const lanes = await Promise.all(Array.from({ length: jobs }, () => Lane.open()));
  let shortest: SeedResult | null = null;
  const free = [...lanes];
  const kept = await shrink(
    Array.from({ length: events }, (_, index) => index),
    async (keep) => {
      const lane = free.pop();
      if (!lane) throw new Error("no lane is free");
      const result = await lane.run({ seed, channels, events, keep, stopsAtFirst: true });
      free.push(lane);
      const fails = result.violations[0]?.rule === rule;
      if (fails && (!shortest || keep.length <= shortest.kept)) shortest = result;
      return fails;
    },
    { atOnce: jobs, isTimeUp: () => Date.now() > endMs, onShorter: (left) => console.log(`  ${left} events are left`) },
  );
  await Promise.all(lanes.map((lane) => lane.close()));
  if (!shortest) return console.log("none could be left out");
  const { trace } = shortest as SeedResult;
  console.log(`${kept.length} of ${events} events are enough; the end of their story:`);
  console.log(
    trace
      .slice(-TRACE_LINES)
      .map((line) => `    ${line}`)
      .join("\n"),
  );
  console.log(`replay: ${commandFor(seed, { channels, events, keep: kept })}`);
}

async function runMutants(options: Mode<"mutants">): Promise<boolean> {
  const { mutant: name, events, jobs } = options;
  const names = name.split(",");
  const unknown = names.find((one) => one !== "all" && !MUTANTS.some((mutant) => mutant.name === one));
  if (unknown !== undefined) throw new OptionError(`there is no mutant "${unknown}"; --mutant list shows them`);
  const mutants = MUTANTS.filter((one) => names.includes("all") || names.includes(one.name));
  const plan = { seeds: listSeeds(options.seeds), events };
  const startedAt = Date.now();
  const found = await huntAll(mutants, plan, jobs, (one, done) => {
    console.log(
      `${String(done).padStart(4)}/${mutants.length}  ${one.mutant.name}: ${verdictOf(one)}  (${one.seconds} s)`,
    );
    if (one.by) console.log(`      ${one.by.what}`);
  });
  const caught = found.filter((one) => one.by && !one.broken).length;
  console.log(`\n${tableOf(found)}\n`);
  const unclean = await findUnclean(found, options);
  const red = await findRed(mutants);
  console.log(`${caught} of ${mutants.length} caught, in ${((Date.now() - startedAt) / 1_000).toFixed(0)} s`);
  return caught === mutants.length && unclean.length === 0 && red.length === 0;
}

/** A seed that breaks a rule without any mutant proves nothing: those that caught one are run once more as they are. */
async function findUnclean(found: readonly Catch[], { events, jobs }: Mode<"mutants">): Promise<number[]> {
  const seeds = [...new Set(found.flatMap((one) => (one.by && one.seed !== null ? [one.seed] : [])))];
  if (seeds.length === 0) return [];
  console.log(`running the seeds that caught one without any mutant: ${seeds.join(", ")}`);
  const results = await inLanes(seeds, jobs, (seed, lane) =>
    lane.run({ seed, channels: "invented", events, keep: null, stopsAtFirst: true }),
  );
  const unclean = results.filter((one) => one.violations.length > 0);
  for (const { seed, violations } of unclean) {
    console.log(
      `seed ${seed} breaks rule ${violations[0]?.rule} by itself, so it proves nothing: ${violations[0]?.what}`,
    );
    console.log(`replay: ${commandFor(seed, { channels: "invented", events, keep: null })}`);
  }
  return unclean.map((one) => one.seed);
}

/** Nor does a unit test that fails without any mutant. */
async function findRed(mutants: readonly Mutant[]): Promise<string[]> {
  const files = [...new Set(mutants.flatMap((mutant) => mutant.unitTests ?? []))];
  if (files.length === 0) return [];
  console.log("running the unit tests that are to catch one without any mutant");
  const { failed, broken } = await runUnitTests(files, null);
  const red = broken === null ? failed : [broken, ...failed];
  for (const what of red) console.log(`fails by itself, so it proves nothing: ${what}`);
  return red;
}

/** Two lines: listings that end at another number than Shopify has, without and with failing calls. */
async function runConvergence({ seeds, jobs }: Mode<"convergence">): Promise<boolean> {
  const startedAt = Date.now();
  const all = listSeeds(seeds);
  const blocks = Array.from({ length: Math.ceil(all.length / TRIALS_PER_SHOP) }, (_, index) =>
    all.slice(index * TRIALS_PER_SHOP, (index + 1) * TRIALS_PER_SHOP),
  );
  const lines: string[] = [];
  let diverged = 0;
  for (const failing of [0, 0.1]) {
    let done = 0;
    const trials = (
      await inLanes(blocks, jobs, async (block, lane) => {
        const ended = await lane.tryConvergence({ seeds: block, failing });
        done += ended.length;
        console.log(
          `${done}/${all.length} with ${100 * failing} % failed calls  (${((Date.now() - startedAt) / 1_000).toFixed(0)} s)`,
        );
        for (const { seed, shown, has } of ended.filter((one) => one.shown !== one.has)) {
          console.log(
            `      seed ${seed} shows ${shown}, Shopify has ${has}; again: npm run simulate -- --convergence --seeds ${block[0]}..${seed}`,
          );
        }
        return ended;
      })
    ).flat();
    const wrong = trials.filter((one) => one.shown !== one.has).length;
    const writes = trials.reduce((sum, one) => sum + one.writes, 0) / trials.length;
    diverged += wrong;
    lines.push(
      `${100 * failing} % failed calls: ${wrong} of ${trials.length} diverged (${writes.toFixed(1)} writes for 40 sales)`,
    );
  }
  console.log(`\n${lines.join("\n")}`);
  return diverged === 0;
}

function listMutants(): void {
  for (const { name, mode } of MUTANTS) console.log(`${name.padEnd(32)}${mode} ${FAILURE_MODES[mode]}`);
}

async function main(): Promise<boolean> {
  const options = readOptions(process.argv.slice(2));
  switch (options.mode) {
    case "seeds":
      return runSeeds(options);
    case "mutants":
      return runMutants(options);
    case "list-mutants":
      listMutants();
      return true;
    case "convergence":
      return runConvergence(options);
  }
}

if (process.argv[2] === "--child") {
  await serveJobs();
} else {
  try {
    process.exitCode = (await main()) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    console.error(`simulate: ${error.message}\n${USAGE}`);
    process.exitCode = 2;
  }
}
