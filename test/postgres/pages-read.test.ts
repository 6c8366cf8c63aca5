/** Cost follows work, not size: the same question reads as many pages of a large database as of a small one, and one more for each index that it goes down. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { catalogueQuestions } from "#test/bench/benches/catalogue.ts";
import { claimQuestions } from "#test/bench/benches/claim.ts";
import { levelQuestions } from "#test/bench/benches/levels.ts";
import { orderBackQuestions } from "#test/bench/benches/order-back.ts";
import { orderInQuestions } from "#test/bench/benches/order-in.ts";
import { readingQuestions } from "#test/bench/benches/reading.ts";
import {
  customerQuestions,
  latencyQuestions,
  listingQuestions,
  matchFileQuestions,
  skuCheckQuestions,
  sweepMatchQuestions,
  troubleQuestions,
} from "#test/bench/benches/screens.ts";
import { stockOutQuestions } from "#test/bench/benches/stock-out.ts";
import { tickQuestions } from "#test/bench/benches/tick.ts";
import { upkeepQuestions } from "#test/bench/benches/upkeep.ts";
import { type Explainer, openExplainer, type PagesRead, readersOf } from "#test/bench/pages-read.ts";
import { countPages, countPagesLarge, grownStatements, pagesMax, type Question } from "#test/bench/question.ts";
import { grow, NOTHING, QUICK } from "#test/bench/seeded-database.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";

const QUESTIONS: readonly Question[] = [
  ...tickQuestions,
  ...claimQuestions,
  ...levelQuestions,
  ...catalogueQuestions,
  ...orderInQuestions,
  ...orderBackQuestions,
  ...stockOutQuestions,
  ...readingQuestions,
  ...upkeepQuestions,
  ...troubleQuestions,
  ...latencyQuestions,
  ...customerQuestions,
  ...listingQuestions,
  ...matchFileQuestions,
  ...skuCheckQuestions,
  ...sweepMatchQuestions,
];

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
    const after = await countPagesLarge(explainer, question, before);
    const [dearest] = after.statements;
    expect(grownStatements(before, after)).toEqual([]);
    expect(after.pages, dearest && `${dearest.sql}\n${readersOf(dearest.plan).join("\n")}`).toBeLessThanOrEqual(
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
