/**
 * eBay's signing keys, by the id that a notification's signature names. Anyone can name an id, so neither the memory nor
 * the call limit may be theirs to use up: a key counts as eBay's once a notification fitted it. Ids that never did share a
 * small memory and a call limit of their own (manifest.ts, getUnknownPublicKey).
 */
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { z } from "zod";
import { type Result, succeed } from "../contract/failures.ts";
import type { Transport } from "../transport/transport.ts";
import type { ApplicationToken } from "./auth.ts";
import { callEbay, type EbayOrigins } from "./client.ts";
import { UNKNOWN_KEY_OPERATION } from "./manifest.ts";

/** "one-hour is recommended". */
const KEY_KEPT_MS = 60 * 60 * 1000;
/** A known key that can't be read again now is used meanwhile, and asked for again after this. */
const KNOWN_RETRY_MS = 60 * 1000;
/** But no longer than this since eBay last gave it: it may have been withdrawn, and for that very reason. */
const KNOWN_USED_MAX_MS = 24 * 60 * 60 * 1000;
/** eBay signs with a few keys at a time. */
const KNOWN_MAX = 50;
const UNKNOWN_MAX = 100;

const publicKeySchema = z.object({
  key: z.string().min(1),
  algorithm: z.string().optional(),
  digest: z.string().optional(),
});

interface PublicKey {
  key: KeyObject;
  digest: "sha1" | "sha256";
}

interface Kept {
  /** Null: eBay knows none by this id. */
  key: PublicKey | null;
  readAtMs: number;
  until: number;
}

/** `no-such-key`: eBay has none by this id. */
export type Verdict = "fits" | "does-not-fit" | "no-such-key";

export interface SignatureCheck {
  kid: string;
  signature: string;
  body: Uint8Array;
}

/** A failure: the key could not be read now. */
export type VerifySignature = (check: SignatureCheck, transport: Transport, now: Date) => Promise<Result<Verdict>>;

export function ebaySignatures(origins: EbayOrigins, applicationToken: ApplicationToken): VerifySignature {
  const known = new Map<string, Kept>();
  const unknown = new Map<string, Kept>();
  /** Of one id one question at a time: notifications come in bursts. */
  const underWay = new Map<string, Promise<Result<PublicKey | null>>>();

  async function read(kid: string, transport: Transport, now: Date): Promise<Result<PublicKey | null>> {
    const token = await applicationToken(transport, now);
    if (!token.ok) return token;
    const reply = await callEbay(transport, {
      operation: known.has(kid) ? "getPublicKey" : UNKNOWN_KEY_OPERATION,
      method: "GET",
      address: `${origins.api}/commerce/notification/v1/public_key/${encodeURIComponent(kid)}`,
      headers: { authorization: `Bearer ${token.value}` },
      effect: "read",
      reply: publicKeySchema,
    });
    if (!reply.ok) {
      const { failure } = reply;
      // Of a key that was eBay's only its end is believed, and no odd reply.
      const isNone = failure.kind === "rejected" && (failure.code === "not-found" || !known.has(kid));
      return isNone ? succeed(null) : reply;
    }
    return succeed(toPublicKey(reply.value.value));
  }

  function readOnce(kid: string, transport: Transport, now: Date): Promise<Result<PublicKey | null>> {
    const asked =
      underWay.get(kid) ??
      read(kid, transport, now).finally(() => {
        underWay.delete(kid);
      });
    underWay.set(kid, asked);
    return asked;
  }

  async function keyOf(kid: string, transport: Transport, now: Date): Promise<Result<PublicKey | null>> {
    const nowMs = now.getTime();
    const ours = known.get(kid);
    const kept = ours ?? unknown.get(kid);
    if (kept && kept.until > nowMs) return succeed(kept.key);
    const reply = await readOnce(kid, transport, now);
    if (ours) {
      if (!reply.ok) {
        if (nowMs - ours.readAtMs > KNOWN_USED_MAX_MS) {
          known.delete(kid);
          return reply;
        }
        known.set(kid, { ...ours, until: nowMs + KNOWN_RETRY_MS });
        return succeed(ours.key);
      }
      if (reply.value) known.set(kid, keptFrom(reply.value, nowMs));
      else known.delete(kid);
      return reply;
    }
    if (reply.ok) keepWithin(UNKNOWN_MAX, unknown, kid, keptFrom(reply.value, nowMs));
    return reply;
  }

  return async ({ kid, signature, body }, transport, now) => {
    const key = await keyOf(kid, transport, now);
    if (!key.ok) return key;
    if (key.value === null) return succeed("no-such-key");
    if (!isSignedBy(key.value, body, signature)) return succeed("does-not-fit");
    const first = unknown.get(kid);
    if (first) {
      unknown.delete(kid);
      keepWithin(KNOWN_MAX, known, kid, first);
    }
    return succeed("fits");
  };
}

function keptFrom(key: PublicKey | null, nowMs: number): Kept {
  return { key, readAtMs: nowMs, until: nowMs + KEY_KEPT_MS };
}

/** The oldest goes. */
function keepWithin(max: number, kept: Map<string, Kept>, kid: string, one: Kept): void {
  const [oldest] = kept.keys();
  if (oldest !== undefined && kept.size >= max && !kept.has(kid)) kept.delete(oldest);
  kept.set(kid, one);
}

/** eBay sends the PEM in one line, which no PEM reader takes: strip it to its DER. */
function toPublicKey(reply: z.infer<typeof publicKeySchema>): PublicKey | null {
  const der = Buffer.from(reply.key.replace(/-----[A-Z ]+-----/g, "").replace(/\s/g, ""), "base64");
  try {
    const key = createPublicKey({ key: der, format: "der", type: "spki" });
    return { key, digest: /256/.test(reply.digest ?? "") ? "sha256" : "sha1" };
  } catch {
    return null;
  }
}

function isSignedBy(key: PublicKey, body: Uint8Array, signature: string): boolean {
  try {
    return verify(key.digest, body, key.key, Buffer.from(signature, "base64"));
  } catch {
    return false;
  }
}
