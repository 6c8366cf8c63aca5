import type { Result } from "#connectors/contract/failures.ts";

/** The work at hand can't go on without this. It is left as it was, and whoever asked for it tries again later. */
export class RemoteFailureError extends Error {
  override name = "RemoteFailureError";
}

export function orThrow<T>(result: Result<T>): T {
  if (!result.ok) throw new RemoteFailureError(result.failure.message);
  return result.value;
}
