/** What one item that eBay refuses to show costs: itself. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OpenChannel } from "#connectors/contract/connector.ts";
import type { RemoteListing, Unreadable } from "#connectors/contract/remote-types.ts";
import { openAccount } from "./contract-world.ts";
import { answering } from "./ebay-bench.ts";
import { type EbayWorld, setupEbay } from "./ebay-world.ts";

describe("a SKU that eBay refuses", () => {
  let world: EbayWorld;
  let channel: OpenChannel;
  beforeEach(async () => {
    world = await setupEbay();
    channel = openAccount(world);
  });
  afterEach(() => world.close());

  async function list(skus: readonly string[]): Promise<void> {
    for (const sku of skus) await world.market.addListing({ sku, title: sku, quantity: 5, price: "9.00" });
  }

  async function readAll() {
    const listings: RemoteListing[] = [];
    const unreadable: Unreadable[] = [];
    let cursor: string | null = null;
    do {
      const page = await channel.readListings(cursor);
      if (!page.ok) return page;
      listings.push(...page.value.listings);
      unreadable.push(...page.value.unreadable);
      cursor = page.value.nextCursor;
    } while (cursor !== null);
    return { ok: true as const, skus: listings.map((one) => one.ref.sku), unreadable };
  }

  it("to look up costs that SKU alone, with eBay's words and the SKU", async () => {
    await list(["MUG", "X-OLD-STOCK", "PAN"]);
    world.emulator.controls.changeSettings({ skusRefusedByOffers: ["X-OLD-STOCK"] });
    expect(await readAll()).toEqual({
      ok: true,
      skus: ["MUG", "PAN"],
      unreadable: [{ remoteId: "X-OLD-STOCK", why: expect.stringMatching(/X-OLD-STOCK.*25707.*alphanumeric/) }],
    });
  });

  it("just now, for no reason of its own, still gives the page up: it would look complete", async () => {
    await list(["MUG", "PAN"]);
    world.emulator.faults.add({ operation: "getOffers", kind: "status", status: 503 });
    expect(await readAll()).toMatchObject({ ok: false, failure: { kind: "unavailable" } });
    expect(await readAll()).toMatchObject({ ok: true, skus: ["MUG", "PAN"], unreadable: [] });
  });

  it("to list costs its place alone, which is told: pages narrow down to it and widen again", async () => {
    const skus = Array.from({ length: 230 }, (_, index) => `SKU${index}`);
    await list(skus);
    world.emulator.controls.changeSettings({ skusRefusedByItems: ["SKU117"] });
    const read = await readAll();
    expect(read).toMatchObject({
      ok: true,
      unreadable: [{ remoteId: null, why: expect.stringMatching(/number 118 .*25707/) }],
    });
    expect(read.ok && new Set(read.skus)).toEqual(new Set(skus.filter((sku) => sku !== "SKU117")));
    const pages = world.emulator.faults.calls.filter((call) => call.operation === "getInventoryItems");
    expect(pages.length).toBeLessThan(35);
  });

  it("to list, with every other one too, fails the read instead of passing all by", async () => {
    const { channel: refused, sent } = answering(() => ({
      status: 400,
      body: { errors: [{ errorId: 25709, domain: "API_INVENTORY", message: "Invalid value for limit." }] },
    }));
    let cursor: string | null = null;
    for (let pages = 0; pages < 10; pages += 1) {
      const page = await refused.readListings(cursor);
      if (!page.ok) {
        expect(page.failure).toMatchObject({ kind: "rejected", code: "25709" });
        break;
      }
      cursor = page.value.nextCursor;
    }
    expect(sent.length).toBeLessThan(10);
  });

  it("that is two dots is read and written as it is", async () => {
    await list([".."]);
    const read = await channel.readListings(null);
    const ref = read.ok ? read.value.listings[0]?.ref : undefined;
    expect(ref?.sku).toBe("..");
    if (!ref) return;
    expect(await channel.writeQuantities([{ ref, quantity: 2 }])).toEqual([{ outcome: "accepted" }]);
    expect(await channel.readQuantities([ref])).toMatchObject([{ outcome: "read", quantity: 2 }]);
  });
});
