/** When mail leaves, by the clocks of the shop: over midnight, and as they go forward and back. */
import { describe, expect, it } from "vitest";
import { afterQuiet, atOnce, leavesNotBefore, nextDigest, nextTime } from "#app/flows/mail-times.ts";
import type { MailTimes } from "#app/notifications/settings.ts";

const LONDON = "Europe/London";
const at = (text: string) => new Date(text);
const NIGHT = { from: "22:00", to: "07:00" };
const times = (more: Partial<MailTimes> = {}): MailTimes => ({
  quiet: NIGHT,
  digestAt: "08:00",
  escalation: null,
  ...more,
});

describe("quiet hours", () => {
  it.each([
    ["before them", "2026-11-22T21:59:00Z", "2026-11-22T21:59:00Z"],
    ["as they begin", "2026-11-22T22:00:00Z", "2026-11-23T07:00:00Z"],
    ["after midnight", "2026-11-23T03:00:00Z", "2026-11-23T07:00:00Z"],
    ["as they end", "2026-11-23T07:00:00Z", "2026-11-23T07:00:00Z"],
    ["in summer, an hour earlier by UTC", "2026-07-01T21:30:00Z", "2026-07-02T06:00:00Z"],
    ["the night the clocks go forward", "2026-03-28T23:00:00Z", "2026-03-29T06:00:00Z"],
    ["the night the clocks go back", "2026-10-24T22:00:00Z", "2026-10-25T07:00:00Z"],
  ])("%s", (_, now, leaves) => {
    expect(afterQuiet(NIGHT, LONDON, at(now))).toEqual(at(leaves));
  });

  it.each([
    ["before them", "11:59", "11:59"],
    ["as they begin", "12:00", "13:00"],
    ["as they end", "13:00", "13:00"],
    ["after them", "14:00", "14:00"],
  ])("within a day: %s", (_, now, leaves) => {
    const quiet = { from: "12:00", to: "13:00" };
    expect(afterQuiet(quiet, LONDON, at(`2026-11-22T${now}:00Z`))).toEqual(at(`2026-11-22T${leaves}:00Z`));
  });

  it("that end at a time which that night does not have end as the clocks go forward", () => {
    const ends = afterQuiet({ from: "00:00", to: "01:30" }, LONDON, at("2026-03-29T00:30:00Z"));
    expect(ends.getTime()).toBeGreaterThanOrEqual(at("2026-03-29T00:30:00Z").getTime());
    expect(ends.getTime()).toBeLessThanOrEqual(at("2026-03-29T01:30:00Z").getTime());
  });

  it("within a day, and those from one time to the same, which are none", () => {
    expect(afterQuiet({ from: "12:00", to: "13:00" }, LONDON, at("2026-11-22T12:30:00Z"))).toEqual(
      at("2026-11-22T13:00:00Z"),
    );
    expect(afterQuiet({ from: "12:00", to: "12:00" }, LONDON, at("2026-11-22T12:30:00Z"))).toEqual(
      at("2026-11-22T12:30:00Z"),
    );
    expect(afterQuiet(null, LONDON, at("2026-11-22T12:30:00Z"))).toEqual(at("2026-11-22T12:30:00Z"));
  });
});

describe("a mail", () => {
  it("at once leaves half a minute later, ten minutes after the one before, and not in quiet hours", () => {
    const now = at("2026-11-22T12:00:00Z");
    expect(atOnce(times(), LONDON, now, null)).toEqual(at("2026-11-22T12:00:30Z"));
    expect(atOnce(times(), LONDON, now, at("2026-11-22T11:55:00Z"))).toEqual(at("2026-11-22T12:05:00Z"));
    expect(atOnce(times(), LONDON, at("2026-11-22T21:59:45Z"), null)).toEqual(at("2026-11-23T07:00:00Z"));
  });

  it("that is ready waits for the end of quiet hours, but not that of the day or one that is asked for", () => {
    const [moment, end] = [at("2026-11-22T23:00:00Z"), at("2026-11-23T07:00:00Z")];
    const quiet = { from: "22:00", to: "07:00" };
    const leaves = (kind: string) => leavesNotBefore(kind, quiet, LONDON, moment);
    expect(["alerts", "escalation", "digest", "test"].map(leaves)).toEqual([end, end, moment, moment]);
  });

  it("of the day leaves at its time there, each day once, whatever the clocks do", () => {
    expect(nextDigest(times(), "America/New_York", at("2026-11-22T12:59:00Z"))).toEqual(at("2026-11-22T13:00:00Z"));
    expect(nextDigest(times(), "America/New_York", at("2026-11-22T13:00:01Z"))).toEqual(at("2026-11-23T13:00:00Z"));
    expect(nextDigest(times(), LONDON, at("2026-03-28T08:00:01Z"))).toEqual(at("2026-03-29T07:00:00Z"));
    expect(nextDigest(times(), LONDON, at("2026-10-24T07:00:01Z"))).toEqual(at("2026-10-25T08:00:00Z"));
    // Not before that very moment, which counts.
    expect(nextTime("08:00", LONDON, at("2026-11-22T08:00:00Z"))).toEqual(at("2026-11-22T08:00:00Z"));
    expect(nextTime("08:00", "Pacific/Kiritimati", at("2026-11-22T12:00:00Z"))).toEqual(at("2026-11-22T18:00:00Z"));
  });
});
