/** For what is Etsy's own: its world, with a channel at hand. */
import { expect } from "vitest";
import type { OpenChannel } from "#connectors/contract/connector.ts";
import type { RemoteListing, RemoteOrder } from "#connectors/contract/remote-types.ts";
import type { EtsySettingsInput } from "#test/emulators/etsy/settings.ts";
import { type ObservedTransport, transportFor } from "./contract-world.ts";
import { type EtsyWorld, setupEtsy } from "./etsy-world.ts";

interface Bench extends EtsyWorld {
  transport: ObservedTransport;
  channel: OpenChannel;
  open(options: string[]): OpenChannel;
  listings(): Promise<RemoteListing[]>;
  order(id: string): Promise<RemoteOrder>;
}

export async function bench(settings: EtsySettingsInput = {}): Promise<Bench> {
  const world = await setupEtsy({ settings });
  const transport = transportFor(world);
  const open = (options: string[] = []) =>
    world.connector.open({
      credentials: world.credentials,
      transport,
      options: new Set(options),
      now: () => world.clock.now(),
    });
  const channel = open();
  return Object.assign(world, {
    transport,
    channel,
    open,
    async listings() {
      const all: RemoteListing[] = [];
      for (let cursor: string | null = null; ; ) {
        const page: Awaited<ReturnType<OpenChannel["readListings"]>> = await channel.readListings(cursor);
        if (!page.ok) throw new Error(page.failure.message);
        expect(page.value.unreadable).toEqual([]);
        all.push(...page.value.listings);
        cursor = page.value.nextCursor;
        if (cursor === null) return all;
      }
    },
    async order(id: string) {
      const read = await channel.readOrder(id);
      if (!read.ok || read.value === null) throw new Error(`Order ${id} is not there.`);
      return read.value;
    },
  });
}

export const mug = { sku: "MUG", title: "Mug", price: "12.50", quantity: 4 };

/** Euros, in cents. */
export const cash = (amount: number) => ({ amount, divisor: 100, currency_code: "EUR" });
/** A paid receipt of one line, as Etsy shows it. */
export const receipt = {
  receipt_id: 35,
  buyer_user_id: 7,
  name: "Rosa",
  status: "Paid",
  is_paid: true,
  is_shipped: false,
  created_timestamp: 1_790_000_000,
  updated_timestamp: 1_790_000_000,
  grandtotal: cash(3400),
  subtotal: cash(3000),
  total_price: cash(3000),
  total_shipping_cost: cash(400),
  total_tax_cost: cash(0),
  total_vat_cost: cash(543),
  transactions: [{ transaction_id: 1, quantity: 2, price: cash(1500), listing_id: 9, sku: "", product_data: [] }],
};
