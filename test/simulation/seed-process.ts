/** In a child process: one job after the other, as the parent asks. With a mutant, the app is loaded with its patches. */

import type { Answer, Request } from "./lanes.ts";
import { findMutant } from "./mutants/index.ts";
import { MUTANT_VARIABLE } from "./patch-plugin.ts";
import { loadPatched } from "./patches.ts";

export const DATABASE_VARIABLE = "SIMULATION_DATABASE_URL";

export async function serveJobs(): Promise<void> {
  const name = process.env[MUTANT_VARIABLE];
  const mutant = name ? findMutant(name) : undefined;
  if (mutant) loadPatched(mutant.patches);
  const { openTestDatabase } = await import("#test/support/world/test-database.ts");
  const { simulate } = await import("./simulation.ts");
  const { tryConvergence } = await import("./convergence.ts");
  const database = await openTestDatabase(process.env[DATABASE_VARIABLE] ?? "");
  const answer = (sent: Answer): void => void process.send?.(sent);
  const work = async (request: Request): Promise<Answer> =>
    request.job === "seed"
      ? { kind: "seed", result: await simulate(database, request.plan) }
      : { kind: "convergence", result: await tryConvergence(database, request.plan) };
  process.on("message", (request: Request) => {
    void work(request).then(answer, (error: unknown) =>
      answer({ kind: "error", message: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.on("disconnect", () => void database.close().finally(() => process.exit()));
  answer({ kind: "ready" });
}
