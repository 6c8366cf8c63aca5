/**
 * npm run simulate -- --seeds A..B --events N [--jobs N] [--trace]
 *
 * Runs the seeds on every core, says how far it is, and ends 1 on a violation: with the seed, the rule, the end of its
 * trace, and the command that replays it. With --trace the whole story of each seed is printed.
 */
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { openTestDatabase } from "#test/support/world/test-database.ts";
import { type SeedResult, simulate } from "./simulation.ts";

const TRACE_LINES = 25;
const USAGE = "usage: npm run simulate -- --seeds A..B --events N [--jobs N] [--trace]";

interface Options {
  from: number;
  to: number;
  events: number;
  jobs: number;
  trace: boolean;
}

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        seeds: { type: "string", default: "1..10" },
        events: { type: "string", default: "200" },
        jobs: { type: "string", default: String(availableParallelism()) },
        trace: { type: "boolean", default: false },
      },
    });
    const range = /^(\d+)(?:\.\.(\d+))?$/.exec(values.seeds);
    const events = Number(values.events);
    const jobs = Number(values.jobs);
    if (!range) throw new Error(`--seeds is "${values.seeds}"; it takes one seed or a range such as 1..300`);
    if (!Number.isInteger(events) || events < 1)
      throw new Error(`--events is "${values.events}"; it takes a number of 1 or more`);
    if (!Number.isInteger(jobs) || jobs < 1)
      throw new Error(`--jobs is "${values.jobs}"; it takes a number of 1 or more`);
    const from = Number(range[1]);
    const to = Number(range[2] ?? range[1]);
    if (to < from) throw new Error(`--seeds ${values.seeds} ends before it begins`);
    return { from, to, events, jobs, trace: values.trace };
  } catch (error) {
    console.error(`simulate: ${error instanceof Error ? error.message : error}\n${USAGE}`);
    process.exit(2);
  }
}

/** In a child: one seed after the other, as the parent asks. */
async function serveSeeds(): Promise<void> {
  const database = await openTestDatabase(undefined);
  process.on("message", async ({ seed, events }: { seed: number; events: number }) => {
    process.send?.(await simulate(database, { seed, events }));
  });
  process.send?.("ready");
}

async function runSeeds(options: Options): Promise<SeedResult[]> {
  const seeds = Array.from({ length: options.to - options.from + 1 }, (_, index) => options.from + index);
  const results: SeedResult[] = [];
  const startedAt = Date.now();
  const total = seeds.length;
  await Promise.all(
    Array.from({ length: Math.min(options.jobs, total) }, () => {
      const child = fork(import.meta.filename, ["--child"], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
      return new Promise<void>((done, failed) => {
        const next = (): void => {
          const seed = seeds.shift();
          if (seed === undefined) {
            child.disconnect();
            child.kill();
            done();
            return;
          }
          child.send({ seed, events: options.events });
        };
        child.on("message", (message: SeedResult | "ready") => {
          if (message !== "ready") {
            results.push(message);
            report(message, results.length, total, Date.now() - startedAt, options);
          }
          next();
        });
        child.once("exit", (code) => (code ? failed(new Error(`a simulation process ended with ${code}`)) : done()));
      });
    }),
  );
  return results.sort((a, b) => a.seed - b.seed);
}

function report(result: SeedResult, done: number, total: number, elapsedMs: number, options: Options): void {
  const { seed, violations, traceHash, oversold, unpreventable, turnedAway } = result;
  const words = violations.length === 0 ? "ok" : `${violations.length} VIOLATIONS`;
  console.log(
    `${String(done).padStart(4)}/${total}  seed ${seed}  ${traceHash}  ${words}  oversold ${oversold} (${unpreventable} unpreventable)  turned away ${turnedAway}  ${(elapsedMs / 1_000).toFixed(0)} s`,
  );
  if (options.trace) console.log(result.trace.join("\n"));
  for (const violation of violations.slice(0, 5)) {
    console.log(`      rule ${violation.rule}, ${(violation.atMs / 1_000).toFixed(1)} s in: ${violation.what}`);
  }
  if (violations.length === 0) return;
  if (!options.trace)
    console.log(
      result.trace
        .slice(-TRACE_LINES)
        .map((line) => `        ${line}`)
        .join("\n"),
    );
  console.log(`      replay: npm run simulate -- --seeds ${seed} --events ${options.events} --trace`);
}

if (process.argv.includes("--child")) {
  await serveSeeds();
} else {
  const options = readOptions();
  const startedAt = Date.now();
  const results = await runSeeds(options);
  const seconds = (Date.now() - startedAt) / 1_000;
  const sum = (of: (result: SeedResult) => number): number => results.reduce((total, one) => total + of(one), 0);
  const violations = sum((one) => one.violations.length);
  const hash = createHash("sha256")
    .update(results.map((one) => one.traceHash).join())
    .digest("hex")
    .slice(0, 16);
  const oversold = sum((one) => one.oversold);
  const unpreventable = sum((one) => one.unpreventable);
  console.log(
    `\n${results.length} seeds of ${options.events} events in ${seconds.toFixed(0)} s (${(sum((one) => one.events) / seconds).toFixed(1)} events/s on ${options.jobs} cores), trace ${hash}`,
  );
  console.log(
    `oversold ${oversold}, of which unpreventable ${unpreventable}, difference ${oversold - unpreventable}; buyers turned away though there was stock: ${sum((one) => one.turnedAway)}`,
  );
  console.log(violations === 0 ? "0 violations" : `${violations} violations`);
  process.exit(violations === 0 ? 0 : 1);
}
