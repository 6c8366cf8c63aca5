/** The project's own files, as the convention checks read them. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

export const REPOSITORY = resolve(import.meta.dirname, "../..");

export interface SourceFile {
  /** From the repository's root, with slashes. */
  path: string;
  text: string;
}

const FOLDERS = ["app", "connectors", "prisma", "test", "extensions"];
const NOT_OURS = new Set(["node_modules", "generated", "build", "shots"]);

/** All files of the project's folders but generated ones. */
export function listFiles(repository = REPOSITORY): string[] {
  const below = (path: string): string[] =>
    readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : below(inner);
      return [relative(repository, inner)];
    });
  const there = new Set(readdirSync(repository));
  return FOLDERS.filter((folder) => there.has(folder)).flatMap((folder) => below(join(repository, folder)));
}

/** The TypeScript among them. */
export function readSources(repository = REPOSITORY): SourceFile[] {
  return listFiles(repository)
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith(".generated.ts") && !path.endsWith(".d.ts"))
    .map((path) => ({ path, text: readFileSync(join(repository, path), "utf8") }));
}
