/**
 * The database: PGlite in a folder by default, PostgreSQL by DATABASE_URL. One schema, one set of migrations, applied
 * when it is opened.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { embeddedPool, preparedNames } from "./embedded-pool.server.ts";
import { SetupError } from "./errors.ts";
import { Prisma, PrismaClient } from "./generated/prisma/client.ts";
import { applyMigrations } from "./migrations.server.ts";

export type Db = PrismaClient;
/** Inside `inTransaction`: all statements succeed together or not at all. */
export type Tx = Prisma.TransactionClient;

export interface Database {
  db: Db;
  /** How pg-boss reaches the same database. */
  jobs: { kind: "embedded"; pool: pg.Pool } | { kind: "postgres"; connectionString: string };
  close(): Promise<void>;
}

/** Else Prisma takes a stack for every statement, and writes the statement's values, a buyer's among them, into messages. */
const TERSE = { errorFormat: "minimal" } as const;

/** Connections of one process to PostgreSQL. */
const POOL_MAX = 10;

/** Nobody waits longer for a page; a statement for one that goes on would only be joined by that of the next try. */
export const PAGE_STATEMENT_MS_MAX = 20_000;
/** Work has more time, and an end all the same. */
export const WORK_STATEMENT_MS_MAX = 5 * 60_000;

export interface DatabaseSettings {
  databaseUrl?: string;
  dataDir: string;
  /** PostgreSQL ends a statement that takes longer. The embedded database can't: it is the process that would. */
  statementMsMax?: number;
  /**
   * PostgreSQL plans a statement once for all its values: several times as fast while tables are small. Where one shop has
   * most of the rows, what is right for it is wrong for the others, so the app has each planned for its values.
   */
  isPlannedOnce?: boolean;
}

/**
 * Opens the database and brings its schema up to date. Throws a SetupError when the folder belongs to another running
 * process or PostgreSQL can't be reached.
 */
export async function openDatabase(settings: DatabaseSettings): Promise<Database> {
  return settings.databaseUrl ? openPostgres(settings.databaseUrl, settings) : openEmbedded(settings.dataDir);
}

async function openPostgres(
  connectionString: string,
  { statementMsMax = WORK_STATEMENT_MS_MAX, isPlannedOnce = false }: DatabaseSettings,
): Promise<Database> {
  const client = new pg.Client({ connectionString });
  try {
    await client.connect();
  } catch (error) {
    const { host, pathname } = new URL(connectionString);
    throw new SetupError(
      `PostgreSQL at ${host}${pathname} (DATABASE_URL) can't be reached: ${error instanceof Error ? error.message : error}`,
    );
  }
  try {
    await applyMigrations({ query: (sql, values) => client.query(sql, values), exec: (sql) => client.query(sql) });
  } finally {
    await client.end();
  }
  // Compiling a plan takes longer than any statement here runs, and PostgreSQL compiles what it believes to be costly.
  const options = `-c jit=off -c statement_timeout=${statementMsMax}`;
  const names = isPlannedOnce ? { statementNameGenerator: preparedNames() } : {};
  const db = new PrismaClient({ ...TERSE, adapter: new PrismaPg({ connectionString, options, max: POOL_MAX }, names) });
  return { db, jobs: { kind: "postgres", connectionString }, close: () => db.$disconnect() };
}

async function openEmbedded(dataDir: string): Promise<Database> {
  const unlock = lockFolder(dataDir);
  const pglite = await PGlite.create(join(dataDir, "db"));
  const database = await overPglite(pglite);
  return {
    ...database,
    async close() {
      await database.close();
      unlock();
    },
  };
}

/** The app's database over an open PGlite, wherever it keeps its data. */
export async function overPglite(pglite: PGlite): Promise<Database> {
  await applyMigrations({ query: (sql, values) => pglite.query(sql, values), exec: (sql) => pglite.exec(sql) });
  const pool = embeddedPool(pglite);
  const db = new PrismaClient({ ...TERSE, adapter: new PrismaPg(pool, { statementNameGenerator: preparedNames() }) });
  return {
    db,
    jobs: { kind: "embedded", pool },
    async close() {
      await db.$disconnect();
      await pool.end();
      if (!pglite.closed) await pglite.close();
    },
  };
}

/** A second process would corrupt a PGlite folder, so the first leaves its process id there. */
function lockFolder(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, "lock");
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch {
      const holder = Number(readFileSync(file, "utf8"));
      if (holder !== process.pid && isRunning(holder)) {
        throw new SetupError(
          `The database in ${resolve(dataDir)} is in use by process ${holder}. Stop that process, choose another folder with LOCKSTEP_DATA_DIR, or set DATABASE_URL to a PostgreSQL server to run several processes.`,
        );
      }
      rmSync(file, { force: true });
    }
  }
  throw new SetupError(`The lock file ${file} can't be written. Check who owns the folder.`);
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/**
 * Rows as a table with these columns. The limit, which cuts nothing off, tells PostgreSQL how many there are: it takes them
 * for a hundred, and would sooner read another table through than look up so many in it.
 */
export function tableOf(rows: readonly object[], columns: string): Prisma.Sql {
  return Prisma.sql`(SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(${Prisma.raw(columns)}) LIMIT ${rows.length})`;
}

const TRANSACTION_MS_MAX = 20_000;
/** Prisma's code for a transaction that did not begin or end in that time. */
const TRANSACTION_ENDED = "P2028";

/** Runs `work` in one transaction. Only `tx` may be used inside: on PGlite there is one connection. */
export function inTransaction<T>(
  db: Db,
  work: (tx: Tx) => Promise<T>,
  { timeoutMs = TRANSACTION_MS_MAX }: { timeoutMs?: number } = {},
): Promise<T> {
  return db.$transaction(work, { timeout: timeoutMs, maxWait: TRANSACTION_MS_MAX });
}

/** PostgreSQL's code for a statement that was ended because it took too long. */
const QUERY_CANCELED = "57014";

/** Whether a statement took longer than it may. Prisma says so in one way for its own statements and another for raw ones. */
export function tookTooLong(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error && error.code === TRANSACTION_ENDED) return true;
  return JSON.stringify("meta" in error ? error.meta : null)?.includes(`"${QUERY_CANCELED}"`) ?? false;
}
