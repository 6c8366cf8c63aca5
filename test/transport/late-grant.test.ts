import { describe, expect, it } from "vitest";
import { type Budgets, createTransport, type RemoteCall } from "#connectors/transport/transport.ts";

const CALL: RemoteCall = { operation: "read", method: "GET", url: new URL("http://market.test/"), effect: "read" };

/** A transport whose budget answers, and lets time go by meanwhile, as told. */
function slowed(delaysMs: number[]) {
  let nowMs = 0;
  let charged = 0;
  const sentAtMs: number[] = [];
  const budgets: Budgets = {
    async take() {
      const leaveByMs = nowMs + 250;
      nowMs += delaysMs[charged] ?? 0;
      charged += 1;
      return { granted: true, leaveByMs };
    },
    exhausted: async () => undefined,
  };
  const transport = createTransport({
    fetch: async () => {
      sentAtMs.push(nowMs);
      return new Response("{}");
    },
    budgets,
    limits: [],
    concurrencyMax: 1,
    timeoutMs: 1_000,
    nowMs: () => nowMs,
    toFailure: () => ({ kind: "unavailable", scope: "item", message: "no" }),
  });
  return { transport, sentAtMs, charges: () => charged };
}

describe("a call that was charged and then held up", () => {
  it("leaves when it is in time", async () => {
    const { transport, sentAtMs, charges } = slowed([200]);
    expect((await transport.send(CALL)).ok).toBe(true);
    expect([sentAtMs, charges()]).toEqual([[200], 1]);
  });

  it("is charged again when the process stood still meanwhile, for it counts in a later span", async () => {
    const { transport, sentAtMs, charges } = slowed([8_000, 10]);
    expect((await transport.send(CALL)).ok).toBe(true);
    expect([sentAtMs, charges()]).toEqual([[8_010], 2]);
  });

  it("is not sent, and left for later, when that goes on", async () => {
    const { transport, sentAtMs, charges } = slowed([8_000, 8_000, 8_000]);
    expect(await transport.send(CALL)).toMatchObject({
      ok: false,
      failure: { kind: "throttled", scope: "account", retryAfterMs: 2_000 },
    });
    expect([sentAtMs, charges()]).toEqual([[], 2]);
  });
});

describe("a call that was asked about and then held up", () => {
  /** Each answer takes so long. */
  function asked(delaysMs: number[]) {
    let nowMs = 0;
    let times = 0;
    const sentAtMs: number[] = [];
    const transport = createTransport({
      fetch: async () => {
        sentAtMs.push(nowMs);
        return new Response("{}");
      },
      budgets: { take: async () => ({ granted: true }), exhausted: async () => undefined },
      limits: [],
      concurrencyMax: 1,
      timeoutMs: 1_000,
      nowMs: () => nowMs,
      toFailure: () => ({ kind: "unavailable", scope: "item", message: "no" }),
    });
    const mayLeave = async () => {
      nowMs += delaysMs[times] ?? 0;
      times += 1;
      return null;
    };
    return { send: () => transport.send({ ...CALL, effect: "write", mayLeave }), sentAtMs, times: () => times };
  }

  it("leaves when the answer is new", async () => {
    const { send, sentAtMs, times } = asked([2_000]);
    expect((await send()).ok).toBe(true);
    expect([sentAtMs, times()]).toEqual([[2_000], 1]);
  });

  it("is asked about again when the process stood still meanwhile, for the answer is old", async () => {
    const { send, sentAtMs, times } = asked([2_001, 10]);
    expect((await send()).ok).toBe(true);
    expect([sentAtMs, times()]).toEqual([[2_011], 2]);
  });

  it("is not sent, and left for later, when that goes on", async () => {
    const { send, sentAtMs, times } = asked([2_001, 2_001, 10]);
    expect(await send()).toMatchObject({ ok: false, failure: { kind: "throttled", retryAfterMs: 2_000 } });
    expect([sentAtMs, times()]).toEqual([[], 2]);
  });
});
