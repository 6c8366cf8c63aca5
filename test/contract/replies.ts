/**
 * Replies as a marketplace's documentation shows them, for tests of what Lockstep reads in them: no emulator, which would
 * send only what it was written to send.
 */
import type { Failure } from "#connectors/contract/failures.ts";
import type { RemoteCall, RemoteReply, Transport } from "#connectors/transport/transport.ts";

export type Json = Record<string, unknown>;

type ToFailure = (reply: RemoteReply, call: RemoteCall) => Failure;

export interface Replies {
  transport: Transport;
  /** What was asked so far, in order. */
  asked: RemoteCall[];
}

/** A number is a status without a body; all else is the body of a 200. */
export function answering(toFailure: ToFailure, answer: (call: RemoteCall) => unknown): Replies {
  const asked: RemoteCall[] = [];
  return {
    asked,
    transport: {
      async send(call) {
        asked.push(call);
        const body = answer(call);
        if (typeof body !== "number") {
          return { ok: true, value: { status: 200, headers: new Headers(), text: JSON.stringify(body) } };
        }
        return { ok: false, failure: toFailure({ status: body, headers: new Headers(), text: "" }, call) };
      },
    },
  };
}

/** One after the other. More calls than replies are a defect of the test. */
export function replies(toFailure: ToFailure, ...bodies: readonly unknown[]): Replies {
  const left = [...bodies];
  return answering(toFailure, ({ operation }) => {
    if (left.length === 0) throw new Error(`no reply is left for ${operation}`);
    return left.shift();
  });
}
