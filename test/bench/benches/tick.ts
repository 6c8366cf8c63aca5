/** What is asked every second, and at every wake-up, where nothing is due. */
import type { Db } from "#app/db.server.ts";
import { pushQuantities } from "#app/flows/push-quantities.ts";
import { tick } from "#app/flows/tick.ts";
import { doIncreasesWait, isAnyStale, readWaiting } from "#app/listings/claim.ts";
import { createBenchRuntime } from "../bench-runtime.ts";
import type { Question } from "../question.ts";
import { NOW } from "../seeded-database.ts";

const CHANNEL_ID = 1;
const TEN_READS = { reads: 10, writes: 0 };

export const tickQuestions: Question[] = [
  {
    name: "tick: the whole of it",
    limit: { reads: 10, writes: 4 },
    // What other questions raised is told already.
    prepare: async (db) =>
      void (await db.alert.updateMany({ where: { tellAt: { not: null } }, data: { tellAt: null } })),
    async ask(db: Db) {
      const rt = createBenchRuntime(db);
      await tick(rt);
      if (rt.sent.length > 0) throw new Error(`nothing was to be due, and the tick asked for ${rt.sent.join(", ")}`);
    },
  },
  {
    name: "wake-up: a push that finds nothing",
    limit: TEN_READS,
    ask: (db) => pushQuantities(createBenchRuntime(db), { channelId: CHANNEL_ID }),
  },
  {
    name: "wake-up: whether anything is stale",
    limit: TEN_READS,
    ask: (db) => isAnyStale(db, CHANNEL_ID),
  },
  {
    name: "wake-up: whether increases wait",
    limit: TEN_READS,
    ask: (db) => doIncreasesWait(db, CHANNEL_ID, NOW),
  },
  {
    name: "wake-up: what waits for an order read",
    limit: TEN_READS,
    ask: (db) => readWaiting(db, CHANNEL_ID, NOW),
  },
];
