import { expect, it } from "vitest";
import { clockTime, readMinute, sayDuration } from "#app/views/shop-time.ts";

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
