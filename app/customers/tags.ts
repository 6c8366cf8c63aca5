/**
 * Which tags a customer of Shopify has of us. Pure. They all begin with “Lockstep: ”, and what begins so in one of these
 * spellings is ours: the stage (`Lockstep: at risk`), and each marketplace bought on (`Lockstep: Etsy`), by its name and not
 * by the channel's, for a segment or a discount in Shopify should go on holding when a channel is connected anew. All other
 * tags are the merchant's, and no list of ours ever has one of them.
 */
import { LIFECYCLE_STAGES, type LifecycleStage } from "./lifecycle.ts";

/** Longer ones Shopify refuses. */
const TAG_MAX = 40;
const PREFIX = "Lockstep: ";

const STAGE_WORDS: Record<LifecycleStage, string> = {
  new: "new",
  active: "active",
  "at-risk": "at risk",
  lapsed: "lapsed",
  "won-back": "won back",
};

export function stageTag(stage: LifecycleStage): string {
  return `${PREFIX}${STAGE_WORDS[stage]}`;
}

/** Shopify parts a text at its commas into several tags. */
export function marketplaceTag(name: string): string {
  return `${PREFIX}${name.replaceAll(",", " ").replace(/\s+/g, " ").trim()}`.slice(0, TAG_MAX).trim();
}

/** In the order of the alphabet, each once. Without a stage nothing is bought that counts. */
export function tagsOf(person: { stage: LifecycleStage | null; marketplaces: readonly string[] }): string[] {
  if (person.stage === null) return [];
  return distinct([stageTag(person.stage), ...person.marketplaces.map(marketplaceTag)]);
}

export interface TagMove {
  remove: string[];
  add: string[];
}

/**
 * `held`: what the customer has of us, or may have. All that could be ours and is not wanted is taken off, whether or not it
 * is known to be there: customers that were merged in Shopify have the tags of both. `marketplaces`: names of all that are
 * known here. Null: all is as it should be.
 */
export function moveOf(given: {
  held: readonly string[];
  isUnclear: boolean;
  wanted: readonly string[];
  marketplaces: readonly string[];
}): TagMove | null {
  const { held, isUnclear, wanted, marketplaces } = given;
  if (!isUnclear && isSame(held, wanted)) return null;
  const ours = [...LIFECYCLE_STAGES.map(stageTag), ...marketplaces.map(marketplaceTag), ...held];
  return { remove: distinct(ours).filter((tag) => !wanted.includes(tag)), add: [...wanted] };
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((tag) => other.includes(tag));
}

function distinct(tags: readonly string[]): string[] {
  return [...new Set(tags)].sort();
}
