/** What any marketplace may do, whatever its spec says: each costs what it concerns, and nothing beside it. */
import type { Result } from "#connectors/contract/failures.ts";
import type {
  ListingPage,
  OrderPage,
  RemoteListing,
  RemoteOrder,
  Unreadable,
} from "#connectors/contract/remote-types.ts";
import { must, PAGES_MAX, type Subject } from "./subject.ts";

const HOUR_MS = 60 * 60_000;

/** Of all that one may type into a title. */
const TITLE = `Women's "moss" mug & bowl, 5 < 6 é`;

export function proveOddities(s: Subject): void {
  const { it, describe, readListingsPage, readOne, mustAddUp, mustShow } = s;
  const add = (sku: string, quantity = 9, title = sku) =>
    s.world.market.addListing({ sku, title, quantity, price: "10.00" });
  const buy = (sku: string, quantity: number, pay = true) => s.world.market.buy({ lines: [{ sku, quantity }], pay });

  async function readAll(): Promise<{ listings: RemoteListing[]; unreadable: Unreadable[] }> {
    const all = { listings: [] as RemoteListing[], unreadable: [] as Unreadable[] };
    let cursor: string | null = null;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const read: Result<ListingPage> = await readListingsPage(cursor);
      if (!read.ok) throw new Error(`one odd listing must not fail readListings: ${read.failure.message}`);
      all.listings.push(...read.value.listings);
      all.unreadable.push(...read.value.unreadable);
      if (read.value.nextCursor === null) return all;
      cursor = read.value.nextCursor;
    }
    throw new Error("readListings must end");
  }

  async function readOrders(): Promise<{ orders: RemoteOrder[]; unreadable: Unreadable[] }> {
    const all = { orders: [] as RemoteOrder[], unreadable: [] as Unreadable[] };
    const since = new Date(s.world.clock.now().getTime() - HOUR_MS);
    let cursor: string | null = null;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const read: Result<OrderPage> = await s.channel.readOrders({ cursor, since });
      if (!read.ok) throw new Error(`one odd order must not fail readOrders: ${read.failure.message}`);
      all.orders.push(...read.value.orders);
      all.unreadable.push(...read.value.unreadable);
      if (!read.value.more) return all;
      cursor = read.value.nextCursor;
    }
    throw new Error("readOrders must come to an end");
  }

  describe("oddities", () => {
    it("a unit that a later picture of an order has forgotten is not to be sent, and the money adds up", async () => {
      const { oddities } = s.world.market;
      if (typeof oddities.forgetUnit === "string") return;
      await add("FORGET");
      const id = await buy("FORGET", 3);
      const units = (order: RemoteOrder) =>
        order.lines.reduce((sum, line) => sum + line.quantity - line.quantityCancelled, 0);
      const before = units(await readOne(id));
      oddities.forgetUnit(id);
      const after = await readOne(id);
      must(units(after) === before - 1, `one of ${before} units is gone there, and ${units(after)} are left here`);
      mustAddUp(after);
    });

    it("an order in a state that nobody knows is shown, and no other order with it", async () => {
      const { oddities } = s.world.market;
      if (typeof oddities.unknownOrderState === "string") return;
      await add("STRANGE");
      await add("PLAIN");
      const odd = await buy("STRANGE", 1);
      const plain = await buy("PLAIN", 1);
      oddities.unknownOrderState(odd);
      s.world.clock.advance(10 * 60_000);
      const { orders, unreadable } = await readOrders();
      must(
        orders.some((one) => one.remoteId === plain),
        "readOrders must show the other order",
      );
      must(
        [...orders, ...unreadable].some((one) => one.remoteId === odd),
        "readOrders must show the order itself, among the unreadable at least",
      );
    });

    it("a listing in a state that nobody knows is shown, and is not taken for one on sale", async () => {
      const { oddities } = s.world.market;
      if (typeof oddities.unknownListingState === "string") return;
      await add("STRANGE", 1);
      await add("PLAIN", 1);
      const before = await readAll();
      const refs = ["STRANGE", "PLAIN"].flatMap((sku) => before.listings.find((one) => one.ref.sku === sku)?.ref ?? []);
      oddities.unknownListingState("STRANGE");
      const { listings, unreadable } = await readAll();
      must(
        listings.some((one) => one.ref.sku === "PLAIN"),
        "readListings must show the other listing",
      );
      const odd = listings.find((one) => one.ref.sku === "STRANGE");
      must(odd !== undefined || unreadable.length > 0, "readListings must show it, among the unreadable at least");
      must(odd?.state !== "active", "a state that nobody knows must not be read as on sale");
      const [, plain] = await s.channel.readQuantities(refs);
      must(plain?.outcome === "read", "readQuantities must read the other listing");
    });

    it("a listing that can't be read costs itself alone", async () => {
      const { oddities } = s.world.market;
      if (typeof oddities.spoilListing === "string") return;
      await add("SPOILT", 1);
      await add("PLAIN", 1);
      oddities.spoilListing("SPOILT");
      const { listings, unreadable } = await readAll();
      must(
        listings.some((one) => one.ref.sku === "PLAIN"),
        "readListings must show the other listing",
      );
      must(unreadable.length === 1, `readListings must show what it could not read: got ${unreadable.length}`);
    });

    it("a title is the text that the merchant typed, however the marketplace encodes it", async () => {
      if (s.world.market.hidesTitles) return;
      await add("TEXT", 1, TITLE);
      const { listings } = await readAll();
      const title = listings.find((one) => one.ref.sku === "TEXT")?.title;
      must(title === TITLE, `the title must be ${TITLE}: got ${title}`);
    });

    it("the largest quantity of the manifest is taken", async () => {
      const { quantities, quantityMax } = s.world.connector.manifest.capabilities;
      if (!quantities || quantityMax === null) return;
      await add("MANY", 5);
      const { listings } = await readAll();
      const ref = listings.find((one) => one.ref.sku === "MANY")?.ref;
      if (!ref) throw new Error("readListings must show every listing");
      const [written] = await s.channel.writeQuantities([{ ref, quantity: quantityMax }]);
      must(written?.outcome === "accepted", `${quantityMax} units must be accepted: got ${JSON.stringify(written)}`);
      await mustShow("MANY", quantityMax, "after the largest quantity was written");
    });

    it("tax that prices contain is told, and added to nothing", async () => {
      const { oddities } = s.world.market;
      if (typeof oddities.containTax === "string") return;
      oddities.containTax(20);
      await add("TAXED");
      const order = await readOne(await buy("TAXED", 3));
      must(Number(order.taxIncluded.amount) > 0, "taxIncluded must tell of the tax in the prices");
      must(Number(order.tax.amount) === 0, `no tax is on top of them: got ${order.tax.amount}`);
      mustAddUp(order);
    });
  });
}
