import { describe, expect, it } from "vitest";
import type { Latency } from "#app/generated/prisma/client.ts";
import { histogramOf } from "#app/latencies/histogram.ts";
import { latencyView } from "#app/views/latency.ts";
import { sayLatency } from "#app/views/shop-time.ts";

const now = new Date("2026-11-22T12:34:56.000Z");
const row = (
  channelId: number,
  span: "hour" | "day",
  startsAt: string,
  tookMs: number[],
  more: Partial<Latency> = {},
): Latency => ({
  channelId,
  span,
  startsAt: new Date(startsAt),
  counts: histogramOf(tookMs),
  decreases: 0,
  decreasesMs: 0n,
  takenDown: 0,
  ...more,
});

describe("how fast changes get there", () => {
  const channels = [
    { id: 3, name: "eBay" },
    { id: 4, name: "Etsy" },
    { id: 5, name: "Depop" },
    { id: 6, name: "Vinted" },
  ];
  const view = latencyView({
    channels,
    now,
    oldest: new Map([4, 6].map((id) => [id, new Date("2026-11-22T12:30:00.000Z")])),
    rows: [
      row(3, "hour", "2026-11-21T13:00:00Z", [2_000]),
      row(3, "hour", "2026-11-22T12:00:00Z", [2_000, 2_000]),
      row(3, "day", "2026-10-24T00:00:00Z", [60_000], { decreases: 1, decreasesMs: 60_000n }),
      row(3, "day", "2026-11-22T00:00:00Z", [2_000, 2_000], { decreases: 2, decreasesMs: 4_000n, takenDown: 1 }),
      row(4, "day", "2026-11-22T00:00:00Z", [8_000], { decreases: 1, decreasesMs: 8_000n, takenDown: 1 }),
    ],
  });

  it("is told by channel, over a day and over 30", () => {
    const [ebay, etsy] = view.channels;
    expect([ebay?.day.changes, ebay?.month.changes, etsy?.day.changes, etsy?.month.changes]).toEqual([3, 3, 0, 1]);
    expect(etsy?.day).toEqual({ changes: 0, halfMs: null, mostMs: null });
    expect(ebay?.month.mostMs).toBeGreaterThan(50_000);
    expect([ebay?.oldestChangeAt, etsy?.oldestChangeAt]).toEqual([null, "2026-11-22T12:30:00.000Z"]);
  });

  it("says nothing of a channel without a change, unless one waits", () => {
    expect(view.channels.map(({ name, month }) => [name, month.changes])).toEqual([
      ["eBay", 3],
      ["Etsy", 1],
      ["Vinted", 0],
    ]);
  });

  it("has a point for each hour and each day, with all channels in it, the one that runs now last", () => {
    expect([view.points.day.length, view.points.month.length]).toEqual([24, 30]);
    expect(view.points.day.filter((one) => one.changes > 0).map((one) => [one.startsAt, one.changes])).toEqual([
      ["2026-11-21T13:00:00.000Z", 1],
      ["2026-11-22T12:00:00.000Z", 2],
    ]);
    expect(view.points.day[0]?.startsAt).toBe("2026-11-21T13:00:00.000Z");
    expect(view.points.month.map((one) => one.changes)).toEqual([1, ...Array(28).fill(0), 3]);
  });

  it("compares with polling by what was lowered: five minutes for each, less what it took", () => {
    expect(view.month).toEqual({ takenDown: 2, decreases: 4, staleMs: 72_000, polledMs: 4 * 300_000 });
  });
});

it("says how long as a person would", () => {
  expect([0, 840, 9_900, 9_960, 89_000, 100_000].map(sayLatency)).toEqual([
    "0.0 s",
    "0.8 s",
    "9.9 s",
    "10 s",
    "89 s",
    "2 min",
  ]);
});
