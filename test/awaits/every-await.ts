/**
 * A flow is disturbed at each of its awaits, one after the other: its worker is killed there, or stands still there while
 * another takes over, and goes on later as if nothing had been. Each time the deed is done anew in the same world, and what
 * must hold is looked at once all has settled.
 *
 * Nobody lists the points: one undisturbed run of the flow tells them, so that none is left out, whatever the flow has
 * become since. A point that is not come to again, by the same way, is a failure. Within a transaction each statement is a
 * point, and so is the commit; a call is two, before it is sent and when it is done over there but its reply is not taken.
 */
import type { TaskName } from "#app/tasks/task-map.ts";
import type { TestWorker } from "#test/support/world/worker.ts";
import type { TaskRun, World } from "#test/support/world/world.ts";

export type Way = "is killed" | "stands still";
export const WAYS: readonly Way[] = ["is killed", "stands still"];

/** For one suite of points, on a busy machine with a server for a database. */
export const SUITE_MS_MAX = 20 * 60_000;

export interface Flow<Subject> {
  /** The tasks whose awaits are disturbed, each from its first to its last. */
  tasks: readonly TaskName[];
  /** What the deed is done to, anew each time: another order, another quantity. */
  prepare(): Promise<Subject> | Subject;
  /** Does the deed. What it sets going are the runs that count. */
  begin(subject: Subject): Promise<void> | void;
  /** As soon as a worker stands still. */
  meanwhile?(subject: Subject): Promise<void> | void;
  /** What is not as it must be at any moment, in words. */
  during?(subject: Subject): Promise<string[]> | string[];
  /** Whether all that the deed asks for has come to be. */
  isSettled(subject: Subject): Promise<boolean> | boolean;
  /** What is not as it must be, in words. */
  faults(subject: Subject): Promise<string[]> | string[];
}

/** Longer than any lease, and than whoever takes over waits before it tries again what may have been sent. */
const STILL_MS = 100_000;
/** All has settled within this time of the worker's death, or of its going on. */
const SETTLES_WITHIN_MS = 6 * 60_000;
const STEP_MS = 2_500;
/** Then nothing more happens. */
const QUIET_MS = 10_000;
/** What a disturbed run left behind may make the next one go another way, once. */
const TRIES_MAX = 3;
/** So many points that fail say enough. */
const FAILED_MAX = 5;

/** One run of a task, and what it awaited, in order. */
interface Trail {
  task: TaskName;
  /** Which run of the task it is, from 1. */
  run: number;
  awaits: string[];
}

/** The last await of the trail is the point. */
interface Point extends Trail {
  name: string;
  /** The worker stands still once this is done, and before it goes on with it. */
  isLate: boolean;
}

/** Hears of every await of the world's workers. Its `onAwait` goes into the world's options. */
export class Watch {
  #point: Point | null = null;
  #disturb: (worker: TestWorker, isLate: boolean) => void = () => undefined;
  #isHit = false;
  #trails = new Map<TaskRun, Trail>();

  onAwait = (worker: TestWorker, what: string, run: TaskRun | null): void => {
    if (!run) return;
    const trail = this.#trails.get(run) ?? this.#begin(run);
    this.#trails.set(run, trail);
    trail.awaits.push(what);
    if (this.#isHit || !this.#point || !isAt(this.#point, trail)) return;
    this.#isHit = true;
    this.#disturb(worker, this.#point.isLate);
  };

  #begin({ name: task }: TaskRun): Trail {
    const before = this.trails().filter((one) => one.task === task).length;
    return { task, run: before + 1, awaits: [] };
  }

  /** From now on: `disturb` is called once, when a worker is at the point. */
  arm(point: Point | null, disturb: (worker: TestWorker, isLate: boolean) => void): void {
    this.#point = point;
    this.#disturb = disturb;
    this.#isHit = false;
    this.#trails = new Map();
  }

  get isHit(): boolean {
    return this.#isHit;
  }

