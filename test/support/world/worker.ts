/**
 * One worker of the app in virtual time: a runtime of its own, tasks from the shared queue, and a death at any await. A
 * dead worker's statements, calls and sleeps never come back; its open transactions are rolled back, as when a process is
 * killed.
 */
import type { Clock } from "#app/clock.ts";
import type { Db, Tx } from "#app/db.server.ts";
import type { Runtime } from "#app/runtime.ts";
import type { Queue } from "#app/tasks/queue.ts";
import type { TaskQueue } from "./task-queue.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** What kills a worker's transaction from inside. */
class DeadError extends Error {}

/** What a worker finds that stood still within a transaction for longer than the server leaves one open. */
class TransactionEndedError extends Error {}

export interface TestWorker {
  readonly rt: Runtime;
  readonly isDead: boolean;
  readonly isPaused: boolean;
  /** Its clock, less the right time: that of a machine goes back and ahead. */
  skewMs: number;
  /** kill -9 at its next statement, call or sleep. */
  kill(): void;
  /** Stands still for a while, as a stopped process or a suspended machine; then it goes on as if nothing had been. */
  pause(ms: number): void;
}

export interface WorkerParts {
  id: string;
  time: VirtualTime;
  db: Db;
  queue: TaskQueue;
  fetch: typeof fetch;
  runtime: Omit<Runtime, "db" | "clock" | "queue" | "fetch" | "workerId" | "admin">;
  admin(parts: { clock: Clock; db: Db; fetch: typeof fetch; workerId: string }): Runtime["admin"];
  /** Called before each await of the worker; it may kill it. */
  onAwait?(worker: TestWorker, what: string): void;
}

export function createTestWorker(parts: WorkerParts): TestWorker {
  const { time, queue } = parts;
  let isDead = false;
  let pausedUntilMs = 0;
  const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

  /** Runs one step of the outside of this process, unless it dies before or meanwhile. */
  async function step<T>(what: string, work: () => Promise<T>, { leavesAtOnce = false } = {}): Promise<T> {
    if (!isDead) parts.onAwait?.(worker, what);
    if (worker.isPaused && !leavesAtOnce) await pauseEnds();
    if (isDead) return never<T>();
    let result: { value: T } | { error: unknown };
    try {
      result = { value: await work() };
    } catch (error) {
      result = { error };
    }
    if (worker.isPaused) await pauseEnds();
    if (isDead) return never<T>();
    if ("error" in result) throw result.error;
    return result.value;
  }

  async function pauseEnds(): Promise<void> {
    while (worker.isPaused && !isDead) await time.sleep(pausedUntilMs - time.nowMs());
  }

  const clock: Clock = {
    now: () => new Date(time.nowMs() + worker.skewMs),
    sleep: (ms) => step("sleep", () => time.sleep(ms)),
  };
  /**
   * Whoever stands still within a transaction holds back all others that want its rows, until the server ends it: at once
   * here, where those others would hold up time itself. The worker is told when it goes on.
   */
  function watchTransaction(): OpenTransaction {
    let end: (error: Error) => void = () => undefined;
    let isEnded = false;
    const ended = new Promise<never>((_, reject) => {
      end = reject;
    });
    ended.catch(() => undefined);
    return {
      ended,
      async statement(what, work) {
        const wasPaused = worker.isPaused;
        if (!isDead) parts.onAwait?.(worker, what);
        if (isDead) throw new DeadError(`${parts.id} is dead`);
        if (isEnded || (worker.isPaused && !wasPaused)) {
          isEnded = true;
          const error = new TransactionEndedError(`${parts.id} stood still: the server has ended its transaction`);
          end(error);
          await pauseEnds();
          throw error;
        }
        return time.busy(work());
      },
    };
  }

  const db = watchDatabase(parts.db, {
    statement: (what, work) => step(what, () => time.busy(work())),
    inTransaction: watchTransaction,
    transaction: (begin) =>
      step("transaction", async () => {
        const sends: (() => void)[] = [];
        const value = await time.busy(begin((tx) => sent.set(tx, sends)));
        for (const send of sends) send();
        return value;
      }),
  });
  const sent = new WeakMap<Tx, (() => void)[]>();
  const tasks: Queue = {
    nudge: (name, payload) => queue.add(name, payload, 0),
    async send(tx, name, payload, options) {
      const send = () => queue.add(name, payload, options?.delayMs ?? 0);
      const inside = sent.get(tx);
      if (inside) inside.push(send);
      else send();
    },
  };
  /** No await lies between the decision to send and the sending, so nothing stands still there: only the reply waits. */
  const fetchHere: typeof fetch = async (input, init) => {
    const reply = await step("fetch", () => parts.fetch(input, init), { leavesAtOnce: true });
    // It is done over there, and not yet taken here.
    return step("reply", async () => reply);
  };
  const { mailer } = parts.runtime;
  const rt: Runtime = {
    ...parts.runtime,
    mailer: mailer && { send: (mail) => step("mail", () => mailer.send(mail), { leavesAtOnce: true }) },
    db,
    clock,
    queue: tasks,
    fetch: fetchHere,
    workerId: parts.id,
    admin: parts.admin({ clock, db, fetch: fetchHere, workerId: parts.id }),
  };
  const worker: TestWorker = {
    rt,
    skewMs: 0,
    get isDead() {
      return isDead;
    },
    get isPaused() {
      return time.nowMs() < pausedUntilMs;
    },
    kill() {
      isDead = true;
    },
    pause(ms) {
      pausedUntilMs = time.nowMs() + ms;
    },
  };
  return worker;
}

