import { proveConnector } from "./connector-contract.ts";
import { setupDepop } from "./depop-world.ts";

proveConnector("Depop", setupDepop);

proveConnector("Depop, connected by an API key,", () => setupDepop({ connectedBy: "api-key" }));

// Whether buyer_pays_amount holds the fee that buyers pay to Depop is unconfirmed.
proveConnector("Depop, where it takes tax and a fee from the buyer,", () =>
  setupDepop({ settings: { taxPercent: 20, buyerFeeMinor: 75 } }),
);
