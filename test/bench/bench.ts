/**
 * npm run bench: what the app's own functions cost in a shop of half a million listings, beside 999 other shops. See USAGE
 * for how to call it. Ends 1 where a line misses its limit (with --quick: in anything but time), 2 on a wrong command line.
 *
 * It makes databases of its own on the server of the tests, and drops them at the end. Each question is asked of a small
 * shop first, of the large one after: cost follows work, not size.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Db, openDatabase } from "#app/db.server.ts";
import { testServerUrl } from "#test/support/world/server-url.ts";
import { createServerDatabase } from "#test/support/world/test-database.ts";
import { catalogueQuestions } from "./benches/catalogue.ts";
import { claimQuestions } from "./benches/claim.ts";
import { levelQuestions } from "./benches/levels.ts";
import { orderBackQuestions } from "./benches/order-back.ts";
import { orderInQuestions } from "./benches/order-in.ts";
import { benchPush } from "./benches/push.ts";
import { readingQuestions } from "./benches/reading.ts";
import { screenQuestions } from "./benches/screens.ts";
import { stockOutQuestions } from "./benches/stock-out.ts";
import { tickQuestions } from "./benches/tick.ts";
import { upkeepQuestions } from "./benches/upkeep.ts";
import { benchWebhooks } from "./benches/webhooks.ts";
import { openExplainer, type PagesRead, readersOf } from "./pages-read.ts";
import { countPages, countPagesLarge, type Line, lineOf, type Question, timeQuestion } from "./question.ts";
import { FULL, grow, NOTHING, QUICK, type Size } from "./seeded-database.ts";
import { measureYardsticks, type Yardsticks } from "./yardsticks.ts";

const QUESTIONS: Record<string, readonly Question[]> = {
  tick: tickQuestions,
  claim: claimQuestions,
  levels: levelQuestions,
  catalogue: catalogueQuestions,
  "order-in": orderInQuestions,
  "order-back": orderBackQuestions,
  "stock-out": stockOutQuestions,
  reading: readingQuestions,
  upkeep: upkeepQuestions,
  screens: screenQuestions,
};
/** These are done once in the large database, after all questions. */
const WORKS: Record<string, (db: Db, yardsticks: Yardsticks, isQuick: boolean) => Promise<Line[]>> = {
  push: (db, yardsticks, isQuick) => benchPush(db, yardsticks, { changed: isQuick ? 1_000 : 10_000 }),
};
/** These bring a world of their own. */
const OTHERS: Record<string, (isQuick: boolean) => Promise<Line[]>> = {
  webhooks: benchWebhooks,
};
const NAMES = [...Object.keys(QUESTIONS), ...Object.keys(WORKS), ...Object.keys(OTHERS)];

const USAGE = `usage: npm run bench -- NAME...|all [--quick] [--json FILE]
       NAME: ${NAMES.join(", ")}; --quick: a fifth of the size, and short; --json: the table as data too`;

interface Options {
  names: readonly string[];
  isQuick: boolean;
  json: string | undefined;
}

function readOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: "boolean", default: false }, json: { type: "string" } },
  });
  if (positionals.length === 0) throw new Error("name a bench, or all");
  const unknown = positionals.find((name) => name !== "all" && !NAMES.includes(name));
  if (unknown !== undefined) throw new Error(`there is no bench ${unknown}`);
  const names = positionals.includes("all") ? NAMES : positionals;
  return { names, isQuick: values.quick, json: values.json };
}

async function bench({ names, isQuick, json }: Options): Promise<boolean> {
  const lines: Line[] = [];
  let yardsticks: Yardsticks | null = null;
  const questions = names.flatMap((name) => QUESTIONS[name] ?? []);
  const works = names.flatMap((name) => WORKS[name] ?? []);
  if (questions.length + works.length > 0) {
    const asked = await askAll(questions, works, isQuick);
    yardsticks = asked.yardsticks;
    lines.push(...asked.lines);
  }
  for (const name of names) {
    const others = (await OTHERS[name]?.(isQuick)) ?? [];
    for (const line of others) console.log(rowOf(cellsOf(line)));
    lines.push(...others);
  }
  if (json) writeFileSync(json, `${JSON.stringify({ isQuick, yardsticks, lines }, null, 2)}\n`);
  return lines.every((line) => (isQuick ? line.isRight : line.isReached));
}

async function askAll(
  questions: readonly Question[],
  works: readonly (typeof WORKS)[string][],
  isQuick: boolean,
): Promise<{ yardsticks: Yardsticks; lines: Line[] }> {
  const { small, large } = isQuick ? QUICK : FULL;
  const server = await createServerDatabase(testServerUrl(), { isDurable: true });
  const { db, close } = await openDatabase({ databaseUrl: server.url, dataDir: "" });
  const explainer = openExplainer(server.url);
  try {
    await seed("small", NOTHING, small);
    const smallPages = new Map<Question, PagesRead>();
    await explainer.preferIndexes(true);
    for (const question of questions) smallPages.set(question, await countPages(explainer, question));
    await explainer.preferIndexes(false);
    await seed("large", small, large);
    const yardsticks = await measureYardsticks(db);
    console.log(`R, one row read: ${inMs(yardsticks.readMs)}. W, one row written: ${inMs(yardsticks.writeMs)}.\n`);
    const lines: Line[] = [];
    console.log(rowOf(["", "took", "limit", "", "pages: small, large, max"]));
    for (const question of questions) {
      const before = smallPages.get(question) as PagesRead;
      const pages = { small: before, large: await countPagesLarge(explainer, question, before) };
      const line = lineOf(question, await timeQuestion(db, question), yardsticks, pages);
      lines.push(line);
      console.log(rowOf(cellsOf(line)));
      if (!line.isReached) console.log(dearest(pages.large));
    }
    for (const work of works) {
      const done = await work(db, yardsticks, isQuick);
      for (const line of done) console.log(rowOf(cellsOf(line)));
      lines.push(...done);
    }
    return { yardsticks, lines };
  } finally {
    await explainer.close();
    await close();
    await server.drop();
  }

  async function seed(what: string, from: Size, to: Size): Promise<void> {
    const startedAt = performance.now();
    await grow(db, from, to);
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
    const counts = Object.entries(to).map(([key, count]) => `${count.toLocaleString("en")} ${key}`);
    console.log(`${what}: ${counts.join(", ")}; ${seconds} s`);
  }
}

const WIDTHS = [62, 10, 10, 12, 26];

function rowOf(cells: readonly string[]): string {
  return cells
    .map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0))
    .join(" ")
    .trimEnd();
}

function cellsOf({ name, tookMs, limitMs, limit, pages, isReached }: Line): string[] {
  const read = pages ? `${pages.small}, ${pages.large}, ${pages.max}` : "";
  return [name, inMs(tookMs), inMs(limitMs), limit, read, isReached ? "reached" : "NOT REACHED"];
}

function inMs(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 2 : 0)} ms`;
}

/** Where to look first. */
function dearest({ statements }: PagesRead): string {
  return statements
    .slice(0, 2)
    .map(
      ({ pages, sql, plan }) =>
        `    ${pages} pages: ${sql.replace(/\s+/g, " ").trim().slice(0, 120)}\n      ${readersOf(plan).join(", ")}`,
    )
    .join("\n");
}

let options: Options;
try {
  options = readOptions();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  process.exit(2);
}
process.exit((await bench(options)) ? 0 : 1);
