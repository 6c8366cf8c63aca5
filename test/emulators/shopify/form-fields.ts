/** What a form of the admin sent, read as text and numbers. A wrong number throws with the sentence the page then shows. */

export interface FormFields {
  /** Trimmed; "" when absent. */
  text(name: string): string;
  /** Null when absent or empty. */
  optional(name: string): string | null;
  /** A whole number; throws when it is none. */
  whole(name: string, what: string): number;
  isOn(name: string): boolean;
  /** `{prefix}{key}` fields that hold a number of units above zero. */
  quantities(prefix: string): { key: string; quantity: number }[];
}

export async function readForm(request: { formData(): Promise<FormData> }): Promise<FormFields> {
  const form = await request.formData();
  const text = (name: string): string => {
    const value = form.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const whole = (name: string, what: string): number => {
    const value = text(name);
    if (!/^-?\d+$/.test(value)) throw new Error(`${what} must be a whole number, not "${value}".`);
    return Number(value);
  };
  return {
    text,
    whole,
    optional: (name) => text(name) || null,
    isOn: (name) => ["on", "yes", "true", "1"].includes(text(name)),
    quantities: (prefix) =>
      [...form.keys()]
        .filter((name) => name.startsWith(prefix) && text(name) !== "")
        .map((name) => ({ key: name.slice(prefix.length), quantity: whole(name, "A quantity") }))
        .filter((one) => one.quantity > 0),
  };
}
