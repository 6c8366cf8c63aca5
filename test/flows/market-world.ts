/** A mirrored shop with one invented marketplace, connected and its listings read, whose faults and times a test decides. */
import type { Account, Capabilities, Connector } from "#connectors/contract/connector.ts";
import type { RemoteOrder } from "#connectors/contract/remote-types.ts";
import { createSimMarketplace, type SimMarketplace } from "#test/simulation/sim-marketplace.ts";
import type { TestDatabase } from "#test/support/world/test-database.ts";
import { createWorld, type World, type WorldOptions } from "#test/support/world/world.ts";

/** Empties the database first. The listing of `sku` begins with `quantity`. */
export async function createMarketWorld(
  options: WorldOptions & {
    database: TestDatabase;
    sku: string;
    quantity: number;
    capabilities?: Partial<Capabilities>;
    /** What the marketplace makes of an order when it shows it. */
    shows?: (order: RemoteOrder) => RemoteOrder;
    account?: Partial<Account>;
    /** How long an accepted write takes to show. */
    writesShowAfterMs?: number;
  },
): Promise<{ world: World; market: SimMarketplace; channelId: number }> {
  const { database, sku, quantity, capabilities = {}, shows = (order) => order, account = {} } = options;
  const visibleAfterMs = options.writesShowAfterMs ?? 0;
  await database.empty();
  let market: SimMarketplace | null = null;
  const world = await createWorld({
    ...options,
    markets({ time, random }) {
      const nature = { key: "market", capabilities, limits: [], visibleAfterMs, clockSkewMs: 0 };
      market = createSimMarketplace({ ...nature, latencyMs: { min: 20, max: 80 } }, time, random.fork());
      return [{ connector: showing(market.connector, shows, account), fetch: market.fetch }];
    },
  });
  await world.until("mirrored", async () => (await database.db.shop.count({ where: { mirroredAt: null } })) === 0);
  if (!market) throw new Error("the world made no marketplace");
  const made: SimMarketplace = market;
  made.addListing(sku, quantity);
  world.shopify.world.settings.refusesDuplicateUniqueMetafields = false;
  await world.connectKeys({ connectorKey: "market", keys: { token: "t" } });
  await world.until("read", async () => (await database.db.channel.count({ where: { listingsReadAt: null } })) === 0);
  const { id: channelId } = await database.db.channel.findFirstOrThrow();
  return { world, market: made, channelId };
}

function showing(
  connector: Connector,
  shows: (order: RemoteOrder) => RemoteOrder,
  account: Partial<Account>,
): Connector {
  return {
    ...connector,
    open(session) {
      const channel = connector.open(session);
      return {
        ...channel,
        async checkAccess() {
          const checked = await channel.checkAccess();
          return checked.ok ? { ok: true, value: { ...checked.value, ...account } } : checked;
        },
        async readOrders(input) {
          const read = await channel.readOrders(input);
          return read.ok ? { ok: true, value: { ...read.value, orders: read.value.orders.map(shows) } } : read;
        },
        async readOrder(id) {
          const read = await channel.readOrder(id);
          return read.ok ? { ok: true, value: read.value && shows(read.value) } : read;
        },
      };
    },
  };
}
