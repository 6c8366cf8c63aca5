/**
 * What every flow is given: the world it works in. Production makes one in runtime.server.ts, tests and the simulation
 * make their own with other clocks, databases and outside worlds.
 */
import type { Connector } from "#connectors/contract/connector.ts";
import type { Clock } from "./clock.ts";
import type { Db } from "./db.server.ts";
import type { Logger } from "./logger.ts";
import type { Mailer } from "./mail/mailer.ts";
import type { Secrets } from "./secrets.ts";
import type { Admin } from "./shopify/admin.ts";
import type { Billing } from "./shopify/billing.ts";
import type { Queue } from "./tasks/queue.ts";

export interface Runtime {
  db: Db;
  clock: Clock;
  secrets: Secrets;
  logger: Logger;
  queue: Queue;
  /** The Admin API of one shop, by its domain. */
  admin(shopDomain: string): Admin;
  /** The connectors that are set up here, by key. */
  connectors: ReadonlyMap<string, Connector>;
  /** How the outside world is reached. */
  fetch: typeof fetch;
  /** Public address of this app, without a trailing slash. */
  appUrl: string;
  /** The address of a page of this app ("/app/channels/3") inside a shop's admin. */
  pageUrl(shopDomain: string, path: string): string;
  /** How mail leaves; null: no mail server is set up here, and none does. */
  mailer: Mailer | null;
  /** Where a shop's plan is read; null: no plans are sold here, and every shop may use everything. */
  billing: Billing | null;
  /** Names this worker in leases. */
  workerId: string;
}
