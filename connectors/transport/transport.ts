/**
 * The one way out to a marketplace: paced, budgeted, timed, and with every outcome a value.
 *
 * A connector describes a call; the transport asks the shared budgets first (so that no number of workers goes over
 * a published limit), sends it with a timeout, and turns what came back into a Failure where it is one. The rule for
 * the unclear cases is here, once: a read that got no reply did nothing (`unavailable`); a write that got no reply may
 * have happened (`outcome-unknown`).
 */
import PQueue from "p-queue";
import type { Limit } from "../contract/connector.ts";
import { type Failure, type FailureScope, fail, type Result, succeed } from "../contract/failures.ts";
import { storable } from "../contract/storable.ts";

export interface RemoteCall {
  /** The operation's name in the marketplace's documentation; limits are charged by it. */
  operation: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  url: URL;
  headers?: Record<string, string>;
  body?: string;
  /** `write`: repeating it could do harm, so no reply means outcome-unknown. */
  effect: "read" | "write";
  /** The longest reply that is read, in bytes; left out: REPLY_BYTES_MAX. */
  replyBytesMax?: number;
  /** Whom it asks about: who waits when it fails for no reason of its own. Left out: the account. */
  concerns?: FailureScope | undefined;
  /** May use what is kept of each limit for such calls. The app's to say, by `urgently`: a connector leaves it out. */
  urgent?: boolean;
  /**
   * Asked when its turn has come, right before it leaves; a failure keeps it here. The app's to say, by `unlessStale`: a
   * connector leaves it out.
   */
  mayLeave?(): Promise<Failure | null>;
}

export interface RemoteReply {
  status: number;
  headers: Headers;
  text: string;
}

/**
 * `leaveByMs` (since 1970): after that the call counts in the wrong span of time, and must be charged anew. A process that
 * stood still, or a statement that waited for the database, may come too late.
 */
export type BudgetAnswer =
  | { granted: true; leaveByMs?: number; wasRefused?: boolean }
  /** `why`: what the marketplace said when it refused; left out: our own count says so. */
  | { granted: false; retryAfterMs: number; why?: string };

/** What the marketplace said no to: one account, or this installation. `retryAfterMs` null: longer each time in a row. */
export interface Refusal {
  scope: FailureScope;
  retryAfterMs: number | null;
  why: string;
}

/**
 * Budgets shared by all workers. `take` charges one call to every named limit, or to none when one of them is used up.
 */
export interface Budgets {
  take(limits: readonly Limit[], call: { urgent: boolean }): Promise<BudgetAnswer>;
  /** The marketplace itself said no: nobody whom it concerns calls on these limits before then. */
  exhausted(limits: readonly Limit[], refusal: Refusal): Promise<void>;
  /** A call for which `take` said `wasRefused` was answered: the next refusal is the first in a row. */
  answered?(limits: readonly Limit[]): Promise<void>;
}

export interface Transport {
  /** Resolves with any 2xx reply; every other outcome is a Failure. Never rejects for what the network did. */
  send(call: RemoteCall): Promise<Result<RemoteReply>>;
}

export interface TransportOptions {
  fetch: typeof fetch;
  budgets: Budgets;
  limits: readonly Limit[];
  /** Calls in flight at once to this account. */
  concurrencyMax: number;
  timeoutMs: number;
  /** The connector's own reading of a reply that is not 2xx. */
  toFailure(reply: RemoteReply, call: RemoteCall): Failure;
  /** Called once per call with what came of it; for metrics and the history. Carries no bodies. */
  onCall?(event: {
    operation: string;
    status: number | null;
    durationMs: number;
    failure: Failure["kind"] | null;
  }): void;
  /** Milliseconds, monotonic enough for durations. */
  nowMs(): number;
  /**
   * A call waits for its share of a limit this long; a longer wait is a `throttled` failure. Left out: no call waits.
   * Without it a batch of more calls than a second allows would never come through.
   */
  patience?: { waitMsMax: number; sleep(ms: number): Promise<void> };
}

/** No page of listings or orders comes near; what is longer is a mistake, and would take the memory of all else. */
const REPLY_BYTES_MAX = 32 * 1024 * 1024;
/** The longest that anybody is believed who asks us to wait: a day that has begun, and one more. */
const WAIT_MS_MAX = 48 * 60 * 60 * 1000;

/** A call that came too late each time it was charged is left for later. */
const CHARGES_MAX = 2;
const TOO_SLOW_MS = 2_000;
/**
 * `mayLeave` is asked again when its answer took longer: a process that stood still meanwhile has an old answer, and may
 * have been replaced. Much shorter than any lease lasts.
 */
const ANSWER_HOLDS_MS = 2_000;

