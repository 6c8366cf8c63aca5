/** What flows are given in a bench: the app's database, a clock that stands still, and nobody outside. */
import type { Db } from "#app/db.server.ts";
import { createLogger } from "#app/logger.ts";
import type { Runtime } from "#app/runtime.ts";
import { createSecrets } from "#app/secrets.ts";
import type { Connector } from "#connectors/contract/connector.ts";
import { createEbayConnector } from "#connectors/ebay/index.ts";
import { createInstantAdmin, type ShopifyAnswers } from "./instant-shopify.ts";
import { NOW } from "./seeded-database.ts";

export interface BenchRuntime extends Runtime {
  /** Names of the tasks that were asked for, in order. */
  sent: string[];
}

/** `marketplace`: what stands in eBay's place; `shopify`: what Shopify answers, by the operation's name. */
export function createBenchRuntime(
  db: Db,
  marketplace = (ebay: Connector): Connector => ebay,
  shopify: ShopifyAnswers = {},
): BenchRuntime {
  const sent: string[] = [];
  const ebay: Connector = createEbayConnector({
    clientId: "bench",
    clientSecret: "bench",
    ruName: "bench",
    apiOrigin: "http://ebay.test",
    notificationVerificationToken: "verification-token-of-the-benches",
    notificationAlertEmail: "alerts@lockstep.example",
  });
  return {
    db,
    sent,
    clock: { now: () => NOW, sleep: async () => undefined },
    secrets: createSecrets(Buffer.alloc(32, 7).toString("base64")),
    logger: createLogger("silent"),
    queue: { send: async (_tx, name) => void sent.push(name), nudge: (name) => void sent.push(name) },
    connectors: new Map([[ebay.manifest.key, marketplace(ebay)]]),
    admin: (shopDomain) => createInstantAdmin(shopDomain, shopify),
    // Answered at once, by nobody.
    fetch: async () => new Response("{}"),
    appUrl: "http://app.test",
    pageUrl: (_shop, path) => `http://admin.test${path}`,
    billing: null,
    mailer: { send: async () => ({ ok: true }) },
    workerId: "bench",
  };
}
