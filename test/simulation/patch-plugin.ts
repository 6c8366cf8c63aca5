/** Under vitest, which loads sources by Vite and not by Node: puts in the mutant that the environment names, if any. */
import { relative } from "node:path";
import type { Plugin } from "vitest/config";
import { findMutant } from "./mutants/index.ts";
import { patchedFiles, REPOSITORY } from "./patches.ts";

/** Names a mutant that the process is to load the app with. */
export const MUTANT_VARIABLE = "SIMULATION_MUTANT";

export const isMutated = (): boolean => Boolean(process.env[MUTANT_VARIABLE]);

/** Throws StalePatchError where a patched file has changed since. */
export function mutantPlugin(name = process.env[MUTANT_VARIABLE]): Plugin {
  const sources = patchedFiles((name && findMutant(name)?.patches) || []);
  return {
    name: "lockstep-mutant",
    enforce: "pre",
    transform: (_, id) => sources.get(relative(REPOSITORY, id)),
  };
}
