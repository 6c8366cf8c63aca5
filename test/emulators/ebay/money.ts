/** Money as whole minor units inside, as eBay's {value, currency} outside. Currencies with two decimals only. */
export interface Amount {
  value: string;
  currency: string;
}

/** "12.5" -> 1250; null when it is not a positive or zero amount with at most two decimals. */
export function parseMinor(value: string): number | null {
  const found = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(value.trim());
  if (!found) return null;
  return Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0"));
}

export function amount(minor: number, currency: string): Amount {
  const sign = minor < 0 ? "-" : "";
  const units = Math.abs(minor);
  return { value: `${sign}${Math.floor(units / 100)}.${String(units % 100).padStart(2, "0")}`, currency };
}
