/** Cost follows work, not size: the same question reads as many pages of a large database as of a small one, and one more for each index that it goes down. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claimQuestions } from "#test/bench/benches/claim.ts";
import { levelQuestions } from "#test/bench/benches/levels.ts";
import { troubleQuestions } from "#test/bench/benches/screens.ts";
import { tickQuestions } from "#test/bench/benches/tick.ts";
import { type Explainer, openExplainer, type PagesRead, readersOf } from "#test/bench/pages-read.ts";
import { countPages, pagesMax, type Question } from "#test/bench/question.ts";
import { grow, NOTHING, QUICK } from "#test/bench/seeded-database.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";

const QUESTIONS: readonly Question[] = [...tickQuestions, ...claimQuestions, ...levelQuestions, ...troubleQuestions];

let database: TestDatabase;
let explainer: Explainer;
const small = new Map<Question, PagesRead>();

beforeAll(async () => {
  database = await openTestDatabase();
  explainer = openExplainer(database.url ?? "");
  await grow(database.db, NOTHING, QUICK.small);
  await explainer.preferIndexes(true);
  for (const question of QUESTIONS) small.set(question, await countPages(explainer, question));
  await explainer.preferIndexes(false);
  await grow(database.db, QUICK.small, QUICK.large);
}, 300_000);
afterAll(async () => {
  await explainer?.close();
  await database?.close();
});

describe("in a shop of a hundred thousand listings, beside 999 others", () => {
  it.each(QUESTIONS)("$name reads no more pages than in one of twenty thousand", async (question) => {
    const before = small.get(question) as PagesRead;
    const { pages, statements } = await countPages(explainer, question);
    const [dearest] = statements;
    expect(pages, dearest && `${dearest.sql}\n${readersOf(dearest.plan).join("\n")}`).toBeLessThanOrEqual(
      pagesMax(before),
    );
  });
});

it("a question that reads a table through is known by it", async () => {
  const { pages } = await explainer.pagesOf(
    (db) => db.$queryRaw`SELECT COUNT(*) FROM "Listing" WHERE "unseenUnits" >= 0`,
  );
  expect(pages).toBeGreaterThan(1_000);
});
