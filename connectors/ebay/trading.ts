/**
 * The old Trading API, in XML: what no newer API tells. It answers 200 whatever happened, and says in `Ack` how it went.
 */
import { type Failure, fail, type Result, succeed } from "../contract/failures.ts";
import { mendedText } from "../contract/storable.ts";
import { explain } from "./client.ts";
import type { EbaySession } from "./session.ts";

/** Any supported version will do: these calls have not changed in years. */
const VERSION = "1349";

/** "Your application has exceeded usage limit on this call". */
const USAGE_LIMIT = 518;
/** "Internal error to the application". */
const INTERNAL_ERROR = 10007;

/** The reply's XML. `request`: what stands in the request's element. */
export async function callTrading(session: EbaySession, call: string, request: string): Promise<Result<string>> {
  const sent = await session.transport.send({
    operation: call,
    method: "POST",
    url: new URL(`${session.origins.api}/ws/api.dll`),
    headers: {
      "content-type": "text/xml",
      "x-ebay-api-call-name": call,
      "x-ebay-api-compatibility-level": VERSION,
      "x-ebay-api-siteid": "0",
      "x-ebay-api-iaf-token": session.credentials.accessToken ?? "",
    },
    body: `<?xml version="1.0" encoding="utf-8"?>\n<${call}Request xmlns="urn:ebay:apis:eBLBaseComponents">${request}</${call}Request>`,
    effect: "read",
  });
  if (!sent.ok) return sent;
  const xml = sent.value.text;
  const ack = textOf(xml, "Ack");
  return ack === "Success" || ack === "Warning" ? succeed(xml) : fail(failureOf(call, xml));
}

function failureOf(call: string, xml: string): Failure {
  const [error = ""] = elementsOf(xml, "Errors");
  const errorId = Number(textOf(error, "ErrorCode")) || undefined;
  const words = textOf(error, "LongMessage") ?? textOf(error, "ShortMessage") ?? undefined;
  const message = `${call}: ${explain(200, { errorId, message: words })}`;
  if (errorId === USAGE_LIMIT) return { kind: "throttled", scope: "app", retryAfterMs: null, message };
  if (errorId === INTERNAL_ERROR) return { kind: "unavailable", scope: "account", message };
  return { kind: "rejected", scope: "account", message, code: String(errorId ?? "unreadable-reply") };
}

/** What stands in each element of this name; one that holds another of its own name is not expected. */
export function elementsOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>(.*?)</${name}>`, "gs"))].map((found) => found[1] ?? "");
}

/** The text of the first element of this name; null where there is none. */
export function textOf(xml: string, name: string): string | null {
  const [text] = elementsOf(xml, name);
  return text === undefined ? null : mendedText(decoded(text));
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/gi, (whole, decimal, hex, name) => {
    if (name) return ENTITIES[String(name).toLowerCase()] ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
