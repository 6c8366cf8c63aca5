import { expect, it } from "vitest";
import { clockTime, readDay, readMinute, sayDay, sayDuration, sayLatency, startOfDay } from "#app/views/shop-time.ts";

const read = (text: string | null, timezone = "Europe/Berlin") => readMinute(text, timezone);

it("a minute out of a link is one of the shop's clocks, from its first moment to the next minute's", () => {
  const minute = read("2026-11-22T14:23");
  expect(minute?.from.toISOString()).toBe("2026-11-22T13:23:00.000Z");
  expect(minute?.to.toISOString()).toBe("2026-11-22T13:24:00.000Z");
  // Some browsers send seconds.
  expect(read("2026-11-22T14:23:45")).toEqual(minute);
  expect(read("2026-07-22T14:23")?.from.toISOString()).toBe("2026-07-22T12:23:00.000Z");
  expect(read("2026-11-22T14:23", "America/Los_Angeles")?.from.toISOString()).toBe("2026-11-22T22:23:00.000Z");
});

it("a minute that comes twice is the first, and the moment is said in the shop's clocks", () => {
  const minute = read("2026-10-25T02:30");
  expect(minute && clockTime(minute.from, "Europe/Berlin")).toBe("02:30:00");
  expect(clockTime(new Date("2026-11-22T13:23:05.900Z"), "Europe/Berlin")).toBe("14:23:05");
});

it.each([
  null,
  "",
  "now",
  "2026-11-22",
  "2026-02-30T10:00",
  "2026-11-22T25:00",
  "9999-12-31T23:59",
  "2026-11-22T14:23Z",
])("what is no minute is none: %s", (text) => expect(read(text)).toBeNull());

it("a duration is said in the unit that a person would use", () => {
  expect([0, 4_000, 89_000, 91_000, 3_600_000, 7_200_000, 35 * 3_600_000, 5 * 86_400_000].map(sayDuration)).toEqual([
    "0 s",
    "4 s",
    "89 s",
    "2 min",
    "60 min",
    "2 h",
    "35 h",
    "5 days",
  ]);
});

it("a duration changes its unit at one and a half of the next", () => {
  const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
  const around = (ms: number) => [sayDuration(ms - 1), sayDuration(ms)];
  expect([around(1.5 * minute), around(1.5 * hour), around(1.5 * day)]).toEqual([
    ["90 s", "2 min"],
    ["90 min", "2 h"],
    ["36 h", "2 days"],
  ]);
});

it("what is fast is said to the tenth of a second", () => {
  expect([0, 849, 9_949, 9_950, 60_000].map(sayLatency)).toEqual(["0.0 s", "0.8 s", "9.9 s", "10 s", "60 s"]);
});

it("a day is said by its name there", () => {
  const months = Array.from({ length: 12 }, (_, at) => sayDay(new Date(Date.UTC(2026, at, 5, 12)), "Europe/Berlin"));
  const names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  expect(months).toEqual(names.map((name) => `5 ${name} 2026`));
  expect(sayDay(new Date("2026-11-30T23:30:00Z"), "Europe/Berlin")).toBe("1 Dec 2026");
});

it("a day out of a form begins as the shop's clocks say, and what is no day is none", () => {
  const text = "2026-11-22";
  expect(readDay(text, "Europe/Berlin")).toEqual({ text, from: new Date("2026-11-21T23:00:00Z") });
  expect(startOfDay(text, "America/Los_Angeles")).toEqual(new Date("2026-11-22T08:00:00Z"));
  // The day on which the clocks go back there, before they do.
  expect(startOfDay("2026-11-01", "America/Los_Angeles")).toEqual(new Date("2026-11-01T07:00:00Z"));
  for (const wrong of [null, "", "today", "2026-02-31", "2026-11-22T10:00"]) expect(readDay(wrong, "UTC")).toBeNull();
});
