import { describe, expect, it } from "vitest";
import { parseEnv } from "#app/env.server.ts";
import { SetupError } from "#app/errors.ts";
import { createConnectors } from "#connectors/registry.server.ts";

const BASE = {
  SHOPIFY_APP_URL: "https://lockstep.example.com",
  SHOPIFY_API_KEY: "client-id",
  SHOPIFY_API_SECRET: "client-secret",
  LOCKSTEP_KEY: Buffer.alloc(32, 1).toString("base64"),
};
const EBAY = {
  EBAY_CLIENT_ID: "Lockstep-PRD",
  EBAY_CLIENT_SECRET: "PRD-secret",
  EBAY_RU_NAME: "Lockstep-RuName",
  EBAY_VERIFICATION_TOKEN: "a-verification-token-of-32-letters",
};
const AMAZON = {
  AMAZON_CLIENT_ID: "amzn1.application-oa2-client.lockstep",
  AMAZON_CLIENT_SECRET: "amzn1.oa2-cs.v1.secret",
  AMAZON_APPLICATION_ID: "amzn1.sp.solution.lockstep",
  AMAZON_MARKETPLACE_ID: "A1F83G8C2ARO7P",
};
const QUEUE = {
  AMAZON_SQS_QUEUE_URL: "https://sqs.eu-west-2.amazonaws.com/123456789012/lockstep",
  AMAZON_SQS_QUEUE_ARN: "arn:aws:sqs:eu-west-2:123456789012:lockstep",
  AWS_REGION: "eu-west-2",
  AWS_ACCESS_KEY_ID: "AKIALOCKSTEP",
  AWS_SECRET_ACCESS_KEY: "secret-access-key",
};
const ETSY = { ETSY_KEYSTRING: "keystring", ETSY_SHARED_SECRET: "shared", ETSY_WEBHOOK_SECRET: "whsec_c2VjcmV0" };

type Source = Record<string, string | undefined>;

/** The lines after the heading. */
function problems(source: Source): string[] {
  try {
    parseEnv(source);
  } catch (error) {
    if (error instanceof SetupError) return error.message.split("\n").slice(1);
    throw error;
  }
  return [];
}

const offered = (source: Source): string[] => [...createConnectors(parseEnv({ ...BASE, ...source })).keys()];

