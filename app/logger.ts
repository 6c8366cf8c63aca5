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

export function createLogger(level: string, name = "lockstep"): Logger {
  return pino({ level, name, redact: { paths: REDACTED, censor: "[redacted]" } });
}
