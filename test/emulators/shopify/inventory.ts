/**
 * Every change of a quantity. Three verbs, as Shopify has them: set, adjust and move, with the checks they share, so
 * that a mutation is a list of checked steps and then one write of them all.
 */
import type { Gid } from "./gids.ts";
import { numericId } from "./gids.ts";
import {
  type InventoryItem,
  type Level,
  levelKey,
  levelsOf,
  type Quantities,
  quantityNamed,
  type Store,
  type StoredQuantityName,
} from "./store.ts";
import { type MerchantAction, restTime, type World } from "./world.ts";

/** committed is Shopify's own; on_hand can be set but not moved (facts/shopify.md). */
export const MOVABLE_NAMES = ["available", "reserved", "damaged", "safety_stock", "quality_control"] as const;

const QUANTITY_MAX = 1_000_000_000;

/** shopify.dev, "Inventory states and quantities": the reasons a mutation may name. */
const REASONS: ReadonlySet<string> = new Set([
  "correction",
  "cycle_count_available",
  "damaged",
  "movement_canceled",
  "movement_created",
  "movement_received",
  "movement_updated",
  "other",
  "promotion",
  "quality_control",
  "received",
  "reservation_created",
  "reservation_deleted",
  "reservation_updated",
  "restock",
  "safety_stock",
  "shrinkage",
]);

export interface InventoryError {
  code: string;
  field: string[];
  message: string;
}

/** One end of a change: which quantity, and what the caller believes it to be. */
export interface Terminal {
  name: string;
  locationId: Gid;
  ledgerDocumentUri?: string | null;
  /** Null skips the check. That the key was sent at all is checked where the input is still at hand. */
  changeFromQuantity?: number | null;
}

export interface MoveChange {
  inventoryItemId: Gid;
  quantity: number;
  from: Terminal;
  to: Terminal;
}

export interface MoveInput {
  reason: string;
  referenceDocumentUri: string;
  changes: MoveChange[];
}

export interface SetInput {
  name: string;
  reason: string;
  referenceDocumentUri?: string | null;
  quantities: { inventoryItemId: Gid; locationId: Gid; quantity: number; changeFromQuantity?: number | null }[];
}

export interface AdjustInput {
  name: string;
  reason: string;
  referenceDocumentUri?: string | null;
  changes: {
    inventoryItemId: Gid;
    locationId: Gid;
    delta: number;
    ledgerDocumentUri?: string | null;
    changeFromQuantity?: number | null;
  }[];
}

/** A change ready to be written: add `delta` to one quantity of one level. */
interface Step {
  level: Level;
  name: StoredQuantityName;
  delta: number;
  document?: string | null;
}

type Planned = { ok: true; steps: Step[] } | { ok: false; errors: InventoryError[] };

export function planMove(store: Store, input: MoveInput): Planned {
  const errors = documentErrors(input.reason, input.referenceDocumentUri);
  const steps: Step[] = [];
  input.changes.forEach((change, index) => {
    const field = ["input", "changes", String(index)];
    if (change.quantity < 0) {
      errors.push({
        code: "INVALID_QUANTITY_NEGATIVE",
        field: [...field, "quantity"],
        message: "The quantity can't be negative.",
      });
    }
    if (change.quantity > QUANTITY_MAX) {
      errors.push({
        code: "INVALID_QUANTITY_TOO_HIGH",
        field: [...field, "quantity"],
        message: "The quantity is too high.",
      });
    }
    if (change.from.name === change.to.name) {
      errors.push({
        code: "SAME_QUANTITY_NAME",
        field,
        message: "The quantity names for each change can't be the same.",
      });
    }
    if (change.from.locationId !== change.to.locationId) {
      errors.push({ code: "DIFFERENT_LOCATIONS", field, message: "The quantities must be moved within one location." });
    }
    const from = findTerminal(store, change.inventoryItemId, change.from, [...field, "from"], errors);
    const to = findTerminal(store, change.inventoryItemId, change.to, [...field, "to"], errors);
    if (!from || !to) return;
    if (from.name !== "available" && from.level.quantities[from.name] < change.quantity) {
      errors.push({
        code: "MOVE_QUANTITIES_FAILED",
        field,
        message: `Only ${from.level.quantities[from.name]} units are ${from.name}, ${change.quantity} can't be moved.`,
      });
    }
    steps.push({ ...from, delta: -change.quantity }, { ...to, delta: change.quantity });
  });
  return errors.length > 0 ? { ok: false, errors } : { ok: true, steps };
}

