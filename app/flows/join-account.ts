/** The merchant has read, inside the app, which account is to be joined to which shop, and decides. */
import type { Connector } from "#connectors/contract/connector.ts";
import { raiseAlert, resolveAlert, resolveOtherAlerts } from "../alerts/alerts.ts";
import {
  type Channel,
  findChannelOfShop,
  listHolders,
  lockAccount,
  recordConnected,
  recordReconnected,
} from "../channels/channels.ts";
import {
  type Claimant,
  dropPendingConnection,
  findPendingConnection,
  type PendingConnection,
} from "../channels/connections.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { zeroIsFinal } from "../inventory/withdrawal.ts";
import { markStale } from "../listings/listings.ts";
import type { Runtime } from "../runtime.ts";
import { endChannel } from "./disconnect-channel.ts";
import { endPutOffs } from "./put-off-work.ts";
import { refuse } from "./reply.ts";

export type Joined = { ok: true; channelId: number } | { ok: false; message: string };

/**
 * Makes the channel. `transfer`: the merchant was told that the account is connected in another shop, and takes it from
 * there; whoever runs that shop is told, and neither learns the other's name.
 */
export function joinAccount(rt: Runtime, claimant: Claimant, { transfer }: { transfer: boolean }): Promise<Joined> {
  return inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    const pending = await findPendingConnection(tx, claimant, now);
    const connector = pending && rt.connectors.get(pending.connectorKey);
    if (!pending || !connector) {
      return refuse("This connection was begun too long ago, or was finished already. Connect again under Channels.");
    }
    const { name } = connector.manifest;
    const held = pending.channelId === null ? null : await findChannelOfShop(tx, pending.shopId, pending.channelId);
    // Under both names, where an account is named by its keys: the new keys may be those of another shop's channel.
    const accountIds = [...new Set([pending.remoteAccountId, held?.remoteAccountId ?? pending.remoteAccountId])].sort();
    for (const id of accountIds) await lockAccount(tx, pending.connectorKey, id);
    const holders = await listHolders(tx, pending.connectorKey, accountIds);
    const twin = held && holders.find((one) => one.shopId === held.shopId && one.id !== held.id);
    if (twin) return refuse(`This account is connected already, as ${twin.name}.`);
    const elsewhere = holders.filter((one) => one.shopId !== pending.shopId);
    if (elsewhere.length > 0 && !transfer) {
      return refuse(
        `This ${name} account is connected in another shop. An account belongs to one shop at a time: reload this page to see what connecting it here would do.`,
      );
    }
    for (const channel of elsewhere) await takeFromShop(tx, channel, now);
    await dropPendingConnection(tx, pending);
    return { ok: true, channelId: await makeChannel(rt, tx, pending, { held, connector, now }) };
  });
}

/** The merchant does not want it, so the keys are not kept. */
export async function declineConnection(rt: Runtime, claimant: Claimant): Promise<void> {
  await inTransaction(rt.db, async (tx) => {
    const pending = await findPendingConnection(tx, claimant, rt.clock.now());
    if (pending) await dropPendingConnection(tx, pending);
  });
}

async function takeFromShop(tx: Tx, channel: Channel, now: Date): Promise<void> {
  await endChannel(tx, channel, `${channel.name} disconnected, because its account was connected in another shop`, now);
  await raiseAlert(
    tx,
    {
      shopId: channel.shopId,
      channelId: channel.id,
      key: `${movedAlerts(channel.id)}${now.toISOString()}`,
      severity: "critical",
      title: `${channel.name} was disconnected`,
      message:
        "Somebody who can sign in to this account connected it in another shop that uses Lockstep, and an account belongs to one shop at a time. Its listings stay as they are; its orders don't come here any more. If that was not agreed with you, change the account's password over there, and connect it again here.",
      action: `/app/channels/${channel.id}`,
      endsByHand: true,
    },
    now,
  );
}

const movedAlerts = (channelId: number): `moved:${number}:` => `moved:${channelId}:`;

async function makeChannel(
  rt: Runtime,
  tx: Tx,
  pending: PendingConnection,
  { held, connector, now }: { held: Channel | null; connector: Connector; now: Date },
): Promise<number> {
  const { shopId, connectorKey, remoteAccountId, accountName } = pending;
  const facts = {
    // A seller often has one name on all marketplaces: by the account's alone, messages could not be told apart.
    name: `${connector.manifest.name} · ${accountName}`,
    warnings: pending.warnings,
    sharesStockWith: pending.sharesStockWith,
    credentialsSealed: pending.credentialsSealed,
    credentialsExpireAt: pending.credentialsExpireAt,
  };
  const gonePolicy = zeroIsFinal(connector.manifest.capabilities.atZero) ? "ask" : "zero";
  const { channel, isNew } = held
    ? { channel: await recordReconnected(tx, held.id, facts), isNew: false }
    : await recordConnected(tx, { shopId, connectorKey, remoteAccountId, ...facts, gonePolicy, now });
  await endPutOffs(tx, channel, now);
  for (const key of ["reconnect", "shared-account"]) await resolveAlert(tx, shopId, `${key}:${channel.id}`, now);
  await resolveOtherAlerts(tx, { shopId, prefix: movedAlerts(channel.id), keys: [] }, now);
  // Much may have changed while it was not connected: all of it is read and decided again.
  if (!isNew) await markStale(tx, shopId, { channelId: channel.id }, { decreasing: true, now, restarts: true });
  await rt.queue.send(tx, "reconcile-listings", { channelId: channel.id });
  await rt.queue.send(tx, "import-orders", { channelId: channel.id });
  await rt.queue.send(tx, "subscribe-channel", { channelId: channel.id });
  await recordAttempt(tx, {
    shopId,
    channelId: channel.id,
    kind: "settings",
    outcome: "done",
    message: `${connector.manifest.name} account ${accountName} ${isNew ? "connected" : "connected again"}`,
    startedAt: now,
    finishedAt: now,
  });
  return channel.id;
}
