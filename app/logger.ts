/**
 * One JSON line per event. Buyer data and secrets never reach a log: callers pass ids and counts, and the paths below
 * are a second fence.
 */
import pino from "pino";

export type Logger = pino.Logger;

const REDACTED = [
  "*.accessToken",
  "*.refreshToken",
  "*.credentials",
  "*.email",
  "*.phone",
  "*.buyer",
  "*.payload",
  "*.address",
];

/** Lines go to standard output unless `to` is given. */
export function createLogger(level: string, to?: pino.DestinationStream): Logger {
  const options = { level, name: "lockstep", redact: { paths: REDACTED, censor: "[redacted]" } };
  return to ? pino(options, to) : pino(options);
}
