import { proveEtsyDetails } from "./etsy-clauses.ts";
import { setupEtsy } from "./etsy-world.ts";

proveEtsyDetails("Etsy", setupEtsy);