describe("the environment", () => {
  it("needs four variables, and lists all that are missing at once", () => {
    expect(problems(BASE)).toEqual([]);
    expect(problems({}).map((line) => line.trim().split(":")[0])).toEqual(Object.keys(BASE));
  });

  it("says what is wrong with a value and what it should be", () => {
    expect(problems({ ...BASE, LOCKSTEP_KEY: "short", DATABASE_URL: "mysql://x" })).toEqual([
      "  LOCKSTEP_KEY: must be 32 bytes in base64; make one with: openssl rand -base64 32",
      "  DATABASE_URL: must start with postgresql://; leave it out to use the embedded database",
    ]);
  });

  it("takes an empty variable for one that is not set", () => {
    expect(problems({ ...BASE, EBAY_CLIENT_ID: "", VINTED_WEBHOOK_SECRET: "" })).toEqual([]);
  });

  it("offers no marketplace that nobody has set up", () => {
    expect(offered({})).toEqual([]);
  });

  it("offers each marketplace whose variables are set", () => {
    expect(offered(EBAY)).toEqual(["ebay"]);
    expect(offered(AMAZON)).toEqual(["amazon"]);
    expect(offered({ ...EBAY, ...AMAZON, ...QUEUE, ...ETSY, DEPOP_ENABLED: "true", VINTED_ENABLED: "true" })).toEqual([
      "ebay",
      "amazon",
      "etsy",
      "depop",
      "vinted",
    ]);
  });

  it("names each variable that a half set up marketplace still needs", () => {
    expect(problems({ ...BASE, EBAY_CLIENT_ID: "Lockstep-PRD", ETSY_SHARED_SECRET: "shared" })).toEqual([
      "  EBAY_CLIENT_SECRET: is needed for eBay, because EBAY_CLIENT_ID is set",
      "  EBAY_RU_NAME: is needed for eBay, because EBAY_CLIENT_ID is set",
      "  EBAY_VERIFICATION_TOKEN: is needed for eBay, because EBAY_CLIENT_ID is set",
      "  ETSY_KEYSTRING: is needed for Etsy, because ETSY_SHARED_SECRET is set",
    ]);
  });

  it("offers Etsy without a webhook secret, and takes no notification then", async () => {
    const { ETSY_WEBHOOK_SECRET: _, ...rest } = ETSY;
    const etsy = createConnectors(parseEnv({ ...BASE, ...rest })).get("etsy");
    const raw = {
      method: "POST",
      endpoint: "https://lockstep.example/notifications/etsy",
      query: new URLSearchParams(),
      headers: new Headers({ "webhook-id": "1", "webhook-timestamp": "1", "webhook-signature": "v1,any" }),
      body: new Uint8Array(),
    };
    const transport = { send: () => Promise.reject(new Error("nothing is to be asked")) };
    expect(await etsy?.parseNotification(raw, { transport, now: new Date() })).toMatchObject({
      kind: "refused",
      status: 401,
    });
  });

  it("lists wrong and missing variables together", () => {
    const { SHOPIFY_API_KEY: _, ...rest } = BASE;
    expect(problems({ ...rest, ...ETSY, ETSY_SHARED_SECRET: "" })).toEqual([
      "  SHOPIFY_API_KEY: is the client id of your Shopify app",
      "  ETSY_SHARED_SECRET: is needed for Etsy, because ETSY_KEYSTRING is set",
    ]);
  });

  it("reads plans from where it is told, with what that needs", () => {
    const partner = { PARTNER_ORGANISATION_ID: "42", PARTNER_API_TOKEN: "prtapi_x", PARTNER_APP_ID: "7" };
    expect(problems({ ...BASE, BILLING: "admin", PLAN_HANDLES: "pro-2026=pro, friends = agency" })).toEqual([]);
    expect(problems({ ...BASE, BILLING: "partner", ...partner })).toEqual([]);
    expect(problems({ ...BASE, BILLING: "partner" })).toEqual([
      "  PARTNER_API_TOKEN: is needed for plans from the Partner API, because BILLING is partner",
    ]);
    expect(problems({ ...BASE, BILLING: "partner", PARTNER_API_TOKEN: "prtapi_x" })).toEqual([
      "  PARTNER_ORGANISATION_ID: is needed for plans from the Partner API, because PARTNER_API_TOKEN is set",
      "  PARTNER_APP_ID: is needed for plans from the Partner API, because PARTNER_API_TOKEN is set",
    ]);
    expect(problems({ ...BASE, BILLING: "stripe", PLAN_HANDLES: "pro-2026=gold" })).toEqual([
      "  BILLING: must be none, admin or partner",
      expect.stringMatching(/^ {2}PLAN_HANDLES: must be pairs such as/),
    ]);
  });

  it("wants Amazon's queue whole, and is not asked for it by AWS variables of other programs", () => {
    expect(problems({ ...BASE, ...AMAZON, AWS_REGION: "eu-west-2", AWS_ACCESS_KEY_ID: "AKIA" })).toEqual([]);
    expect(problems({ ...BASE, ...AMAZON, ...QUEUE, AWS_SECRET_ACCESS_KEY: undefined })).toEqual([
      "  AWS_SECRET_ACCESS_KEY: is needed for Amazon's notifications, because AMAZON_SQS_QUEUE_URL is set",
    ]);
  });

  it("switches on by hand what needs no secret, and asks for the switch when anything else of it is set", () => {
    expect(problems({ ...BASE, VINTED_WEBHOOK_SECRET: "signing-key" })).toEqual([
      "  VINTED_ENABLED: is needed for Vinted (true or false), because VINTED_WEBHOOK_SECRET is set",
    ]);
    expect(offered({ VINTED_ENABLED: "false", VINTED_WEBHOOK_SECRET: "signing-key" })).toEqual([]);
    expect(problems({ ...BASE, DEPOP_ENABLED: "yes" })).toEqual(["  DEPOP_ENABLED: must be true or false"]);
  });

  it("connects Depop by keys, and by consent too once it is a partner", () => {
    const authorization = (source: Source) =>
      createConnectors(parseEnv({ ...BASE, DEPOP_ENABLED: "true", ...source })).get("depop")?.authorization.kind;
    expect(authorization({})).toBe("keys");
    expect(authorization({ DEPOP_CLIENT_ID: "id", DEPOP_CLIENT_SECRET: "secret" })).toBe("oauth");
    expect(problems({ ...BASE, DEPOP_ENABLED: "true", DEPOP_CLIENT_ID: "id" })).toEqual([
      "  DEPOP_CLIENT_SECRET: is needed for Depop's consent page, because DEPOP_CLIENT_ID is set",
    ]);
  });

  it("has mail whole or not at all", () => {
    const mail = { SMTP_URL: "smtp://user:pass@mail.example.com:587", MAIL_FROM: "Lockstep <alerts@example.com>" };
    expect(problems({ ...BASE, ...mail })).toEqual([]);
    expect(problems({ ...BASE, SMTP_URL: mail.SMTP_URL })).toEqual([
      "  MAIL_FROM: is needed for mail, because SMTP_URL is set",
    ]);
    expect(problems({ ...BASE, SMTP_URL: "mail.example.com", MAIL_FROM: "Lockstep\r\nBcc: x@example.com" })).toEqual([
      expect.stringMatching(/SMTP_URL: must be the address of a mail server/),
      expect.stringMatching(/MAIL_FROM: must be an e-mail address/),
    ]);
  });
});
