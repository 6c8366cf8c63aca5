/** Child processes that run jobs, one per core: a database lives in each, and a mutant in some. */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { ConvergencePlan, Trial } from "./convergence.ts";
import { MUTANT_VARIABLE } from "./patch-plugin.ts";
import { DATABASE_VARIABLE } from "./seed-process.ts";
import type { SeedPlan, SeedResult } from "./simulation.ts";

export type Request = { job: "seed"; plan: SeedPlan } | { job: "convergence"; plan: ConvergencePlan };

export type Answer =
  | { kind: "ready" }
  | { kind: "seed"; result: SeedResult }
  | { kind: "convergence"; result: Trial[] }
  | { kind: "error"; message: string };

export interface LaneOptions {
  /** The app is loaded with its patches. */
  mutant?: string;
  /** A PostgreSQL server instead of the embedded database. */
  serverUrl?: string;
}

/** A run that takes longer than this hangs. */
const RUN_MS_MAX = 15 * 60_000;
const CLOSE_MS_MAX = 5_000;

export class Lane {
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.child = child;
  }

  static async open({ mutant, serverUrl }: LaneOptions = {}): Promise<Lane> {
    const child = fork(join(import.meta.dirname, "simulate.ts"), ["--child"], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      env: {
        ...process.env,
        ...(mutant ? { [MUTANT_VARIABLE]: mutant } : {}),
        ...(serverUrl ? { [DATABASE_VARIABLE]: serverUrl } : {}),
      },
    });
    const lane = new Lane(child);
    await lane.#answer();
    return lane;
  }

  async run(plan: SeedPlan): Promise<SeedResult> {
    const answer = await this.#ask({ job: "seed", plan });
    if (answer.kind !== "seed") throw new Error(`a seed was asked for, and ${answer.kind} came`);
    return answer.result;
  }

  async tryConvergence(plan: ConvergencePlan): Promise<Trial[]> {
    const answer = await this.#ask({ job: "convergence", plan });
    if (answer.kind !== "convergence") throw new Error(`trials were asked for, and ${answer.kind} came`);
    return answer.result;
  }

  async #ask(request: Request): Promise<Answer> {
    this.child.send(request);
    const answer = await this.#answer();
    if (answer.kind === "error") throw new Error(answer.message);
    return answer;
  }

  /** The child puts away its database and ends; one that hangs is killed. */
  async close(): Promise<void> {
    const { child } = this;
    child.removeAllListeners();
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once("exit", done));
    const late = setTimeout(() => child.kill("SIGKILL"), CLOSE_MS_MAX);
    if (child.connected) child.disconnect();
    await ended;
    clearTimeout(late);
  }

  #answer(): Promise<Answer> {
    const { child } = this;
    return new Promise((done, failed) => {
      const late = setTimeout(() => end(() => failed(new Error("a simulation process gave no answer"))), RUN_MS_MAX);
      const onMessage = (answer: Answer): void => end(() => done(answer));
      const onExit = (code: number | null): void =>
        end(() => failed(new Error(`a simulation process ended (${code}) before it was done`)));
      function end(settle: () => void): void {
        clearTimeout(late);
        child.off("message", onMessage);
        child.off("exit", onExit);
        settle();
      }
      child.on("message", onMessage);
      child.on("exit", onExit);
    });
  }
}

/** Every job once, `jobs` at a time; results in the order of the list. */
export async function inLanes<Job, Result>(
  list: readonly Job[],
  jobs: number,
  work: (job: Job, lane: Lane) => Promise<Result>,
  options: LaneOptions = {},
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(jobs, list.length) }, async () => {
      const lane = await Lane.open(options);
      try {
        while (next < list.length) {
          const index = next++;
          results[index] = await work(list[index] as Job, lane);
        }
      } finally {
        await lane.close();
      }
    }),
  );
  return results;
}
