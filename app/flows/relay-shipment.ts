/**
 * Shipment back. Tells the marketplace once: `sending` is written before the call, which leaves soon after or not at all;
 * a shipment found at `sending`, when nothing of it can land any more, is looked up at the marketplace before it is sent
 * again, and is `unseen` while that refuses to say. A worker that stood still and lost its lease stores nothing.
 */
import type { Failure } from "#connectors/contract/failures.ts";
import type { RemoteShipment } from "#connectors/contract/remote-types.ts";
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import type { AlertKey } from "../alerts/kinds.ts";
import { type Channel, findChannel } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import type { Tx } from "../db.server.ts";
import { type AttemptOutcome, recordAttempt } from "../history/history.ts";
import { type Lease, storeUnder, underLease } from "../leases/leases.ts";
import { findOrder, type OrderWithLines, recordShipped } from "../orders/orders.ts";
import { lookAtShipBy } from "../orders/ship-by-looks.ts";
import type { Runtime } from "../runtime.ts";
import { isUnderWay } from "../shipments/shipment-state.ts";
import {
  findShipment,
  listShipmentsOf,
  recordRelayed,
  recordShipmentProblem,
  recordShipmentSending,
  type Shipment,
  shipmentLines,
} from "../shipments/shipments.ts";
import { decideRetry } from "../tasks/retry.ts";
import { byAnyClock, createDeparture } from "./leave-soon.ts";
import { openChannel, stopForReconnect } from "./open-channel.ts";

/** What one relay is about. */
interface Subject {
  shipment: Shipment;
  order: OrderWithLines;
  channel: Channel;
  lease: Lease;
}

const WAIT_MS = 5 * 60_000;
/** Whoever refuses to say what is there is asked again. */
const UNSEEN_MS = 15 * 60_000;

export async function relayShipment(rt: Runtime, { shipmentId }: { shipmentId: number }): Promise<void> {
  const first = await findShipment(rt.db, shipmentId);
  if (!first) return;
  // One shipment of an order at a time, so that two never look alike to the look-up.
  await underLease(rt, { name: `ship:${first.orderId}`, holder: rt.workerId }, async (lease) => {
    const shipment = await findShipment(rt.db, shipmentId);
    const order = shipment && (await findOrder(rt.db, shipment.orderId));
    const channel = order && (await findChannel(rt.db, order.channelId));
    if (!shipment || !order || !channel) return;
    if (!isUnderWay(shipment.state)) return;
    // What another worker has sent may still land.
    if (shipment.state === "sending" && shipment.retryAt && shipment.retryAt > rt.clock.now()) return;
    const subject = { shipment, order, channel, lease };
    if (channel.state === "disconnected" || channel.state === "reconnect") {
      const problem = `${channel.name} is not connected. Reconnect it; the shipment is sent then.`;
      const retryAt = addMs(rt.clock.now(), WAIT_MS);
      await settle(rt, subject, { state: shipment.state, problem, retryAt }, "held");
      return;
    }
    await relay(rt, subject);
  });
}

async function relay(rt: Runtime, subject: Subject): Promise<void> {
  const { shipment, order, channel, lease } = subject;
  const departure = createDeparture(rt.clock);
  const opened = await openChannel(rt, channel, { urgent: true, mayWrite: departure.mayWrite });
  if (!opened.ok) return afterFailure(rt, subject, opened.failure, 0);
  const { remote, connector } = opened.value;
  const { lateWriteMaxMs } = connector.manifest.capabilities;
  if (shipment.state !== "waiting") {
    const there = await remote.readShipments(order.remoteId);
    if (!there.ok) return afterFailure(rt, subject, there.failure, lateWriteMaxMs);
    const found = (await withoutOthers(rt, there.value, shipment)).find((one) => isSame(one, shipment));
    if (found) return relayed(rt, subject, found.remoteId, "found on the marketplace after an unclear reply");
  }
  // If it was unclear: it is not there, and can no longer land. If the merchant was asked to enter it, they need not any more.
  const retryAt = addMs(departure.begin(), byAnyClock(lateWriteMaxMs));
  const isStored = await storeUnder(rt.db, lease, async (tx) => {
    await recordShipmentSending(tx, shipment.id, retryAt);
    if (shipment.state !== "waiting") await resolveAlert(tx, shipment.shopId, alertKey(shipment), rt.clock.now());
  });
  if (!isStored) return;
  const sent = await remote.confirmShipment({
    orderRemoteId: order.remoteId,
    lines: shipmentLines(shipment),
    carrier: shipment.carrier,
    trackingNumber: shipment.trackingNumber,
    trackingUrl: shipment.trackingUrl,
    // Shopify's times are whole seconds: what is shipped at once may seem older than its sale, which marketplaces refuse.
    shippedAt: new Date(Math.max(shipment.shippedAt.getTime(), order.soldAt.getTime())),
  });
  if (sent.ok) return relayed(rt, subject, sent.value.remoteId, "sent");
  const stateNow = { ...shipment, state: stateAfter(sent.failure, shipment) };
  await afterFailure(rt, { ...subject, shipment: stateNow }, sent.failure, lateWriteMaxMs);
}

