/** Filters by what the merchant sees, not by recovery points. */
export const ORDER_FILTERS = {
  conflict: { label: "Conflict, you decide", stages: [], conflict: "open" },
  decided: { label: "Conflict, decided", stages: [], conflict: "settled" },
  held: { label: "On hold", stages: ["held"], conflict: null },
  waiting: { label: "Waiting for payment", stages: ["waiting"], conflict: null },
  placing: { label: "Being placed", stages: ["claimed", "sent"], conflict: null },
  placed: { label: "In Shopify", stages: ["placed"], conflict: null },
  entered: { label: "Entered by hand", stages: ["entered"], conflict: null },
  cancelled: { label: "Cancelled", stages: ["cancelled", "empty"], conflict: null },
} as const;
export type OrderFilter = keyof typeof ORDER_FILTERS;

export function isOrderFilter(value: string): value is OrderFilter {
  return Object.hasOwn(ORDER_FILTERS, value);
}
