/** Cancelling, and its answers. */
import type { RemoteOrder } from "#connectors/contract/remote-types.ts";
import { must, type Subject, unwrap } from "./subject.ts";

export function proveCancellation(s: Subject): void {
  const { readOne, settable, passTime, expectFailure, it, describe } = s;

  describe("cancellation", () => {
    async function paidOrder(): Promise<RemoteOrder> {
      await s.world.market.addListing({ sku: "VASE", title: "Vase", quantity: 5, price: "30.00" });
      return readOne(await s.world.market.buy({ lines: [{ sku: "VASE", quantity: settable(2) }], pay: true }));
    }

    it("does what the manifest says, and once", async () => {
      const { cancellation } = s.world.connector.manifest.capabilities;
      const order = await paidOrder();
      const whole = { orderRemoteId: order.remoteId, reason: "out-of-stock", lines: null } as const;
      const result = await s.channel.cancelOrder(whole);
      if (cancellation === "none") {
        expectFailure(result, "rejected", "cancelOrder where the manifest says none");
        return;
      }
      const { state } = unwrap(result, "cancelOrder");
      must(
        state === "requested" || (await s.world.market.isCancelled(order.remoteId)),
        "cancelOrder said cancelled, but the marketplace does not think so",
      );
      unwrap(await s.channel.cancelOrder(whole), "cancelOrder a second time, as after a lost reply,");
    });

    it("of single lines is refused in words where only whole orders can be cancelled", async () => {
      if (s.world.connector.manifest.capabilities.cancellation !== "whole-order") return;
      const order = await paidOrder();
      const lines = order.lines.map((line) => ({ remoteLineId: line.remoteLineId, quantity: 1 }));
      const result = await s.channel.cancelOrder({ orderRemoteId: order.remoteId, reason: "out-of-stock", lines });
      const failure = expectFailure(result, "rejected", "cancelOrder of a line");
      must(failure.message.length > 20, "a refusal must say in words what the merchant can do");
      must(!(await s.world.market.isCancelled(order.remoteId)), "a refused cancellation must cancel nothing");
    });

    it("of a single line takes that line and no other, where the manifest says so", async () => {
      if (s.world.connector.manifest.capabilities.cancellation !== "per-line") return;
      await s.world.market.addListing({ sku: "VASE", title: "Vase", quantity: 5, price: "30.00" });
      await s.world.market.addListing({ sku: "BOWL", title: "Bowl", quantity: 5, price: "20.00" });
      const skus = ["VASE", "BOWL"];
      const id = await s.world.market.buy({ lines: skus.map((sku) => ({ sku, quantity: 2 })), pay: true });
      const order = await readOne(id);
      const [taken, kept] = skus.map((sku) => order.lines.find((line) => line.sku === sku));
      must(taken !== undefined && kept !== undefined, "an order must have a line for each SKU");
      const lines = [{ remoteLineId: taken.remoteLineId, quantity: taken.quantity }];
      const result = await s.channel.cancelOrder({ orderRemoteId: id, reason: "out-of-stock", lines });
      unwrap(result, "cancelOrder of a line");
      const cancelledOf = async (lineId: string) =>
        (await readOne(id)).lines.find((line) => line.remoteLineId === lineId)?.quantityCancelled;
      await passTime(async () => (await cancelledOf(taken.remoteLineId)) === taken.quantity);
      const gone = await cancelledOf(taken.remoteLineId);
      must(gone === taken.quantity, `the line asked for must be cancelled, ${taken.quantity} units: got ${gone}`);
      must((await cancelledOf(kept.remoteLineId)) === 0, "cancelOrder of a line must leave the other lines alone");
      must(!(await s.world.market.isCancelled(id)), "cancelOrder of a line must not cancel the order");
    });

    it("agrees to a buyer's request", async () => {
      if (s.world.connector.manifest.capabilities.cancellation === "none" || !s.world.market.askToCancel) return;
      const order = await paidOrder();
      await s.world.market.askToCancel(order.remoteId);
      const { state } = unwrap(
        await s.channel.cancelOrder({ orderRemoteId: order.remoteId, reason: "buyer-request", lines: null }),
        "cancelOrder on a buyer's request",
      );
      if (state === "requested") await passTime(() => s.world.market.isCancelled(order.remoteId));
      must(await s.world.market.isCancelled(order.remoteId), "agreeing to a buyer's request must cancel the order");
    });

    it("of a shipped order is rejected", async () => {
      if (s.world.connector.manifest.capabilities.cancellation === "none") return;
      const order = await paidOrder();
      const parcel = {
        orderRemoteId: order.remoteId,
        lines: order.lines.map((line) => ({ remoteLineId: line.remoteLineId, quantity: line.quantity })),
        carrier: "UPS",
        trackingNumber: "1Z999AA10123456784",
        trackingUrl: null,
        shippedAt: s.world.clock.now(),
      };
      unwrap(await s.channel.confirmShipment(parcel), "confirmShipment");
      await s.world.market.ship?.(order.remoteId);
      const result = await s.channel.cancelOrder({ orderRemoteId: order.remoteId, reason: "other", lines: null });
      expectFailure(result, "rejected", "cancelOrder of a shipped order");
    });
  });
}
