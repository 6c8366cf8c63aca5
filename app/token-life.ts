/** When an access token is renewed. Pure. */
import { addMs } from "./clock.ts";

/** Long enough for whatever is begun with it, waiting for its turn included. */
export const RENEW_WHEN_LEFT_MS = 5 * 60_000;

/** `endsAt` null: it never ends. */
export function isGood(endsAt: Date | null | undefined, now: Date): boolean {
  return !endsAt || endsAt > addMs(now, RENEW_WHEN_LEFT_MS);
}
