import { expect, test } from "vitest";
import type { Limit } from "#connectors/contract/connector.ts";
import { callsOver } from "./calls.ts";

const limit: Limit = {
  name: "l",
  operations: ["read"],
  scope: "channel",
  callsMax: 3,
  windowMs: 1_000,
  source: "test",
};
const reads = (...times: number[]) => times.map((atMs) => ({ operation: "read", atMs }));

test("three calls in each second are within three per second", () => {
  expect(callsOver(limit, reads(0, 400, 999, 1_000, 1_400, 1_999))).toBeNull();
});

test("a window counts wherever it begins", () => {
  expect(callsOver(limit, reads(0, 900, 950, 1_000, 1_050))).toEqual({ calls: 4 });
});

test("calls of other operations do not count", () => {
  expect(callsOver(limit, [...reads(0, 1, 2), { operation: "write", atMs: 3 }])).toBeNull();
});

test("a window that clocks leave nothing of holds what comes at once", () => {
  expect(callsOver({ ...limit, windowMs: 0 }, reads(0, 1, 2, 3, 3, 4))).toBeNull();
});
