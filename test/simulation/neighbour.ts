/**
 * Rule 9: another merchant in the same database, with the same SKUs, on whom nothing of the run may leave a trace; and what
 * no table and no log line may say in the clear.
 */
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { retryOrder } from "#app/flows/manage-order.ts";
import { readChannel, readChannels } from "#app/views/channels.ts";
import { readHistory } from "#app/views/history.ts";
import { readHome } from "#app/views/home.ts";
import { readListing, readListings, searchVariants } from "#app/views/listings.ts";
import { readOrder, readOrders } from "#app/views/orders.ts";
import type { StoreSeed } from "#test/emulators/shopify/demo-store.ts";
import type { Random } from "#test/support/world/random.ts";
import type { VirtualTime } from "#test/support/world/virtual-time.ts";
import type { World } from "#test/support/world/world.ts";
import { createSimMarketplace, type SimListing, type SimMarketplace } from "./sim-marketplace.ts";

const KEY = "neighbour";
const EMAIL = `owner@${KEY}.example`;
const DOMAIN = `${KEY}.myshopify.com`;
/** Of a SKU that the merchant next door sells too. */
const SKU = "A";
const STOCK = 9;
const BUYER = "buyer-next-door";
/** What stands in every buyer's name. */
const BUYERS_SAY = "buyer-";
/** The key to every account. */
export const MARKET_TOKEN = "token-of-the-merchant";

export const neighbourStore: StoreSeed = {
  handle: KEY,
  name: "Next door",
  email: EMAIL,
  locations: [{ name: "Warehouse" }],
  products: [{ title: SKU, variants: [{ sku: SKU, price: "10.00", stock: { Warehouse: STOCK } }] }],
};

export class Neighbour {
  readonly email = EMAIL;
  readonly market: SimMarketplace;
  readonly #listing: SimListing;
  #sold = 0;
  #shopId = 0;

  constructor(time: VirtualTime, random: Random) {
    const nature = { key: KEY, capabilities: {}, limits: [], visibleAfterMs: 0, clockSkewMs: 0 };
    this.market = createSimMarketplace({ ...nature, latencyMs: { min: 20, max: 120 } }, time, random);
    this.#listing = this.market.addListing(SKU, 1);
  }

  async install(world: World): Promise<void> {
    this.#shopId = await world.install(DOMAIN);
  }

