/**
 * Known failures, put back in one by one: each takes a protection out of the app as it is loaded. The simulation must
 * catch every one of them, or the unit tests that it names. `mode` is the failure it stands for. A file here is a part of
 * the product.
 */
import { AFTER_PLACING } from "./after-placing.ts";
import { CATALOGUE } from "./catalogue.ts";
import { DECISIONS } from "./decisions.ts";
import { FAILURES } from "./failures.ts";
import { MAILS } from "./mails.ts";
import type { Mutant } from "./mutant.ts";
import { ORDERS } from "./orders.ts";
import { PLACING } from "./placing.ts";
import { PRIVACY } from "./privacy.ts";
import { PUSHING } from "./pushing.ts";
import { QUANTITIES } from "./quantities.ts";
import { STOCK } from "./stock.ts";

export { FAILURE_MODES } from "./failure-modes.ts";
export type { Mutant } from "./mutant.ts";

export const MUTANTS: readonly Mutant[] = [
  ...PUSHING,
  ...ORDERS,
  ...PLACING,
  ...AFTER_PLACING,
  ...STOCK,
  ...QUANTITIES,
  ...CATALOGUE,
  ...FAILURES,
  ...PRIVACY,
  ...DECISIONS,
  ...MAILS,
];

export function findMutant(name: string): Mutant | undefined {
  return MUTANTS.find((mutant) => mutant.name === name);
}
