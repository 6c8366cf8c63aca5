/** What a merchant does with one rule: all of them are one setting, which is read, altered and proposed. */
import type { Actor } from "../changes/changes.ts";
import type { Moves } from "../changes/effect.ts";
import { listListingRules, nextRuleId } from "../listing-rules/listing-rules.ts";
import { type ListingRuleValue, RULES_MAX, refuseRule } from "../listing-rules/rules.ts";
import type { Runtime } from "../runtime.ts";
import { type ChangeReply, changeSetting } from "./change-setting.ts";
import { refuse } from "./reply.ts";

interface ByWhom {
  shopId: number;
  actor: Actor;
  approved: Moves | null;
}

/** `id` null: a new one, behind the others. */
export async function saveRule(
  rt: Runtime,
  { id, rule, ...by }: ByWhom & { id: number | null; rule: Omit<ListingRuleValue, "id"> },
): Promise<ChangeReply> {
  const why = refuseRule(rule);
  if (why) return refuse(why);
  const held = await listListingRules(rt.db, by.shopId);
  if (id === null) {
    if (held.length >= RULES_MAX) return refuse(`There are ${RULES_MAX} rules already. Remove one first.`);
    return propose(rt, by, held, [...held, { ...rule, id: await nextRuleId(rt.db) }]);
  }
  if (!held.some((one) => one.id === id)) return refuse(GONE);
  return propose(
    rt,
    by,
    held,
    held.map((one) => (one.id === id ? { ...rule, id } : one)),
  );
}

export async function removeRule(rt: Runtime, { id, ...by }: ByWhom & { id: number }): Promise<ChangeReply> {
  const held = await listListingRules(rt.db, by.shopId);
  if (!held.some((one) => one.id === id)) return refuse(GONE);
  return propose(
    rt,
    by,
    held,
    held.filter((one) => one.id !== id),
  );
}

/** One place up or down; at the end of the list it stays where it is. */
export async function moveRule(
  rt: Runtime,
  { id, where, ...by }: ByWhom & { id: number; where: "up" | "down" },
): Promise<ChangeReply> {
  const held = await listListingRules(rt.db, by.shopId);
  const at = held.findIndex((one) => one.id === id);
  const moved = held[at];
  if (!moved) return refuse(GONE);
  const others = held.filter((one) => one.id !== id);
  const to = where === "up" ? at - 1 : at + 1;
  return propose(rt, by, held, [...others.slice(0, Math.max(0, to)), moved, ...others.slice(Math.max(0, to))]);
}

const GONE = "This rule is not there any more. Reload the page.";

function propose(
  rt: Runtime,
  by: ByWhom,
  seen: readonly ListingRuleValue[],
  after: ListingRuleValue[],
): Promise<ChangeReply> {
  return changeSetting(rt, { ...by, change: { setting: "listing-rules", after, seen } });
}