interface OpenTransaction {
  /** Throws to roll back when the worker is dead, or the server has ended the transaction. */
  statement: WatchStatement;
  /** Rejects when the server ends it. */
  ended: Promise<never>;
}

interface Watch {
  statement: WatchStatement;
  inTransaction(): OpenTransaction;
  transaction<T>(begin: (opened: (tx: Tx) => void) => Promise<T>): Promise<T>;
}

const RAW = new Set<PropertyKey>(["$queryRaw", "$executeRaw", "$queryRawUnsafe", "$executeRawUnsafe"]);

/** The same client with every statement watched. Prisma's promises are lazy: a statement begins when it is awaited. */
function watchDatabase(db: Db, watch: Watch): Db {
  return new Proxy(db, {
    get(target, name, receiver) {
      if (name === "$transaction") {
        return (work: (tx: Tx) => Promise<unknown>, options: object) =>
          watch.transaction((opened) =>
            target.$transaction(async (tx) => {
              const { statement, ended } = watch.inTransaction();
              const watched = watchClient(tx, statement);
              opened(watched);
              const done = work(watched).then((value) => statement("commit", async () => value));
              return Promise.race([done, ended]);
            }, options),
          );
      }
      return watchMember(Reflect.get(target, name, receiver), name, target, watch.statement);
    },
  });
}

type WatchStatement = <T>(what: string, work: () => Promise<T>) => Promise<T>;

function watchClient(tx: Tx, watch: WatchStatement): Tx {
  return new Proxy(tx, {
    get: (target, name, receiver) => watchMember(Reflect.get(target, name, receiver), name, target, watch),
  });
}

function watchMember(member: unknown, name: PropertyKey, owner: object, watch: WatchStatement): unknown {
  if (typeof member === "function" && RAW.has(name)) {
    return (...args: unknown[]) => lazily(() => watch(beginningOf(args[0]), () => member.apply(owner, args)));
  }
  if (typeof member !== "object" || member === null || typeof name !== "string" || name.startsWith("$")) return member;
  // A model: its methods are statements.
  return new Proxy(member, {
    get(model, method, receiver) {
      const call: unknown = Reflect.get(model, method, receiver);
      if (typeof call !== "function") return call;
      return (...args: unknown[]) =>
        lazily(() => watch(`${name}.${String(method)}`, () => call.apply(model, args) as Promise<unknown>));
    },
  });
}

/** The first words of a statement: enough to know it by. */
function beginningOf(sql: unknown): string {
  const strings = typeof sql === "object" && sql !== null && "strings" in sql ? sql.strings : sql;
  const text = String(Array.isArray(strings) ? strings.join("?") : strings).slice(0, 120);
  return text.trim().split(/\s+/).slice(0, 5).join(" ");
}

/** A promise that begins when it is first awaited, as Prisma's are. */
function lazily<T>(begin: () => Promise<T>): Promise<T> {
  let begun: Promise<T> | null = null;
  const start = (): Promise<T> => {
    begun ??= begin();
    return begun;
  };
  return {
    // biome-ignore lint/suspicious/noThenProperty: it is a promise.
    then: (done, failed) => start().then(done, failed),
    catch: (failed) => start().catch(failed),
    finally: (ended) => start().finally(ended),
    [Symbol.toStringTag]: "Promise",
  } as Promise<T>;
}
