/** A question that is asked of the database again and again: how long it takes, and how many pages it reads as the data grows. */
import type { Db } from "#app/db.server.ts";
import type { Explainer, PagesRead } from "./pages-read.ts";
import { medianMs, quantile, timesMs, type Yardsticks } from "./yardsticks.ts";

export interface Question {
  name: string;
  /** So many yardsticks it may take: R one row read, W one row written. */
  limit: { reads: number; writes: number };
  /** Of the calls, how many must be within the limit; left out: half. */
  share?: number;
  /** What must be there to ask about. Left as it was by `end`. */
  prepare?(db: Db): Promise<void>;
  end?(db: Db): Promise<void>;
  ask(db: Db): Promise<unknown>;
}

/** One line of the table. */
export interface Line {
  name: string;
  tookMs: number;
  limitMs: number;
  /** The limit in the words of its question: "10 R + 4 W". */
  limit: string;
  pages: { small: number; large: number; max: number } | null;
  /** All but the time: that is the machine's too. */
  isRight: boolean;
  isReached: boolean;
}

/** Asked once before, so that nothing but the question itself is counted. */
export async function countPages(explainer: Explainer, { prepare, ask, end }: Question): Promise<PagesRead> {
  await prepare?.(explainer.db);
  try {
    await ask(explainer.db);
    return await explainer.pagesOf(ask);
  } finally {
    await end?.(explainer.db);
  }
}

/** With more data around it the same work may read one page more for each time that it goes down an index. */
export function pagesMax(small: PagesRead): number {
  return small.pages + small.descents;
}

const CALLS = 200;
/** Of a question that is far beyond its limit, the first calls tell enough. */
const ASKED_MS_MAX = 5_000;

export async function timeQuestion(db: Db, { prepare, ask, end, share = 0.5 }: Question): Promise<number> {
  await prepare?.(db);
  try {
    const firstMs = await medianMs(1, () => ask(db));
    const calls = Math.max(1, Math.min(CALLS, Math.floor(ASKED_MS_MAX / firstMs)));
    return quantile(await timesMs(calls, () => ask(db)), share);
  } finally {
    await end?.(db);
  }
}

export function lineOf(
  question: Question,
  tookMs: number,
  { readMs, writeMs }: Yardsticks,
  pages: { small: PagesRead; large: PagesRead },
): Line {
  const { reads, writes } = question.limit;
  const limitMs = reads * readMs + writes * writeMs;
  const max = pagesMax(pages.small);
  return {
    name: question.name,
    tookMs,
    limitMs,
    limit: writes > 0 ? `${reads} R + ${writes} W` : `${reads} R`,
    pages: { small: pages.small.pages, large: pages.large.pages, max },
    isRight: pages.large.pages <= max,
    isReached: tookMs <= limitMs && pages.large.pages <= max,
  };
}
