/** All listings, page by page. */
import { must, READ_FAULTS, type Subject, unwrap } from "./subject.ts";

export function proveListings(s: Subject): void {
  const { readAllListings, readListingsPage, addMugs, settable, mustBeMoney, expectFailure, open, it, describe } = s;

  describe("listings", () => {
    it("are read exactly once each over all pages, with the same refs every time", async () => {
      const skus = await addMugs(s.world.market.listingsForSeveralPages);
      const first = await readAllListings();
      for (const sku of skus) {
        const times = first.filter((listing) => listing.ref.sku === sku).length;
        must(times === 1, `readListings must show each listing once: SKU ${sku} came ${times} times`);
      }
      const ids = first.map((listing) => listing.ref.remoteId);
      must(new Set(ids).size === ids.length, "readListings: remoteId must be unique in the channel");
      s.channel = open(s.world.restarted());
      const second = new Map((await readAllListings()).map((listing) => [listing.ref.sku, listing.ref]));
      for (const { ref } of first) {
        must(
          JSON.stringify(second.get(ref.sku)) === JSON.stringify(ref),
          `readListings must give a listing the same ref each time: SKU ${ref.sku} was ${JSON.stringify(ref)}, then ${JSON.stringify(second.get(ref.sku))}`,
        );
      }
    });

    it("show what a buyer sees", async () => {
      await s.world.market.addListing({
        sku: "LAMP",
        title: "Brass lamp",
        quantity: 4,
        price: "119.00",
        barcode: "5012345678931",
      });
      const listing = (await readAllListings()).find((one) => one.ref.sku === "LAMP");
      must(listing !== undefined, "readListings must show every listing: SKU LAMP is missing");
      const title = s.world.market.hidesTitles ? "LAMP" : "Brass lamp";
      must(listing.title === title, `readListings: title must be "${title}", got "${listing.title}"`);
      must(listing.state === "active", `readListings: a listing on sale must be active, got ${listing.state}`);
      if (listing.quantity !== null) {
        must(
          listing.quantity === settable(4),
          `readListings: quantity must be what a buyer can buy, ${settable(4)}: got ${listing.quantity}`,
        );
      }
      if (listing.price !== null) {
        mustBeMoney(listing.price, "readListings: price");
        must(
          Number(listing.price.amount) === 119 && listing.price.currency === s.world.market.currency,
          `readListings: price must be 119.00 ${s.world.market.currency}, got ${JSON.stringify(listing.price)}`,
        );
      }
      must(
        listing.barcode === null || listing.barcode === "5012345678931",
        `readListings: barcode must be the listing's GTIN or null, got ${listing.barcode}`,
      );
    });

    for (const [status, kind] of READ_FAULTS) {
      it(`a ${status} while reading them is ${kind}, and the same page can be read again`, async () => {
        const [sku] = await addMugs(1);
        await s.world.market.breakNext("readListings", { kind: "status", status });
        expectFailure(await s.channel.readListings(null), kind, `readListings after a ${status}`);
        const again = unwrap(await readListingsPage(null), "readListings after the fault is gone");
        must(
          again.listings.some((listing) => listing.ref.sku === sku),
          "readListings after a fault must show what it would have shown without",
        );
      });
    }
  });
}
