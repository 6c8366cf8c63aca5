/**
 * `npm run check`: types, lint and format, the schema, boundaries, conventions, unused code, migrations, generated files, settings, excuses.
 * One line each; what is wrong and what to do below it. `npm run check -- types boundaries` runs those alone.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { buildSchema } from "graphql";
import { ADMIN_API_VERSION } from "#app/shopify/api-version.ts";
import { PRUNED_SCHEMA_FILE } from "#app/shopify/schema/prune.ts";
import { boundaryProblems } from "./boundaries.ts";
import {
  clockProblems,
  connectorNameProblems,
  environmentProblems,
  fileNameProblems,
  lockFileProblems,
  ownershipProblems,
  rowLockProblems,
  settingsProblems,
} from "./conventions.ts";
import { excuseProblems } from "./excuses.ts";
import { blockLocale, extensionNames, sizeProblems, wordProblems } from "./extensions.ts";
import { operationTypesProblems, prunedSchemaProblems } from "./generated-files.ts";
import { missingMigrations } from "./migrations.ts";
import { scopeProblems, versionProblems } from "./shopify-settings.ts";
import { listFiles, REPOSITORY, readSources } from "./sources.ts";

interface Outcome {
  problems: string[];
  /** Said although nothing is wrong. */
  note?: string;
}

interface Check {
  name: string;
  /** What to do when it fails, unless each problem says so itself. */
  fix?: string;
  run(): Outcome | string[] | Promise<Outcome | string[]>;
}

const PROBLEMS_SHOWN_MAX = 40;
const TOOL_MS_MAX = 900_000;

const read = (path: string): string => readFileSync(join(REPOSITORY, path), "utf8");
const sources = readSources();

/** A tool of node_modules/.bin; its output is the problem when it ends badly. */
async function tool(name: string, args: string[]): Promise<string[]> {
  const child = spawn(join(REPOSITORY, "node_modules/.bin", name), args, {
    cwd: REPOSITORY,
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: TOOL_MS_MAX,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const code = await new Promise((done, failed) => child.once("error", failed).once("close", done));
  if (code === 0) return [];
  return [...output.split("\n").filter((line) => line.trim() !== ""), ...(code === null ? ["(it was ended)"] : [])];
}

/** Those that take longest first. */
const CHECKS: Check[] = [
  { name: "types", run: () => tool("tsc", ["--noEmit"]) },
  {
    name: "extensions",
    run: async () => [
      ...(
        await Promise.all(extensionNames().map((name) => tool("tsc", ["--noEmit", "-p", `extensions/${name}`])))
      ).flat(),
      ...(await sizeProblems()),
      ...wordProblems(blockLocale()),
    ],
  },
  {
    name: "schema format",
    fix: "Run `npx prisma format`: else test/demo/fresh-build.ts takes the generated client for stale at every start.",
    run: () => tool("prisma", ["format", "--check"]),
  },
  {
    name: "migrations",
    fix: "prisma/migrations do not lead to schema.prisma. The SQL above is what is missing: put it into a new folder of prisma/migrations.",
    run: () => missingMigrations(read("prisma/schema.prisma")),
  },
  {
    name: "unused",
    fix: "Delete what nothing uses. If something does use it in a way that can't be seen, say so in knip.jsonc.",
    run: () => tool("knip", ["--no-progress", "--no-config-hints"]),
  },
  { name: "boundaries", run: () => boundaryProblems() },
  {
    name: "lint-and-format",
    fix: "npm exec -- biome check --write",
    run: () => tool("biome", ["check", "--error-on-warnings", "--reporter=summary"]),
  },
  { name: "excuses", run: () => excuseProblems(sources) },
  { name: "operation-types", run: () => operationTypesProblems() },
  { name: "admin-schema", run: () => prunedSchemaProblems() },
  { name: "environment", run: () => environmentProblems(sources) },
  { name: "connector-names", run: () => connectorNameProblems(sources) },
  { name: "clock", run: () => clockProblems(sources) },
  { name: "row-locks", run: () => rowLockProblems(sources) },
  { name: "table-owners", run: () => ownershipProblems(sources, read("prisma/schema.prisma")) },
  { name: "file-names", run: () => fileNameProblems(listFiles()) },
  { name: "env-example", run: () => settingsProblems(read(".env.example"), read("app/env.server.ts")) },
  { name: "lock-file", run: () => lockFileProblems(read("package-lock.json")) },
  { name: "api-version", run: () => versionProblems(read("shopify.app.toml"), ADMIN_API_VERSION) },
  {
    name: "access-scopes",
    run: () => scopeProblems(read("shopify.app.toml"), buildSchema(readFileSync(PRUNED_SCHEMA_FILE, "utf8"))),
  },
];

async function perform({ name, fix, run }: Check): Promise<boolean> {
  const startedAt = performance.now();
  let outcome: Outcome;
  try {
    const result = await run();
    outcome = Array.isArray(result) ? { problems: result } : result;
  } catch (error) {
    outcome = { problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
  }
  const { problems, note } = outcome;
  const isOk = problems.length === 0;
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  const lines = [`${isOk ? "ok  " : "FAIL"}  ${name.padEnd(16)} ${seconds.padStart(5)} s${note ? `  ${note}` : ""}`];
  for (const problem of problems.slice(0, PROBLEMS_SHOWN_MAX)) lines.push(`      ${problem}`);
  if (problems.length > PROBLEMS_SHOWN_MAX) lines.push(`      ... and ${problems.length - PROBLEMS_SHOWN_MAX} more`);
  if (!isOk && fix) lines.push(`      To do: ${fix}`);
  console.log(lines.join("\n"));
  return isOk;
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !CHECKS.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(`No check is named ${unknown.join(", ")}. There are: ${CHECKS.map((check) => check.name).join(", ")}`);
  process.exit(2);
}
const queue = CHECKS.filter((check) => asked.length === 0 || asked.includes(check.name));
const failed: string[] = [];

async function work(): Promise<void> {
  for (let check = queue.shift(); check; check = queue.shift()) {
    if (!(await perform(check))) failed.push(check.name);
  }
}

await Promise.all(Array.from({ length: Math.min(availableParallelism(), queue.length) }, work));
console.log(failed.length === 0 ? "\nAll checks passed." : `\nFailed: ${failed.join(", ")}`);
process.exit(failed.length === 0 ? 0 : 1);
