/**
 * Shipment back. Tells the marketplace once: `sending` is written before the call, and a shipment found there later is
 * looked up at the marketplace before it is sent again.
 */
import type { Failure } from "#connectors/contract/failures.ts";
import type { RemoteShipment } from "#connectors/contract/remote-types.ts";
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import { type Channel, findChannel } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { type AttemptOutcome, recordAttempt } from "../history/history.ts";
import { underLease } from "../leases/leases.ts";
import { findOrder, type OrderWithLines } from "../orders/orders.ts";
import type { Runtime } from "../runtime.ts";
import {
  findShipment,
  recordRelayed,
  recordShipmentProblem,
  recordShipmentSending,
  type Shipment,
  shipmentLines,
} from "../shipments/shipments.ts";
import { decideRetry } from "../tasks/retry.ts";
import { type Opened, openChannel, stopForReconnect } from "./open-channel.ts";

export async function relayShipment(rt: Runtime, { shipmentId }: { shipmentId: number }): Promise<void> {
  const first = await findShipment(rt.db, shipmentId);
  if (!first) return;
  // One shipment of an order at a time, so that two never look alike to the look-up.
  await underLease(rt, { name: `ship:${first.orderId}`, holder: rt.workerId }, async () => {
    const shipment = await findShipment(rt.db, shipmentId);
    const order = shipment && (await findOrder(rt.db, shipment.orderId));
    const channel = order && (await findChannel(rt.db, order.channelId));
    if (!shipment || !order || !channel) return;
    if (shipment.state !== "waiting" && shipment.state !== "sending") return;
    if (channel.state === "disconnected" || channel.state === "reconnect") {
      const problem = `${channel.name} is not connected. Reconnect it; the shipment is sent then.`;
      return settle(
        rt,
        channel,
        order,
        shipment,
        { state: shipment.state, problem, retryAt: addMs(rt.clock.now(), WAIT_MS) },
        "held",
      );
    }
    const opened = await openChannel(rt, channel, { urgent: true });
    if (!opened.ok) return afterFailure(rt, channel, order, shipment, opened.failure, 0);
    await relay(rt, channel, order, shipment, opened.value);
  });
}

const WAIT_MS = 5 * 60_000;

async function relay(
  rt: Runtime,
  channel: Channel,
  order: OrderWithLines,
  shipment: Shipment,
  { remote, connector }: Opened,
): Promise<void> {
  const { lateWriteMaxMs } = connector.manifest.capabilities;
  if (shipment.state === "sending") {
    const there = await remote.readShipments(order.remoteId);
    if (!there.ok) return afterFailure(rt, channel, order, shipment, there.failure, lateWriteMaxMs);
    const found = there.value.find((one) => isSame(one, shipment));
    if (found)
      return relayed(rt, channel, order, shipment, found.remoteId, "found on the marketplace after an unclear reply");
    // Not there and it can no longer land: it may be sent again.
    await inTransaction(rt.db, (tx) =>
      recordShipmentProblem(tx, shipment.id, { state: "waiting", problem: "", retryAt: null }),
    );
  }
  const now = rt.clock.now();
  if (!(await recordShipmentSending(rt.db, shipment.id, addMs(now, lateWriteMaxMs)))) return;
  const sent = await remote.confirmShipment({
    orderRemoteId: order.remoteId,
    lines: shipmentLines(shipment),
    carrier: shipment.carrier,
    trackingNumber: shipment.trackingNumber,
    trackingUrl: shipment.trackingUrl,
    // Shopify's times are whole seconds: what is shipped at once may seem older than its sale, which marketplaces refuse.
    shippedAt: new Date(Math.max(shipment.shippedAt.getTime(), order.soldAt.getTime())),
  });
  if (sent.ok) return relayed(rt, channel, order, shipment, sent.value.remoteId, "sent");
  await afterFailure(rt, channel, order, shipment, sent.failure, lateWriteMaxMs);
}

