/** How long an approved change can be undone. Pure: the screen offers what the flow allows. */
import { addMs } from "../clock.ts";

const UNDO_MS = 7 * 24 * 60 * 60_000;

export function undoEndsAt(approvedAt: Date): Date {
  return addMs(approvedAt, UNDO_MS);
}
