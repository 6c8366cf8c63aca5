/**
 * The one list of marketplaces. A connector is here when its settings are; the rest of the app knows keys and manifests.
 */
import type { Connector } from "./contract/connector.ts";
import { createEbayConnector } from "./ebay/index.ts";

/** The part of the environment that connectors are made from, as app/env.server.ts has checked it. */
export interface MarketplaceEnv {
  EBAY_CLIENT_ID?: string | undefined;
  EBAY_CLIENT_SECRET?: string | undefined;
  EBAY_RU_NAME?: string | undefined;
  EBAY_VERIFICATION_TOKEN?: string | undefined;
  EBAY_ALERT_EMAIL?: string | undefined;
  EBAY_API_ORIGIN?: string | undefined;
}

type Factory = (env: MarketplaceEnv) => Connector | null;

const FACTORIES: readonly Factory[] = [
  (env) =>
    env.EBAY_CLIENT_ID && env.EBAY_CLIENT_SECRET && env.EBAY_RU_NAME && env.EBAY_VERIFICATION_TOKEN
      ? createEbayConnector({
          clientId: env.EBAY_CLIENT_ID,
          clientSecret: env.EBAY_CLIENT_SECRET,
          ruName: env.EBAY_RU_NAME,
          notificationVerificationToken: env.EBAY_VERIFICATION_TOKEN,
          notificationAlertEmail: env.EBAY_ALERT_EMAIL,
          apiOrigin: env.EBAY_API_ORIGIN,
        })
      : null,
];

/** The connectors that are set up in this installation, by key. */
export function createConnectors(env: MarketplaceEnv): ReadonlyMap<string, Connector> {
  const connectors = FACTORIES.flatMap((make) => make(env) ?? []);
  return new Map(connectors.map((connector) => [connector.manifest.key, connector]));
}