/** What was refused is not there. What was not sent waits, and is looked up again if the merchant may have entered it. */
function stateAfter({ kind }: Failure, { state }: Shipment): "waiting" | "sending" {
  if (kind === "rejected") return "waiting";
  return kind === "outcome-unknown" || state !== "waiting" ? "sending" : "waiting";
}

const alertKey = ({ id }: Pick<Shipment, "id">): AlertKey => `shipment:${id}`;

/** Several parcels of an order may look alike: those that are known as others', or have the number of one, are not this one. */
async function withoutOthers(
  rt: Runtime,
  there: readonly RemoteShipment[],
  { id, orderId }: Shipment,
): Promise<RemoteShipment[]> {
  const left = [...there];
  for (const other of await listShipmentsOf(rt.db, orderId)) {
    if (other.id === id) continue;
    const at = left.findIndex((one) => isOther(one, other));
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}

function isOther(there: RemoteShipment, other: Shipment): boolean {
  if (other.state !== "relayed") return other.trackingNumber !== null && there.trackingNumber === other.trackingNumber;
  return other.remoteId ? there.remoteId === other.remoteId : isSame(there, other);
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
  { shipment, order, channel, lease }: Subject,
  remoteId: string | null,
  how: string,
): Promise<void> {
  await storeUnder(rt.db, lease, async (tx) => {
    const now = rt.clock.now();
    await recordRelayed(tx, shipment.id, remoteId, now);
    await recordShipped(tx, order.id);
    await lookAtShipBy(tx, order.id, now);
    await resolveAlert(tx, shipment.shopId, alertKey(shipment), now);
    const tracking = shipment.trackingNumber ? ` with tracking ${shipment.trackingNumber}` : " without tracking";
    await note(rt, tx, channel, order, "done", `Shipment of ${order.displayName}${tracking}: ${how}`);
  });
}

async function afterFailure(rt: Runtime, subject: Subject, failure: Failure, lateWriteMaxMs: number): Promise<void> {
  const { shipment, order, channel } = subject;
  const now = rt.clock.now();
  const verdict = decideRetry(failure, shipment.attempts + 1);
  const problem = failure.message;
  switch (verdict.action) {
    case "retry":
      // A look-up that failed leaves it at `sending`: what came of the call is still not known.
      await settle(
        rt,
        subject,
        { state: shipment.state, problem, retryAt: addMs(now, verdict.delayMs) },
        failure.kind as AttemptOutcome,
      );
      return;
    case "read-back":
      await settle(
        rt,
        subject,
        { state: "sending", problem, retryAt: addMs(now, Math.max(verdict.delayMs, byAnyClock(lateWriteMaxMs))) },
        "unclear",
      );
      return;
    case "reconnect":
      await settle(rt, subject, { state: shipment.state, problem, retryAt: addMs(now, WAIT_MS) }, "unauthorized");
      return stopForReconnect(rt, channel, failure.message);
    case "give-up": {
      // One that may be there is not given up: it is asked about again.
      const isUnseen = shipment.state !== "waiting";
      const to = { state: isUnseen ? "unseen" : "failed", problem, retryAt: isUnseen ? addMs(now, UNSEEN_MS) : null };
      if (!(await settle(rt, subject, to, "rejected"))) return;
      await raiseAlert(
        rt.db,
        {
          shopId: shipment.shopId,
          channelId: channel.id,
          key: alertKey(shipment),
          severity: "critical",
          ...refusalWords(subject, problem),
          action: `/app/orders/${order.id}`,
        },
        now,
      );
    }
  }
}

/** What the merchant is told: one that the marketplace would not take, or of which it will not say whether it has it. */
function refusalWords({ shipment, order, channel }: Subject, problem: string): { title: string; message: string } {
  if (shipment.state === "waiting")
    return {
      title: `${channel.name} refused the shipment of order ${order.displayName}`,
      message: `${problem}. Correct the tracking in Shopify or enter it on the marketplace by hand, then choose Retry.`,
    };
  return {
    title: `${channel.name} does not say whether order ${order.displayName} is shipped`,
    message: `${problem}. Look at the order on ${channel.name}: if the shipment is not there, enter it by hand, then choose Retry. Nothing is sent twice.`,
  };
}

async function settle(
  rt: Runtime,
  { shipment, order, channel, lease }: Subject,
  to: { state: string; problem: string; retryAt: Date | null },
  outcome: AttemptOutcome,
): Promise<boolean> {
  return storeUnder(rt.db, lease, async (tx) => {
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
