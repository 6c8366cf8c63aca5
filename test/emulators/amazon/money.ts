/** Money as whole minor units inside, as Amazon's {amount, currencyCode} outside. Currencies with two decimals only. */

/** "12.5" -> 1250; null when it is not a positive or zero amount with at most two decimals. */
export function parseMinor(value: string): number | null {
  const found = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(value.trim());
  if (!found) return null;
  return Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0"));
}

export function decimal(minor: number): string {
  const sign = minor < 0 ? "-" : "";
  const units = Math.abs(minor);
  return `${sign}${Math.floor(units / 100)}.${String(units % 100).padStart(2, "0")}`;
}

export function amount(minor: number, currencyCode: string): { amount: string; currencyCode: string } {
  return { amount: decimal(minor), currencyCode };
}
