/**
 * The account as a whole does not answer, or says no: what was asked of it is put off, each time for longer, and that is
 * shown. A passing hiccup raises no alert; one that lasts does, and the alert ends when the work goes on.
 */
import type { Failure } from "#connectors/contract/failures.ts";
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import type { Channel } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { type Db, inTransaction, type Tx } from "../db.server.ts";
import type { Runtime } from "../runtime.ts";
import { countFailure, endSetback, findSetback, recordPutOff } from "../setbacks/setbacks.ts";
import { CHANNEL_WORK, CHANNEL_WORK_NAMES, type ChannelWork, explainFailure, setbackName } from "../setbacks/words.ts";
import { decideRetry } from "../tasks/retry.ts";
import { stopForReconnect } from "./open-channel.ts";

/** The merchant hears of what has lasted this long, or will. */
const ALERT_AFTER_MS = 15 * 60_000;
/** A refusal may end when something changes over there. */
const REFUSED_MS = 5 * 60_000;

/**
 * `storeUntil`: where the work itself looks when it may go on. `why`: for the merchant, where more is known than such a
 * failure says.
 */
export async function putOffWork(
  rt: Runtime,
  channel: Channel,
  work: ChannelWork,
  failure: Failure,
  storeUntil: (tx: Tx, until: Date, delayMs: number) => Promise<void>,
  why = explainFailure(failure, rt.connectors.get(channel.connectorKey)?.manifest.name ?? channel.name),
): Promise<void> {
  const { id: channelId, shopId } = channel;
  rt.logger.warn({ channelId, work, failure: failure.kind, why: failure.message }, "put off");
  if (failure.kind === "unauthorized") return stopForReconnect(rt, channel, failure.message);
  const name = setbackName(work, channelId);
  await inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    const { failures, since } = await countFailure(tx, { name, shopId, channelId, why, now });
    const verdict = decideRetry(failure, failures);
    const delayMs = "delayMs" in verdict ? verdict.delayMs : REFUSED_MS;
    const until = addMs(now, delayMs);
    await recordPutOff(tx, name, until);
    await storeUntil(tx, until, delayMs);
    if (verdict.action !== "give-up" && until < addMs(since, ALERT_AFTER_MS)) return;
    await raiseAlert(
      tx,
      {
        shopId,
        channelId,
        key: name,
        severity: work === "push" || work === "orders" ? "critical" : "warning",
        title: `${channel.name}: ${CHANNEL_WORK[work].toLowerCase()} put off`,
        message: `${why}. Lockstep tries again by itself; the channel's page says when. Should it last, reconnecting the channel may help.`,
        action: `/app/channels/${channelId}`,
      },
      now,
    );
  });
}

/** It goes on: nothing of it is shown any more. */
export async function endPutOff(
  db: Db | Tx,
  channel: Pick<Channel, "id" | "shopId">,
  work: ChannelWork,
  now: Date,
): Promise<void> {
  const name = setbackName(work, channel.id);
  await endSetback(db, name);
  await resolveAlert(db, channel.shopId, name, now);
}

/** Whoever connects or disconnects the channel begins anew. */
export async function endPutOffs(tx: Tx, channel: Pick<Channel, "id" | "shopId">, now: Date): Promise<void> {
  for (const work of CHANNEL_WORK_NAMES) await endPutOff(tx, channel, work, now);
}

export async function isPutOff(db: Db | Tx, channelId: number, work: ChannelWork, now: Date): Promise<boolean> {
  const setback = await findSetback(db, setbackName(work, channelId));
  return setback !== null && setback.until > now;
}
