/**
 * Changes of source files as text, put in while a process loads them. Nothing in the files knows of it.
 */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export const REPOSITORY = join(import.meta.dirname, "../..");

export interface Patch {
  /** From the repository's root. */
  file: string;
  /** Stands in the file exactly once. */
  find: string;
  replace: string;
}

export class StalePatchError extends Error {}

/** `source` with what the patches of that file change. Throws StalePatchError where the file has changed since. */
export function patched(file: string, source: string, patches: readonly Patch[]): string {
  let text = source;
  for (const { find, replace } of patches.filter((patch) => patch.file === file)) {
    const times = text.split(find).length - 1;
    if (times !== 1) {
      throw new StalePatchError(
        `this mutant is stale: ${file} has its text ${times} times, not once. Bring the patch in test/simulation/mutants up to date.\n${find}`,
      );
    }
    text = text.replace(find, () => replace);
  }
  return text;
}

/** The patched text of every file that the patches touch. */
export function patchedFiles(patches: readonly Patch[]): Map<string, string> {
  const files = [...new Set(patches.map((patch) => patch.file))];
  return new Map(files.map((file) => [file, patched(file, readFileSync(join(REPOSITORY, file), "utf8"), patches)]));
}

/** From now on this process loads the patched files. It must not have loaded them before. */
export function loadPatched(patches: readonly Patch[]): void {
  const sources = new Map([...patchedFiles(patches)].map(([file, text]) => [urlOf(file), text]));
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const source = sources.get(url);
      return source === undefined ? loaded : { ...loaded, source };
    },
  });
}

function urlOf(file: string): string {
  return pathToFileURL(join(REPOSITORY, file)).href;
}
