/** A marketplace whose answers take no time: what a push takes with it is all our own work. */
import { z } from "zod";
import type { Connector, OpenChannel } from "#connectors/contract/connector.ts";

/** Listings of one call, to read and to write. */
export const BATCH = 25;

/**
 * In the place of eBay's, with its limits and its one call a batch, each of which is charged to its budgets. `shown`: by
 * remote id; `answers`: what else it is asked, which costs no call.
 */
export function createInstantMarketplace(
  shown: Map<string, number>,
  ebay: Connector,
  answers: Partial<OpenChannel> = {},
): Connector {
  return {
    ...ebay,
    manifest: {
      ...ebay.manifest,
      credentials: z.object({ token: z.string() }),
      capabilities: {
        ...ebay.manifest.capabilities,
        writeBatchMax: BATCH,
        readBatchMax: BATCH,
        acceptance: "immediate",
      },
    },
    authorization: { kind: "keys", fields: [] },
    open: ({ transport }) => {
      const call = (operation: string, effect: "read" | "write") =>
        transport.send({ operation, effect, method: "POST", url: new URL("http://instant.test/") });
      const channel: Partial<OpenChannel> = {
        async readQuantities(refs) {
          await call("bulkGetInventoryItem", "read");
          return refs.map(({ remoteId }) => ({
            outcome: "read",
            quantity: shown.get(remoteId) ?? null,
            state: "active",
          }));
        },
        async writeQuantities(writes) {
          const sent = await call("bulkUpdatePriceQuantity", "write");
          if (!sent.ok) return writes.map(() => ({ outcome: "failed", failure: sent.failure }));
          for (const { ref, quantity } of writes) shown.set(ref.remoteId, quantity);
          return writes.map(() => ({ outcome: "accepted" }));
        },
        ...answers,
      };
      return channel as OpenChannel;
    },
  };
}
