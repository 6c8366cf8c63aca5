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
  /**
   * Asks for work soon, and lets nobody wait for the asking: of many nudges for the same within a moment few are enqueued. One
   * that is lost with its process must be found by the tick.
   */
  nudge<Name extends TaskName>(name: Name, payload: TaskPayload<Name>): void;
}
