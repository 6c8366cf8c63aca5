import type { Scene } from "../scene.ts";

/** Something that is not as it should be after settling. */
export interface Difference {
  rule: number;
  what: string;
  /** No word of it was sent, so that it may last until all is compared, every half hour. */
  isUntold: boolean;
}

/** Webhooks that were never sent. */
export function unsentWebhooks(scene: Scene, topics: readonly string[]) {
  const { all } = scene.world.shopify.deliveries;
  return all.filter((one) => one.state === "dropped" && topics.includes(one.topic));
}

/** SKUs of whose stock a webhook was never sent. */
export function skusOfUnsentLevels(scene: Scene): Set<string> {
  const { store } = scene;
  const bodies = unsentWebhooks(scene, ["inventory_levels/update"]).map((one) => one.body);
  const skus = [...store.variants.values()]
    .filter(({ inventoryItemId }) => bodies.some((body) => body.includes(inventoryItemId.split("/").at(-1) ?? "-")))
    .map((variant) => variant.sku ?? "");
  return new Set(skus);
}
