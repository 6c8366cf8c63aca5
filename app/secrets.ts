/**
 * Sealing what must not lie readable in the database: tokens and buyer data (AES-256-GCM), and keyed hashes for finding
 * a person again without storing what they are found by (HMAC-SHA-256).
 */
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomBytes } from "node:crypto";
import { assert } from "./errors.ts";

export interface Secrets {
  seal(text: string): string;
  /** Throws when the text was not sealed with this key. */
  open(sealed: string): string;
  /** Stable for one key; not reversible. */
  hash(text: string): string;
}

const VERSION = "v1";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** `key`: 32 bytes in base64. */
export function createSecrets(key: string): Secrets {
  const raw = Buffer.from(key, "base64");
  assert(raw.length === 32, "the sealing key must be 32 bytes");
  const sealingKey = createSecretKey(raw);
  const hashKey = createSecretKey(createHmac("sha256", raw).update("lockstep:hash").digest());
  return {
    seal(text) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv("aes-256-gcm", sealingKey, iv);
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return `${VERSION}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64")}`;
    },
    open(sealed) {
      const [version, data] = sealed.split(".");
      assert(version === VERSION && data, "not a sealed text of a version we know");
      const bytes = Buffer.from(data, "base64");
      const decipher = createDecipheriv("aes-256-gcm", sealingKey, bytes.subarray(0, IV_BYTES));
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString("utf8");
    },
    hash(text) {
      return createHmac("sha256", hashKey).update(text).digest("base64url");
    },
  };
}
