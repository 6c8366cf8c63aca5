import type { Db, Tx } from "../db.server.ts";
import type { TaskName, TaskPayload } from "./task-map.ts";

/** How flows ask for work. */
export interface Queue {
  /**
   * Enqueues inside `tx`, if it is a transaction: then the task exists if and only if what caused it does. A task that is already
   * waiting is not added again. `delayMs` puts it off.
   */
  send<Name extends TaskName>(
    tx: Db | Tx,
    name: Name,
    payload: TaskPayload<Name>,
    options?: { delayMs?: number },
  ): Promise<void>;
}
