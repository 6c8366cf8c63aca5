/** Whose an order is in Shopify: an e-mail tells before a number, and a number before the marketplace's own id. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import type { RemoteBuyer } from "#connectors/contract/remote-types.ts";
import type { SimMarketplace } from "#test/simulation/sim-marketplace.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createMarketWorld } from "./market-world.ts";

const SKU = "MUG-MOSS";
const EMAIL = "cy@buyer.example";
const PHONE = "+12125550123";

describe("an order of somebody who is known", () => {
  let database: TestDatabase;
  let world: World;
  let market: SimMarketplace;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    const made = await createMarketWorld({ database, sku: SKU, quantity: 30 });
    ({ world, market } = made);
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId: made.channelId });
    await world.run(5_000);
  });
  afterEach(() => world.close());

  const store = () => world.shopify.store(world.shopDomain);

  /** Bought on the marketplace by whom it shows so; the customer in Shopify. */
  async function buy(of: Partial<RemoteBuyer>): Promise<string | null | undefined> {
    const [listing] = [...market.listings.values()];
    const shown = { remoteId: null, name: "Cy", email: null, emailIsRelay: false, phone: null, phoneIsMasked: false };
    const knownBy = { email: null, phone: null, id: null };
    const buyer = { shown: { ...shown, shippingAddress: null, ...of }, knownBy };
    const order = listing && market.buy(listing, 1, { pay: true, buyer, visibleAfterMs: 0 });
    if (!order) throw new Error("nothing was sold");
    const made = () => [...store().orders.values()].find((one) => one.sourceIdentifier?.endsWith(`/${order.id}`));
    await world.until("placed", () => made() !== undefined, 60_000);
    await world.run(5_000);
    return made()?.customerId;
  }

  function buyInShop(email: string): string | null | undefined {
    const variant = [...store().variants.values()].find((one) => one.sku === SKU);
    const lines = [{ variantId: variant?.id ?? "", quantity: 1 }];
    const bought = world.shopify.controls.storefrontOrder(world.shopDomain, { email, lines });
    return bought.ok ? bought.value.customerId : null;
  }

  it.each([
    ["number", { phone: PHONE }],
    ["id", { remoteId: "cy-1" }],
  ])("by their %s, and in the shop by their e-mail, is of whom the e-mail says", async (_by, known) => {
    await buy(known);
    const inShop = buyInShop(EMAIL);
    expect(await buy({ ...known, email: EMAIL })).toBe(inShop);
  });

  it("by their number alone is theirs, whatever marketplace id comes with it", async () => {
    const first = await buy({ phone: PHONE, remoteId: "cy-1" });
    expect(await buy({ phone: PHONE, remoteId: "cy-2" })).toBe(first);
    expect(await buy({ remoteId: "cy-2" })).toBe(first);
  });

  it("whom Shopify does not have any more is somebody new, and known as that from then on", async () => {
    const first = (await buy({ remoteId: "cy-1" })) ?? "";
    store().customers.delete(first);
    const second = await buy({ remoteId: "cy-1" });
    expect(second).not.toBe(first);
    expect(await buy({ remoteId: "cy-1" })).toBe(second);
  });
});
