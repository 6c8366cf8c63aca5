/** Outcomes as a merchant asks for them. */
export const HISTORY_OUTCOMES = {
  succeeded: { label: "Went well", outcomes: ["accepted", "verified", "done", "unchanged"] },
  failed: { label: "Needs you", outcomes: ["rejected", "unauthorized", "held"] },
  retried: { label: "Tried again by itself", outcomes: ["throttled", "unavailable", "unclear", "superseded"] },
  sending: { label: "Under way", outcomes: ["sending"] },
} as const;
export type HistoryOutcome = keyof typeof HISTORY_OUTCOMES;

export function isHistoryOutcome(value: string): value is HistoryOutcome {
  return Object.hasOwn(HISTORY_OUTCOMES, value);
}
