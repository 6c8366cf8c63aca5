/**
 * Errors come in three kinds and no fourth: a defect is asserted and thrown, an expected outcome is a value, a remote
 * failure is the connector contract's Failure.
 */

/** A bug in this program. Never thrown for what the outside world or a person did. */
export class DefectError extends Error {
  override name = "DefectError";
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new DefectError(message);
}

/** What a person who starts the program must mend; printed without a stack. */
export class SetupError extends Error {
  override name = "SetupError";
}
