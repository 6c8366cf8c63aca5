/**
 * The one list of marketplaces. A connector is here when its settings are; the rest of the app knows keys and manifests.
 */
import { createAmazonConnector } from "./amazon/index.ts";
import type { Connector } from "./contract/connector.ts";
import { createDepopConnector } from "./depop/index.ts";
import { createEbayConnector } from "./ebay/index.ts";
import { createEtsyConnector } from "./etsy/index.ts";
import { createVintedConnector } from "./vinted/index.ts";

/**
 * The part of the environment that connectors are made from, as app/env.server.ts has checked it: what belongs together
 * is there as a whole or not at all.
 */
export interface MarketplaceEnv {
  EBAY_CLIENT_ID?: string | undefined;
  EBAY_CLIENT_SECRET?: string | undefined;
  EBAY_RU_NAME?: string | undefined;
  EBAY_VERIFICATION_TOKEN?: string | undefined;
  EBAY_ALERT_EMAIL?: string | undefined;
  EBAY_API_ORIGIN?: string | undefined;

  AMAZON_CLIENT_ID?: string | undefined;
  AMAZON_CLIENT_SECRET?: string | undefined;
  AMAZON_APPLICATION_ID?: string | undefined;
  AMAZON_MARKETPLACE_ID?: string | undefined;
  AMAZON_DRAFT_APPLICATION?: boolean | undefined;
  AMAZON_BUYER_DATA?: boolean | undefined;
  AMAZON_SQS_QUEUE_URL?: string | undefined;
  AMAZON_SQS_QUEUE_ARN?: string | undefined;
  AWS_REGION?: string | undefined;
  AWS_ACCESS_KEY_ID?: string | undefined;
  AWS_SECRET_ACCESS_KEY?: string | undefined;
  AMAZON_API_ORIGIN?: string | undefined;
  AMAZON_LWA_ORIGIN?: string | undefined;
  AMAZON_SQS_ORIGIN?: string | undefined;

  ETSY_KEYSTRING?: string | undefined;
  ETSY_SHARED_SECRET?: string | undefined;
  ETSY_WEBHOOK_SECRET?: string | undefined;
  ETSY_API_ORIGIN?: string | undefined;

  DEPOP_ENABLED?: boolean | undefined;
  DEPOP_CLIENT_ID?: string | undefined;
  DEPOP_CLIENT_SECRET?: string | undefined;
  DEPOP_AUTHORIZE_URL?: string | undefined;
  DEPOP_WEBHOOK_SECRET?: string | undefined;
  DEPOP_API_ORIGIN?: string | undefined;

  VINTED_ENABLED?: boolean | undefined;
  VINTED_WEBHOOK_SECRET?: string | undefined;
  VINTED_API_ORIGIN?: string | undefined;
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
  (env) =>
    env.AMAZON_CLIENT_ID && env.AMAZON_CLIENT_SECRET && env.AMAZON_APPLICATION_ID && env.AMAZON_MARKETPLACE_ID
      ? createAmazonConnector({
          clientId: env.AMAZON_CLIENT_ID,
          clientSecret: env.AMAZON_CLIENT_SECRET,
          applicationId: env.AMAZON_APPLICATION_ID,
          marketplaceId: env.AMAZON_MARKETPLACE_ID,
          draftApplication: env.AMAZON_DRAFT_APPLICATION,
          buyerData: env.AMAZON_BUYER_DATA,
          apiOrigin: env.AMAZON_API_ORIGIN,
          lwaOrigin: env.AMAZON_LWA_ORIGIN,
          sqs: amazonQueue(env),
        })
      : null,
  (env) =>
    env.ETSY_KEYSTRING && env.ETSY_SHARED_SECRET
      ? createEtsyConnector({
          keystring: env.ETSY_KEYSTRING,
          sharedSecret: env.ETSY_SHARED_SECRET,
          webhookSecret: env.ETSY_WEBHOOK_SECRET,
          apiOrigin: env.ETSY_API_ORIGIN,
        })
      : null,
  (env) =>
    env.DEPOP_ENABLED
      ? createDepopConnector({
          clientId: env.DEPOP_CLIENT_ID,
          clientSecret: env.DEPOP_CLIENT_SECRET,
          authorizeUrl: env.DEPOP_AUTHORIZE_URL,
          webhookSecret: env.DEPOP_WEBHOOK_SECRET,
          apiOrigin: env.DEPOP_API_ORIGIN,
        })
      : null,
  (env) =>
    env.VINTED_ENABLED
      ? createVintedConnector({
          webhookSecret: env.VINTED_WEBHOOK_SECRET,
          apiOrigin: env.VINTED_API_ORIGIN,
        })
      : null,
];

function amazonQueue(env: MarketplaceEnv) {
  const { AMAZON_SQS_QUEUE_URL, AMAZON_SQS_QUEUE_ARN, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = env;
  return AMAZON_SQS_QUEUE_URL && AMAZON_SQS_QUEUE_ARN && AWS_REGION && AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY
    ? {
        queueUrl: AMAZON_SQS_QUEUE_URL,
        queueArn: AMAZON_SQS_QUEUE_ARN,
        region: AWS_REGION,
        accessKeyId: AWS_ACCESS_KEY_ID,
        secretAccessKey: AWS_SECRET_ACCESS_KEY,
        endpoint: env.AMAZON_SQS_ORIGIN,
      }
    : undefined;
}

/** The connectors that are set up in this installation, by key. Throws, in words, for a setting that can't be right. */
export function createConnectors(env: MarketplaceEnv): ReadonlyMap<string, Connector> {
  const connectors = FACTORIES.flatMap((make) => make(env) ?? []);
  return new Map(connectors.map((connector) => [connector.manifest.key, connector]));
}