/** The same parcel: its tracking number where both sides know one, else the same lines. */
function isSame(there: RemoteShipment, shipment: Shipment): boolean {
  if (shipment.trackingNumber && there.trackingNumber) return there.trackingNumber === shipment.trackingNumber;
  const text = (lines: readonly { remoteLineId: string; quantity: number }[]) =>
    lines
      .map((line) => `${line.remoteLineId}×${line.quantity}`)
      .sort()
      .join();
  return text(there.lines) === text(shipmentLines(shipment));
}

async function relayed(
  rt: Runtime,
  channel: Channel,
  order: OrderWithLines,
  shipment: Shipment,
  remoteId: string | null,
  how: string,
): Promise<void> {
  await inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    await recordRelayed(tx, shipment.id, remoteId, now);
    await resolveAlert(tx, shipment.shopId, `shipment:${shipment.id}`, now);
    const tracking = shipment.trackingNumber ? ` with tracking ${shipment.trackingNumber}` : " without tracking";
    await note(rt, tx, channel, order, "done", `Shipment of ${order.displayName}${tracking}: ${how}`);
  });
}

async function afterFailure(
  rt: Runtime,
  channel: Channel,
  order: OrderWithLines,
  shipment: Shipment,
  failure: Failure,
  lateWriteMaxMs: number,
): Promise<void> {
  const now = rt.clock.now();
  const verdict = decideRetry(failure, shipment.attempts + 1);
  const problem = failure.message;
  switch (verdict.action) {
    case "retry":
      // A look-up that failed leaves it at `sending`: what came of the call is still not known.
      return settle(
        rt,
        channel,
        order,
        shipment,
        { state: shipment.state === "sending" ? "sending" : "waiting", problem, retryAt: addMs(now, verdict.delayMs) },
        failure.kind as AttemptOutcome,
      );
    case "read-back":
      return settle(
        rt,
        channel,
        order,
        shipment,
        { state: "sending", problem, retryAt: addMs(now, Math.max(verdict.delayMs, lateWriteMaxMs)) },
        "unclear",
      );
    case "reconnect":
      await settle(
        rt,
        channel,
        order,
        shipment,
        { state: shipment.state === "sending" ? "sending" : "waiting", problem, retryAt: addMs(now, WAIT_MS) },
        "unauthorized",
      );
      return stopForReconnect(rt, channel, failure.message);
    case "give-up":
      await settle(rt, channel, order, shipment, { state: "failed", problem, retryAt: null }, "rejected");
      await raiseAlert(
        rt.db,
        {
          shopId: shipment.shopId,
          channelId: channel.id,
          key: `shipment:${shipment.id}`,
          severity: "critical",
          title: `${channel.name} refused the shipment of order ${order.displayName}`,
          message: `${failure.message}. Correct the tracking in Shopify or enter it on the marketplace by hand, then choose Try again.`,
          action: `/app/orders/${order.id}`,
        },
        now,
      );
  }
}

async function settle(
  rt: Runtime,
  channel: Channel,
  order: OrderWithLines,
  shipment: Shipment,
  to: { state: string; problem: string; retryAt: Date | null },
  outcome: AttemptOutcome,
): Promise<void> {
  await inTransaction(rt.db, async (tx) => {
    await recordShipmentProblem(tx, shipment.id, to as Parameters<typeof recordShipmentProblem>[2]);
    // A problem that goes on is written down once.
    if (shipment.problem !== to.problem)
      await note(rt, tx, channel, order, outcome, `Shipment of ${order.displayName}: ${to.problem}`);
  });
}

function note(
  rt: Runtime,
  tx: Tx,
  channel: Channel,
  order: OrderWithLines,
  outcome: AttemptOutcome,
  message: string,
): Promise<void> {
  const now = rt.clock.now();
  const { shopId, id: orderId } = order;
  return recordAttempt(tx, {
    shopId,
    channelId: channel.id,
    kind: "relay-shipment",
    orderId,
    outcome,
    message,
    startedAt: now,
    finishedAt: now,
  });
}
