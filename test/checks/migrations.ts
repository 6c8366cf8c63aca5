/**
 * Whether prisma/migrations lead to schema.prisma. Prisma's CLI downloads a native engine for that; this is the same engine
 * as WebAssembly, over PGlite.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import * as glue from "@prisma/schema-engine-wasm/schema_engine_bg";
import { PrismaPGlite } from "pglite-prisma-adapter";
import { MIGRATIONS_DIR } from "#app/migrations.server.ts";

/** The SQL that is missing, a line each; empty when nothing is. */
export async function missingMigrations(schema: string, directory = MIGRATIONS_DIR): Promise<string[]> {
  start();
  const pglite = await PGlite.create();
  const adapter = bindMigrationAwareSqlAdapterFactory(new MigratingPglite(pglite));
  const files = [{ path: "schema.prisma", content: schema }];
  const engine = await glue.SchemaEngine.new({ datamodels: [["schema.prisma", schema]] }, () => undefined, adapter);
  try {
    const { exitCode, stdout } = await engine.diff({
      from: { tag: "migrations", ...readMigrations(directory) },
      to: { tag: "schemaDatamodel", files },
      script: true,
      exitCode: true,
      filters: { externalTables: [], externalEnums: [] },
    });
    return exitCode === 0 ? [] : (stdout ?? "").split("\n").filter((line) => line.trim() !== "");
  } finally {
    engine.free();
    await pglite.close();
  }
}

/** The CLI sends a migration as one statement, which a prepared statement (all that the adapter knows) refuses. */
class MigratingPglite extends PrismaPGlite {
  override async connectToShadowDb() {
    const pglite = await PGlite.create();
    const adapter = await new PrismaPGlite(pglite).connect();
    adapter.executeScript = async (sql) => void (await pglite.exec(sql));
    return adapter;
  }
}

let isStarted = false;

/** Node loads no WebAssembly by `import` yet, as the package does. */
function start(): void {
  if (isStarted) return;
  const file = createRequire(import.meta.url)
    .resolve("@prisma/schema-engine-wasm")
    .replace(/\.js$/, "_bg.wasm");
  const wasm = new WebAssembly.Module(readFileSync(file));
  const { exports } = new WebAssembly.Instance(wasm, { "./schema_engine_bg.js": { ...glue } });
  glue.__wbg_set_wasm(exports);
  (exports as { __wbindgen_start(): void }).__wbindgen_start();
  isStarted = true;
}

function readMigrations(directory: string) {
  const names = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const read = (...path: string[]): string => readFileSync(join(directory, ...path), "utf8");
  return {
    baseDir: directory,
    lockfile: { path: "migration_lock.toml", content: read("migration_lock.toml") },
    shadowDbInitScript: "",
    migrationDirectories: names
      .map(({ name }) => name)
      .sort()
      .map((name) => {
        const value = read(name, "migration.sql");
        return { path: name, migrationFile: { path: "migration.sql", content: { tag: "ok" as const, value } } };
      }),
  };
}
