/** For what is Amazon's own: its world, with a channel at hand. */
import type { OpenChannel } from "#connectors/contract/connector.ts";
import type { ListingSeed } from "#test/emulators/amazon/seed.ts";
import { type AmazonWorld, type AmazonWorldOptions, setupAmazon } from "./amazon-world.ts";
import { type ObservedTransport, transportFor } from "./contract-world.ts";

export const MINUTE_MS = 60_000;

export interface Bench extends AmazonWorld {
  transport: ObservedTransport;
  channel: OpenChannel;
  /** After a restart of the process. */
  again(): OpenChannel;
  add(...seeds: (Partial<ListingSeed> & { sku: string })[]): void;
}

export async function bench(options: AmazonWorldOptions = {}): Promise<Bench> {
  const world = await setupAmazon(options);
  const transport = transportFor(world);
  const open = (connector = world.connector) =>
    connector.open({ credentials: world.credentials, transport, now: () => world.clock.now() });
  return {
    ...world,
    transport,
    channel: open(),
    again: () => open(world.restarted()),
    add(...seeds) {
      for (const seed of seeds)
        world.emulator.controls.addListing({ title: seed.sku, price: "12.50", quantity: 10, ...seed });
    },
  };
}

export const ref = (sku: string) => ({ remoteId: sku, sku, groupId: null });
export const write = (quantity: number) => (sku: string) => ({ ref: ref(sku), quantity });
export const mugs = (count: number) => Array.from({ length: count }, (_, index) => `MUG-${index}`);
export const times = (transport: ObservedTransport, operation: string) =>
  transport.operations.filter((one) => one === operation).length;
