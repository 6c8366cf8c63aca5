/**
 * Vinted Pro's signatures. The portal issues one token, "access_key,signing_key"; the second half never travels.
 *
 *   X-Vpi-Access-Key:  access_key
 *   X-Vpi-Hmac-Sha256: t=<unix seconds>,v1=<hex HMAC-SHA256(signing_key, canonical form)>
 *
 * Known from third parties' clients alone. All but one join the parts with dots; that one leaves them out, so the form is
 * this one function and a setting.
 */
import { createHmac, timingSafeEqual } from "node:crypto";

export type CanonicalForm = "dotted" | "dotless";

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

export function canonicalForm(form: CanonicalForm, parts: SignedParts): string {
  const { timestamp, method, pathAndQuery, accessKey, body } = parts;
  return [timestamp, method.toUpperCase(), pathAndQuery, accessKey, body].join(form === "dotted" ? "." : "");
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
  form: CanonicalForm,
  now: Date,
  call: Omit<SignedParts, "timestamp" | "accessKey">,
): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const text = canonicalForm(form, { ...call, timestamp, accessKey: keys.accessKey });
  const v1 = createHmac("sha256", keys.signingKey).update(text).digest("hex");
  return { "x-vpi-access-key": keys.accessKey, "x-vpi-hmac-sha256": `t=${timestamp},v1=${v1}` };
}

/** Whether a webhook's header "t=...,v1=..." fits its body under one of the keys: HMAC over "t.body". */
export function isWebhookSigned(header: string, body: Uint8Array, secrets: readonly string[]): boolean {
  const parts = header.split(",").map((part) => part.trim().split("="));
  const timestamp = parts.find(([name]) => name === "t")?.[1];
  if (timestamp === undefined) return false;
  const given = parts.flatMap(([name, value]) => (name === "v1" && value ? [Buffer.from(value, "hex")] : []));
  return secrets.some((secret) => {
    const expected = createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest();
    return given.some((one) => one.length === expected.length && timingSafeEqual(one, expected));
  });
}
