import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

const LOOK_EVERY_MS = 200;

/**
 * Resolves once no other living process holds `file`, which names its holder's process. Ours holds it until it ends;
 * whoever was killed holds nothing.
 */
export async function waitForTurn(file: string): Promise<void> {
  const ours = `${file}.${process.pid}`;
  writeFileSync(ours, `${process.pid}`);
  try {
    while (!tryToHold(file, ours)) await wait(LOOK_EVERY_MS);
  } finally {
    rmSync(ours);
  }
  process.once("exit", () => rmSync(file, { force: true }));
}

/** By a link, so that nobody ever reads a file whose holder is not written yet. */
function tryToHold(file: string, ours: string): boolean {
  try {
    linkSync(ours, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  if (!isHeld(file)) rmSync(file, { force: true });
  return false;
}

function isHeld(file: string): boolean {
  try {
    process.kill(Number(readFileSync(file, "utf8")), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
