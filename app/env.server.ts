/**
 * The only reader of process.env. Parsed once; a missing or malformed value stops the start with one list of all that
 * is wrong.
 */
import { z } from "zod";
import packageJson from "../package.json" with { type: "json" };
import { SetupError } from "./errors.ts";

const origin = z
  .url({ protocol: /^https?$/, error: "must be an http(s) origin such as https://api.ebay.com" })
  .transform((value) => new URL(value).origin);
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema.optional());

const page = z.url({
  protocol: /^(https?|mailto)$/,
  error: "must be the address of a page, or mailto:somebody@example.com",
});

const flag = z.enum(["true", "false"], { error: "must be true or false" }).transform((value) => value === "true");

const schema = z.object({
  NODE_ENV: z.enum(["development", "production", "test"]).default("production"),
  /** Where Shopify and the marketplaces reach this app. */
  SHOPIFY_APP_URL: z.url({
    error: "is the public address of this app, such as https://lockstep.example.com",
  }),
  SHOPIFY_API_KEY: z.string({ error: "is the client id of your Shopify app" }).min(1),
  SHOPIFY_API_SECRET: z.string({ error: "is the client secret of your Shopify app" }).min(1),
  /** The one before, while it is being changed: webhooks may be signed with it yet. */
  SHOPIFY_API_SECRET_OLD: optional(z.string()),
  SHOPIFY_ADMIN_ORIGIN: optional(origin),
  /** App Bridge's script, when it is not Shopify's own. */
  APP_BRIDGE_URL: optional(z.url()),
  /** 32 bytes, base64: seals tokens and buyer data. */
  LOCKSTEP_KEY: z
    .string({ error: "seals tokens and buyer data at rest; make one with: openssl rand -base64 32" })
    .refine((value) => Buffer.from(value, "base64").length === 32, {
      error: "must be 32 bytes in base64; make one with: openssl rand -base64 32",
    }),
  /** The one before, while it is being changed: it opens what it sealed. */
  LOCKSTEP_KEY_OLD: optional(
    z.string().refine((value) => Buffer.from(value, "base64").length === 32, { error: "must be 32 bytes in base64" }),
  ),
  /** PostgreSQL; unset: PGlite in LOCKSTEP_DATA_DIR. */
  DATABASE_URL: optional(
    z.string().regex(/^postgres(ql)?:\/\//, {
      error: "must start with postgresql://; leave it out to use the embedded database",
    }),
  ),
  LOCKSTEP_DATA_DIR: z.string().default(".data/lockstep"),
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  HOST: z.string().default("0.0.0.0"),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),

  /** Where merchants ask for help, and read what becomes of data: shown under Settings. */
  SUPPORT_URL: optional(page),
  PRIVACY_URL: optional(page),

  /** The server that mail leaves by; without it the app sends none, and says so. */
  SMTP_URL: optional(
    z.string().regex(/^smtps?:\/\/[^\s/]+/, {
      error: "must be the address of a mail server, such as smtp://user:password@mail.example.com:587",
    }),
  ),
  /** Who mail is from. */
  MAIL_FROM: optional(
    z.string().regex(/^[^<>\r\n]*<[^<>\s@]+@[^<>\s@]+>$|^[^<>\s@]+@[^<>\s@]+$/, {
      error: "must be an e-mail address, such as Lockstep <alerts@lockstep.example.com>",
    }),
  ),

  /** Where a shop's plan is read; none: every shop may use everything. */
  BILLING: z.enum(["none", "admin", "partner"], { error: "must be none, admin or partner" }).default("none"),
  /** The app's handle in Shopify, which is part of the address where merchants choose a plan. */
  SHOPIFY_APP_HANDLE: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, { error: "must be the app's handle in Shopify, such as lockstep" })
    .default("lockstep"),
  /** Plans that are called otherwise in the Partner Dashboard than here. */
  PLAN_HANDLES: optional(
    z
      .string()
      .regex(
        /^\s*[^=,\s]+\s*=\s*(free|starter|pro|agency|enterprise)\s*(,\s*[^=,\s]+\s*=\s*(free|starter|pro|agency|enterprise)\s*)*$/,
        {
          error:
            "must be pairs such as pro-2026=pro, friends=agency; plans are free, starter, pro, agency and enterprise",
        },
      ),
  ),
  PARTNER_ORGANISATION_ID: optional(
    z.string().regex(/^\d+$/, { error: "must be the organisation's number, from the Partner Dashboard's address" }),
  ),
  PARTNER_API_TOKEN: optional(z.string()),
  PARTNER_APP_ID: optional(
    z.string().regex(/^\d+$/, { error: "must be the app's number, from its address in the Partner Dashboard" }),
  ),
  PARTNER_API_ORIGIN: optional(origin),

  EBAY_CLIENT_ID: optional(z.string()),
  EBAY_CLIENT_SECRET: optional(z.string()),
  EBAY_RU_NAME: optional(z.string()),
  EBAY_VERIFICATION_TOKEN: optional(
    z.string().regex(/^[A-Za-z0-9_-]{32,80}$/, { error: "must be 32 to 80 letters, digits, - or _ (eBay's rule)" }),
  ),
  /** Where eBay writes when it can't deliver notifications; it sends none without one. */
  EBAY_ALERT_EMAIL: optional(z.email({ error: "must be an e-mail address" })),
  EBAY_API_ORIGIN: optional(origin),

  AMAZON_CLIENT_ID: optional(z.string()),
  AMAZON_CLIENT_SECRET: optional(z.string()),
  AMAZON_APPLICATION_ID: optional(
    z.string().startsWith("amzn1.sp.solution.", { error: "must begin with amzn1.sp.solution." }),
  ),
  /** The store to sell in, by Amazon's id. */
  AMAZON_MARKETPLACE_ID: optional(
    z.string().regex(/^A[A-Z0-9]{9,20}$/, { error: "must be a marketplace id such as A1F83G8C2ARO7P (amazon.co.uk)" }),
  ),
  /** True until Amazon has published the application. */
  AMAZON_DRAFT_APPLICATION: optional(flag),
  /** False: never ask for buyers, for an application whose questions Amazon refuses. */
  AMAZON_BUYER_DATA: optional(flag),
  AMAZON_SQS_QUEUE_URL: optional(z.url({ error: "is the address of the SQS queue" })),
  AMAZON_SQS_QUEUE_ARN: optional(z.string().startsWith("arn:", { error: "must begin with arn:" })),
  AWS_REGION: optional(z.string()),
  AWS_ACCESS_KEY_ID: optional(z.string()),
  AWS_SECRET_ACCESS_KEY: optional(z.string()),
  AMAZON_API_ORIGIN: optional(origin),
  AMAZON_LWA_ORIGIN: optional(origin),
  AMAZON_SQS_ORIGIN: optional(origin),

  ETSY_KEYSTRING: optional(z.string()),
  ETSY_SHARED_SECRET: optional(z.string()),
  ETSY_WEBHOOK_SECRET: optional(
    z.string().regex(/^whsec_[A-Za-z0-9+/]+=*$/, {
      error: "must be the webhook endpoint's signing secret, which begins with whsec_",
    }),
  ),
  ETSY_API_ORIGIN: optional(origin),

  /** Depop needs nothing of this installation when merchants type in their keys: so it is switched on by hand. */
  DEPOP_ENABLED: optional(flag),
  DEPOP_CLIENT_ID: optional(z.string()),
  DEPOP_CLIENT_SECRET: optional(z.string()),
  DEPOP_AUTHORIZE_URL: optional(z.url({ error: "is the address of Depop's consent page" })),
  DEPOP_WEBHOOK_SECRET: optional(z.string()),
  DEPOP_API_ORIGIN: optional(origin),

  /** Merchants type in their tokens: so it is switched on by hand. */
  VINTED_ENABLED: optional(flag),
  /** Of several shops' webhooks, all signing keys with commas between them. */
  VINTED_WEBHOOK_SECRET: optional(z.string()),
  VINTED_API_ORIGIN: optional(origin),
});

