/**
 * The only reader of process.env. Parsed once; a missing or malformed value stops the start with one list of all that
 * is wrong.
 */
import { z } from "zod";
import { SetupError } from "./errors.ts";

const origin = z
  .url({ protocol: /^https?$/, error: "must be an http(s) origin such as https://api.ebay.com" })
  .transform((value) => new URL(value).origin);
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema.optional());

const schema = z.object({
  NODE_ENV: z.enum(["development", "production", "test"]).default("production"),
  /** Where Shopify and the marketplaces reach this app. */
  SHOPIFY_APP_URL: z.url({
    error: "is the public address of this app, such as https://lockstep.example.com",
  }),
  SHOPIFY_API_KEY: z.string({ error: "is the client id of your Shopify app" }).min(1),
  SHOPIFY_API_SECRET: z.string({ error: "is the client secret of your Shopify app" }).min(1),
  SHOPIFY_ADMIN_ORIGIN: optional(origin),
  /** App Bridge's script, when it is not Shopify's own. */
  APP_BRIDGE_URL: optional(z.url()),
  /** 32 bytes, base64: seals tokens and buyer data. */
  LOCKSTEP_KEY: z
    .string({ error: "seals tokens and buyer data at rest; make one with: openssl rand -base64 32" })
    .refine((value) => Buffer.from(value, "base64").length === 32, {
      error: "must be 32 bytes in base64; make one with: openssl rand -base64 32",
    }),
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

  EBAY_CLIENT_ID: optional(z.string()),
  EBAY_CLIENT_SECRET: optional(z.string()),
  EBAY_RU_NAME: optional(z.string()),
  EBAY_VERIFICATION_TOKEN: optional(
    z.string().regex(/^[A-Za-z0-9_-]{32,80}$/, { error: "must be 32 to 80 letters, digits, - or _ (eBay's rule)" }),
  ),
  /** Where eBay writes when it can't deliver notifications; it sends none without one. */
  EBAY_ALERT_EMAIL: optional(z.email({ error: "must be an e-mail address" })),
  EBAY_API_ORIGIN: optional(origin),
});

export type Env = z.infer<typeof schema>;

/** Parses `source`, or throws a SetupError that lists every problem. */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const parsed = schema.safeParse(source);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
  throw new SetupError(`Lockstep can't start; please set these environment variables:\n${lines.join("\n")}`);
}

let current: Env | undefined;

/** The environment of this process. */
export function env(): Env {
  current ??= parseEnv(process.env);
  return current;
}
