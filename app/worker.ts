/** A worker process: `node app/worker.ts`. Any number of them, on one PostgreSQL. */
import { env } from "./env.server.ts";
import { SetupError } from "./errors.ts";
import { closeRuntime, jobQueue, runtime } from "./runtime.server.ts";
import { startWorker } from "./worker.server.ts";

async function start(): Promise<void> {
  if (!env().DATABASE_URL) {
    throw new SetupError(
      "A worker of its own needs PostgreSQL: set DATABASE_URL. With the embedded database the web process does the work (npm start).",
    );
  }
  const rt = await runtime("worker");
  const worker = await startWorker(rt, await jobQueue());
  rt.logger.info({ worker: rt.workerId }, "worker is running");
  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    rt.logger.info({ signal }, "stopping");
    await worker.stop();
    await closeRuntime();
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

start().catch((error: unknown) => {
  console.error(error instanceof SetupError ? error.message : error);
  process.exit(1);
});
