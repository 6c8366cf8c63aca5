/**
 * The queue in virtual time, with pg-boss's policy `short`: of one key at most one nudge waits, while another may run. It
 * outlives workers, as a table does; what a worker was running when it died is lost, and the tick must find it.
 */
import { type TaskName, type TaskPayload, taskKey } from "#app/tasks/task-map.ts";

export interface QueuedTask {
  name: TaskName;
  payload: TaskPayload<TaskName>;
  key: string;
  dueMs: number;
}

export interface TaskQueue {
  add<Name extends TaskName>(name: Name, payload: TaskPayload<Name>, delayMs: number): void;
  /** Takes one that is due; `choose` decides which. */
  take(choose: (due: readonly QueuedTask[]) => QueuedTask): QueuedTask | null;
  readonly waiting: number;
}

export function createTaskQueue(nowMs: () => number, onAdded: () => void): TaskQueue {
  const waiting = new Map<string, QueuedTask>();
  return {
    add(name, payload, delayMs) {
      const key = `${taskKey(name, payload)}${delayMs > 0 ? ":later" : ""}`;
      if (waiting.has(key)) return;
      waiting.set(key, { name, payload, key, dueMs: nowMs() + delayMs });
      onAdded();
    },
    take(choose) {
      const due = [...waiting.values()].filter((task) => task.dueMs <= nowMs());
      if (due.length === 0) return null;
      const task = choose(due);
      waiting.delete(task.key);
      return task;
    },
    get waiting() {
      return waiting.size;
    },
  };
}