/** Variables that are set together or not at all. One that is set asks for all that are needed. */
interface Together {
  what: string;
  needed: readonly (keyof typeof schema.shape)[];
  /** Names that say, by being set, that this is wanted. */
  wantedBy: RegExp;
}

const TOGETHER: readonly Together[] = [
  { what: "mail", needed: ["SMTP_URL", "MAIL_FROM"], wantedBy: /^(SMTP_URL|MAIL_FROM)$/ },
  {
    what: "plans from the Partner API",
    needed: ["PARTNER_ORGANISATION_ID", "PARTNER_API_TOKEN", "PARTNER_APP_ID"],
    wantedBy: /^PARTNER_/,
  },
  {
    what: "eBay",
    needed: ["EBAY_CLIENT_ID", "EBAY_CLIENT_SECRET", "EBAY_RU_NAME", "EBAY_VERIFICATION_TOKEN"],
    wantedBy: /^EBAY_/,
  },
  {
    what: "Amazon",
    needed: ["AMAZON_CLIENT_ID", "AMAZON_CLIENT_SECRET", "AMAZON_APPLICATION_ID", "AMAZON_MARKETPLACE_ID"],
    wantedBy: /^AMAZON_/,
  },
  {
    what: "Amazon's notifications",
    needed: [
      "AMAZON_SQS_QUEUE_URL",
      "AMAZON_SQS_QUEUE_ARN",
      "AWS_REGION",
      "AWS_ACCESS_KEY_ID",
      "AWS_SECRET_ACCESS_KEY",
    ],
    // Not by AWS_*: those may be there for another program.
    wantedBy: /^AMAZON_SQS_/,
  },
  { what: "Etsy", needed: ["ETSY_KEYSTRING", "ETSY_SHARED_SECRET"], wantedBy: /^ETSY_/ },
  { what: "Depop", needed: ["DEPOP_ENABLED"], wantedBy: /^DEPOP_/ },
  {
    what: "Depop's consent page",
    needed: ["DEPOP_CLIENT_ID", "DEPOP_CLIENT_SECRET"],
    wantedBy: /^DEPOP_(CLIENT_|AUTHORIZE_)/,
  },
  { what: "Vinted", needed: ["VINTED_ENABLED"], wantedBy: /^VINTED_/ },
];