  /** Of all runs since it was armed. */
  trails(): Trail[] {
    return [...this.#trails.values()];
  }
}

function isAt({ task, run, awaits }: Point, trail: Trail): boolean {
  if (trail.task !== task || trail.run !== run || trail.awaits.length !== awaits.length) return false;
  return awaits.every((what, index) => what === trail.awaits[index]);
}

/**
 * The points of a run. A call leaves at once where it was decided to: nobody stands still between the two. So it is before
 * the decision that a worker stands still which is to call.
 */
function pointsOf({ task, run, awaits }: Trail, way: Way): Point[] {
  return awaits.map((what, index) => {
    const before = awaits.slice(Math.max(0, index - 3), index).join(", ");
    const name = `${task}, run ${run}, await ${index + 1}: ${what} (after ${before || "nothing"})`;
    const isLate = way === "stands still" && what === "fetch" && index > 0;
    return { task, run, name, isLate, awaits: awaits.slice(0, isLate ? index : index + 1) };
  });
}

/** Every point of the flow once. Gives what went wrong where, and says how many points there were. */
export async function everyAwait<Subject>(
  world: World,
  watch: Watch,
  flow: Flow<Subject>,
  { name, way }: { name: string; way: Way },
): Promise<string[]> {
  const startedMs = performance.now();
  // The first time much is read that is known later.
  await tryOnce(world, watch, flow, null, way);
  const undisturbed = await tryOnce(world, watch, flow, null, way);
  const failed = undisturbed.map((fault) => `undisturbed: ${fault}`);
  const trails = watch.trails().filter((one) => flow.tasks.includes(one.task));
  const points = trails.flatMap((trail) => pointsOf(trail, way));
  for (const task of flow.tasks) if (!trails.some((one) => one.task === task)) failed.push(`${task} is not run at all`);

  for (const point of points) {
    if (failed.length >= FAILED_MAX) break;
    const faults = await tryUntilHit(world, watch, flow, point, way);
    if (faults.length > 0) failed.push([point.name, ...faults].join("\n  "));
  }
  const parts = flow.tasks.map((task) => `${task} ${points.filter((one) => one.task === task).length}`).join(", ");
  const seconds = (performance.now() - startedMs) / 1_000;
  console.log(`${name}, whose worker ${way}: ${points.length} points (${parts}) in ${seconds.toFixed(1)} s`);
  return failed;
}

async function tryUntilHit<Subject>(
  world: World,
  watch: Watch,
  flow: Flow<Subject>,
  point: Point,
  way: Way,
): Promise<string[]> {
  const ways: string[] = [];
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const faults = await tryOnce(world, watch, flow, point, way);
    if (faults.length > 0 || watch.isHit) return faults;
    const run = watch.trails().find((one) => one.task === point.task && one.run === point.run);
    ways.push(run ? run.awaits.join(", ") : "no such run");
  }
  return ["it is not come to again", `it was: ${point.awaits.join(", ")}`, ...ways.map((one) => `then: ${one}`)];
}

/** What went wrong. */
async function tryOnce<Subject>(
  world: World,
  watch: Watch,
  flow: Flow<Subject>,
  point: Point | null,
  way: Way,
): Promise<string[]> {
  const subject = await flow.prepare();
  await putToRest(world);
  watch.arm(point, (worker, isLate) => {
    if (way === "is killed") {
      worker.kill();
      queueMicrotask(() => world.replaceWorker(world.workers.indexOf(worker)));
    } else if (isLate) queueMicrotask(() => worker.pause(STILL_MS));
    else worker.pause(STILL_MS);
  });
  await flow.begin(subject);
  const faults: string[] = [];
  let isTold = false;
  let endMs = world.time.nowMs() + SETTLES_WITHIN_MS;
  for (;;) {
    await world.run(STEP_MS);
    faults.push(...(await look(world, () => flow.during?.(subject) ?? [])));
    const isPaused = world.workers.some((worker) => worker.isPaused);
    if (isPaused) endMs = world.time.nowMs() + SETTLES_WITHIN_MS;
    if (isPaused && !isTold) {
      isTold = true;
      await flow.meanwhile?.(subject);
    }
    if (!isPaused && world.queue.waiting === 0 && (await look(world, () => flow.isSettled(subject)))) break;
    if (world.time.nowMs() > endMs) {
      faults.push(`it has not settled within ${SETTLES_WITHIN_MS / 1_000} s`);
      break;
    }
  }
  await world.run(QUIET_MS);
  faults.push(...(await look(world, () => flow.faults(subject))));
  return faults;
}

/** What a dead worker held is over, so that the next run goes as it would have gone. */
async function putToRest({ time, database }: World): Promise<void> {
  await time.busy(
    Promise.resolve(
      database.db.$executeRaw`UPDATE "Lease" SET holder = NULL, unclean = false WHERE holder IS NOT NULL`,
    ),
  );
}

/** Time stands still while the tables are looked at. */
function look<T>(world: World, at: () => Promise<T> | T): Promise<T> {
  return world.time.busy(Promise.resolve(at()));
}
