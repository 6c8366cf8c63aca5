/**
 * The setup guide on Home, put away or shown again. It moves nothing and decides nothing, so it is no change of a setting
 * (app/flows/settings.ts): what is left to do is read from the tables, whether it is shown or not.
 */
import type { Runtime } from "../runtime.ts";
import { setGuidePutAway } from "../shops/shops.ts";
import { DONE, type Reply } from "./reply.ts";

export async function putAwayGuide(rt: Runtime, { shopId }: { shopId: number }): Promise<Reply> {
  await setGuidePutAway(rt.db, shopId, rt.clock.now());
  return DONE;
}

export async function showGuide(rt: Runtime, { shopId }: { shopId: number }): Promise<Reply> {
  await setGuidePutAway(rt.db, shopId, null);
  return DONE;
}
