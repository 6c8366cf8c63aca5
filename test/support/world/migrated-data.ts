/**
 * The files of a migrated, empty database. To make a new one takes seconds of each process that needs one; these are made
 * once for a set of migrations, and kept where npm's own tools keep such things.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { overPglite } from "#app/db.server.ts";

const REPOSITORY = join(import.meta.dirname, "../../..");
const FOLDER = join(REPOSITORY, "node_modules/.cache/lockstep-test-database");
const MIGRATIONS = join(REPOSITORY, "prisma/migrations");
/** What the files depend on. */
const SOURCES = [
  join(REPOSITORY, "node_modules/@electric-sql/pglite/package.json"),
  join(REPOSITORY, "app/migrations.server.ts"),
  join(import.meta.dirname, "test-database.ts"),
];

/** A tar archive for PGlite's `loadDataDir`; `prepare` is run once on the migrated database, before it is kept. */
export async function migratedData(prepare: (pglite: PGlite) => Promise<void>): Promise<Blob> {
  const file = `${fingerprint()}.tar`;
  return kept(join(FOLDER, file)) ?? keep(await make(prepare), file);
}

function fingerprint(): string {
  const hash = createHash("sha256");
  const migrations = readdirSync(MIGRATIONS, { recursive: true, encoding: "utf8" }).filter((one) =>
    one.endsWith(".sql"),
  );
  for (const name of migrations.sort()) hash.update(name).update(readFileSync(join(MIGRATIONS, name)));
  for (const source of SOURCES) hash.update(readFileSync(source));
  return hash.digest("hex").slice(0, 16);
}

function kept(path: string): Blob | null {
  try {
    return new Blob([readFileSync(path)]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

async function make(prepare: (pglite: PGlite) => Promise<void>): Promise<Blob> {
  const pglite = await PGlite.create();
  const database = await overPglite(pglite);
  await prepare(pglite);
  const data = await pglite.dumpDataDir("none");
  await database.close();
  return data;
}

/** Several processes may do so at once: a file is there whole or not at all. Those of other migrations go. */
async function keep(data: Blob, file: string): Promise<Blob> {
  mkdirSync(FOLDER, { recursive: true });
  const unfinished = join(FOLDER, `${file}.${randomUUID()}`);
  writeFileSync(unfinished, Buffer.from(await data.arrayBuffer()));
  renameSync(unfinished, join(FOLDER, file));
  for (const other of readdirSync(FOLDER)) if (!other.startsWith(file)) rmSync(join(FOLDER, other), { force: true });
  return data;
}
