/** Settings of the whole shop: the policy where nothing more specific says anything, and how long its data is kept. */
import { listChannels } from "../channels/channels.ts";
import { type Policy, parsePolicy, policySchema, sayPolicy } from "../inventory/policy.ts";
import { type Retention, retention, sayRetention } from "../shops/retention.ts";
import { lockShop, setRetention, setShopPolicy } from "../shops/shops.ts";
import { ofShop } from "./of-shop.ts";
import type { Setting } from "./settings.ts";

const GONE = "This shop does not use Lockstep any more.";

export const SHOP_POLICY: Setting<Policy | null, object> = {
  value: policySchema.nullable(),
  async open({ tx, shopId }, _, after) {
    const shop = await lockShop(tx, shopId);
    if (!shop) return GONE;
    const held = parsePolicy(shop.policy);
    const channels = await listChannels(tx, shopId);
    return ofShop({
      before: held && Object.keys(held).length > 0 ? held : null,
      after,
      scopes: channels.map(({ id }) => ({ channelId: id })),
      message: after === null ? "Policy of the shop: none" : `Policy of the shop: ${sayPolicy(after, "the shop")}`,
      write: () => setShopPolicy(tx, shopId, after),
    });
  },
};

/** What is over by it is forgotten by and by (forget-old.ts). */
export const RETENTION: Setting<Retention, object> = {
  value: retention,
  async open({ tx, shopId }, _, after) {
    const shop = await lockShop(tx, shopId);
    if (!shop) return GONE;
    return ofShop({
      before: { historyDays: shop.historyDays, buyerDays: shop.buyerDays },
      after,
      message: sayRetention(after),
      write: () => setRetention(tx, shopId, after),
    });
  },
};
