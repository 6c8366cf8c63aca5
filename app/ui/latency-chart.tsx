/**
 * How long changes took, hour by hour or day by day: for each the span that half of them and 95 of 100 took, on a scale where
 * seconds and hours both can be seen. A drawing of our own: the charts of @shopify/polaris-viz bring d3 and an animation
 * library for what are two dozen bars. Whoever can't see it has the same as a table.
 */
import { useBreakpoints } from "@shopify/polaris";
import type { CSSProperties } from "react";
import type { LatencyPoint } from "../views/latency.ts";
import { sayLatency } from "../views/shop-time.ts";

const HEIGHT = 150;
const LEFT = 48;
const BOTTOM = 20;
/** In its own units: drawn about as wide as it is shown, its text stays as large as the text around it. */
const WIDE = { width: 720, names: 6 };
const NARROW = { width: 340, names: 3 };
const FLOOR_MS = 100;
/** For screen readers. */
const UNSEEN: CSSProperties = {
  position: "absolute",
  width: 1,
  height: 1,
  overflow: "hidden",
  clipPath: "inset(50%)",
  whiteSpace: "nowrap",
};
/** Lines to read the bars by. */
const MARKS_MS = [1_000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000];

export interface LatencyChartProps {
  caption: string;
  points: readonly LatencyPoint[];
  /** "14:00", "22 Nov" */
  nameOf(startsAt: string): string;
}

export function LatencyChart({ caption, points, nameOf }: LatencyChartProps) {
  const { smDown } = useBreakpoints();
  const { width, names } = smDown ? NARROW : WIDE;
  const longest = Math.max(10_000, ...points.map((point) => point.mostMs ?? 0));
  const heightOf = (ms: number): number =>
    ((HEIGHT - BOTTOM) * Math.log(Math.max(FLOOR_MS * 1.2, ms) / FLOOR_MS)) / Math.log((longest * 1.3) / FLOOR_MS);
  const step = (width - LEFT) / points.length;
  const bar = (at: number, ms: number | null, fill: string) =>
    ms === null ? null : (
      <rect
        x={LEFT + at * step + step * 0.2}
        y={HEIGHT - BOTTOM - heightOf(ms)}
        width={step * 0.6}
        height={heightOf(ms)}
        rx="2"
        fill={fill}
      />
    );
  const every = Math.ceil(points.length / names);
  return (
    <>
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} width="100%" aria-hidden="true" focusable="false">
        {MARKS_MS.filter((ms) => ms < longest * 1.3).map((ms) => (
          <g key={ms}>
            <line
              x1={LEFT}
              x2={width}
              y1={HEIGHT - BOTTOM - heightOf(ms)}
              y2={HEIGHT - BOTTOM - heightOf(ms)}
              stroke="var(--p-color-border-secondary)"
            />
            <text
              x={LEFT - 6}
              y={HEIGHT - BOTTOM - heightOf(ms) + 4}
              textAnchor="end"
              fontSize="11"
              fill="var(--p-color-text-secondary)"
            >
              {`${sayLatency(ms).replace(".0", "")}`}
            </text>
          </g>
        ))}
        {points.map((point, at) => (
          <g key={point.startsAt}>
            {bar(at, point.mostMs, "var(--p-color-bg-fill-info-secondary, #bfe3ff)")}
            {bar(at, point.halfMs, "var(--p-color-bg-fill-emphasis, #005bd3)")}
            {at % every === 0 ? (
              <text x={LEFT + at * step} y={HEIGHT - 5} fontSize="11" fill="var(--p-color-text-secondary)">
                {nameOf(point.startsAt)}
              </text>
            ) : null}
          </g>
        ))}
        <line x1={LEFT} x2={width} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM} stroke="var(--p-color-border)" />
      </svg>
      <div style={UNSEEN}>
        <table>
          <caption>{caption}</caption>
          <thead>
            <tr>
              <th>From</th>
              <th>Changes</th>
              <th>Half within</th>
              <th>95 of 100 within</th>
            </tr>
          </thead>
          <tbody>
            {points
              .filter((point) => point.changes > 0)
              .map(({ startsAt, changes, halfMs, mostMs }) => (
                <tr key={startsAt}>
                  <th scope="row">{nameOf(startsAt)}</th>
                  <td>{changes}</td>
                  <td>{sayLatency(halfMs ?? 0)}</td>
                  <td>{sayLatency(mostMs ?? 0)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
