/**
 * Compares what a marketplace has on sale with the listings that we read. What we can't see is not kept in step: the
 * merchant is told how much of it there is, why, and the way out.
 */
import type { Failure } from "#connectors/contract/failures.ts";
import type { OnSale } from "#connectors/contract/remote-types.ts";
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import type { AlertKey } from "../alerts/kinds.ts";
import { type Channel, findChannel, recordOnSale } from "../channels/channels.ts";
import { type OnSaleCount, parseOnSale } from "../channels/on-sale.ts";
import { addMs } from "../clock.ts";
import { inTransaction } from "../db.server.ts";
import { underLease } from "../leases/leases.ts";
import { listKnownNames } from "../listings/listings.ts";
import type { Runtime } from "../runtime.ts";
import { openChannel } from "./open-channel.ts";
import { endPutOff, putOffWork } from "./put-off-work.ts";

const EVERY_MS = 24 * 60 * 60_000;
/** Calls that one count may take: the marketplace allows all merchants together some thousands a day. */
const PAGES_MAX = 50;
const EXAMPLES_MAX = 20;
const NAMED_MAX = 3;

export async function countOnSale(rt: Runtime, { channelId }: { channelId: number }): Promise<void> {
  const name = `on-sale:${channelId}`;
  await underLease(rt, { name, holder: rt.workerId }, async () => {
    const channel = await findChannel(rt.db, channelId);
    if (!channel || (channel.state !== "connected" && channel.state !== "paused")) return;
    const opened = await openChannel(rt, channel, { urgent: false });
    if (!opened.ok) return putOffCount(rt, channel, opened.failure);
    const { connector, remote } = opened.value;
    const help = connector.manifest.onSaleHelp;
    if (!remote.readOnSale || help === undefined) return;

    let total = 0;
    let isAtLeast = false;
    const notKept: OnSale[] = [];
    for (let cursor: string | null = null, pages = 1; ; pages += 1) {
      const page = await remote.readOnSale(cursor);
      if (!page.ok) return putOffCount(rt, channel, page.failure);
      const { onSale, nextCursor } = page.value;
      const names = onSale.map((one) => one.remoteId);
      const known = await listKnownNames(rt.db, channelId, names, { removedToo: false });
      notKept.push(...onSale.filter((one) => !known.has(one.remoteId)));
      total = page.value.total;
      cursor = nextCursor;
      isAtLeast = cursor !== null;
      if (cursor === null || pages === PAGES_MAX) break;
    }

    const countedAt = rt.clock.now();
    const examples = notKept
      .slice(0, EXAMPLES_MAX)
      .map(({ remoteId, title, sku, url }) => ({ remoteId, title, sku, url }));
    const count = { countedAt: countedAt.toISOString(), total, notKept: notKept.length, isAtLeast, examples };
    await storeCount(rt, channel, count, { marketplace: connector.manifest.name, help });
  });
}

async function storeCount(
  rt: Runtime,
  channel: Channel,
  count: OnSaleCount,
  { marketplace, help }: { marketplace: string; help: string },
): Promise<void> {
  const { id: channelId, shopId } = channel;
  await inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    const before = parseOnSale(channel.onSale)?.notKept ?? 0;
    await recordOnSale(tx, channelId, { count, dueAt: addMs(now, EVERY_MS) });
    await endPutOff(tx, channel, "on-sale", now);
    const key: AlertKey = `not-kept:${channelId}`;
    if (count.notKept === 0) return resolveAlert(tx, shopId, key, now);
    // Whoever said Done knows of as many as there were.
    if (count.notKept <= before) return;
    const named = count.examples.slice(0, NAMED_MAX).map((one) => `"${one.title}"`);
    const rest = count.notKept - named.length;
    const names = rest > 0 ? `${named.join(", ")} and ${rest} more` : named.join(", ");
    await raiseAlert(
      tx,
      {
        shopId,
        channelId,
        key,
        endsByHand: true,
        reopens: true,
        severity: "warning",
        title: `${channel.name}: ${count.isAtLeast ? "at least " : ""}${count.notKept} of ${count.total} listings on sale are not kept in step`,
        message: `Lockstep can't see ${names}: what is sold there does not lower Shopify before its order comes, and a change in Shopify does not reach ${marketplace}. ${help} Choose Done if you mean to keep them by hand.`,
        action: `/app/channels/${channelId}`,
      },
      now,
    );
  });
}

function putOffCount(rt: Runtime, channel: Channel, failure: Failure): Promise<void> {
  return putOffWork(rt, channel, "on-sale", failure, (tx, until) =>
    recordOnSale(tx, channel.id, { count: null, dueAt: until }),
  );
}
