/** What axe-core finds wrong on the page that is shown: what shuts somebody out, by the rules of WCAG A and AA. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Visit } from "./chromium.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
const GRAVE: readonly unknown[] = ["serious", "critical"];
const NAMED_MAX = 3;

/** One line a rule, with some of the elements. */
export async function shutsOut({ page }: Visit): Promise<string[]> {
  const frame = await (await page.waitForSelector("iframe#app")).contentFrame();
  if (!frame) throw new Error("the app is not in its frame");
  // Evaluated, not added as a script: the page's own policy allows none.
  await frame.evaluate(AXE);
  const { violations } = await frame.evaluate<AxeResults, string[]>(
    (values) =>
      (window as unknown as { axe: { run(node: Document, options: object): Promise<AxeResults> } }).axe.run(document, {
        runOnly: { type: "tag", values },
        resultTypes: ["violations"],
      }),
    RULES,
  );
  return violations
    .filter(({ impact }) => GRAVE.includes(impact))
    .map(({ id, help, nodes }) => {
      const where = nodes.slice(0, NAMED_MAX).map((node) => node.html.slice(0, 160));
      return `${id}: ${help}, ${nodes.length} times: ${where.join(" · ")}`;
    });
}
