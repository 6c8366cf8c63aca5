/** Where most flow tests begin: a mirrored shop with eBay connected and its listings read; nothing is approved yet. */
import { createWorld, type World, type WorldOptions } from "./world.ts";

/** Empties the database first. */
export async function createConnectedWorld(options: WorldOptions): Promise<{ world: World; channelId: number }> {
  const { database } = options;
  await database.empty();
  const world = await createWorld(options);
  await world.until("mirrored", async () => (await database.db.shop.count({ where: { mirroredAt: null } })) === 0);
  const channelId = await world.connectEbay();
  await world.until("read", async () => (await database.db.channel.count({ where: { listingsReadAt: null } })) === 0);
  return { world, channelId };
}