export function planAdjust(store: Store, input: AdjustInput): Planned {
  const errors = documentErrors(input.reason, input.referenceDocumentUri ?? null);
  const steps: Step[] = [];
  input.changes.forEach((change, index) => {
    const field = ["input", "changes", String(index)];
    const found = findTerminal(store, change.inventoryItemId, { ...change, name: input.name }, field, errors);
    if (found) steps.push({ ...found, delta: change.delta });
  });
  return errors.length > 0 ? { ok: false, errors } : { ok: true, steps };
}

/** `name` is available or on_hand; setting on_hand moves available by the difference. */
export function planSet(store: Store, input: SetInput): Planned {
  const errors = documentErrors(input.reason, input.referenceDocumentUri ?? null);
  if (input.name !== "available" && input.name !== "on_hand") {
    errors.push({ code: "INVALID_NAME", field: ["input", "name"], message: "The name must be available or on_hand." });
  }
  const seen = new Set<string>();
  const steps: Step[] = [];
  input.quantities.forEach((wanted, index) => {
    const field = ["input", "quantities", String(index)];
    const key = levelKey(wanted.inventoryItemId, wanted.locationId);
    if (seen.has(key)) {
      const message = "The combination of inventoryItemId and locationId must be unique.";
      errors.push({ code: "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR", field, message });
    }
    seen.add(key);
    if (wanted.quantity > QUANTITY_MAX) {
      errors.push({
        code: "INVALID_QUANTITY_TOO_HIGH",
        field: [...field, "quantity"],
        message: "The quantity is too high.",
      });
    }
    if (wanted.quantity < -QUANTITY_MAX) {
      errors.push({
        code: "INVALID_QUANTITY_TOO_LOW",
        field: [...field, "quantity"],
        message: "The quantity is too low.",
      });
    }
    const level = findLevel(store, wanted.inventoryItemId, wanted.locationId, field, errors);
    if (!level) return;
    const now = quantityNamed(level.quantities, input.name) ?? 0;
    pushIfStale(now, wanted.changeFromQuantity, field, errors);
    steps.push({ level, name: "available", delta: wanted.quantity - now });
  });
  return errors.length > 0 ? { ok: false, errors } : { ok: true, steps };
}

/** Writes planned steps. Announcing is the action's affair. */
export function applySteps(action: MerchantAction, steps: readonly Step[]): void {
  for (const { level, name, delta, document } of steps) {
    if (document) level.byDocument.set(document, (level.byDocument.get(document) ?? 0) + delta);
    changeLevel(action, level, { [name]: delta });
  }
}

/** Adds to the quantities of one level: the only place that writes one. */
export function changeLevel(action: MerchantAction, level: Level, deltas: Partial<Quantities>): void {
  const availableBefore = level.quantities.available;
  for (const [name, delta] of Object.entries(deltas) as [StoredQuantityName, number][]) level.quantities[name] += delta;
  action.levelChanged(level, availableBefore);
}

function documentErrors(reason: string, referenceDocumentUri: string | null): InventoryError[] {
  const errors: InventoryError[] = [];
  if (!REASONS.has(reason)) {
    errors.push({ code: "INVALID_REASON", field: ["input", "reason"], message: `The reason ${reason} is not valid.` });
  }
  if (referenceDocumentUri !== null && !isUri(referenceDocumentUri)) {
    const message = "The reference document URI is invalid.";
    errors.push({ code: "INVALID_REFERENCE_DOCUMENT", field: ["input", "referenceDocumentUri"], message });
  }
  return errors;
}

function isUri(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/?\/?[^\s]+$/i.test(text);
}

function findTerminal(
  store: Store,
  itemId: Gid,
  terminal: Terminal,
  field: string[],
  errors: InventoryError[],
): { level: Level; name: StoredQuantityName; document: string | null } | null {
  const name = MOVABLE_NAMES.find((one) => one === terminal.name);
  if (!name) {
    const message = `The quantity name must be one of ${MOVABLE_NAMES.join(", ")}.`;
    errors.push({ code: "INVALID_QUANTITY_NAME", field: [...field, "name"], message });
    return null;
  }
  const ledger = terminal.ledgerDocumentUri ?? null;
  const ledgerField = [...field, "ledgerDocumentUri"];
  if (name === "available" && ledger !== null) {
    const message = "A ledger document URI is not allowed for available.";
    errors.push({ code: "INVALID_AVAILABLE_DOCUMENT", field: ledgerField, message });
  } else if (name !== "available" && ledger === null) {
    const message = "A ledger document URI is required for every quantity name but available.";
    errors.push({ code: "INVALID_QUANTITY_DOCUMENT", field: ledgerField, message });
  } else if (ledger?.startsWith("gid://shopify/")) {
    const message = "Internal (gid://shopify/) ledger documents are not allowed.";
    errors.push({ code: "INTERNAL_LEDGER_DOCUMENT", field: ledgerField, message });
  } else if (ledger !== null && !isUri(ledger)) {
    errors.push({
      code: "INVALID_LEDGER_DOCUMENT",
      field: ledgerField,
      message: "The ledger document URI is invalid.",
    });
  }
  const level = findLevel(store, itemId, terminal.locationId, field, errors);
  if (!level) return null;
  pushIfStale(level.quantities[name], terminal.changeFromQuantity, field, errors);
  return { level, name, document: ledger };
}

