import { proveConnector } from "./connector-contract.ts";
import { setupEbay } from "./ebay-world.ts";

proveConnector("eBay", setupEbay);
