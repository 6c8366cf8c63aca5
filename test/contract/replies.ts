/**
 * Replies as a marketplace's documentation shows them, for tests of what Lockstep reads in them: no emulator, which would
 * send only what it was written to send.
 */
import type { Transport } from "#connectors/transport/transport.ts";

export type Json = Record<string, unknown>;

export interface Replies {
  transport: Transport;
  /** What was asked so far, in order. */
  asked: { operation: string; url: URL }[];
}

/** A number is a status without a body; all else is the body of a 200. More calls than replies are a defect of the test. */
export function replies(
  toFailure: Parameters<typeof import("#connectors/transport/transport.ts").createTransport>[0]["toFailure"],
  ...bodies: readonly unknown[]
): Replies {
  const left = [...bodies];
  const asked: Replies["asked"] = [];
  return {
    asked,
    transport: {
      async send(call) {
        asked.push({ operation: call.operation, url: call.url });
        if (left.length === 0) throw new Error(`no reply is left for ${call.operation}`);
        const body = left.shift();
        if (typeof body !== "number") {
          return { ok: true, value: { status: 200, headers: new Headers(), text: JSON.stringify(body) } };
        }
        return { ok: false, failure: toFailure({ status: body, headers: new Headers(), text: "" }, call) };
      },
    },
  };
}
