/**
 * What Shopify refuses to a whole shop, and not to one order: it passes by itself, or when the merchant mends it, and then
 * everything goes on. Pure: which one a failure is, and its words.
 */
import type { Failure } from "#connectors/contract/failures.ts";

export type ShopRefusal =
  /** Our token is no longer accepted. */
  | "access"
  /** A scope is missing, or the approval for protected customer data. */
  | "denied"
  /** HTTP 402: the store's bill is not paid. */
  | "unpaid"
  /** HTTP 423, 430 and others that say "not now". */
  | "closed"
  /** More orders than Shopify takes in a minute: 5 on trial and development stores. */
  | "rate";

const REFUSALS: readonly string[] = ["access", "denied", "unpaid", "closed", "rate"] satisfies ShopRefusal[];

export function refusalOf(failure: Failure): ShopRefusal | null {
  if (failure.kind === "unauthorized") return "access";
  const code = "code" in failure ? failure.code : undefined;
  return code !== undefined && REFUSALS.includes(code) ? (code as ShopRefusal) : null;
}

interface Words {
  title: string;
  /** What happened and what to do; what waits is said after it. */
  message: string;
  severity: "critical" | "info";
}

export function wordsOf(refusal: ShopRefusal, failure: Failure): Words {
  const why = failure.message;
  switch (refusal) {
    case "access":
      return { severity: "critical", title: "Lockstep lost its access to your store", message: `${why}.` };
    case "denied":
      return {
        severity: "critical",
        title: "Shopify does not let Lockstep do all that it needs",
        message: `${why}. Open Lockstep in the Shopify admin and agree to what it asks for. If it asks for nothing, Shopify has not approved it for customer data yet: tell whoever runs Lockstep.`,
      };
    case "unpaid":
      return {
        severity: "critical",
        title: "Shopify has frozen your store: its bill is not paid",
        message: `Pay it in Shopify under Settings, Billing (${why}).`,
      };
    case "closed":
      return {
        severity: "critical",
        title: "Shopify takes nothing from Lockstep for your store just now",
        message: `${why}. If it lasts for hours, ask Shopify's support.`,
      };
    case "rate":
      return {
        severity: "info",
        title: "Shopify takes only a few orders a minute from your store",
        message: "Trial and development stores take five. The others follow, a few each minute.",
      };
  }
}

const RATE_MS = 60_000;

interface UserError {
  field?: readonly string[] | null;
  message: string;
}

/** What Shopify says in several errors, as one text: sentences follow one another, what is none is set apart. Each once. */
export function saidTogether(messages: readonly string[]): string {
  const said = [...new Set(messages.map((message) => message.trim()))].filter((text) => text !== "");
  return said.length === 0 ? "" : said.reduce((text, next) => `${text}${/[.!?]$/.test(text) ? " " : "; "}${next}`);
}

/**
 * A mutation's userErrors as a failure. That more was asked than Shopify takes in a minute comes as a user error without a
 * code, as developers report it ("Too many attempts. Please try again later."); its text is all there is to know it by.
 */
export function failureOfUserErrors(errors: readonly UserError[]): Failure {
  // The field's path is for programs: what Shopify says of it reaches the merchant.
  const words = saidTogether(errors.map((error) => error.message));
  if (errors.some(isTooMany))
    return { kind: "throttled", scope: "shop", retryAfterMs: RATE_MS, message: `Shopify said: ${words}`, code: "rate" };
  return { kind: "rejected", scope: "item", message: words || "no reason given" };
}

function isTooMany({ message }: UserError): boolean {
  return /too many (attempts|requests|orders)|try again later|rate limit/i.test(message);
}
