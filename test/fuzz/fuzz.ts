/**
 * npm run fuzz: knocks at every door with valid shapes made odd. See USAGE for how to call it. Ends 1 on a finding, which it
 * prints as small as it gets, 2 on a wrong command line.
 */
import { parseArgs } from "node:util";
import fc from "fast-check";
import { type Bench, createBench } from "./bench.ts";
import { notificationTargets } from "./notifications.ts";
import { pageTargets } from "./pages.ts";
import { replyTargets } from "./replies.ts";
import type { Target } from "./target.ts";
import { webhookTarget } from "./webhooks.ts";

const USAGE = `usage: npm run fuzz -- [--cases N] [--seed S] [--only NAME] [--path P]
       N cases of each target (default 300); the same seed makes the same cases; --only: targets whose name has NAME in it;
       --path: the one case that a finding named, with its seed`;

interface Options {
  cases: number;
  seed: number;
  only: string;
  path: string | undefined;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      cases: { type: "string", default: "300" },
      seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
      only: { type: "string", default: "" },
      path: { type: "string" },
    },
  });
  const whole = (name: string, text: string): number => {
    if (!/^\d{1,9}$/.test(text) || Number(text) === 0) throw new Error(`${name} must be a whole number above 0`);
    return Number(text);
  };
  return {
    cases: whole("--cases", values.cases),
    seed: /^\d{1,10}$/.test(values.seed) ? Number(values.seed) : whole("--seed", values.seed),
    only: values.only,
    path: values.path,
  };
}

/** True when it found nothing. */
async function fuzz(target: Target, { cases, seed, path }: Options): Promise<boolean> {
  const startedAt = performance.now();
  let ran = 0;
  const property = fc.asyncProperty(target.cases, async (input) => {
    ran += 1;
    const problem = await target.run(input);
    if (problem !== null) throw new Error(problem);
  });
  const details = await fc.check(property, { numRuns: cases, seed, ...(path === undefined ? {} : { path }) });
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  console.log(`${details.failed ? "FOUND" : "   ok"}  ${target.name}: ${ran} cases, ${seconds} s`);
  if (!details.failed) return true;
  const [input] = details.counterexample ?? [];
  console.log(`       ${details.errorInstance instanceof Error ? (details.errorInstance.stack ?? "") : ""}
       ${target.show(input)}
       again: npm run fuzz -- --only '${target.name}' --seed ${details.seed} --path ${details.counterexamplePath ?? ""}`);
  return false;
}

async function main(options: Options): Promise<boolean> {
  const startedAt = performance.now();
  const benches: Bench[] = [];
  const open = async (settings: Parameters<typeof createBench>[0]): Promise<Bench> => {
    const bench = await createBench(settings);
    benches.push(bench);
    return bench;
  };
  const outside = await open({ startMs: Date.parse("2026-11-22T12:20:00.000Z"), withMarkets: true });
  // Who is asking is checked by the machine's clock.
  const inside = await open({ startMs: Date.now(), withMarkets: true });
  const targets = [
    webhookTarget(outside),
    ...notificationTargets(outside),
    ...replyTargets(outside),
    ...(await pageTargets(inside)),
  ].filter((target) => target.name.includes(options.only));
  console.log(`${targets.length} targets, ${options.cases} cases each, seed ${options.seed}`);
  let found = 0;
  for (const target of targets) if (!(await fuzz(target, options))) found += 1;
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  console.log(
    `${targets.length} targets, ${targets.length * options.cases} cases, seed ${options.seed}, ${seconds} s: ${found} findings`,
  );
  for (const bench of benches) await bench.close();
  return found === 0 && targets.length > 0;
}

let options: Options;
try {
  options = readOptions();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  process.exit(2);
}
process.exit((await main(options)) ? 0 : 1);
