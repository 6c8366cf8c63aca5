/** The ids of an address such as ?orders=12,13; null: there is none, or one that no order has. */
export function orderIds(value: string | null): number[] | null {
  const ids = value?.split(",") ?? [];
  return ids.length > 0 && ids.every((id) => /^[1-9]\d{0,8}$/.test(id)) ? ids.map(Number) : null;
}
