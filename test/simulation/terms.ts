/**
 * What the merchant has decided about quantities, as they know it themselves: of the whole shop, of a channel, of a
 * listing. While a change is on its way nobody outside can say whether it holds yet, so either may.
 */
import type { SimListing, SimMarketplace } from "./sim-marketplace.ts";

/** What a merchant says of how much may be shown. What is left out is as the less specific level says. */
export interface PolicyTerms {
  buffer?: { kind: "units"; units: number } | { kind: "percent"; percent: number };
  threshold?: number;
  /** Null: no cap, even where a less specific level has one. */
  cap?: number | null;
}

/** A SKU that the merchant holds: no listing shows more of it, on any channel. */
export interface ContainmentTerms {
  units: number;
  /** Also where a listing at zero can't be brought back. */
  takesDown: boolean;
}

export class Decision<Value> {
  #may: Value[];

  constructor(value: Value) {
    this.#may = [value];
  }

  /** All that may hold at this moment. */
  get may(): readonly Value[] {
    return this.#may;
  }

  /** What was decided last. */
  get now(): Value {
    return this.#may.at(-1) as Value;
  }

  propose(value: Value): void {
    this.#may.push(value);
  }

  /** When the merchant was last told what holds. */
  settledMs = Number.NEGATIVE_INFINITY;

  /** The merchant was told what holds. */
  settle(value: Value, nowMs: number): void {
    this.#may = [value];
    this.settledMs = nowMs;
  }
}

export class Terms {
  shop: PolicyTerms | null = null;
  readonly #policies = new Map<string, Decision<PolicyTerms | null>>();
  readonly #excluded = new Map<string, Decision<boolean>>();
  readonly #matches = new Map<string, Decision<string>>();
  readonly #locations = new Map<string, Decision<readonly string[]>>();
  readonly #containments = new Map<string, Decision<ContainmentTerms | null>>();
  readonly #low = new Map<string, Decision<number | null>>();

  policyOf(of: SimMarketplace | SimListing): Decision<PolicyTerms | null> {
    return decisionOf(this.#policies, "nature" in of ? of.nature.key : of.remoteId, null);
  }

  /** Locations that a channel sells from, by gid; none: from all that are active. */
  locationsOf(market: SimMarketplace): Decision<readonly string[]> {
    return decisionOf(this.#locations, market.nature.key, []);
  }

  /** Whether the merchant looks after its number themselves. */
  excludedOf(listing: SimListing): Decision<boolean> {
    return decisionOf(this.#excluded, listing.remoteId, false);
  }

  /** How a SKU in Shopify is held; null: it is not. */
  containmentOf(sku: string): Decision<ContainmentTerms | null> {
    return decisionOf(this.#containments, sku, null);
  }

  /** At how many units or fewer a SKU is low; null: the merchant does not want to hear. */
  lowAtOf(sku: string): Decision<number | null> {
    return decisionOf(this.#low, sku, null);
  }

  /** The SKU in Shopify that a listing stands for: its own, or what the merchant matched it to by hand. */
  skuOf(listing: SimListing): Decision<string> {
    return decisionOf(this.#matches, listing.remoteId, listing.sku);
  }

  /** Of one listing, from the most to the least specific: each combination that may hold. */
  policiesOf(market: SimMarketplace, listing: SimListing): (PolicyTerms | null)[][] {
    return this.policyOf(listing).may.flatMap((own) =>
      this.policyOf(market).may.map((channel) => [own, channel, this.shop]),
    );
  }
}

function decisionOf<Value>(decisions: Map<string, Decision<Value>>, key: string, first: Value): Decision<Value> {
  const held = decisions.get(key) ?? new Decision(first);
  decisions.set(key, held);
  return held;
}
