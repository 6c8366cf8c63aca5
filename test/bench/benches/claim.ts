/** A push takes its next batch, however much waits. */
import { claimStale } from "#app/listings/claim.ts";
import type { Question } from "../question.ts";
import { makeInStep, makeStale, NOW } from "../seeded-database.ts";

const BATCH = 25;

/** Of `stale` listings, or of all of the channel where it has fewer. */
function claimOf(stale: number, expected: number): Question {
  return {
    name: `claim ${expected} of ${stale.toLocaleString("en")} stale`,
    limit: { reads: 20, writes: 3 },
    prepare: (db) => makeStale(db, stale),
    end: makeInStep,
    async ask(db) {
      const claimed = await claimStale(db, { channelId: 1, now: NOW, limit: BATCH });
      if (claimed.length !== expected) throw new Error(`${claimed.length} listings were claimed, not ${expected}`);
    },
  };
}

export const claimQuestions: Question[] = [claimOf(1, 1), claimOf(10_000, BATCH)];
