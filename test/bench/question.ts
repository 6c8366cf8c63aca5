/** A question that is asked of the database again and again: how long it takes, and how many pages it reads as the data grows. */
import type { Db } from "#app/db.server.ts";
import { type Explainer, type PagesRead, readersOf } from "./pages-read.ts";
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

/** Few pages more say nothing: rows that were just changed lie where there was room. */
const PAGES_MORE_MAX = 25;

const ASKED_MAX = 3;

/**
 * Of the larger shop. What the server reads of its own catalogue is counted too, where its autovacuum has just been there:
 * what seems to have grown is asked again.
 */
export async function countPagesLarge(explainer: Explainer, question: Question, small: PagesRead): Promise<PagesRead> {
  let large = await countPages(explainer, question);
  for (let asked = 1; asked < ASKED_MAX && !isNoMore(small, large); asked += 1)
    large = await countPages(explainer, question);
  return large;
}

function isNoMore(small: PagesRead, large: PagesRead): boolean {
  return large.pages <= pagesMax(small) && grownStatements(small, large).length === 0;
}

/** With more data around it the same work may read one page more for each time that it goes down an index. */
export function pagesMax(small: PagesRead): number {
  return small.pages + small.descents + PAGES_MORE_MAX;
}

/** What is read in a row may lie less close: a statement may read so much more. The shop is five times as large. */
const TIMES_MAX = 1.5;
/** Rows of one page of a screen that lay side by side may each lie on a page of their own. */
const ROWS_APART_MAX = 60;

/** Each statement by itself, too: what one reads in vain is not hidden by how many others there are. With why. */
export function grownStatements(small: PagesRead, large: PagesRead): string[] {
  const before = byText(small);
  return [...byText(large)].flatMap(([sql, { pages, plan }]) => {
    const was = before.get(sql);
    const max = (was?.pages ?? 0) * TIMES_MAX + (was?.descents ?? 0) + ROWS_APART_MAX;
    return pages <= max ? [] : [`${pages} pages, ${was?.pages ?? 0} before: ${sql}\n${readersOf(plan).join("\n")}`];
  });
}

type Statement = PagesRead["statements"][number];

function byText({ statements }: PagesRead): Map<string, Statement> {
  const all = new Map<string, Statement>();
  for (const one of statements) {
    const same = all.get(one.sql);
    all.set(one.sql, same ? { ...same, pages: same.pages + one.pages, descents: same.descents + one.descents } : one);
  }
  return all;
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
  const isRight = isNoMore(pages.small, pages.large);
  return {
    name: question.name,
    tookMs,
    limitMs,
    limit: writes > 0 ? `${reads} R + ${writes} W` : `${reads} R`,
    pages: { small: pages.small.pages, large: pages.large.pages, max },
    isRight,
    isReached: tookMs <= limitMs && isRight,
  };
}
