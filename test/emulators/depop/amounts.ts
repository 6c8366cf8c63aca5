/** Money as whole minor units inside, as Depop's decimal strings outside. */

/** "12.5" -> 1250; null when it is not an amount with at most two decimals. */
export function parseMinor(value: string): number | null {
  const found = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(value.trim());
  if (!found) return null;
  return Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0"));
}

export function decimal(minor: number): string {
  return `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, "0")}`;
}
