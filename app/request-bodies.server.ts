/**
 * How much of what strangers send is read, and how much at once: a body is looked at only after all that can be said
 * without it, is never longer than its route takes, and bodies together never hold more memory than set here.
 */
import type { Context, MiddlewareHandler } from "hono";

const KB = 1024;
const MB = 1024 * KB;

interface Kind {
  bytesMax: number;
  /** Of all bodies of this kind that are being read or worked on. */
  bytesTogetherMax: number;
}

/** Each has room of its own: whoever fills one keeps the others open. */
const KINDS = {
  /** A product with 2,000 variants or an order with 500 lines is under 3 MB. */
  webhook: { bytesMax: 5 * MB, bytesTogetherMax: 40 * MB },
  /** Hints: a few hundred bytes. */
  notification: { bytesMax: 256 * KB, bytesTogetherMax: 8 * MB },
  form: { bytesMax: MB, bytesTogetherMax: 16 * MB },
  /** A CSV file of 20,000 lines, as a form writes it: each comma as three characters. */
  file: { bytesMax: 6 * MB, bytesTogetherMax: 18 * MB },
} as const satisfies Record<string, Kind>;

/** What the smallest body counts for, so that their number is limited too. */
const BYTES_COUNTED_MIN = 32 * KB;

/** Shopify and marketplaces send again what was answered 503. */
const RETRY_AFTER_S = 5;

/** Pages that take a whole file. */
const TAKES_FILES = ["/app/listings/match"];

const WEBHOOK_SIGNATURE = "x-shopify-hmac-sha256";

/** `signatureHeader`: of a marketplace's notifications, by its key; null where none comes over HTTP. */
export function limitBodies(signatureHeader: (connectorKey: string) => string | null): MiddlewareHandler {
  const bytesHeld = { webhook: 0, notification: 0, form: 0, file: 0 };

  return async (c, next) => {
    const { body, headers } = c.req.raw;
    if (!body) return next();
    const { pathname } = new URL(c.req.url);
    const [first, connectorKey = ""] = pathname.split("/").filter(Boolean);
    const form = TAKES_FILES.includes(pathname) ? "file" : "form";
    const kind = first === "webhooks" ? "webhook" : first === "notifications" ? "notification" : form;
    if (kind === "webhook" || kind === "notification") {
      const header = kind === "webhook" ? WEBHOOK_SIGNATURE : signatureHeader(connectorKey);
      if (header === null) return refuse(c, 404, "Nobody sends notifications here.");
      if (!headers.get(header)) return refuse(c, 401, `The ${header} header is missing.`);
    }
    const { bytesMax, bytesTogetherMax } = KINDS[kind];
    const declared = headers.get("content-length");
    // What says nothing of its length may become as long as it may.
    const bytesExpected = declared !== null && /^\d{1,15}$/.test(declared) ? Number(declared) : bytesMax;
    if (bytesExpected > bytesMax) return refuse(c, 413, `At most ${bytesMax} bytes are read here.`);
    const bytesCounted = Math.max(bytesExpected, BYTES_COUNTED_MIN);
    if (bytesHeld[kind] + bytesCounted > bytesTogetherMax) {
      return refuse(c, 503, "Too much at once: please send it again.", { "retry-after": String(RETRY_AFTER_S) });
    }
    bytesHeld[kind] += bytesCounted;
    try {
      const read = await readUpTo(body, bytesExpected);
      if (read === "too-long") return refuse(c, 413, `At most ${bytesExpected} bytes are read here.`);
      if (read === "broken-off") return refuse(c, 400, "The body ended too early.");
      c.req.raw = new Request(c.req.raw, { body: read });
      return await next();
    } finally {
      bytesHeld[kind] -= bytesCounted;
    }
  };
}

/** The rest of the body is not waited for: the connection ends with the answer. */
function refuse(c: Context, status: 400 | 401 | 404 | 413 | 503, why: string, headers: Record<string, string> = {}) {
  return c.text(why, status, { ...headers, connection: "close" });
}

async function readUpTo(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer> | "too-long" | "broken-off"> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return Buffer.concat(parts, bytes);
      bytes += value.byteLength;
      if (bytes > bytesMax) return "too-long";
      parts.push(value);
    }
  } catch {
    return "broken-off";
  }
}
