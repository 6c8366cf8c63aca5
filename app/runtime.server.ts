/** The runtime of this process, made once from its environment. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Connector } from "#connectors/contract/connector.ts";
import { createConnectors } from "#connectors/registry.server.ts";
import { systemClock } from "./clock.ts";
import { type Database, openDatabase, PAGE_STATEMENT_MS_MAX, WORK_STATEMENT_MS_MAX } from "./db.server.ts";
import { type Env, env } from "./env.server.ts";
import { SetupError } from "./errors.ts";
import { releaseAllLeases } from "./leases/leases.ts";
import { createLogger } from "./logger.ts";
import type { Runtime } from "./runtime.ts";
import { createSecrets } from "./secrets.ts";
import { createTokenSource } from "./shopify/access.ts";
import { createAdminClients } from "./shopify/admin.ts";
import { adminApiOrigin } from "./shopify/admin-url.ts";
import { createSessionStorage } from "./shopify/session-storage.server.ts";
import { createJobQueue, type JobQueue } from "./tasks/job-queue.server.ts";

interface Opened {
  rt: Runtime;
  jobs: JobQueue;
  database: Database;
}

/** The server and the built pages load this file each for themselves: what there may be one of lives with the process. */
const holder = globalThis as { lockstepRuntime?: Promise<Opened> };

function connectorsOf(settings: Env): ReadonlyMap<string, Connector> {
  try {
    return createConnectors(settings);
  } catch (error) {
    throw new SetupError(`Lockstep can't start: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What this process is for. With the embedded database the web process does the work too. */
export type Role = "web" | "worker";

async function open(role: Role): Promise<Opened> {
  const settings = env();
  const logger = createLogger(settings.LOG_LEVEL);
  const connectors = connectorsOf(settings);
  const database = await openDatabase({
    databaseUrl: settings.DATABASE_URL,
    dataDir: settings.LOCKSTEP_DATA_DIR,
    statementMsMax: role === "web" ? PAGE_STATEMENT_MS_MAX : WORK_STATEMENT_MS_MAX,
  });
  const { db } = database;
  // The embedded database has one process, and that is us: whoever held a lease is gone.
  if (!settings.DATABASE_URL) await releaseAllLeases(db);
  const jobs = await createJobQueue(database, logger);
  const secrets = createSecrets(settings.LOCKSTEP_KEY);
  const workerId = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const token = createTokenSource({
    db,
    clock: systemClock,
    fetch,
    storage: createSessionStorage(db, secrets),
    adminOrigin: adminApiOrigin,
    apiKey: settings.SHOPIFY_API_KEY,
    apiSecret: settings.SHOPIFY_API_SECRET,
    workerId,
  });
  const rt: Runtime = {
    db,
    clock: systemClock,
    secrets,
    logger,
    queue: jobs,
    admin: createAdminClients({ clock: systemClock, fetch, adminOrigin: adminApiOrigin, token }),
    connectors,
    fetch,
    appUrl: settings.SHOPIFY_APP_URL.replace(/\/$/, ""),
    workerId,
  };
  return { rt, jobs, database };
}

function opened(role: Role = "web"): Promise<Opened> {
  holder.lockstepRuntime ??= open(role);
  return holder.lockstepRuntime;
}

/** `role` counts for the first call in a process. */
export async function runtime(role?: Role): Promise<Runtime> {
  return (await opened(role)).rt;
}

export async function jobQueue(): Promise<JobQueue> {
  return (await opened()).jobs;
}

export async function closeRuntime(): Promise<void> {
  const held = await holder.lockstepRuntime;
  if (!held) return;
  await held.jobs.close();
  await held.database.close();
}
