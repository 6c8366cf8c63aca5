/** Read model of what does not go on for now: what, until when and why, by channel. */
import type { Db } from "../db.server.ts";
import { CHANNEL_WORK, channelWorkOf } from "../setbacks/words.ts";

export interface PutOff {
  /** "Reading orders" */
  work: string;
  until: string;
  why: string;
}

export async function readPutOffs(db: Db, shopId: number): Promise<ReadonlyMap<number, PutOff[]>> {
  const rows = await db.setback.findMany({ where: { shopId, channelId: { not: null } }, orderBy: { since: "asc" } });
  const byChannel = new Map<number, PutOff[]>();
  for (const { name, channelId, until, why } of rows) {
    const work = channelWorkOf(name);
    if (channelId === null || !work) continue;
    const putOff = { work: CHANNEL_WORK[work], until: until.toISOString(), why };
    byChannel.set(channelId, [...(byChannel.get(channelId) ?? []), putOff]);
  }
  return byChannel;
}
