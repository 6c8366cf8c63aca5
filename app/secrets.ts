/**
 * Sealing what must not lie readable in the database: tokens and buyer data (AES-256-GCM), and keyed hashes for finding
 * a person again without storing what they are found by (HMAC-SHA-256).
 *
 * A sealed text names the key that opens it. A key is changed by setting the new one beside the old: new texts are sealed
 * with the new one, and the old one goes on opening what it sealed.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { assert } from "./errors.ts";

export interface Secrets {
  seal(text: string): string;
  /** Throws when the text was sealed with a key that is not here. */
  open(sealed: string): string;
  /** Stable for one key; not reversible. */
  hash(text: string): string;
  /** The same under each key, the newest first: for finding what was stored before a change of keys. */
  hashes: readonly ((text: string) => string)[];
}

/** Without the key's name: texts of installations before keys had one. */
const NAMELESS = "v1";
const VERSION = "v2";
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID_CHARS = 8;

interface Key {
  id: string;
  sealing: KeyObject;
  hash(text: string): string;
}

function createKey(base64: string): Key {
  const raw = Buffer.from(base64, "base64");
  assert(raw.length === 32, "the sealing key must be 32 bytes");
  const derived = (purpose: string): Buffer => createHmac("sha256", raw).update(`lockstep:${purpose}`).digest();
  const hashing = createSecretKey(derived("hash"));
  return {
    id: derived("key-id").toString("base64url").slice(0, KEY_ID_CHARS),
    sealing: createSecretKey(raw),
    hash: (text) => createHmac("sha256", hashing).update(text).digest("base64url"),
  };
}

/** Keys: 32 bytes in base64. `oldKey`: the one before, while it is being changed. */
export function createSecrets(key: string, oldKey?: string): Secrets {
  const newest = createKey(key);
  const keys = oldKey === undefined ? [newest] : [newest, createKey(oldKey)];
  return {
    seal(text) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv("aes-256-gcm", newest.sealing, iv);
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return `${VERSION}.${newest.id}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64")}`;
    },
    open(sealed) {
      const parts = sealed.split(".");
      const [version, id, data] = parts[0] === NAMELESS ? [NAMELESS, null, parts[1]] : parts;
      assert((version === VERSION || version === NAMELESS) && data, "not a sealed text of a version we know");
      const bytes = Buffer.from(data, "base64");
      const fitting = keys.filter((one) => id === null || one.id === id);
      for (const { sealing } of fitting) {
        const opened = tryOpen(sealing, bytes);
        if (opened !== null) return opened;
      }
      throw new Error("this text was sealed with another key");
    },
    hash: newest.hash,
    hashes: keys.map((one) => one.hash),
  };
}

function tryOpen(sealing: KeyObject, bytes: Buffer): string | null {
  try {
    const decipher = createDecipheriv("aes-256-gcm", sealing, bytes.subarray(0, IV_BYTES));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}
