/**
 * Everything the emulator holds and needs, passed to each action: the shops, the clock, ids, randomness, and the outbox
 * of webhooks. `act` is one merchant action: what it causes shares an X-Shopify-Event-Id and a moment.
 */
import type { Clock } from "#app/clock.ts";
import type { EmulatorSettings } from "./emulator-settings.ts";
import type { Gid, GidMint } from "./gids.ts";
import { numericId } from "./gids.ts";
import type { SeededRandom } from "./seeded-random.ts";
import type { Level, Store } from "./store.ts";
import type { WebhookDeliveries } from "./webhook-deliveries.ts";

export interface World {
  clock: Clock;
  gids: GidMint;
  random: SeededRandom;
  settings: EmulatorSettings;
  /** By domain. */
  stores: Map<string, Store>;
  deliveries: WebhookDeliveries;
}

export interface MerchantAction {
  eventId: string;
  /** As GraphQL shows it. */
  at: string;
  emit(topic: string, payload: object): void;
  /** Call after a level changed: its time moves, and inventory_levels/update goes out once if available moved. */
  levelChanged(level: Level, availableBefore: number): void;
}

/** Runs one merchant action on a shop and sends what it announced, levels last. */
export function act<T>(world: World, store: Store, work: (action: MerchantAction) => T): T {
  const now = world.clock.now();
  const eventId = world.random.uuid();
  const firstAvailable = new Map<Level, number>();
  const emit = (topic: string, payload: object): void =>
    world.deliveries.enqueue({ shop: store.domain, topic, payload, eventId, triggeredAt: now });
  const action: MerchantAction = {
    eventId,
    at: timestamp(world, now),
    emit,
    levelChanged(level, availableBefore) {
      level.updatedAt = action.at;
      if (!firstAvailable.has(level)) firstAvailable.set(level, availableBefore);
    },
  };
  const result = work(action);
  for (const [level, before] of firstAvailable) {
    if (level.quantities.available !== before) announceLevel(store, level, action);
  }
  return result;
}

/** No SKU, delta, reason or actor in it, so that an echo of the app's own write can't be told from it (facts/shopify.md). */
function announceLevel(store: Store, level: Level, action: MerchantAction): void {
  const tracked = store.inventoryItems.get(level.itemId)?.tracked ?? false;
  action.emit("inventory_levels/update", {
    inventory_item_id: numericId(level.itemId),
    location_id: numericId(level.locationId),
    available: tracked ? level.quantities.available : null,
    updated_at: restTime(store, level.updatedAt),
    admin_graphql_api_id: level.id,
  });
}

/**
 * A time as the Admin API shows it. Shopify's DateTimes end at the second: two changes within one second carry the same
 * updatedAt, and a reader that takes only strictly newer values loses the second one.
 */
export function timestamp(world: World, time: Date = world.clock.now()): string {
  const iso = time.toISOString();
  return world.settings.timestampPrecision === "second" ? iso.replace(/\.\d{3}Z$/, "Z") : iso;
}

const offsetFormats = new Map<string, Intl.DateTimeFormat>();

/** Making one takes a hundred times as long as using it. */
function offsetFormat(timeZone: string): Intl.DateTimeFormat {
  const format =
    offsetFormats.get(timeZone) ?? new Intl.DateTimeFormat("en-GB", { timeZone, timeZoneName: "longOffset" });
  offsetFormats.set(timeZone, format);
  return format;
}

/** The same moment as REST payloads write it: local to the shop, with its offset from UTC. */
export function restTime(store: Store, iso: string): string {
  const time = new Date(iso);
  const zone =
    offsetFormat(store.timezone)
      .formatToParts(time)
      .find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  const offset = zone === "GMT" ? "+00:00" : zone.replace("GMT", "");
  const sign = offset.startsWith("-") ? -1 : 1;
  const [hours = 0, minutes = 0] = offset.slice(1).split(":").map(Number);
  const local = new Date(time.getTime() + sign * (hours * 60 + minutes) * 60_000).toISOString();
  const hasMilliseconds = time.getUTCMilliseconds() !== 0;
  return `${local.slice(0, hasMilliseconds ? 23 : 19)}${offset}`;
}

export function storeByDomain(world: World, domain: string): Store | null {
  return world.stores.get(domain) ?? null;
}

export function storeByHandle(world: World, handle: string): Store | null {
  return [...world.stores.values()].find((store) => store.handle === handle) ?? null;
}

/** For arguments that the caller knows to be there; a wrong one is the caller's defect. */
export function mustFind<T>(records: Map<Gid, T>, id: Gid, what: string): T {
  const found = records.get(id);
  if (found === undefined) throw new Error(`no ${what} ${id} in this shop`);
  return found;
}
