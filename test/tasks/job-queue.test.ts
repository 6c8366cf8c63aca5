/** The queue on the embedded database, where it shares one connection with the app. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { systemClock } from "#app/clock.ts";
import { type Database, inTransaction, openDatabase } from "#app/db.server.ts";
import { createLogger } from "#app/logger.ts";
import { createJobQueue, type JobQueue, type TaskHandlers } from "#app/tasks/job-queue.server.ts";
import { taskSchemas } from "#app/tasks/task-map.ts";

describe("the job queue on the embedded database", () => {
  let folder: string;
  let database: Database;
  let queue: JobQueue;
  const ran: unknown[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "lockstep-queue-"));
    database = await openDatabase({ dataDir: folder });
    queue = await createJobQueue(database, createLogger("silent"), systemClock);
    const handler = async (payload: unknown): Promise<void> => void ran.push(payload);
    await queue.work(Object.fromEntries(Object.keys(taskSchemas).map((name) => [name, handler])) as TaskHandlers);
  });
  afterAll(async () => {
    await queue.close();
    await database.close();
    rmSync(folder, { recursive: true });
  });

  it("runs what was sent in a transaction that is stored, and nothing of one that is rolled back", async () => {
    const { db } = database;
    const failed = inTransaction(db, async (tx) => {
      await queue.send(tx, "push-quantities", { channelId: 1 });
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    await inTransaction(db, (tx) => queue.send(tx, "push-quantities", { channelId: 2 }));
    await vi.waitFor(() => expect(ran).toContainEqual({ channelId: 2 }), { timeout: 20_000 });
    expect(ran).not.toContainEqual({ channelId: 1 });
  });

  it("keeps the statements of the app out of each other's transactions", async () => {
    const { db } = database;
    const slow = inTransaction(db, async (tx) => {
      for (let index = 3; index < 9; index += 1) await queue.send(tx, "push-quantities", { channelId: index });
      await tx.$queryRaw`SELECT 1 / 0`;
    });
    const others = Array.from({ length: 6 }, (_, index) =>
      inTransaction(db, (tx) => queue.send(tx, "push-quantities", { channelId: 20 + index })),
    );
    await expect(slow).rejects.toThrow("division by zero");
    await Promise.all(others);
    await vi.waitFor(() => expect(ran).toContainEqual({ channelId: 25 }), { timeout: 20_000 });
    expect(ran).not.toContainEqual({ channelId: 3 });
  });

  it("goes on with what waits, and leaves none of it to the poll", async () => {
    // One transaction notifies once. Left to the poll, the last of these would run after a minute and a half.
    const channelIds = Array.from({ length: 120 }, (_, index) => 100 + index);
    await inTransaction(database.db, async (tx) => {
      for (const channelId of channelIds) await queue.send(tx, "push-quantities", { channelId });
    });
    const seen = () => new Set(ran.map((payload) => (payload as { channelId: number }).channelId));
    await vi.waitFor(() => expect(channelIds.filter((id) => !seen().has(id))).toEqual([]), { timeout: 30_000 });
  });

  it("makes few tasks of many nudges for the same, and one of them comes after the last", async () => {
    const mine = () => ran.filter((payload) => (payload as { shopDomain?: string }).shopDomain === "a.test").length;
    const nudged = 200;
    for (let times = 0; times < nudged; times += 1) queue.nudge("apply-level-updates", { shopDomain: "a.test" });
    await vi.waitFor(() => expect(mine()).toBeGreaterThan(0), { timeout: 20_000 });
    await systemClock.sleep(300);
    const before = mine();
    expect(before).toBeLessThan(nudged / 20);
    queue.nudge("apply-level-updates", { shopDomain: "a.test" });
    await vi.waitFor(() => expect(mine()).toBeGreaterThan(before), { timeout: 20_000 });
  });
});
