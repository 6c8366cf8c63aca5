/** /api/v1/items, and the trigger that dev mode has beside it. */
import type { Context } from "hono";
import { z } from "zod";
import { emptyReply, type Gateway, invalid, isUuid, readBody, reply } from "./gateway.ts";
import { type Bought, type Place, requestDeletion } from "./market.ts";
import type { Item } from "./state.ts";

export function mountItemRoutes(gateway: Gateway, place: Place, sell: (itemId: string) => Bought): void {
  const { state } = place;
  const isShown = (item: Item): boolean => state.settings.deletedShow || item.status !== "DELETED";

  const list = (c: Context, origin: Item["origin"], toJson: (item: Item) => Record<string, unknown>): Response => {
    const limit = Number(c.req.query("limit") ?? "50");
    if (!Number.isInteger(limit) || limit < 1 || limit > 250) return invalid(c, "limit", "must be from 1 to 250");
    const all = [...state.items.values()].filter((item) => item.origin === origin);
    const after = c.req.query("after_item_id");
    if (after !== undefined && !isUuid(after)) return invalid(c, "after_item_id", "must be a UUID");
    const start = after === undefined ? 0 : all.findIndex((item) => item.id === after) + 1;
    const items = all.slice(start).filter(isShown).slice(0, Math.min(limit, state.settings.itemsPerPageMax));
    return reply(c, 200, { items: items.map(toJson) });
  };
  gateway.route("GET", "/api/v1/items", "getItems", (c) =>
    list(c, "made", (item) => ({ item_id: item.id, item_reference: item.reference ?? "", ...statusJson(item) })),
  );
  gateway.route("GET", "/api/v1/items/imported", "getImportedItems", (c) =>
    list(c, "imported", ({ id, marketplaceItemId, title, status }) => ({
      id,
      url: `https://www.vinted.example/items/${marketplaceItemId}`,
      title,
      description: `${title}, in good condition.`,
      status,
    })),
  );

  gateway.route("GET", "/api/v1/items/:id/status", "getItemStatus", (c) => {
    const id = c.req.param("id") ?? "";
    if (!isUuid(id)) return invalid(c, "id", "must be a UUID");
    const item = state.items.get(id);
    return item && item.origin !== "site" && isShown(item) ? reply(c, 200, statusJson(item)) : emptyReply(c, 404);
  });

  const deletion = z.object({ item_ids: z.array(z.uuid()).min(1).max(100) });
  gateway.route("DELETE", "/api/v1/items", "deleteItems", (c, text) => {
    const body = readBody(c, text, deletion);
    if (!body.ok) return body.reply;
    const items = body.value.item_ids.map((item_id) => ({ item_id, accepted: requestDeletion(place, item_id) }));
    return reply(c, 202, { items });
  });

  // A bare array, alone among all bodies.
  const references = z.array(z.object({ item_id: z.uuid(), item_reference: z.string().max(64) }));
  gateway.route("PUT", "/api/v1/items/item-references", "updateItemReferences", (c, text) => {
    const body = readBody(c, text, references);
    if (!body.ok) return body.reply;
    const items = body.value.map(({ item_id, item_reference }) => {
      const item = state.items.get(item_id);
      if (!item || item.origin === "site") return { item_id, accepted: false, reason: "ITEM_NOT_FOUND" };
      const isTaken = [...state.items.values()].some((one) => one !== item && one.reference === item_reference);
      if (isTaken) return { item_id, accepted: false, reason: "ITEM_REFERENCE_ALREADY_IN_USE" };
      item.reference = item_reference;
      return { item_id, accepted: true };
    });
    return reply(c, 200, { items });
  });

  gateway.route("POST", "/dev/v1/triggers/item-sold/:id", "triggerItemSold", (c) => {
    const item = state.items.get(c.req.param("id") ?? "");
    if (!item || item.origin === "site") return emptyReply(c, 404);
    return emptyReply(c, sell(item.id).ok ? 200 : 409);
  });
}

function statusJson({ status, marketplaceItemId, errors }: Item): Record<string, unknown> {
  return { status, marketplace_item_id: marketplaceItemId, ...(errors.length === 0 ? {} : { errors }) };
}
