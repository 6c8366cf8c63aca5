/** The command line of the simulation. */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { CHANNELS, type Channels } from "./natures.ts";

export const USAGE = `usage: npm run simulate -- [--seeds A..B] [--events N] [--jobs N]        the rules, over many seeds
       ... --channels real|invented                                        the five real capability sets, or the invented (default)
       ... --postgres                                                      on TEST_DATABASE_URL, where statements really overlap
       ... --seeds N --events N [--keep 3,17,40-44] [--trace]              one seed again, with these events alone
       ... --mutant NAME,NAME|all|list [--seeds A..B] [--events N]              known failures, put in one by one: caught?
       ... --convergence [--seeds A..B]                                    40 sales on one SKU, with and without failed calls`;

export interface Range {
  from: number;
  to: number;
}

interface Shared {
  seeds: Range;
  jobs: number;
}

export type Options =
  | (Shared & {
      mode: "seeds";
      channels: Channels;
      events: number;
      keep: number[] | null;
      trace: boolean;
      postgres: boolean;
    })
  | (Shared & { mode: "mutants"; events: number; mutant: string })
  | { mode: "list-mutants" }
  | (Shared & { mode: "convergence" });

export class OptionError extends Error {}

/** Throws OptionError, which says what was wrong with which option. */
export function readOptions(args: readonly string[]): Options {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : String(error));
  }
  const { mutant, convergence = false, keep, trace = false, postgres = false } = values;
  if (mutant !== undefined && convergence) throw new OptionError("--mutant and --convergence do not go together");
  const jobs = wholeNumber("--jobs", values.jobs ?? String(availableParallelism()));
  if (convergence) {
    const { channels, events, trace, postgres } = values;
    refuse("--convergence", { channels, events, keep, trace, postgres });
    return { mode: "convergence", seeds: readRange(values.seeds ?? "1..1000"), jobs };
  }
  if (mutant !== undefined) {
    refuse("--mutant", { channels: values.channels, keep, trace: values.trace, postgres: values.postgres });
    if (mutant === "list") return { mode: "list-mutants" };
    const events = wholeNumber("--events", values.events ?? "150");
    return { mode: "mutants", mutant, seeds: readRange(values.seeds ?? "1..20"), events, jobs };
  }
  const seeds = readRange(values.seeds ?? "1..10");
  const events = wholeNumber("--events", values.events ?? "200");
  if (keep !== undefined && seeds.from !== seeds.to) throw new OptionError("--keep goes with one seed: --seeds 7");
  const kept = keep === undefined ? null : readKept(keep, events);
  return { mode: "seeds", seeds, channels: readChannels(values.channels), events, jobs, keep: kept, trace, postgres };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      seeds: { type: "string" },
      channels: { type: "string" },
      events: { type: "string" },
      jobs: { type: "string" },
      keep: { type: "string" },
      trace: { type: "boolean" },
      postgres: { type: "boolean" },
      mutant: { type: "string" },
      convergence: { type: "boolean" },
    },
  }).values;
}

function refuse(mode: string, given: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) throw new OptionError(`--${name} does not go with ${mode}`);
  }
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1) throw new OptionError(`${name} is "${text}"; it takes a number of 1 or more`);
  return number;
}

function readChannels(text = "invented"): Channels {
  const channels = CHANNELS.find((one) => one === text);
  if (!channels) throw new OptionError(`--channels is "${text}"; it takes ${CHANNELS.join(" or ")}`);
  return channels;
}

function readRange(text: string): Range {
  const range = /^(\d+)(?:\.\.(\d+))?$/.exec(text);
  if (!range) throw new OptionError(`--seeds is "${text}"; it takes one seed or a range such as 1..300`);
  const from = Number(range[1]);
  const to = Number(range[2] ?? range[1]);
  if (to < from) throw new OptionError(`--seeds ${text} ends before it begins`);
  return { from, to };
}

/** "3,17,40-44" as numbers of events, which count from 0. */
function readKept(text: string, events: number): number[] {
  if (text === "none") return [];
  return text.split(",").flatMap((part) => {
    const range = /^(\d+)(?:-(\d+))?$/.exec(part);
    const from = Number(range?.[1]);
    const to = Number(range?.[2] ?? range?.[1]);
    if (!range || to < from || to >= events) {
      throw new OptionError(`--keep has "${part}"; it takes numbers from 0 to ${events - 1}, such as 3,17,40-44`);
    }
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}

/** The other way round. */
export function writeKept(kept: readonly number[]): string {
  const parts: string[] = [];
  for (let index = 0; index < kept.length; ) {
    let end = index;
    while (kept[end + 1] === (kept[end] ?? 0) + 1) end += 1;
    parts.push(end > index ? `${kept[index]}-${kept[end]}` : String(kept[index]));
    index = end + 1;
  }
  return parts.join(",") || "none";
}

export function listSeeds({ from, to }: Range): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
