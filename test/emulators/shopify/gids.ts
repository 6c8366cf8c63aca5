/**
 * Global ids as Shopify writes them. State holds gids; webhooks carry the number at their end, which can exceed 2^53,
 * so a number leaves here as a bigint and is written by `numeral-json.ts`.
 */
export type Gid = string;

/** The type a gid names: "Order" for gid://shopify/Order/1. Null when it is not a gid. */
export function gidType(gid: Gid): string | null {
  return /^gid:\/\/shopify\/([A-Za-z]+)\/[^/]+$/.exec(gid)?.[1] ?? null;
}

/** The number at the end. An InventoryLevel's query part is not a part of it. */
export function numericId(gid: Gid): bigint {
  const digits = /\/(\d+)(\?.*)?$/.exec(gid)?.[1];
  if (digits === undefined) throw new Error(`not a numeric gid: ${gid}`);
  return BigInt(digits);
}

export interface GidMint {
  next(type: string): Gid;
}

/** First number of each kind: large as in life, and beyond 2^53 on request, where JSON.parse loses the last digits. */
const FIRST_NUMBER = 7_210_000_000_001n;
const FIRST_NUMBER_BEYOND_DOUBLES = 9_007_199_254_740_993n;

export function createGidMint(options: { beyondDoubles: boolean }): GidMint {
  let last = (options.beyondDoubles ? FIRST_NUMBER_BEYOND_DOUBLES : FIRST_NUMBER) - 1n;
  return {
    next(type) {
      last += 1n;
      return `gid://shopify/${type}/${last}`;
    },
  };
}
