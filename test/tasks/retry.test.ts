import { describe, expect, it } from "vitest";
import { backoffMs, decideRetry, whatWaits } from "#app/tasks/retry.ts";
import type { Failure } from "#connectors/contract/failures.ts";

const failure = (change: Partial<Failure>): Failure =>
  ({ kind: "unavailable", scope: "account", message: "test", ...change }) as Failure;
const throttled = (retryAfterMs: number | null) => failure({ kind: "throttled", retryAfterMs } as Partial<Failure>);

describe("how long to wait", () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [5, 16_000],
    [9, 256_000],
    // Five minutes at most, however long it has been down.
    [10, 300_000],
    [50, 300_000],
    [100_000, 300_000],
    // A row that counts nothing yet.
    [0, 1_000],
    [-3, 1_000],
  ])("after failure %i in a row: %i ms", (attempts, ms) => {
    expect(backoffMs(attempts)).toBe(ms);
  });
});

describe("what to do about a failure", () => {
  it("is to try again where nothing answered, a little later each time", () => {
    expect(decideRetry(failure({}), 3)).toEqual({ action: "retry", delayMs: 4_000 });
    expect(decideRetry(failure({}), 1_000)).toEqual({ action: "retry", delayMs: 300_000 });
  });

  it("is to try again when the marketplace says, whether that is soon or late", () => {
    expect(decideRetry(throttled(120), 9)).toEqual({ action: "retry", delayMs: 120 });
    expect(decideRetry(throttled(3_600_000), 1)).toEqual({ action: "retry", delayMs: 3_600_000 });
    expect(decideRetry(throttled(0), 1)).toEqual({ action: "retry", delayMs: 0 });
  });

  it("is not to ask again within a moment where it does not say when", () => {
    expect(decideRetry(throttled(null), 1)).toEqual({ action: "retry", delayMs: 5_000 });
    expect(decideRetry(throttled(null), 3)).toEqual({ action: "retry", delayMs: 5_000 });
    expect(decideRetry(throttled(null), 4)).toEqual({ action: "retry", delayMs: 8_000 });
  });

  it("is to look before anything is tried again where nobody knows what became of it", () => {
    expect(decideRetry(failure({ kind: "outcome-unknown" }), 2)).toEqual({ action: "read-back", delayMs: 2_000 });
  });

  it("is up to the merchant where access ended, and nothing where it was refused", () => {
    expect(decideRetry(failure({ kind: "unauthorized" }), 1)).toEqual({ action: "reconnect" });
    expect(decideRetry(failure({ kind: "rejected" }), 1)).toEqual({ action: "give-up" });
  });
});

describe("what has to wait", () => {
  const KINDS = ["throttled", "unavailable", "outcome-unknown", "unauthorized", "rejected"] as const;
  const SCOPES = ["item", "group", "account", "app"] as const;
  it.each([
    ["item", "row row row channel row"],
    ["group", "group group row channel row"],
    ["account", "channel channel row channel channel"],
    ["app", "channel channel row channel channel"],
  ] as const)("%s: %s", (scope, words) => {
    expect(KINDS.map((kind) => whatWaits(failure({ kind, scope } as Partial<Failure>))).join(" ")).toBe(words);
    expect(SCOPES).toContain(scope);
  });
});