export function createTransport(options: TransportOptions): Transport {
  const queue = new PQueue({ concurrency: options.concurrencyMax });

  async function attempt(call: RemoteCall): Promise<Result<RemoteReply>> {
    const charged = options.limits.filter(
      (limit) => limit.operations === "*" || limit.operations.includes(call.operation),
    );
    const leave = await untilItMayLeave(call, charged);
    if (!leave.ok) return leave;
    let reply: RemoteReply;
    try {
      const response = await options.fetch(call.url, {
        method: call.method,
        headers: call.headers,
        body: call.body,
        signal: AbortSignal.timeout(options.timeoutMs),
        redirect: "manual",
      });
      const text = await readText(response, call.replyBytesMax ?? REPLY_BYTES_MAX);
      if (text === null) return fail(tooLong(call));
      reply = { status: response.status, headers: response.headers, text: storable(text) };
    } catch (error) {
      return fail(noReply(call, error));
    }
    const failure = reply.status >= 200 && reply.status < 300 ? null : withinReason(options.toFailure(reply, call));
    if (failure?.kind === "throttled" || (failure?.kind === "rejected" && failure.scope === "app")) {
      const retryAfterMs = failure.kind === "throttled" ? failure.retryAfterMs : null;
      await options.budgets.exhausted(charged, { scope: failure.scope, retryAfterMs, why: failure.message });
    } else if (leave.value.wasRefused) {
      await options.budgets.answered?.(charged);
    }
    return failure ? fail(failure) : succeed(reply);
  }

  /** Charges the call, and waits for its share. A failure keeps it here; else it may leave now, and must. */
  async function untilItMayLeave(
    call: RemoteCall,
    charged: readonly Limit[],
  ): Promise<Result<{ wasRefused: boolean }>> {
    const urgent = call.urgent === true;
    const { waitMsMax, sleep } = options.patience ?? { waitMsMax: 0, sleep: async () => undefined };
    let waitedMs = 0;
    for (let charges = 0; charges < CHARGES_MAX; ) {
      const budget = await options.budgets.take(charged, { urgent });
      if (budget.granted) {
        charges += 1;
        const leaveByMs = Math.min(budget.leaveByMs ?? Number.POSITIVE_INFINITY, options.nowMs() + ANSWER_HOLDS_MS);
        const kept = await call.mayLeave?.();
        if (kept) return fail(kept);
        if (options.nowMs() <= leaveByMs) return succeed({ wasRefused: budget.wasRefused === true });
        continue;
      }
      if (waitedMs + budget.retryAfterMs > waitMsMax) {
        const forS = Math.ceil(budget.retryAfterMs / 1000);
        return fail({
          kind: "throttled",
          scope: "account",
          retryAfterMs: budget.retryAfterMs,
          message:
            budget.why === undefined
              ? `${call.operation}: our share of the marketplace's call limit is used up for ${forS} s`
              : `${call.operation}: not sent for ${forS} s more, as the marketplace said: ${budget.why}`,
        });
      }
      const waitMs = Math.max(1, budget.retryAfterMs);
      waitedMs += waitMs;
      await sleep(waitMs);
    }
    return fail({
      kind: "throttled",
      scope: "account",
      retryAfterMs: TOO_SLOW_MS,
      message: `${call.operation}: not sent, because it was held up here so long that the marketplace's call limit might have been exceeded`,
    });
  }

  return {
    async send(call) {
      const startedMs = options.nowMs();
      const result = await queue.add(() => attempt(call), { priority: call.urgent ? 1 : 0 });
      options.onCall?.({
        operation: call.operation,
        status: result.ok ? result.value.status : null,
        durationMs: options.nowMs() - startedMs,
        failure: result.ok ? null : result.failure.kind,
      });
      return result;
    },
  };
}

/** The same way out for calls that can't wait for others: they go first, and may use what is kept for them. */
export function urgently(transport: Transport): Transport {
  return { send: (call) => transport.send({ ...call, urgent: true }) };
}

/**
 * The same way out for writes that may grow old while they wait for their turn: each is asked about when it has come.
 * Reads go as they are.
 */
export function unlessStale(transport: Transport, mayLeave: () => Promise<Failure | null>): Transport {
  return { send: (call) => transport.send(call.effect === "write" ? { ...call, mayLeave } : call) };
}

/** Null: longer than `bytesMax`, unpacked. The rest of it is not fetched. */
async function readText(response: Response, bytesMax: number): Promise<string | null> {
  if (!response.body) return "";
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.byteLength;
    if (bytes > bytesMax) {
      await reader.cancel();
      return null;
    }
    parts.push(value);
  }
  return new TextDecoder().decode(Buffer.concat(parts, bytes));
}

function tooLong(call: RemoteCall): Failure {
  const message = `${call.operation}: the reply is longer than Lockstep reads`;
  return call.effect === "write"
    ? { kind: "outcome-unknown", scope: call.concerns ?? "account", message }
    : { kind: "rejected", scope: call.concerns ?? "account", message, code: "reply-too-long" };
}

function withinReason(failure: Failure): Failure {
  if (failure.kind !== "throttled" || failure.retryAfterMs === null) return failure;
  return { ...failure, retryAfterMs: Math.min(failure.retryAfterMs, WAIT_MS_MAX) };
}

/** A connection that was refused did nothing, whatever the call was; anything later may have been read over there. */
function noReply(call: RemoteCall, error: unknown): Failure {
  const reason = describe(error);
  const { concerns = "account" } = call;
  const neverSent = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN/.test(reason);
  if (call.effect === "read" || neverSent) {
    return { kind: "unavailable", scope: concerns, message: `${call.operation}: no reply (${reason})` };
  }
  return { kind: "outcome-unknown", scope: concerns, message: `${call.operation}: sent, but no reply (${reason})` };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : null;
  return code ?? (error.name === "TimeoutError" ? "timed out" : error.message);
}
