/** The rules for listings, all of a shop as one setting: what is changed of them is undone by what they were. */

import { listCollections } from "../collections/collections.ts";
import { Prisma } from "../generated/prisma/client.ts";
import { hitsSql } from "../listing-rules/hits.ts";
import { listListingRules, lockRules, replaceListingRules } from "../listing-rules/listing-rules.ts";
import {
  collectionsOf,
  type ListingRuleValue,
  listingRules,
  refuseRule,
  sayAction,
  sayConditions,
} from "../listing-rules/rules.ts";
import { listUnderRules, recordHits } from "../listings/many.ts";
import { lockShop } from "../shops/shops.ts";
import { retellWithdrawn } from "./note-withdrawn.ts";
import { ofShop } from "./of-shop.ts";
import type { Setting } from "./settings.ts";

interface OfRules {
  /** What they were when the change was thought up; left out: whatever they are. */
  seen?: readonly ListingRuleValue[];
}

/** Listings weighed, and written, by one statement. */
const SET = 2_000;

export const LISTING_RULES: Setting<ListingRuleValue[], OfRules> = {
  value: listingRules,
  async open({ rt, tx, shopId }, { seen }, after) {
    await lockRules(tx, shopId);
    if (!(await lockShop(tx, shopId))) return "This shop does not use Lockstep any more.";
    const before = await listListingRules(tx, shopId);
    if (seen && JSON.stringify(seen) !== JSON.stringify(before))
      return "Somebody changed the rules meanwhile. Reload the page.";
    const known = await tx.channel.findMany({ where: { shopId }, select: { id: true } });
    const mine = after.map((rule) =>
      rule.channelId === null || known.some(({ id }) => id === rule.channelId) ? refuseRule(rule) : NO_CHANNEL,
    );
    const named = await listCollections(tx, shopId);
    const unread = collectionsOf(after).some((id) => !named.some((one) => one.id === id && one.readAt));
    const changed = changedRules(before, after);
    const hits = (ids: readonly number[] | null) =>
      hitsSql(
        after,
        ids ? Prisma.sql`l.id = ANY(${[...ids]}::int[])` : Prisma.sql`l."shopId" = ${shopId} AND l."removedAt" IS NULL`,
      );
    const listingIds = await listUnderRules(tx, hits(null), changed);
    const sets = Array.from({ length: Math.ceil(listingIds.length / SET) }, (_, at) =>
      listingIds.slice(at * SET, (at + 1) * SET),
    );
    return ofShop({
      before,
      after,
      scopes: sets.map((ids) => ({ listingIds: ids })),
      refusal: mine.find((why) => why !== null) ?? (unread ? UNREAD : null),
      message: sayChange(before, after),
      async write() {
        await replaceListingRules(tx, shopId, after);
        const channelIds = new Set<number>();
        for (const ids of sets)
          for (const one of await recordHits(tx, hits(ids)))
            if (one.withdrawnAs !== null) channelIds.add(one.channelId);
        await retellWithdrawn(rt, tx, channelIds);
      },
    });
  },
};

const UNREAD = "What is in a collection is not read yet. Try again in a minute.";
const NO_CHANNEL = "This channel does not exist any more. Choose another one.";

/** Those that say something else than before, where that decides a number. */
function changedRules(before: readonly ListingRuleValue[], after: readonly ListingRuleValue[]): number[] {
  const said = ({ name: _, ...rule }: ListingRuleValue): string => JSON.stringify(rule);
  const was = new Map(before.map((rule) => [rule.id, said(rule)]));
  return after.filter((rule) => was.has(rule.id) && was.get(rule.id) !== said(rule)).map((rule) => rule.id);
}

function sayChange(before: readonly ListingRuleValue[], after: readonly ListingRuleValue[]): string {
  const say = (rule: ListingRuleValue): string => `“${rule.name}”: ${sayConditions(rule)}: ${sayAction(rule.action)}`;
  const gone = before.filter((rule) => !after.some(({ id }) => id === rule.id));
  const added = after.filter((rule) => !before.some(({ id }) => id === rule.id));
  const edited = after.filter((rule) => {
    const was = before.find(({ id }) => id === rule.id);
    return was && JSON.stringify(was) !== JSON.stringify(rule);
  });
  const parts = [
    ...added.map((rule) => `Rule ${say(rule)}`),
    ...edited.map((rule) => `Rule changed to ${say(rule)}`),
    ...gone.map((rule) => `Rule “${rule.name}” removed`),
  ];
  return parts.length > 0 ? parts.join("; ") : "The order of rules changed";
}
