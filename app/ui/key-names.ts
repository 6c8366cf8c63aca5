/** What the fields of a form for keys are called, so that they stay together and apart from the form's other fields. */
export const KEYS = "keys.";

/** The name of a field of `keys` in the form and in its errors. */
export function keyField(name: string): string {
  return `${KEYS}${name}`;
}

export function keyErrors(errors: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(errors).map(([name, error]) => [keyField(name), error]));
}
