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
import type { Mailer } from "./mail/mailer.ts";
import { createSmtpMailer } from "./mail/smtp.server.ts";
import { parseHandles } from "./plans/answers.ts";
import type { Runtime } from "./runtime.ts";
import { createSecrets, type Secrets } from "./secrets.ts";
import { createTokenSource } from "./shopify/access.ts";
import { createAdminClients } from "./shopify/admin.ts";
import { adminApiOrigin, adminAppUrl, pricingUrl } from "./shopify/admin-url.ts";
import { adminBilling, type Billing, partnerBilling } from "./shopify/billing.ts";
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

function mailerOf({ SMTP_URL: url, MAIL_FROM: from }: Env): Mailer | null {
  return url && from ? createSmtpMailer({ url, from }) : null;
}

function billingOf(settings: Env): Billing | null {
  const { BILLING, PLAN_HANDLES = "", PARTNER_API_ORIGIN: origin = PARTNER_ORIGIN } = settings;
  const { PARTNER_ORGANISATION_ID: organisationId, PARTNER_API_TOKEN: token, PARTNER_APP_ID: appId } = settings;
  const handles = parseHandles(PLAN_HANDLES);
  if (BILLING === "admin") return adminBilling({ clock: systemClock, handles, pricingUrl });
  if (BILLING === "partner" && organisationId && token && appId)
    return partnerBilling({ clock: systemClock, fetch, origin, organisationId, token, appId, handles, pricingUrl });
  return null;
}

const PARTNER_ORIGIN = "https://partners.shopify.com";

/** What this process is for. With the embedded database the web process does the work too. */
export type Role = "web" | "worker";

/** Tried on the latest keys or a token; where there is none, nothing was sealed that would be missed. */
async function opensWhatIsSealed(db: Database["db"], secrets: Secrets): Promise<boolean> {
  const [held] = await db.$queryRaw<{ sealed: string }[]>`
    (SELECT "credentialsSealed" AS sealed FROM "Channel" WHERE "credentialsSealed" IS NOT NULL ORDER BY id DESC LIMIT 1)
    UNION ALL (SELECT "accessToken" AS sealed FROM "Session" LIMIT 1) LIMIT 1`;
  if (!held) return true;
  try {
    secrets.open(held.sealed);
    return true;
  } catch {
    return false;
  }
}

/** Whether the database answers and our key opens what is in it. Throws when it does not answer. */
export async function isWell(): Promise<boolean> {
  const { db, secrets } = await runtime();
  return opensWhatIsSealed(db, secrets);
}

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
  const jobs = await createJobQueue(database, logger, systemClock);
  const secrets = createSecrets(settings.LOCKSTEP_KEY, settings.LOCKSTEP_KEY_OLD);
  if (!(await opensWhatIsSealed(db, secrets))) {
    throw new SetupError(
      `Lockstep can't start: LOCKSTEP_KEY does not open what is in the database, which was sealed with another key. Put that key back, or set it as LOCKSTEP_KEY_OLD if you are changing keys. If it is lost, so are the tokens of shops and marketplaces and the buyers of orders: begin with an empty database, open the app in each shop and connect each channel again.`,
    );
  }
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
    pageUrl: adminAppUrl,
    mailer: mailerOf(settings),
    billing: billingOf(settings),
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
