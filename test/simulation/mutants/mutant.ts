import type { Patch } from "../patches.ts";

/** A known failure, put back in. */
export interface Mutant {
  name: string;
  /** A key of FAILURE_MODES. */
  mode: number;
  patches: readonly Patch[];
  /** These test files must catch it, from the repository's root. Without them, the seeds of the simulation must. */
  unitTests?: readonly string[];
}

/** Shopify's unique key would hold back a second order; these systems had none. */
export const WITHOUT_UNIQUE_KEY: Patch = {
  file: "app/orders/order-draft.ts",
  find: `metafields: [{ ...ORDER_KEY, type: "id", value: facts.key }],`,
  replace: "metafields: [],",
};
