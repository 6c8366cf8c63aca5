import { proveConnector } from "./connector-contract.ts";
import { setupVinted } from "./vinted-world.ts";

proveConnector("Vinted", setupVinted);

// What is uncertain, the other way round: signed without dots, orders from the newest down.
proveConnector("Vinted, where all that is uncertain is otherwise,", () =>
  setupVinted({
    settings: { canonicalForm: "dotless", ordersDirection: "down", ordersPerPage: 7 },
  }),
);
