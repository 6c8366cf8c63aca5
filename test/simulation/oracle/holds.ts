/** An order that is not paid for yet holds its units in Shopify too, so that the shop itself does not sell them. */
import { type Scene, STAPLES } from "../scene.ts";
import { skusOfUnsentLevels } from "./difference.ts";

/** In quiet times, when every order has been read. */
export function checkHeldForUnpaid(scene: Scene): void {
  const unsent = skusOfUnsentLevels(scene);
  for (const sku of STAPLES) {
    const unpaid = scene.unpaidUnits(sku);
    const units = unpaid.reduce((sum, one) => sum + one, 0);
    const reserved = scene.reserved(sku);
    // They are held at one location, if one has as many.
    const active = scene.levelsOf(sku).filter((level) => scene.activeLocations.includes(level.locationId));
    const most = Math.max(0, ...active.map((level) => level.quantities.available));
    if (reserved < units && most >= Math.max(...unpaid) && !unsent.has(sku))
      scene.violate(
        6,
        `orders for ${units} of ${sku} are not paid for, and Shopify holds back ${reserved} (${most} are there)`,
      );
  }
}