  async connect(world: World): Promise<void> {
    await world.connectKeys({ shopId: this.#shopId, connectorKey: KEY, keys: { token: MARKET_TOKEN } });
  }

  async approve(world: World): Promise<void> {
    const { id: channelId } = await world.rt.db.channel.findFirstOrThrow({ where: { connectorKey: KEY } });
    const approved = await world.drive(approveFirstPush(world.rt, { shopId: this.#shopId, channelId }));
    if (!approved.ok) throw new Error(approved.message);
  }

  sell(): void {
    const order = this.market.buy(this.#listing, 1, { pay: true, buyer: BUYER, visibleAfterMs: 0 });
    if (order) this.#sold += 1;
  }

  /** Their order may have met what Shopify refused: they look as well. */
  async lookAtHeld(
    { rt, time, database }: World,
    press: (button: () => Promise<unknown>) => Promise<void>,
  ): Promise<void> {
    const where = { shopId: this.#shopId, stage: "held" };
    const held = await time.busy(database.db.marketplaceOrder.findMany({ where, select: { id: true } }));
    for (const { id: orderId } of held) await press(() => retryOrder(rt, { shopId: this.#shopId, orderId }));
  }

  /** What is not as the neighbour alone made it. */
  async differences(world: World, keysOfTheOther: readonly string[]): Promise<{ rule: number; what: string }[]> {
    const orders = [...world.shopify.store(DOMAIN).orders.values()];
    const own = orders.filter((order) => order.sourceIdentifier?.includes(`/${KEY}-O`));
    const shown = this.market.shown(this.#listing);
    return [
      ...(own.length === this.#sold
        ? []
        : [{ rule: 1, what: `next door sold ${this.#sold}, and has ${own.length} orders` }]),
      ...(shown === STOCK - this.#sold
        ? []
        : [{ rule: 3, what: `next door shows ${shown}, should show ${STOCK - this.#sold}` }]),
      ...[
        ...(orders.length === own.length ? [] : ["next door has orders that are not its own"]),
        ...(await this.#seen(world, keysOfTheOther)),
        ...(await foreignReferences(world)),
        ...(await saidInTheClear(world)),
      ].map((what) => ({ rule: 9, what })),
    ];
  }

  /** Every screen of either merchant, and what is behind an id that only the other one has. */
  async #seen(world: World, keysOfTheOther: readonly string[]): Promise<string[]> {
    const { rt } = world;
    const [theirs, ours] = [await shown(world, this.#shopId), await shown(world, world.shopId)];
    const channel = await rt.db.channel.findFirstOrThrow({ where: { connectorKey: KEY } });
    const listing = await rt.db.listing.findFirstOrThrow({ where: { channelId: channel.id } });
    const order = await rt.db.marketplaceOrder.findFirst({ where: { channelId: channel.id } });
    const byId = [
      await readChannel(rt, world.shopId, channel.id),
      await readListing(rt, world.shopId, listing.id),
      order && (await readOrder(rt, world.shopId, order.id)),
    ];
    return [
      ...(ours.includes(channelName(KEY)) ? ["the merchant sees what is next door"] : []),
      ...keysOfTheOther.filter((key) => theirs.includes(channelName(key))).map((key) => `next door sees ${key}`),
      ...(byId.every((one) => one === null) ? [] : ["the merchant can open what is next door by its id"]),
    ];
  }
}

const channelName = (key: string): string => `${key} · `;

async function shown(world: World, shopId: number): Promise<string> {
  const { rt } = world;
  const { timezone } = await rt.db.shop.findUniqueOrThrow({ where: { id: shopId } });
  const all = { channelId: null, search: "", beside: null, viewer: null };
  return JSON.stringify([
    await readHome(rt, shopId),
    await readChannels(rt, shopId),
    await readListings(rt, shopId, { ...all, status: null }),
    await readOrders(rt, shopId, { ...all, stage: null }),
    await readHistory(
      rt,
      { id: shopId, timezone },
      { ...all, kind: null, outcome: null, from: null, to: null, viewer: null },
    ),
    await searchVariants(rt, shopId, SKU),
  ]);
}

/** Rows that belong to one shop and point to a row of another. */
async function foreignReferences({ database }: World): Promise<string[]> {
  const keys = await database.db.$queryRaw<{ child: string; column: string; parent: string }[]>`
    SELECT k.conrelid::regclass::text AS child, quote_ident(a.attname) AS column, k.confrelid::regclass::text AS parent
    FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    WHERE k.contype = 'f' AND (
      SELECT COUNT(*) FROM pg_attribute s WHERE s.attrelid IN (k.conrelid, k.confrelid) AND s.attname = 'shopId') = 2
    ORDER BY 1, 2`;
  const query = keys.map(
    ({ child, column, parent }) =>
      `SELECT '${child.replaceAll('"', "")}' AS child, '${parent.replaceAll('"', "")}' AS parent FROM ${child} c JOIN ${parent} p ON p.id = c.${column} WHERE p."shopId" <> c."shopId"`,
  );
  const rows = await database.db.$queryRawUnsafe<{ child: string; parent: string }[]>(query.join(" UNION ALL "));
  return rows.map((row) => `a ${row.child} of one shop points to a ${row.parent} of another`);
}

/** Buyers' names and the keys to accounts, wherever a table or a log line has them as they are. */
async function saidInTheClear({ database, logged }: World): Promise<string[]> {
  const tables = await database.db.$queryRaw<{ name: string }[]>`
    SELECT c.oid::regclass::text AS name FROM pg_class c
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1`;
  const secrets = [BUYERS_SAY, MARKET_TOKEN, "shpat_", "shprt_"];
  const pattern = secrets.join("|");
  const query = tables.map(
    ({ name }) =>
      `SELECT '${name.replaceAll('"', "")}' AS name, substring(t::text FROM '(${pattern})') AS said FROM ${name} t WHERE t::text ~ '${pattern}'`,
  );
  const rows = await database.db.$queryRawUnsafe<{ name: string; said: string }[]>(query.join(" UNION ALL "));
  const lines = logged.filter((line) => secrets.some((secret) => line.includes(secret)));
  return [
    ...new Set(rows.map((row) => `the table ${row.name} says ${row.said}… in the clear`)),
    ...lines.slice(0, 1).map((line) => `a log line says what nobody may read: ${line}`),
  ];
}
