/** What shuts somebody out of the page that is shown: what axe-core finds, and a page that is wider than its window. */
import axe from "axe-core";
import type { Frame, Locator } from "playwright-core";
import { expect } from "vitest";
import { DESK, PHONE, type Visit } from "./chromium.ts";

const NAMED_MAX = 3;

/** As much of a long page as a person looks at. */
const LOOKED_AT_PX = 3_000;

/**
 * At a desk and on a phone, one line a rule that is broken, whatever its weight. Leaves the window as wide as at a desk.
 * `name`: of the screenshots of the whole page, for people to look at.
 */
export async function shutsOut({ page, shot }: Visit, name?: string): Promise<string[]> {
  const frame = await (await page.waitForSelector("iframe#app")).contentFrame();
  if (!frame) throw new Error("the app is not in its frame");
  const wrong: string[] = [];
  for (const size of [PHONE, DESK]) {
    await page.setViewportSize(size);
    const faults = [...(await brokenRules(frame)), ...(await tooWide(frame))];
    wrong.push(...faults.map((fault) => `at ${size.width} px: ${fault}`));
    if (name === undefined) continue;
    const height = await frame.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ ...size, height: Math.min(Math.max(height, size.height), LOOKED_AT_PX) });
    await shot(`${name}-${size.width}`);
    await page.setViewportSize(size);
  }
  return wrong;
}

async function brokenRules(frame: Frame): Promise<string[]> {
  // Evaluated, not added as a script: the page's own policy allows none.
  await frame.evaluate(axe.source);
  const { violations } = await frame.evaluate(async () => {
    // What is laid out anew for another width is so two frames later.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const { axe: here } = window as unknown as { axe: typeof axe };
    return here.run(document, { resultTypes: ["violations"] });
  });
  return violations.map(({ id, impact, help, nodes }) => {
    const where = nodes.slice(0, NAMED_MAX).map((node) => node.html.slice(0, 160));
    return `${id} (${impact}): ${help}, ${nodes.length} times: ${where.join(" · ")}`;
  });
}

async function tooWide(frame: Frame): Promise<string[]> {
  const wider = await frame.evaluate(() => document.body.scrollWidth - window.innerWidth);
  return wider > 0 ? [`${wider} px wider than the window`] : [];
}

/** Until React has taken an element over, a key or a click does what the bare page does. */
export async function isTakenOver(element: Locator, wait: { timeout: number }): Promise<void> {
  const taken = () => element.evaluate((node) => Object.keys(node).some((key) => key.startsWith("__reactProps")));
  await expect.poll(taken, wait).toBe(true);
}
