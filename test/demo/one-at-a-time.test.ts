import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "turns-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A process that waits for its turn, says that it has it, works for a moment and says that it is done. */
async function work(): Promise<void> {
  const program = `
    import { appendFileSync } from "node:fs";
    import { setTimeout as wait } from "node:timers/promises";
    import { waitForTurn } from ${JSON.stringify(join(import.meta.dirname, "one-at-a-time.ts"))};
    await waitForTurn("held");
    appendFileSync("said", "begun ");
    await wait(300);
    appendFileSync("said", "done ");`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { cwd: folder, stdio: "inherit" });
  expect(await once(child, "close")).toEqual([0, null]);
}

test("of processes that begin at once, one works after the other", async () => {
  await Promise.all([work(), work(), work()]);
  expect(readFileSync(join(folder, "said"), "utf8")).toBe("begun done begun done begun done ");
});

test("a process that was killed keeps nobody waiting", async () => {
  const killed = spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"]);
  writeFileSync(join(folder, "held"), `${killed.pid}`);
  killed.kill("SIGKILL");
  await once(killed, "close");
  await work();
  expect(readFileSync(join(folder, "said"), "utf8")).toBe("begun done ");
});