function missingLines(source: Record<string, string | undefined>): string[] {
  const isSet = (name: string): boolean => (source[name] ?? "") !== "";
  return TOGETHER.flatMap(({ what, needed, wantedBy }) => {
    const why = Object.keys(schema.shape).find((name) => wantedBy.test(name) && isSet(name));
    if (why === undefined) return [];
    return needed
      .filter((name) => !isSet(name))
      .map((name) => {
        const value = name.endsWith("_ENABLED") ? " (true or false)" : "";
        return `  ${name}: is needed for ${what}${value}, because ${why} is set`;
      });
  });
}

/** Plans are read with what another setting brings. */
function billingLines(source: Record<string, string | undefined>): string[] {
  const isPartner = source.BILLING === "partner";
  const hasToken = (source.PARTNER_API_TOKEN ?? "") !== "";
  return isPartner && !hasToken
    ? ["  PARTNER_API_TOKEN: is needed for plans from the Partner API, because BILLING is partner"]
    : [];
}

export type Env = z.infer<typeof schema>;

/** Parses `source`, or throws a SetupError that lists every problem. */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const parsed = schema.safeParse(source);
  const missing = [...missingLines(source), ...billingLines(source)];
  if (parsed.success && missing.length === 0) return parsed.data;
  const wrong = parsed.error?.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`) ?? [];
  const lines = [...wrong, ...missing];
  throw new SetupError(`Lockstep can't start; please set these environment variables:\n${lines.join("\n")}`);
}

let current: Env | undefined;

/** The environment of this process. */
export function env(): Env {
  current ??= parseEnv(process.env);
  return current;
}

/** Of this app, as its package says. */
export const APP_VERSION: string = packageJson.version;
