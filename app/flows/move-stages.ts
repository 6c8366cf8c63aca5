/** Time has passed: who has not bought for so long is at risk now, or has lapsed. */
import { countCustomers } from "../customers/figures.ts";
import { inTransaction } from "../db.server.ts";
import type { Runtime } from "../runtime.ts";

/** An order of any of them waits as long as they are counted. */
const TOGETHER_MAX = 20;

export async function moveStages(rt: Runtime, customerIds: readonly number[]): Promise<void> {
  for (let start = 0; start < customerIds.length; start += TOGETHER_MAX) {
    const some = customerIds.slice(start, start + TOGETHER_MAX);
    await inTransaction(rt.db, (tx) => countCustomers(tx, some, rt.clock.now()));
  }
}
