/**
 * What work costs in pages of the database: exact, and the same on every machine. The server itself explains each statement
 * as it is run, whoever makes it, and tells it to the connection.
 */
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import type { Db } from "#app/db.server.ts";
import { PrismaClient } from "#app/generated/prisma/client.ts";

export interface PagesRead {
  pages: number;
  /** Times that an index was gone down: each may read a page more once its tree is a level higher. */
  descents: number;
  /** The statements with their plans, the dearest first, to see why. */
  statements: { sql: string; pages: number; plan: Plan }[];
}

interface Plan {
  "Node Type": string;
  "Relation Name"?: string;
  "Index Name"?: string;
  "Actual Loops": number;
  "Shared Hit Blocks": number;
  "Shared Read Blocks": number;
  Plans?: Plan[];
}

export interface Explainer {
  /** The app's statements through this are explained. */
  db: Db;
  pagesOf(work: (db: Db) => Promise<unknown>): Promise<PagesRead>;
  /** A small table is sooner read through than looked up in: from here on it is looked up in all the same, as a large one is. */
  preferIndexes(are: boolean): Promise<void>;
  close(): Promise<void>;
}

const OPTIONS = [
  "session_preload_libraries=auto_explain",
  "auto_explain.log_min_duration=0",
  "auto_explain.log_analyze=on",
  "auto_explain.log_buffers=on",
  "auto_explain.log_timing=off",
  "auto_explain.log_format=json",
  "auto_explain.log_level=notice",
  "client_min_messages=notice",
  "jit=off",
];

/** Needs a superuser's connection: the server loads its module `auto_explain` for it. */
export function openExplainer(connectionString: string): Explainer {
  const explained: { "Query Text": string; Plan: Plan }[] = [];
  const pool = new pg.Pool({ connectionString, max: 1, options: OPTIONS.map((option) => `-c ${option}`).join(" ") });
  pool.on("connect", (client) => {
    client.on("notice", ({ message = "" }) => {
      const json = message.indexOf("{");
      if (message.includes("plan:") && json >= 0) explained.push(JSON.parse(message.slice(json)));
    });
  });
  const db: Db = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    db,
    async pagesOf(work) {
      explained.length = 0;
      await work(db);
      const statements = explained
        .map(({ "Query Text": sql, Plan: plan }) => ({ sql, plan, pages: pagesOfPlan(plan) }))
        .sort((one, other) => other.pages - one.pages);
      return {
        pages: statements.reduce((sum, { pages }) => sum + pages, 0),
        descents: statements.reduce((sum, { plan }) => sum + descentsOf(plan), 0),
        statements,
      };
    },
    preferIndexes: async (are) => void (await db.$executeRawUnsafe(`SET enable_seqscan = ${are ? "off" : "on"}`)),
    async close() {
      await db.$disconnect();
      await pool.end();
    },
  };
}

function pagesOfPlan(plan: Plan): number {
  return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"];
}

/** The parts of a plan that read, with their pages: "Seq Scan Shipment 53". */
export function readersOf(plan: Plan): string[] {
  const below = (plan.Plans ?? []).flatMap(readersOf);
  const name = plan["Index Name"] ?? plan["Relation Name"];
  return name ? [`${plan["Node Type"]} ${name} ${pagesOfPlan(plan)}`, ...below] : below;
}

/** What is written goes into each index of its table, which reads this many pages at least: its root, a branch, a leaf. */
const PAGES_A_WRITE_MIN = 3;

/** A list of values to look for (`= ANY`) counts as one: then growth must be explained by fewer. */
function descentsOf(plan: Plan): number {
  const parts = plan.Plans ?? [];
  return parts.reduce((sum, part) => sum + descentsOf(part), ownDescentsOf(plan, parts));
}

function ownDescentsOf(plan: Plan, parts: readonly Plan[]): number {
  if (/^(Index|Index Only|Bitmap Index) Scan$/.test(plan["Node Type"])) return plan["Actual Loops"];
  if (plan["Node Type"] !== "ModifyTable") return 0;
  const ownPages = parts.reduce((pages, part) => pages - pagesOfPlan(part), pagesOfPlan(plan));
  return Math.max(0, Math.floor(ownPages / PAGES_A_WRITE_MIN));
}
