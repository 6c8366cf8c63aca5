/** All that an account has on sale at eBay, whichever way it was listed. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OpenChannel } from "#connectors/contract/connector.ts";
import type { Result } from "#connectors/contract/failures.ts";
import type { OnSale, OnSalePage } from "#connectors/contract/remote-types.ts";
import { openAccount } from "./contract-world.ts";
import { answering } from "./ebay-bench.ts";
import { type EbayWorld, setupEbay } from "./ebay-world.ts";

describe("what eBay has on sale", () => {
  let world: EbayWorld;
  let channel: OpenChannel;
  beforeEach(async () => {
    world = await setupEbay();
    channel = openAccount(world);
  });
  afterEach(() => world.close());

  const list = (sku: string, more: object = {}) =>
    world.emulator.controls.addListing({ sku, title: sku, price: "9.00", currency: "USD", quantity: 5, ...more });

  async function readAll() {
    const onSale: OnSale[] = [];
    const totals: number[] = [];
    let cursor: string | null = null;
    do {
      const page: Result<OnSalePage> | undefined = await channel.readOnSale?.(cursor);
      if (!page?.ok) throw new Error(page?.failure.message ?? "there is no readOnSale");
      onSale.push(...page.value.onSale);
      totals.push(page.value.total);
      cursor = page.value.nextCursor;
    } while (cursor !== null);
    return { onSale, totals };
  }

  it("holds listings that the Inventory API does not show, by the id that orders name", async () => {
    list("MUG");
    list("HUB", { title: "Seller's <own> & old", outsideInventoryApi: true });
    const listed = await channel.readListings(null);
    const kept = listed.ok ? listed.value.listings.map((one) => one.ref.groupId) : [];
    const { onSale } = await readAll();
    expect(onSale.map((one) => one.sku)).toEqual(["MUG", "HUB"]);
    expect(kept).toEqual([onSale[0]?.remoteId]);
    expect(onSale[1]).toMatchObject({ title: "Seller's <own> & old", url: expect.stringContaining("/itm/") });
    const bought = world.emulator.controls.buy({ lines: [{ sku: "HUB", quantity: 1 }] });
    const order = bought.ok ? await channel.readOrder(bought.order.orderId) : null;
    expect(order?.ok && order.value?.lines[0]?.groupId).toBe(onSale[1]?.remoteId);
  });

  it("counts a listing with its variations once", async () => {
    list("TEE-S", { groupKey: "TEE", aspects: { Size: "S" } });
    list("TEE-M", { groupKey: "TEE", aspects: { Size: "M" } });
    expect((await readAll()).onSale).toHaveLength(1);
  });

  it("comes page by page, and is nothing where nothing is on sale", async () => {
    expect(await readAll()).toEqual({ onSale: [], totals: [0] });
    for (let number = 0; number < 450; number += 1) list(`SKU${number}`, { outsideInventoryApi: true });
    const { onSale, totals } = await readAll();
    expect(new Set(onSale.map((one) => one.remoteId)).size).toBe(450);
    expect(totals).toEqual([450, 450, 450]);
  });

  it.each([
    ["its limit used up", 518, "Your application has exceeded usage limit on this call", "throttled"],
    ["an error of its own", 10007, "Internal error to the application", "unavailable"],
    ["a refusal", 37, "Input data is invalid", "rejected"],
  ])("says what went wrong, though Trading answers 200: %s", async (_, code, words, kind) => {
    const text = `<r><Ack>Failure</Ack><Errors><LongMessage>${words}.</LongMessage><ErrorCode>${code}</ErrorCode></Errors></r>`;
    const read = await answering(() => ({ status: 200, text })).channel.readOnSale?.(null);
    // Read within sentences too: the full stop is not part of it.
    expect(read).toMatchObject({
      ok: false,
      failure: { kind, message: expect.stringMatching(new RegExp(`${words}$`)) },
    });
  });

  it("is not taken from a page that is no list", async () => {
    const text = "<r><Ack>Success</Ack><ActiveList><ItemArray/></ActiveList></r>";
    const read = await answering(() => ({ status: 200, text })).channel.readOnSale?.(null);
    expect(read).toMatchObject({ ok: false, failure: { kind: "rejected", code: "unreadable-reply" } });
  });
});