function findLevel(
  store: Store,
  itemId: Gid,
  locationId: Gid,
  field: string[],
  errors: InventoryError[],
): Level | null {
  const item = store.inventoryItems.get(itemId);
  if (!item) {
    const message = "The specified inventory item could not be found.";
    errors.push({ code: "INVALID_INVENTORY_ITEM", field: [...field, "inventoryItemId"], message });
    return null;
  }
  if (!item.mutable) {
    const message = "The quantities of this inventory item can't be changed.";
    errors.push({ code: "NON_MUTABLE_INVENTORY_ITEM", field: [...field, "inventoryItemId"], message });
    return null;
  }
  const level = store.levels.get(levelKey(itemId, locationId));
  if (!level) {
    const message = "The specified location could not be found, or does not stock this item.";
    errors.push({ code: "INVALID_LOCATION", field: [...field, "locationId"], message });
    return null;
  }
  return level;
}

function pushIfStale(
  now: number,
  expected: number | null | undefined,
  field: string[],
  errors: InventoryError[],
): void {
  if (expected === null || expected === undefined || expected === now) return;
  const message = `The changeFromQuantity argument is ${expected}, the quantity is ${now}.`;
  errors.push({ code: "CHANGE_FROM_QUANTITY_STALE", field: [...field, "changeFromQuantity"], message });
}

/**
 * Where units of an item are taken from: an active location that sells online and has enough, else the one with most.
 * Null when nothing is stocked or the item is not tracked.
 */
export function levelToClaimFrom(store: Store, item: InventoryItem, quantity: number): Level | null {
  if (!item.tracked) return null;
  const candidates = levelsOf(store, item.id).filter((level) => {
    const location = store.locations.get(level.locationId);
    return location?.isActive === true && location.fulfillsOnlineOrders;
  });
  const enough = candidates.find((level) => level.quantities.available >= quantity);
  if (enough) return enough;
  return candidates.sort((a, b) => b.quantities.available - a.quantities.available)[0] ?? null;
}

/** A person types a number into the admin. */
export function editAvailable(
  action: MerchantAction,
  store: Store,
  itemId: Gid,
  locationId: Gid,
  available: number,
): void {
  const level = store.levels.get(levelKey(itemId, locationId));
  if (!level) throw new Error(`${itemId} is not stocked at ${locationId}`);
  changeLevel(action, level, { available: available - level.quantities.available });
}

export function connectLevel(world: World, action: MerchantAction, store: Store, itemId: Gid, locationId: Gid): Level {
  const known = store.levels.get(levelKey(itemId, locationId));
  if (known) return known;
  const level = newLevel(world, itemId, locationId, 0, action.at);
  store.levels.set(levelKey(itemId, locationId), level);
  action.emit("inventory_levels/connect", {
    inventory_item_id: numericId(itemId),
    location_id: numericId(locationId),
    available: store.inventoryItems.get(itemId)?.tracked ? 0 : null,
    updated_at: restTime(store, level.updatedAt),
    admin_graphql_api_id: level.id,
  });
  return level;
}

export function disconnectLevel(action: MerchantAction, store: Store, itemId: Gid, locationId: Gid): void {
  if (!store.levels.delete(levelKey(itemId, locationId))) return;
  action.emit("inventory_levels/disconnect", {
    inventory_item_id: numericId(itemId),
    location_id: numericId(locationId),
  });
}

/** A level's gid carries its item as a query part, as Shopify's do. */
export function newLevel(world: World, itemId: Gid, locationId: Gid, available: number, at: string): Level {
  return {
    id: `${world.gids.next("InventoryLevel")}?inventory_item_id=${numericId(itemId)}`,
    itemId,
    locationId,
    quantities: {
      available,
      committed: 0,
      reserved: 0,
      damaged: 0,
      safety_stock: 0,
      quality_control: 0,
      incoming: 0,
    },
    byDocument: new Map(),
    updatedAt: at,
  };
}
