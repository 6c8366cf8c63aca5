/**
 * Applies prisma/migrations in order, each once, in a transaction of its own, under a lock that other processes starting
 * at the same moment wait for. Same table and checksums as `prisma migrate deploy`, so that either may be used.
 */
import { createHash, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SetupError } from "./errors.ts";

export const MIGRATIONS_DIR = join(import.meta.dirname, "..", "prisma", "migrations");

/** One connection: `query` may be called again and again and stays in the same transaction. */
export interface SqlConnection {
  query(sql: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  /** Several statements at once. */
  exec(sql: string): Promise<unknown>;
}

/** Any number; the same in every process of the app. */
const LOCK = 5_101_977;

export async function applyMigrations(connection: SqlConnection, directory = MIGRATIONS_DIR): Promise<string[]> {
  const applied: string[] = [];
  await connection.query("SELECT pg_advisory_lock($1)", [LOCK]);
  try {
    await connection.exec(`CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
      id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL,
      logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count int NOT NULL DEFAULT 0)`);
    const { rows } = await connection.query(
      `SELECT migration_name, checksum FROM "_prisma_migrations" WHERE finished_at IS NOT NULL`,
    );
    const done = new Map(rows.map((row) => [String(row.migration_name), String(row.checksum)]));
    const names = readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
    const unknown = [...done.keys()].find((name) => !names.includes(name));
    if (unknown) {
      throw new SetupError(
        `The database was migrated by a newer Lockstep (it has ${unknown}, which this one does not know). Start the newer version.`,
      );
    }
    for (const name of names) {
      const sql = readFileSync(join(directory, name, "migration.sql"), "utf8");
      const checksum = createHash("sha256").update(sql).digest("hex");
      const known = done.get(name);
      if (known === checksum) continue;
      if (known) throw new SetupError(`Migration ${name} was changed after it had been applied. Restore the file.`);
      await connection.exec("BEGIN");
      try {
        await connection.exec(sql);
        await connection.query(
          `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, now(), 1)`,
          [randomUUID(), checksum, name],
        );
        await connection.exec("COMMIT");
      } catch (error) {
        await connection.exec("ROLLBACK");
        throw error;
      }
      applied.push(name);
    }
  } finally {
    await connection.query("SELECT pg_advisory_unlock($1)", [LOCK]);
  }
  return applied;
}
