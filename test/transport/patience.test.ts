import { describe, expect, it } from "vitest";
import { createTransport, type RemoteCall, unlessStale, urgently } from "#connectors/transport/transport.ts";

const CALL: RemoteCall = {
  operation: "getItem",
  method: "GET",
  url: new URL("http://market.test/item"),
  effect: "read",
};

/** Five calls in any second of a clock that only waiting moves. */
function createBench(patience: { waitMsMax: number } | null) {
  let nowMs = 0;
  const sentAt: number[] = [];
  const transport = createTransport({
    fetch: async () => {
      sentAt.push(nowMs);
      return new Response("{}");
    },
    budgets: {
      async take() {
        const recent = sentAt.filter((at) => at > nowMs - 1_000);
        if (recent.length < 5) return { granted: true };
        return { granted: false, retryAfterMs: (recent[0] ?? 0) + 1_000 - nowMs };
      },
      exhausted: async () => undefined,
    },
    limits: [],
    concurrencyMax: 1,
    timeoutMs: 1_000,
    toFailure: () => ({ kind: "unavailable", scope: "item", message: "no" }),
    nowMs: () => nowMs,
    ...(patience
      ? {
          patience: {
            ...patience,
            sleep: async (ms: number) => {
              nowMs += ms;
            },
          },
        }
      : {}),
  });
  return { transport, sentAt };
}

describe("a call whose limit is used up", () => {
  it("waits a moment, so that a batch of more calls than a second allows comes through", async () => {
    const { transport, sentAt } = createBench({ waitMsMax: 3_000 });
    const results = await Promise.all(Array.from({ length: 12 }, () => transport.send(CALL)));
    expect(results.every((result) => result.ok)).toBe(true);
    expect(sentAt).toEqual([0, 0, 0, 0, 0, 1_000, 1_000, 1_000, 1_000, 1_000, 2_000, 2_000]);
  });

  it("does not wait longer than it may", async () => {
    const { transport, sentAt } = createBench({ waitMsMax: 500 });
    const results = await Promise.all(Array.from({ length: 6 }, () => transport.send(CALL)));
    expect(results.filter((result) => !result.ok && result.failure.kind === "throttled")).toHaveLength(1);
    expect(sentAt).toHaveLength(5);
  });

  it("does not wait at all where nothing is said of waiting", async () => {
    const { transport } = createBench(null);
    const results = await Promise.all(Array.from({ length: 6 }, () => transport.send(CALL)));
    expect(results.filter((result) => !result.ok)).toHaveLength(1);
  });
});

describe("an urgent call", () => {
  it("goes before those that wait already, and says to the budgets what it is", async () => {
    const asked: { operation: string; urgent: boolean }[] = [];
    const transport = createTransport({
      fetch: async () => new Response("{}"),
      budgets: {
        async take([limit], { urgent }) {
          asked.push({ operation: limit?.name ?? "", urgent });
          return { granted: true };
        },
        exhausted: async () => undefined,
      },
      limits: ["slow", "bulk", "order"].map((name) => ({
        name,
        operations: [name],
        scope: "channel",
        callsMax: 1,
        windowMs: 1_000,
        source: "test",
      })),
      concurrencyMax: 1,
      timeoutMs: 1_000,
      toFailure: () => ({ kind: "unavailable", scope: "item", message: "no" }),
      nowMs: () => 0,
    });
    await Promise.all([
      transport.send({ ...CALL, operation: "slow" }),
      transport.send({ ...CALL, operation: "bulk" }),
      urgently(transport).send({ ...CALL, operation: "order" }),
    ]);
    expect(asked).toEqual([
      { operation: "slow", urgent: false },
      { operation: "order", urgent: true },
      { operation: "bulk", urgent: false },
    ]);
  });
});

describe("a write that waited for its turn", () => {
  it("is asked about when its turn has come, and stays here when it has grown old; reads go", async () => {
    const { transport, sentAt } = createBench({ waitMsMax: 3_000 });
    const changed = { kind: "throttled", scope: "account", retryAfterMs: 0, message: "changed" } as const;
    // What it carries changes once five have left, while the sixth waits for its second.
    const guarded = unlessStale(transport, async () => (sentAt.length >= 5 ? changed : null));
    const write: RemoteCall = { ...CALL, effect: "write" };
    const results = await Promise.all(Array.from({ length: 6 }, () => guarded.send(write)));
    expect(results.map((result) => (result.ok ? "sent" : result.failure.message))).toEqual([
      ...Array.from({ length: 5 }, () => "sent"),
      "changed",
    ]);
    expect(sentAt).toHaveLength(5);
    expect((await guarded.send(CALL)).ok).toBe(true);
    expect(sentAt).toHaveLength(6);
  });
});
