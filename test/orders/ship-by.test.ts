/** When a merchant is told that an order is still to be shipped. */
import { describe, expect, it } from "vitest";
import { shipByStep, type ToShip } from "#app/orders/ship-by.ts";

const at = (text: string) => new Date(`2026-12-${text}:00Z`);
const BY = at("10T12:00");
const ORDER: ToShip = { shipBy: BY, remoteStatus: "paid", stage: "placed", unitsLeft: 1, isBeingCancelled: false };

describe("the time by which an order is to be shipped", () => {
  it.each<[now: string, hours: number | null, expected: unknown]>([
    ["09T11:59", 24, { kind: "wait", until: at("09T12:00") }],
    ["09T12:00", 24, { kind: "tell", isLate: false, again: BY }],
    ["10T11:59", 24, { kind: "tell", isLate: false, again: BY }],
    ["10T12:00", 24, { kind: "tell", isLate: true, again: null }],
    ["10T10:59", 1, { kind: "wait", until: at("10T11:00") }],
    ["10T11:59", null, { kind: "wait", until: BY }],
    ["10T12:00", null, { kind: "over" }],
  ])("at %s, to be told %s hours before", (now, hours, expected) => {
    expect(shipByStep(ORDER, hours, at(now))).toEqual(expected);
  });

  it.each<[what: string, change: Partial<ToShip>]>([
    ["has no such time", { shipBy: null }],
    ["is not paid", { remoteStatus: "pending" }],
    ["is cancelled over there", { remoteStatus: "cancelled" }],
    ["is cancelled", { stage: "cancelled" }],
    ["has nothing left to send", { stage: "empty" }],
    ["is all sent", { unitsLeft: 0 }],
    ["was sent twice", { unitsLeft: -1 }],
    ["is being cancelled", { isBeingCancelled: true }],
  ])("is nothing to hear of where it %s", (_, change) => {
    expect(shipByStep({ ...ORDER, ...change }, 24, at("10T00:00"))).toEqual({ kind: "over" });
  });

  it.each(["claimed", "sent", "held", "entered"])("counts for an order that is %s, too", (stage) => {
    expect(shipByStep({ ...ORDER, stage }, 24, at("10T00:00"))).toMatchObject({ kind: "tell" });
  });
});
