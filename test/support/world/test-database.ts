/**
 * A database for tests: PGlite in memory, migrated once and emptied between tests; or, with TEST_DATABASE_URL, a database
 * of its own on a PostgreSQL server, dropped when it is closed, or with the run of Vitest that it belongs to.
 */
import { randomUUID } from "node:crypto";
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { type Database, openDatabase, overPglite } from "#app/db.server.ts";
import { migratedData } from "./migrated-data.ts";
import { TEST_RUN } from "./test-run.ts";

export interface TestDatabase extends Database {
  /** Null: PGlite. */
  url: string | null;
  /** Empties every table. */
  empty(): Promise<void>;
}

export async function openTestDatabase(serverUrl = process.env.TEST_DATABASE_URL): Promise<TestDatabase> {
  if (serverUrl)
    return process.env[TEST_RUN] ? openKept(onServers, () => createOnServer(serverUrl)) : createOnServer(serverUrl);
  return process.env.VITEST === undefined ? createInMemory() : openKept(inMemory, createInMemory);
}

/** To migrate one takes longer than most files: of those that a process runs in a row, the next takes what the one before has closed. */
async function openKept(closed: TestDatabase[], create: () => Promise<TestDatabase>): Promise<TestDatabase> {
  const database = closed.pop() ?? (await create());
  await database.empty();
  return { ...database, close: async () => void closed.push(database) };
}

const inMemory: TestDatabase[] = [];
const onServers: TestDatabase[] = [];

async function createInMemory(): Promise<TestDatabase> {
  const pglite = await PGlite.create({ loadDataDir: await migratedData(withoutLog) });
  const database = await overPglite(pglite);
  const emptying = await emptyingStatement((sql) => pglite.query(sql));
  // Tables here are small and stay so: a statement is planned once.
  await pglite.exec("SET plan_cache_mode = force_generic_plan");
  return {
    ...database,
    url: null,
    // Behind the transactions of a test that has just ended: within one, it would be undone with it.
    empty: async () => void (await database.db.$executeRawUnsafe(emptying)),
  };
}

/**
 * Nothing here outlives the process, so nothing is written to the log: half of the time of a write. A table without a log
 * is empty wherever its files are loaded again: the one that says which migrations are in keeps its log.
 */
async function withoutLog(pglite: PGlite): Promise<void> {
  const { rows } = await pglite.query<{ name: string }>(
    `SELECT quote_ident(c.relname) AS name FROM pg_class c
     WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> '_prisma_migrations'`,
  );
  // A table with a log may not refer to one without: those that are referred to come last.
  let left = rows.map((row) => row.name);
  while (left.length > 0) {
    const refused: string[] = [];
    for (const name of left) await pglite.exec(`ALTER TABLE ${name} SET UNLOGGED`).catch(() => refused.push(name));
    if (refused.length === left.length)
      throw new Error(`tables refer to each other in a circle: ${refused.join(", ")}`);
    left = refused;
  }
}

async function createOnServer(serverUrl: string): Promise<TestDatabase> {
  const made = await createServerDatabase(serverUrl);
  const database = await openDatabase({ databaseUrl: made.url, dataDir: "", isPlannedOnce: true });
  const client = new pg.Client({ connectionString: made.url });
  await client.connect();
  const emptying = await emptyingStatement((sql) => client.query(sql));
  return {
    ...database,
    url: made.url,
    empty: async () => void (await client.query(emptying)),
    async close() {
      await client.end();
      await database.close();
      await made.drop();
    },
  };
}

/** A new, empty database on a server, for one test. `isDurable`: a commit waits for the disk, as that of a real one does. */
export async function createServerDatabase(
  serverUrl: string,
  { isDurable = false } = {},
): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `${process.env[TEST_RUN] ?? "lockstep_test"}_${randomUUID().replaceAll("-", "").slice(0, 16)}`;
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await onServer(serverUrl, `CREATE DATABASE ${name}`);
  // No test takes the power away: a commit that waits for the disk takes twenty times as long.
  if (!isDurable) await onServer(serverUrl, `ALTER DATABASE ${name} SET synchronous_commit = off`);
  return { url: url.href, drop: () => onServer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function onServer(serverUrl: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Rows that were deleted take room until a table is made anew: before it is slow to read, it is. */
const TABLE_BYTES_MAX = 256 * 1024;

/** To truncate makes each table anew, which takes a hundred times as long as to delete the few rows that a test leaves. */
async function emptyingStatement(query: (sql: string) => Promise<{ rows: unknown[] }>): Promise<string> {
  const names = await childrenFirst(query);
  return `DO $$ DECLARE large text; BEGIN
    LOCK TABLE ${names.join(", ")} IN ACCESS EXCLUSIVE MODE;
    SELECT string_agg(name, ', ') INTO large FROM unnest(ARRAY[${names.map((name) => `'${name}'`).join(", ")}]) AS name
      WHERE pg_relation_size(name::regclass) > ${TABLE_BYTES_MAX};
    IF large IS NOT NULL THEN EXECUTE 'TRUNCATE ' || large || ' CASCADE'; END IF;
    ${names.map((name) => `DELETE FROM ${name};`).join(" ")}
    PERFORM setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace;
  END $$`;
}

async function childrenFirst(query: (sql: string) => Promise<{ rows: unknown[] }>): Promise<string[]> {
  const { rows } = await query(
    `SELECT quote_ident(c.relname) AS name, ARRAY(
       SELECT quote_ident(child.relname) FROM pg_constraint k JOIN pg_class child ON child.oid = k.conrelid
       WHERE k.confrelid = c.oid AND k.contype = 'f' AND k.conrelid <> c.oid) AS children
     FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> '_prisma_migrations'`,
  );
  const tables = rows as { name: string; children: string[] }[];
  const ordered: string[] = [];
  while (ordered.length < tables.length) {
    const next = tables.filter(
      ({ name, children }) => !ordered.includes(name) && children.every((child) => ordered.includes(child)),
    );
    if (next.length === 0) throw new Error("tables refer to each other in a circle");
    ordered.push(...next.map(({ name }) => name));
  }
  return ordered;
}
