import { proveConnector } from "./connector-contract.ts";
import { setupEbay } from "./ebay-world.ts";

proveConnector("eBay", setupEbay);

// The spec of bulkUpdatePriceQuantity says both "up to 25" and "only one SKU per call".
proveConnector("eBay, where a call takes one row,", async () => {
  const world = await setupEbay();
  world.emulator.controls.changeSettings({ bulkRowsMax: 1 });
  return world;
});

// Post-Order's pages say so; whether it holds for the Fulfillment API is unconfirmed.
proveConnector("eBay, where payment changes an order's id,", async () => {
  const world = await setupEbay();
  world.emulator.controls.changeSettings({ unpaidOrderIdChanges: true, orderPagesOverlap: 7 });
  return world;
});
