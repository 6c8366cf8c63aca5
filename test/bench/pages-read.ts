/**
 * What work costs in pages of the database: exact, and the same on every machine. The server itself explains each statement
 * as it is run, whoever makes it, and tells it to the connection.
 */
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import type { Db } from "#app/db.server.ts";
import { PrismaClient } from "#app/generated/prisma/client.ts";

export interface PagesRead {
  /** All but those that were written: into which indexes a row goes has nothing to do with how many others there are. */
  pages: number;
  /** Times that an index was gone down: each may read a page more once its tree is a level higher. */
  descents: number;
  /** The statements with their plans, the dearest first, to see why. */
  statements: { sql: string; pages: number; descents: number; plan: Plan }[];
}

interface Plan {
  "Node Type": string;
  "Parent Relationship"?: string;
  "Relation Name"?: string;
  "Index Name"?: string;
  "Actual Loops": number;
  "Index Cond"?: string;
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
        .map(({ "Query Text": sql, Plan: plan }) => ({
          sql,
          plan,
          pages: pagesOfPlan(plan) - pagesWritten(plan),
          descents: descentsOf(plan),
        }))
        .sort((one, other) => other.pages - one.pages);
      return {
        pages: statements.reduce((sum, { pages }) => sum + pages, 0),
        descents: statements.reduce((sum, { descents }) => sum + descents, 0),
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

function pagesWritten(plan: Plan): number {
  const parts = plan.Plans ?? [];
  // A table of a WITH is named here, and counted where it is read.
  const below = parts.filter((part) => part["Parent Relationship"] !== "InitPlan");
  const own = below.reduce((pages, part) => pages - pagesOfPlan(part), pagesOfPlan(plan));
  const written = plan["Node Type"] === "ModifyTable" ? own : 0;
  return parts.reduce((sum, part) => sum + pagesWritten(part), written);
}

/** The parts of a plan that read, with their pages: "Seq Scan Shipment 53". */
export function readersOf(plan: Plan): string[] {
  const below = (plan.Plans ?? []).flatMap(readersOf);
  const name = plan["Index Name"] ?? plan["Relation Name"];
  return name ? [`${plan["Node Type"]} ${name} ${pagesOfPlan(plan)}`, ...below] : below;
}

function descentsOf(plan: Plan): number {
  const isOfIndex = /^(Index|Index Only|Bitmap Index) Scan$/.test(plan["Node Type"]);
  const own = isOfIndex ? plan["Actual Loops"] * valuesOf(plan["Index Cond"]) : 0;
  return (plan.Plans ?? []).reduce((sum, part) => sum + descentsOf(part), own);
}

/** Each value of a list (`= ANY ('{1,2,3}')`) is gone down to by itself. */
function valuesOf(condition = ""): number {
  return condition.match(/= ANY \('\{([^}]*)\}'/)?.[1]?.split(",").length ?? 1;
}
