/**
 * The queue on pg-boss, in the app's own database. It carries nudges and nothing else: order and mutual exclusion are in
 * our own rows, because pg-boss keeps neither strictly.
 *
 * A queue's policy is `short`: of one key at most one nudge waits, while another may be running. So whatever is said while
 * a task runs makes it run once more, and a flood of changes makes one nudge.
 */
import type pg from "pg";
import { type Db, fromPrisma, PgBoss } from "pg-boss";
import type { Clock } from "../clock.ts";
import type { Database } from "../db.server.ts";
import type { Logger } from "../logger.ts";
import type { Queue } from "./queue.ts";
import { type TaskName, type TaskPayload, taskKey, taskSchemas } from "./task-map.ts";

export type TaskHandlers = { [Name in TaskName]: (payload: TaskPayload<Name>) => Promise<void> };

export interface JobQueue extends Queue {
  /** Begins to run tasks in this process. A handler that throws is called again, ever later, and then left to the tick. */
  work(handlers: TaskHandlers): Promise<void>;
  /** Lets running tasks end. */
  close(): Promise<void>;
}

const QUEUE = {
  policy: "short",
  notify: true,
  retryLimit: 4,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 60,
  expireInSeconds: 60 * 60,
  retentionSeconds: 24 * 60 * 60,
  deleteAfterSeconds: 15 * 60,
} as const;

/** Tasks of one kind that run at once in a process: they wait for the outside world most of the time. */
const CONCURRENCY: Partial<Record<TaskName, number>> = {
  "apply-delivery": 4,
  "apply-level-updates": 4,
  "push-quantities": 6,
  "import-orders": 4,
};
const CONCURRENCY_DEFAULT = 2;
/** LISTEN/NOTIFY wakes a worker at once; polling is for when that fails. */
const POLL_S = 1;
const NOTIFIED_POLL_S = 5;
const STOP_MS_MAX = 25_000;
/** Of a burst about one thing, one nudge in so long: the task that it wakes takes all that came meanwhile. */
const NUDGE_EVERY_MS = 50;
/** Of more at once, the tick finds what they were for. */
const NUDGES_MAX = 1_000;

const taskNames = Object.keys(taskSchemas) as TaskName[];

export async function createJobQueue(database: Database, logger: Logger, clock: Clock): Promise<JobQueue> {
  const { jobs } = database;
  const boss = new PgBoss({
    ...(jobs.kind === "embedded"
      ? { db: overPool(jobs.pool), backend: "pglite" as const }
      : { connectionString: jobs.connectionString, max: 6 }),
    schedule: false,
    useListenNotify: true,
    monitorVacuum: false,
    reindex: false,
  });
  boss.on("error", (error) => logger.warn({ err: error }, "the job queue had an error"));
  await boss.start();
  for (const name of taskNames) await boss.createQueue(name, QUEUE);

  async function run<Name extends TaskName>(name: Name, data: unknown, handlers: TaskHandlers): Promise<void> {
    const payload = taskSchemas[name].parse(data) as TaskPayload<Name>;
    try {
      await handlers[name](payload);
    } catch (error) {
      logger.warn({ err: error, task: name, payload }, "a task failed and will be tried again");
      throw error;
    }
  }

  /** One that runs task after task while there are any: pg-boss's own would wait for its poll after each. */
  async function addWorker(name: TaskName, handlers: TaskHandlers): Promise<void> {
    const options = { pollingIntervalSeconds: POLL_S, notifyPollingIntervalSeconds: NOTIFIED_POLL_S };
    let id = "";
    id = await boss.work(name, options, async (batch) => {
      try {
        for (const job of batch) await run(name, job.data, handlers);
      } finally {
        boss.notifyWorker(id);
      }
    });
  }

  /** What this process nudges at this moment; true: once more after that. */
  const nudged = new Map<string, boolean>();
  let isOpen = true;

  async function nudge<Name extends TaskName>(name: Name, payload: TaskPayload<Name>, key: string): Promise<void> {
    try {
      do {
        nudged.set(key, false);
        await boss.send(name, payload, { singletonKey: key });
        await clock.sleep(NUDGE_EVERY_MS);
      } while (nudged.get(key) && isOpen);
    } catch (error) {
      logger.warn({ err: error, task: name, payload }, "a nudge was lost; the tick finds what it was for");
    } finally {
      nudged.delete(key);
    }
  }

  return {
    nudge(name, payload) {
      const key = taskKey(name, payload);
      if (nudged.has(key)) nudged.set(key, true);
      else if (nudged.size < NUDGES_MAX) void nudge(name, payload, key);
    },
    async send(tx, name, payload, options) {
      // A nudge for later must not stand in the way of one for now, so it has a key of its own.
      const delayed = options?.delayMs ? { startAfter: Math.ceil(options.delayMs / 1_000) } : {};
      const singletonKey = `${taskKey(name, payload)}${options?.delayMs ? ":later" : ""}`;
      await boss.send(name, payload, { db: fromPrisma(tx), singletonKey, ...delayed });
    },
    async work(handlers) {
      for (const name of taskNames) {
        for (let index = 0; index < (CONCURRENCY[name] ?? CONCURRENCY_DEFAULT); index += 1)
          await addWorker(name, handlers);
      }
    },
    close() {
      isOpen = false;
      return boss.stop({ graceful: true, timeout: STOP_MS_MAX, close: true });
    },
  };
}

/** pg-boss on the one connection of the embedded database, between the app's own statements and transactions. */
function overPool(pool: pg.Pool): Db {
  return {
    async executeSql(text, values) {
      const client = await pool.connect();
      try {
        // Several statements at once, which only come without values, have a result each.
        const results: pg.QueryResult[] = [await client.query(text, values)].flat();
        return { rows: results.flatMap((result) => result.rows) };
      } catch (error) {
        // It may have failed within a transaction of its own.
        await client.query("ROLLBACK");
        throw error;
      } finally {
        client.release();
      }
    },
    async listen(channel, onNotification, onReconnect) {
      const client = await pool.connect();
      const listen = (message: pg.Notification): void => {
        if (message.channel === channel) onNotification(message.payload ?? "");
      };
      client.on("notification", listen);
      await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
      client.release();
      onReconnect();
      return { close: async () => void client.off("notification", listen) };
    },
  };
}
