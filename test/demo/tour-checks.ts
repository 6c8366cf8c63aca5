/** What the tour finds: each check is printed as it is made, and counted. */

const WAIT_MS_MAX = 30_000;
const LOOK_EVERY_MS = 40;

interface Check {
  what: string;
  ok: boolean;
  detail: string;
}

const checks: Check[] = [];

export function title(text: string): void {
  console.log(`\n${text}`);
}

export function record(what: string, ok: boolean, detail: string): void {
  checks.push({ what, ok, detail });
  console.log(`  ${ok ? "ok  " : "FAIL"}  ${what}${detail ? `: ${detail}` : ""}`);
}

/** Waits until `read` gives `wanted`, and says how long that took. */
export async function becomes<T>(
  what: string,
  read: () => T | Promise<T>,
  wanted: T,
  waitMs = WAIT_MS_MAX,
): Promise<void> {
  const startedAt = Date.now();
  const text = JSON.stringify(wanted);
  let last = "";
  while (Date.now() - startedAt < waitMs) {
    last = JSON.stringify(await read());
    if (last === text) return record(what, true, `${text} after ${Date.now() - startedAt} ms`);
    await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
  }
  record(what, false, `is ${last}, should be ${text}`);
}

export async function is<T>(what: string, read: () => T | Promise<T>, wanted: T): Promise<void> {
  const found = JSON.stringify(await read());
  const text = JSON.stringify(wanted);
  record(what, found === text, found === text ? text : `is ${found}, should be ${text}`);
}

export function countChecks(): { right: number; wrong: number } {
  const wrong = checks.filter((check) => !check.ok).length;
  return { right: checks.length - wrong, wrong };
}
