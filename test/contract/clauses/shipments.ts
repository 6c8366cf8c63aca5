/** Telling that a parcel left, once. */
import type { RemoteOrder } from "#connectors/contract/remote-types.ts";
import { must, type Subject, unwrap } from "./subject.ts";

export function proveShipments(s: Subject): void {
  const { readOne, settable, takeUnits, isParcel, expectFailure, it, describe } = s;

  describe("shipments", () => {
    async function paidOrder(quantity: number): Promise<RemoteOrder> {
      await s.world.market.addListing({ sku: "BOX", title: "Box", quantity: 20, price: "8.00" });
      const lines = [{ sku: "BOX", quantity: settable(quantity) }];
      return readOne(await s.world.market.buy({ lines, pay: true }));
    }

    function parcelOf(order: RemoteOrder, units: number, trackingNumber: string) {
      return {
        orderRemoteId: order.remoteId,
        lines: takeUnits(order, units),
        carrier: "UPS",
        trackingNumber,
        trackingUrl: null,
        shippedAt: s.world.clock.now(),
      };
    }

    it("reach the marketplace with their tracking number, and readShipments shows them", async () => {
      const order = await paidOrder(2);
      must(
        unwrap(await s.channel.readShipments(order.remoteId), "readShipments").length === 0,
        "readShipments must be empty before anything is shipped",
      );
      unwrap(await s.channel.confirmShipment(parcelOf(order, settable(2), "1Z999AA10123456784")), "confirmShipment");
      if (s.world.market.ship) {
        const before = await s.world.market.parcels(order.remoteId);
        must(
          before.length === 0,
          `what ships by its own label must not be sent by us: it has ${before.length} parcels`,
        );
        await s.world.market.ship(order.remoteId);
      }
      const parcels = await s.world.market.parcels(order.remoteId);
      must(parcels.length === 1, `one shipment must make one parcel: the marketplace has ${parcels.length}`);
      const trackingNumber = parcels[0]?.trackingNumber ?? "";
      must(
        s.world.market.ship !== undefined || trackingNumber === "1Z999AA10123456784",
        `the tracking number must arrive: got ${trackingNumber}`,
      );
      const shown = unwrap(await s.channel.readShipments(order.remoteId), "readShipments");
      must(
        shown.some((one) => isParcel(one, trackingNumber)),
        "readShipments must show the tracking number, so that a lost reply is not sent twice",
      );
      const after = await readOne(order.remoteId);
      must(after.fulfilment === "complete", `a shipped order must have fulfilment complete: got ${after.fulfilment}`);
    });

    it("may be partial where the manifest says so", async () => {
      if (!s.world.connector.manifest.capabilities.partialShipment) return;
      const order = await paidOrder(3);
      unwrap(await s.channel.confirmShipment(parcelOf(order, 1, "1Z999AA10123456784")), "confirmShipment of 1 of 3");
      const after = await readOne(order.remoteId);
      must(after.fulfilment === "partial", `1 of 3 units shipped must be partial: got ${after.fulfilment}`);
      const [parcel] = await s.world.market.parcels(order.remoteId);
      must(parcel?.units === 1, `partialShipment is true, so 1 of 3 units must arrive as 1: got ${parcel?.units}`);
      unwrap(await s.channel.confirmShipment(parcelOf(order, 2, "1Z999AA10123456785")), "confirmShipment of the rest");
      must((await readOne(order.remoteId)).fulfilment === "complete", "all units shipped must be complete");
    });

    it("a lost reply is outcome-unknown, and readShipments tells whether it arrived", async () => {
      // Where the marketplace ships by its own label, nothing is sent.
      if (s.world.market.ship) return;
      const order = await paidOrder(1);
      await s.world.market.breakNext("confirmShipment", { kind: "reply-lost" });
      const result = await s.channel.confirmShipment(parcelOf(order, 1, "1Z999AA10123456784"));
      expectFailure(result, "outcome-unknown", "confirmShipment whose reply was lost");
      const shown = unwrap(await s.channel.readShipments(order.remoteId), "readShipments");
      must(
        shown.some((one) => isParcel(one, "1Z999AA10123456784")),
        "after a lost reply readShipments must show the shipment that did arrive",
      );
    });

    it("of an order that does not exist are rejected", async () => {
      const order = await paidOrder(1);
      const result = await s.channel.confirmShipment({
        ...parcelOf(order, 1, "1Z999AA10123456784"),
        orderRemoteId: order.remoteId.replace(/\d/g, "9"),
      });
      expectFailure(result, "rejected", "confirmShipment of an unknown order");
    });
  });
}
