/** Slips in pure decisions, which unit tests must catch: a seed may never draw their very edge. */
import type { Mutant } from "./mutant.ts";

export const DECISIONS: readonly Mutant[] = [
  {
    name: "last-unit-goes-to-nobody",
    mode: 34,
    unitTests: ["test/conflicts/allotment.test.ts"],
    patches: [
      { file: "app/conflicts/allotment.ts", find: "if (claim.units <= left) {", replace: "if (claim.units < left) {" },
    ],
  },
];
