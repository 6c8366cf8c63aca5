/** What a marketplace has on sale and Lockstep does not keep, as Channel.onSale holds it. Pure. */
import { z } from "zod";

const onSaleSchema = z.object({
  countedAt: z.iso.datetime(),
  /** All listings on sale over there, by the marketplace's count. */
  total: z.number().int().nonnegative(),
  notKept: z.number().int().nonnegative(),
  /** There were more than are looked through at a time. */
  isAtLeast: z.boolean(),
  /** Some of those that are not kept. */
  examples: z.array(
    z.object({ remoteId: z.string(), title: z.string(), sku: z.string().nullable(), url: z.string().nullable() }),
  ),
});
export type OnSaleCount = z.infer<typeof onSaleSchema>;

/** Null: never counted, or written by another version. */
export function parseOnSale(stored: unknown): OnSaleCount | null {
  const parsed = onSaleSchema.safeParse(stored);
  return parsed.success ? parsed.data : null;
}
