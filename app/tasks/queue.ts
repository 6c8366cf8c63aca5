import type { Tx } from "../db.server.ts";
import type { TaskName, TaskPayload } from "./task-map.ts";

/** How flows ask for work. */
export interface Queue {
  /**
   * Enqueues inside `tx`: the task exists if and only if the transaction that caused it commits. A task that is already
   * waiting is not added again. `delayMs` puts it off.
   */
  send<Name extends TaskName>(
    tx: Tx,
    name: Name,
    payload: TaskPayload<Name>,
    options?: { delayMs?: number },
  ): Promise<void>;
}
