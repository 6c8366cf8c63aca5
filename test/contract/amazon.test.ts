import { setupAmazon } from "./amazon-world.ts";
import { proveConnector } from "./connector-contract.ts";

proveConnector("Amazon", setupAmazon);

// The feed for bulk: a full batch is more than goes by PATCH, and is through minutes later.
proveConnector("Amazon, where batches go by feed,", () =>
  setupAmazon({ connector: { bulk: { writeBatchMax: 60, patchesMax: 20 } } }),
);

// Most applications begin without the restricted roles.
proveConnector("Amazon, without the buyers' data,", () =>
  setupAmazon({
    emulator: { piiRoles: false, gzip: false, orderPagesOverlap: 7, hintCopies: 2, hintsNewestFirst: true },
  }),
);
