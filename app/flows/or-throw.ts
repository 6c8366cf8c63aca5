import type { Failure, Result } from "#connectors/contract/failures.ts";

/** The work at hand can't go on without this. It is left as it was, and whoever asked for it tries again later. */
export class RemoteFailureError extends Error {
  override name = "RemoteFailureError";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

export function orThrow<T>(result: Result<T>): T {
  if (!result.ok) throw new RemoteFailureError(result.failure);
  return result.value;
}
