/**
 * What a merchant decides about customers: who is not the same person after all, what the lifecycle's stages mean, and
 * whether Shopify's customers are tagged with them.
 */
import { z } from "zod";
import { joinAgain, lockRecordOfShop, setApart } from "../customers/customers.ts";
import { countCustomers, countShopAgain } from "../customers/figures.ts";
import { type LifecycleRules, lifecycleRulesSchema, rulesOf } from "../customers/lifecycle.ts";
import { beginTags, countTags, endTags, type TagCounts } from "../customers/taggings.ts";
import type { Runtime } from "../runtime.ts";
import { lockCustomerStages, lockTagsCustomers, setCustomerStages, setTagsCustomers } from "../shops/shops.ts";
import { ofShop } from "./of-shop.ts";
import type { Setting } from "./settings.ts";

const NOBODY = "This buyer is not known any more. Reload the page.";

/** True: the record is a person of its own. False: it is the customer's again that it was taken from. */
export const CUSTOMER_APART: Setting<boolean, { customerRecordId: number }> = {
  value: z.boolean(),
  async open({ rt, tx, shopId, now }, { customerRecordId }, after) {
    const record = await lockRecordOfShop(tx, shopId, customerRecordId);
    if (!record) return NOBODY;
    const before = record.customer.isApart && record.otherCustomerId !== null;
    const from = record.other;
    const marketplace = rt.connectors.get(record.connectorKey)?.manifest.name ?? record.connectorKey;
    return ofShop({
      customerRecordId,
      before,
      after,
      refusal: !after && before && !from ? "Whom they were matched to is not known any more." : null,
      // It outlives the person: no name, no address.
      message: after ? `A buyer on ${marketplace} is kept apart` : `A buyer on ${marketplace} is matched again`,
      async write() {
        const people = after ? await setApart(tx, record, now) : from ? await joinAgain(tx, record, from) : [];
        await countCustomers(tx, people, now);
      },
    });
  },
};

export const CUSTOMER_STAGES: Setting<LifecycleRules, object> = {
  value: lifecycleRulesSchema,
  async open({ tx, shopId, now }, _, after) {
    const before = rulesOf(await lockCustomerStages(tx, shopId));
    return ofShop({
      before,
      after,
      message: `Customers are at risk ${after.atRiskDays} days after their last purchase, and have lapsed after ${after.lapsedDays}`,
      async write() {
        await setCustomerStages(tx, shopId, after);
        await countShopAgain(tx, shopId, now);
      },
    });
  },
};

/**
 * On, every customer of a marketplace that Shopify has gets our tags (customers/tags.ts), and they move with the stage; off,
 * all of ours are taken away again. A task does it (tag-customers.ts); the page says how many before it is saved.
 */
export const CUSTOMER_TAGS: Setting<boolean, object> = {
  value: z.boolean(),
  async open({ tx, shopId, now }, _, after) {
    const before = await lockTagsCustomers(tx, shopId);
    if (before === null) return "This shop does not use Lockstep any more.";
    const { toTag, tagged } = await countTags(tx, shopId);
    return ofShop({
      before,
      after,
      message: after
        ? `Customers get their stage and marketplaces as tags in Shopify: ${sayPeople(toTag)} now`
        : `Lockstep’s tags are taken off customers in Shopify: ${sayPeople(tagged)}`,
      async write() {
        await setTagsCustomers(tx, shopId, after);
        await (after ? beginTags(tx, shopId, now) : endTags(tx, shopId, now));
      },
    });
  },
};

/** How many customers a change of the tags would concern, for whoever is about to make it. */
export function countTagged(rt: Pick<Runtime, "db">, shopId: number): Promise<TagCounts> {
  return countTags(rt.db, shopId);
}

function sayPeople(count: number): string {
  return count === 1 ? "1 customer" : `${count} customers`;
}
