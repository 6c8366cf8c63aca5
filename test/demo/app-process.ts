/** The real app as a process of its own, as `npm start` runs it: it can be killed and started again on the same data. */
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { resolve } from "node:path";

const repository = resolve(import.meta.dirname, "../..");
const START_MS_MAX = 90_000;
/** An app that finds much to do at its start answers late. */
const HEALTH_MS_MAX = 20_000;
const LOG_LINES_KEPT_MAX = 2_000;

export interface AppProcess {
  readonly pid: number;
  /** The latest lines it printed. */
  readonly log: readonly string[];
  readonly hasEnded: boolean;
  /** Resolves when it serves; rejects with its output when it ends before. */
  readonly ready: Promise<void>;
  /** Asks it to stop and waits. */
  stop(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
}

/** Starts `file` of the repository; it is ready when `url` answers 200, or when it prints `line`. */
export function startAppProcess(options: {
  file: string;
  args?: string[];
  env: Record<string, string>;
  ready: { url: string } | { line: string };
  onLine?(line: string): void;
}): AppProcess {
  const log: string[] = [];
  const child = spawn(process.execPath, [options.file, ...(options.args ?? [])], {
    cwd: repository,
    // Nothing of this process's own environment decides what the app does, but where programs are found.
    env: { NODE_ENV: "production", PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<void>((done) => child.once("exit", () => done()));
  let isReady = false;
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        log.push(line);
        if (log.length > LOG_LINES_KEPT_MAX) log.shift();
        if ("line" in options.ready && line.includes(options.ready.line)) isReady = true;
        options.onLine?.(line);
      }
    });
  }
  const endWithParent = (): void => void child.kill("SIGKILL");
  process.once("exit", endWithParent);
  void exited.then(() => process.off("exit", endWithParent));

  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const becomesReady = async (): Promise<void> => {
    const deadline = Date.now() + START_MS_MAX;
    while (!isReady) {
      if (hasEnded())
        throw new Error(`${options.file} ended with ${child.exitCode ?? child.signalCode}:\n${log.join("\n")}`);
      if (Date.now() > deadline) {
        child.kill("SIGKILL");
        throw new Error(`${options.file} was not ready after ${START_MS_MAX / 1_000} s:\n${log.join("\n")}`);
      }
      if ("url" in options.ready) isReady = await answers(options.ready.url);
      if (!isReady) await new Promise((done) => setTimeout(done, 50));
    }
  };
  return {
    pid: child.pid ?? 0,
    log,
    ready: becomesReady(),
    get hasEnded() {
      return hasEnded();
    },
    stop: () => end(child, exited, "SIGTERM"),
    kill: () => end(child, exited, "SIGKILL"),
  };
}

async function end(child: ChildProcess, exited: Promise<void>, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  await exited;
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(HEALTH_MS_MAX) })).ok;
  } catch {
    return false;
  }
}

/** A port that was free a moment ago. */
export async function findFreePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address && typeof address === "object" ? done(address.port) : failed(new Error("no port"))));
    });
  });
}
