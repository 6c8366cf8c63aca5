/** Where the marketplaces' official specs are. They are not part of the repository: most may not be redistributed. */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const repository = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** SPECS_DIR, or ../shared/specs next to the repository, or null: then tests that need a spec are skipped. */
export function specsDir(): string | null {
  const set = process.env.SPECS_DIR;
  if (set) return resolve(set);
  const beside = resolve(repository, "../shared/specs");
  return existsSync(beside) ? beside : null;
}
