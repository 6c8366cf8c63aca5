import { proveConnector } from "./connector-contract.ts";
import { setupVinted } from "./vinted-world.ts";

proveConnector("Vinted", setupVinted);

// What the spec leaves open, the other way round: short pages in no order, nothing told of what is deleted or on its way.
proveConnector("Vinted, where all that is open is otherwise,", () =>
  setupVinted({
    settings: { ordersPerPage: 7, ordersSorted: false, itemsPerPageMax: 60, deletedShow: false, relistShows: false },
  }),
);
