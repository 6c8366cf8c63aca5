/** Quantities and prices: read, written, believed. */
import { describeResult, must, type Subject } from "./subject.ts";

export function proveQuantities(s: Subject): void {
  const {
    refsOf,
    addMugs,
    isEnded,
    isGone,
    another,
    settable,
    isTaken,
    untilShown,
    mustKeep,
    mustShow,
    mustAccept,
    mustRead,
    it,
    describe,
  } = s;

  describe("quantities", () => {
    it("are read one reading per ref, in order, and what is gone is missing", async () => {
      const [a = "", b = "", c = ""] = await addMugs(3);
      const refs = await refsOf(a, b, c);
      await s.world.market.removeListing(b);
      await s.world.market.buy({ lines: [{ sku: c, quantity: settable(4) }], pay: true });
      const readings = await s.channel.readQuantities(refs);
      must(readings.length === 3, `readQuantities must return one reading per ref: got ${readings.length} for 3`);
      await mustRead(readings[0], a, "readQuantities, first of three");
      must(
        readings[1]?.outcome === "missing" || isEnded(readings[1]),
        `readQuantities must call a removed listing missing or ended: got ${describeResult(readings[1])}`,
      );
      await mustRead(readings[2], c, "readQuantities, third of three, after a sale");
    });

    it("are read for a full batch, and for none", async () => {
      const { readBatchMax } = s.world.connector.manifest.capabilities;
      const skus = await addMugs(readBatchMax);
      const readings = await s.channel.readQuantities(await refsOf(...skus));
      must(
        readings.length === skus.length,
        `readQuantities must return one reading per ref: got ${readings.length} for ${skus.length}`,
      );
      for (const [index, sku] of skus.entries()) await mustRead(readings[index], sku, `readQuantities, SKU ${sku}`);
      must((await s.channel.readQuantities([])).length === 0, "readQuantities of nothing must return nothing");
    });

    it("a 503 while reading them is unavailable for the item, not a throw", async () => {
      const [sku = ""] = await addMugs(1);
      const refs = await refsOf(sku);
      await s.world.market.breakNext("readQuantities", { kind: "status", status: 503 });
      const [reading] = await s.channel.readQuantities(refs);
      must(
        reading?.outcome === "failed" && reading.failure.kind === "unavailable",
        `readQuantities after a 503 must be unavailable: got ${describeResult(reading)}`,
      );
    });

    it("are written absolutely, and a repeated write changes nothing more", async () => {
      const [sku = ""] = await addMugs(1);
      const [ref] = await refsOf(sku);
      must(ref !== undefined, "");
      const quantity = settable(6);
      for (const round of ["first", "second"]) {
        await mustAccept(await s.channel.writeQuantities([{ ref, quantity }]), `writeQuantities, the ${round} time`);
        await mustShow(sku, quantity, `after the ${round} write of ${quantity}`);
      }
      await s.world.market.buy({ lines: [{ sku, quantity: 1 }], pay: true });
      const results = await s.channel.writeQuantities([{ ref, quantity }]);
      const { quantities } = s.world.connector.manifest.capabilities;
      if (!quantities && results[0]?.outcome === "failed" && results[0].failure.kind === "rejected") {
        // A thing of which there is one may be gone with its sale; only to claim that it is back would be wrong.
        await mustShow(sku, 0, "after the sale of the only one, and a refused write,");
        return;
      }
      await mustAccept(results, "writeQuantities after a sale");
      await mustShow(sku, quantity, "writes are absolute, so after a sale too");
    });

    it("of more than one are refused where a listing stands for one", async () => {
      if (s.world.connector.manifest.capabilities.quantities) return;
      const [sku = ""] = await addMugs(1);
      const [ref] = await refsOf(sku);
      must(ref !== undefined, "");
      const [result] = await s.channel.writeQuantities([{ ref, quantity: 2 }]);
      must(
        result?.outcome === "failed" && result.failure.kind === "rejected",
        `writeQuantities of 2 must be rejected where a listing stands for one: got ${describeResult(result)}`,
      );
      await mustKeep(sku, 1, "after a refused write of 2");
    });

    it("are written for a full batch, one result per write, in order", async () => {
      const { writeBatchMax } = s.world.connector.manifest.capabilities;
      const skus = await addMugs(writeBatchMax);
      const refs = await refsOf(...skus);
      const { quantities } = s.world.connector.manifest.capabilities;
      const writes = refs.map((ref, index) => ({ ref, quantity: quantities ? (index % 7) + 1 : index % 2 }));
      const results = await s.channel.writeQuantities(writes);
      must(
        results.length === writes.length,
        `writeQuantities must return one result per write, in order: got ${results.length} for ${writes.length}`,
      );
      for (const [index, write] of writes.entries()) {
        must(
          isTaken(results[index]),
          `writeQuantities, write ${index + 1} of ${writes.length}: got ${describeResult(results[index])}`,
        );
        await mustShow(write.ref.sku ?? "", write.quantity, `after write ${index + 1} of a full batch`);
      }
      must((await s.channel.writeQuantities([])).length === 0, "writeQuantities of nothing must return nothing");
    });

    it("a bad item fails alone, in its own place", async () => {
      const [a = "", b = "", c = ""] = await addMugs(3);
      const refs = await refsOf(a, b, c);
      await s.world.market.removeListing(b);
      const writes = refs.map((ref) => ({ ref, quantity: settable(3) }));
      const results = await s.channel.writeQuantities(writes);
      must(
        results.length === 3,
        `writeQuantities must return one result per write, in order, beyond writeBatchMax too: got ${results.length} for 3`,
      );
      must(
        results[1]?.outcome === "failed" && results[1].failure.kind === "rejected",
        `writeQuantities to a removed listing must be rejected: got ${describeResult(results[1])}`,
      );
      for (const [index, sku] of [
        [0, a],
        [2, c],
      ] as const) {
        must(
          results[index]?.outcome === "accepted",
          `one bad item must not fail its neighbours: write ${index + 1} got ${describeResult(results[index])}`,
        );
        await mustShow(sku, settable(3), "beside a bad item");
      }
    });

    for (const quantity of [-1, 1.5, Number.NaN]) {
      it(`${quantity} is refused before the marketplace sees it`, async () => {
        const [sku = ""] = await addMugs(1);
        const [ref] = await refsOf(sku);
        must(ref !== undefined, "");
        const before = await s.world.market.shown(sku);
        const [result] = await s.channel.writeQuantities([{ ref, quantity }]);
        must(
          result?.outcome === "failed" && result.failure.kind === "rejected",
          `writeQuantities of ${quantity} must be rejected: got ${describeResult(result)}`,
        );
        must((await s.world.market.shown(sku)) === before, `writeQuantities of ${quantity} must change nothing`);
      });
    }

    it("zero does what the manifest says", async () => {
      const { atZero } = s.world.connector.manifest.capabilities;
      const [sku = ""] = await addMugs(1);
      const [ref] = await refsOf(sku);
      must(ref !== undefined, "");
      await mustAccept(await s.channel.writeQuantities([{ ref, quantity: 0 }]), "writeQuantities of 0");
      await untilShown(async () => !(await s.world.market.shown(sku)));
      const shown = await s.world.market.shown(sku);
      must(!shown, `after writing 0 nobody must be able to buy: the marketplace shows ${shown}`);
      const [reading] = await s.channel.readQuantities([ref]);
      if (atZero === "deleted") {
        must(
          reading?.outcome === "missing" || isEnded(reading),
          `atZero is "deleted", so the listing must be missing: got ${describeResult(reading)}`,
        );
        return;
      }
      must(
        reading?.outcome === "read",
        `after writing 0 the listing must still be there: got ${describeResult(reading)}`,
      );
      const expected = { "stays-listed": "active", inactive: "inactive", "marked-sold": "ended" }[atZero];
      must(
        reading.state === expected || (atZero === "marked-sold" && reading.state === "inactive"),
        `atZero is "${atZero}", so the state must be ${expected}: got ${describeResult(reading)}`,
      );
      must(reading.quantity === 0, `after writing 0, readQuantities must say 0: got ${describeResult(reading)}`);
      await mustAccept(await s.channel.writeQuantities([{ ref, quantity: settable(3) }]), "writeQuantities after 0");
      await mustShow(sku, settable(3), "a listing at zero comes back");
      const [again] = await refsOf(sku);
      must(again?.remoteId === ref.remoteId, "a listing that was at zero must keep its ref when it comes back");
    });

    it("a 429 is throttled, with the marketplace's own wait", async () => {
      const [sku = ""] = await addMugs(1);
      const [ref] = await refsOf(sku);
      must(ref !== undefined, "");
      await s.world.market.breakNext("writeQuantities", { kind: "status", status: 429, retryAfterS: 7 });
      const [result] = await s.channel.writeQuantities([{ ref, quantity: another(5) }]);
      must(
        result?.outcome === "failed" && result.failure.kind === "throttled",
        `writeQuantities after a 429 must be throttled: got ${describeResult(result)}`,
      );
      must(
        result.failure.retryAfterMs === 7_000,
        `a 429 with Retry-After: 7 must give retryAfterMs 7000: got ${result.failure.retryAfterMs}`,
      );
      await mustKeep(sku, settable(10), "a throttled write does nothing");
    });

    it("a lost reply is outcome-unknown, and a read shows the truth", async () => {
      const skus = await addMugs(2);
      const refs = await refsOf(...skus);
      const faults = [{ kind: "reply-lost" }, { kind: "status-after", status: 503 }] as const;
      for (const [index, fault] of faults.entries()) {
        const [sku, ref] = [skus[index] ?? "", refs[index]];
        must(ref !== undefined, "");
        const quantity = another(5);
        await s.world.market.breakNext("writeQuantities", fault);
        const [result] = await s.channel.writeQuantities([{ ref, quantity }]);
        must(
          result?.outcome === "failed" && result.failure.kind === "outcome-unknown",
          `a write that happened without a good reply (${fault.kind}) must be outcome-unknown: got ${describeResult(result)}`,
        );
        const [reading] = await s.channel.readQuantities([ref]);
        if (quantity > 0) await mustRead(reading, sku, "readQuantities after a lost reply");
        await mustShow(sku, quantity, "a write whose reply was lost");
        const [after] = await s.channel.readQuantities([ref]);
        if (quantity > 0) await mustRead(after, sku, "readQuantities once a lost write shows");
        else must(isGone(after), `readQuantities must see that it is gone: got ${describeResult(after)}`);
      }
    });

    it("a lost request is outcome-unknown too: nobody can know", async () => {
      const [sku = ""] = await addMugs(1);
      const [ref] = await refsOf(sku);
      must(ref !== undefined, "");
      await s.world.market.breakNext("writeQuantities", { kind: "request-lost" });
      const [result] = await s.channel.writeQuantities([{ ref, quantity: another(5) }]);
      must(
        result?.outcome === "failed" && result.failure.kind === "outcome-unknown",
        `writeQuantities without a reply must be outcome-unknown: got ${describeResult(result)}`,
      );
    });

    it("prices are written alone, or not at all, as the manifest says", async () => {
      const [sku = ""] = await addMugs(1);
      const [ref] = await refsOf(sku);
      must(ref !== undefined, "");
      const results = await s.channel.writePrices([
        { ref, price: { amount: "14.20", currency: s.world.market.currency } },
      ]);
      must(results.length === 1, `writePrices must return one result per write: got ${results.length} for 1`);
      if (!s.world.connector.manifest.capabilities.prices) {
        must(
          results[0]?.outcome === "failed",
          "writePrices must fail where the manifest says prices are not supported",
        );
        return;
      }
      must(results[0]?.outcome === "accepted", `writePrices: got ${describeResult(results[0])}`);
      await untilShown(async () => Number(await s.world.market.shownPrice(sku)) === 14.2);
      const price = await s.world.market.shownPrice(sku);
      must(Number(price) === 14.2, `after writePrices of 14.20 a buyer must pay 14.20: the marketplace shows ${price}`);
      await mustKeep(sku, settable(10), "writePrices must not touch the quantity");
    });
  });
}
