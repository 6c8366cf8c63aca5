/** What a machine's speed is measured by in the run itself, so that limits mean the same on any: one row read, one row written. */
import type { Db } from "#app/db.server.ts";
import { SHOP_ID } from "./seeded-database.ts";

export interface Yardsticks {
  /** R: the median time of one warm row, read by its id through the app's own client. */
  readMs: number;
  /** W: the median time of one row, changed and committed. */
  writeMs: number;
}

const READS = 2_000;
const WRITES = 500;

export async function measureYardsticks(db: Db): Promise<Yardsticks> {
  return {
    readMs: await medianMs(READS, () => db.shop.findUnique({ where: { id: SHOP_ID } })),
    writeMs: await medianMs(
      WRITES,
      (n) => db.$executeRaw`UPDATE "Shop" SET name = ${`Shop ${n}`} WHERE id = ${SHOP_ID}`,
    ),
  };
}

/** Of `times` calls, one after the other. */
export async function medianMs(times: number, work: (n: number) => Promise<unknown>): Promise<number> {
  return quantile(await timesMs(times, work), 0.5);
}

export async function timesMs(times: number, work: (n: number) => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const startedAt = performance.now();
    await work(n);
    taken.push(performance.now() - startedAt);
  }
  return taken;
}

/** Of at least one value. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
