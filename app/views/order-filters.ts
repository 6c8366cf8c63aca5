/** Filters by what the merchant sees, not by recovery points. */
export const ORDER_FILTERS = {
  held: { label: "On hold", stages: ["held"] },
  waiting: { label: "Waiting for payment", stages: ["waiting"] },
  placing: { label: "Being placed", stages: ["claimed", "sent"] },
  placed: { label: "In Shopify", stages: ["placed"] },
  cancelled: { label: "Cancelled", stages: ["cancelled"] },
} as const;
export type OrderFilter = keyof typeof ORDER_FILTERS;

export function isOrderFilter(value: string): value is OrderFilter {
  return Object.hasOwn(ORDER_FILTERS, value);
}
