/**
 * Session tokens: the short-lived JWT that App Bridge gives the app (HS256 with the API secret, aud = API key, the shop
 * is the hostname of dest). The emulator signs them for the admin page and verifies them at token exchange.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";

/** As the app's own library allows. */
const TOLERANCE_S = 10;

const claimsSchema = z.object({
  iss: z.string(),
  dest: z.url(),
  aud: z.string(),
  sub: z.string(),
  exp: z.number(),
  nbf: z.number(),
});
export type SessionTokenClaims = z.infer<typeof claimsSchema>;

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function sign(input: string, secret: string): Buffer {
  return createHmac("sha256", secret).update(input).digest();
}

export interface SessionTokenRequest {
  shop: string;
  userId: string;
  sessionId: string;
  jti: string;
  apiKey: string;
  secret: string;
  now: Date;
  lifetimeMs: number;
}

export function mintSessionToken(request: SessionTokenRequest): string {
  const nowS = Math.floor(request.now.getTime() / 1000);
  const head = encode({ alg: "HS256", typ: "JWT" });
  const body = encode({
    iss: `https://${request.shop}/admin`,
    dest: `https://${request.shop}`,
    aud: request.apiKey,
    sub: request.userId,
    exp: nowS + Math.floor(request.lifetimeMs / 1000),
    nbf: nowS,
    iat: nowS,
    jti: request.jti,
    sid: request.sessionId,
  });
  return `${head}.${body}.${sign(`${head}.${body}`, request.secret).toString("base64url")}`;
}

export type SessionTokenVerdict =
  | { ok: true; shop: string; claims: SessionTokenClaims }
  | { ok: false; reason: string };

export function verifySessionToken(
  token: string,
  expected: { apiKey: string; secret: string; now: Date },
): SessionTokenVerdict {
  const [head, body, signature, ...rest] = token.split(".");
  if (!head || !body || !signature || rest.length > 0) return { ok: false, reason: "not a JWT" };
  const given = Buffer.from(signature, "base64url");
  const right = sign(`${head}.${body}`, expected.secret);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return { ok: false, reason: "wrong signature" };
  let claims: SessionTokenClaims;
  try {
    const header = z.object({ alg: z.string() }).parse(JSON.parse(Buffer.from(head, "base64url").toString()));
    if (header.alg !== "HS256") return { ok: false, reason: `algorithm ${header.alg}, expected HS256` };
    claims = claimsSchema.parse(JSON.parse(Buffer.from(body, "base64url").toString()));
  } catch (error) {
    return { ok: false, reason: `unreadable: ${String(error)}` };
  }
  const nowS = expected.now.getTime() / 1000;
  if (claims.aud !== expected.apiKey) return { ok: false, reason: `aud is ${claims.aud}, not the API key` };
  if (claims.exp + TOLERANCE_S <= nowS) return { ok: false, reason: "expired" };
  if (claims.nbf - TOLERANCE_S > nowS) return { ok: false, reason: "not valid yet" };
  return { ok: true, shop: new URL(claims.dest).hostname, claims };
}
