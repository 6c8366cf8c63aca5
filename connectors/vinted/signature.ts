/**
 * Vinted Pro's signatures. The portal issues one token, "access_key,signing_key"; the second half never travels.
 *
 *   X-Vpi-Access-Key:  access_key
 *   X-Vpi-Hmac-Sha256: t=<unix seconds>,v1=<hex HMAC-SHA256(signing_key, signed text)>
 *
 * The headers are the spec's. The signed text is in the guide beside it, and every client but one joins its parts with
 * dots; the example printed there fits neither form, so only a call to Vinted can prove it.
 */
import { createHmac, timingSafeEqual } from "node:crypto";

interface SignedParts {
  /** Unix time in whole seconds, as text. */
  timestamp: string;
  method: string;
  /** Exactly as it travels. */
  pathAndQuery: string;
  accessKey: string;
  /** Exactly the bytes sent; empty where there is no body. */
  body: string;
}

function signedText({ timestamp, method, pathAndQuery, accessKey, body }: SignedParts): string {
  return [timestamp, method.toUpperCase(), pathAndQuery, accessKey, body].join(".");
}

export interface Keys {
  accessKey: string;
  signingKey: string;
}

/** The two halves of a token; the manifest's schema has seen that there are two. */
export function splitToken(token: string): Keys {
  const [accessKey = "", signingKey = ""] = token.trim().split(",");
  return { accessKey, signingKey };
}

export function signedHeaders(
  keys: Keys,
  now: Date,
  call: Omit<SignedParts, "timestamp" | "accessKey">,
): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const text = signedText({ ...call, timestamp, accessKey: keys.accessKey });
  const v1 = createHmac("sha256", keys.signingKey).update(text).digest("hex");
  return { "x-vpi-access-key": keys.accessKey, "x-vpi-hmac-sha256": `t=${timestamp},v1=${v1}` };
}

/** `t` of a webhook's header "t=...,v1=..." if it fits the body under one of the keys (HMAC over "t.body"); else null. */
export function webhookSignedAt(header: string, body: Uint8Array, secrets: readonly string[]): string | null {
  const parts = header.split(",").map((part) => part.trim().split("="));
  const timestamp = parts.find(([name]) => name === "t")?.[1];
  if (timestamp === undefined) return null;
  const given = parts.flatMap(([name, value]) => (name === "v1" && value ? [Buffer.from(value, "hex")] : []));
  const isSigned = secrets.some((secret) => {
    const expected = createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest();
    return given.some((one) => one.length === expected.length && timingSafeEqual(one, expected));
  });
  return isSigned ? timestamp : null;
}
