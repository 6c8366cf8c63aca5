import { proveConnector } from "./connector-contract.ts";
import { setupEtsy } from "./etsy-world.ts";

proveConnector("Etsy", setupEtsy);

// None of these is documented one way or the other: the contract holds both ways.
proveConnector("Etsy, where a batch refuses what it does not know and what is switched off is hidden,", () =>
  setupEtsy({
    settings: {
      batchRefusesUnknown: true,
      batchHidesInactive: true,
      hidesReadinessOfInactive: true,
      newIdsOnWrite: false,
      cancellationMovesTimestamp: true,
      spentRefreshStatus: 400,
      showsBuyerEmail: true,
    },
  }),
);
