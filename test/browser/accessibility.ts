/** What axe-core finds wrong on the page that is shown: names, contrast, tables, lists, headings and landmarks. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Visit } from "./chromium.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const NAMED_MAX = 3;

/** What is read of axe-core's results. */
interface Found {
  violations: { id: string; impact: string; help: string; nodes: { html: string }[] }[];
}

/** One line a rule that is broken, whatever its weight, with some of the elements. */
export async function shutsOut({ page }: Visit): Promise<string[]> {
  const frame = await (await page.waitForSelector("iframe#app")).contentFrame();
  if (!frame) throw new Error("the app is not in its frame");
  // Evaluated, not added as a script: the page's own policy allows none.
  await frame.evaluate(AXE);
  const { violations } = await frame.evaluate<Found>(() =>
    (window as unknown as { axe: { run(node: Document, options: object): Promise<Found> } }).axe.run(document, {
      resultTypes: ["violations"],
    }),
  );
  return violations.map(({ id, impact, help, nodes }) => {
    const where = nodes.slice(0, NAMED_MAX).map((node) => node.html.slice(0, 160));
    return `${id} (${impact}): ${help}, ${nodes.length} times: ${where.join(" · ")}`;
  });
}
