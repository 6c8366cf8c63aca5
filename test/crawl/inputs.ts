/** What is sent to press a button or save a form, read off the form's own schema. */
import { z } from "zod";

export type Fields = [string, string][];

export interface Press {
  /** Names the button: the intent, or what the form has instead. */
  name: string;
  good: Fields[];
  bad: Fields[];
}

/** Nobody typed these, and they may come all the same. */
const BAD_VALUES = [
  "",
  "\u0000",
  "-1",
  "1e400",
  "99999999999999999999",
  // No number to JavaScript either; in its own spelling a page that shows what was typed would seem to have a fault.
  "nan",
  "x".repeat(20_000),
  "__proto__",
  "🫖\ud83e",
  "[]",
];

interface Shape {
  anyOf?: Shape[];
  oneOf?: Shape[];
  type?: string;
  const?: unknown;
  enum?: unknown[];
  items?: Shape;
  default?: unknown;
  properties?: Record<string, Shape>;
  required?: string[];
}

/** `values`: for each field that a schema alone does not tell good values of. A field without any fails the crawl. */
export function pressesOf(schema: z.ZodType, values: Readonly<Record<string, readonly string[]>>): Press[] {
  const shape = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Shape;
  return (shape.anyOf ?? shape.oneOf ?? [shape]).map((form) => {
    const fields = Object.entries(form.properties ?? {});
    const fixed = fields.find(([, field]) => field.const !== undefined);
    const name = fixed ? String(fixed[1].const) : `(${fields.map(([field]) => field).join(", ")})`;
    const choices = fields.map(([field, its]) => ({ field, choices: choicesOf(name, field, its, form, values) }));
    const most = Math.max(1, ...choices.map((one) => one.choices.length));
    const good = Array.from({ length: most }, (_, n) =>
      choices.flatMap((one) => one.choices[n % one.choices.length] ?? []),
    );
    return { name, good, bad: badOf(good[0] ?? []) };
  });
}

function choicesOf(
  press: string,
  field: string,
  its: Shape,
  form: Shape,
  values: Readonly<Record<string, readonly string[]>>,
): Fields[] {
  const known = values[`${press}.${field}`] ?? values[field];
  if (field === "keys") return [Object.entries({ token: "t" }).map(([name, value]) => [`keys.${name}`, value])];
  if (its.const !== undefined) return [[[field, String(its.const)]]];
  if (its.type === "array") return [[], (known ?? []).map((value) => [`${field}[]`, value])];
  if (known) return known.map((value) => [[field, value]]);
  if (its.enum) return its.enum.map((value) => [[field, String(value)]]);
  if (!form.required?.includes(field)) return [[]];
  throw new Error(
    `the crawl knows no good value for “${field}” of “${press}”: add it to formValues in test/crawl/seeded-shop.ts`,
  );
}

/** Each field left out, and each with what nobody means. */
function badOf(good: Fields): Fields[] {
  return good.flatMap(([field], at) => [
    good.filter((_, other) => other !== at),
    ...BAD_VALUES.map((bad) =>
      good.map(([name, value], other): [string, string] => (other === at ? [field, bad] : [name, value])),
    ),
  ]);
}
