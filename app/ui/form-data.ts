/** Forms are parsed once, at the edge. */
import { z } from "zod";
import type { ActionReply } from "./action-reply.ts";
import { KEYS } from "./key-names.ts";

/** Names that end in [] are lists, also when one or none was sent; names that begin with "keys." are together in `keys`. */
function toObject(form: FormData): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  const keys: [string, unknown][] = [];
  for (const name of form.keys()) {
    if (name.endsWith("[]")) object[name.slice(0, -2)] = form.getAll(name);
    else if (name.startsWith(KEYS)) keys.push([name.slice(KEYS.length), form.get(name)]);
    else object[name] = form.get(name);
  }
  return keys.length > 0 ? { ...object, keys: Object.fromEntries(keys) } : object;
}

/** Keys to a marketplace account, by the names of the connector's fields. */
export const formKeys = z.record(z.string().max(60), z.string().max(4_000)).default({});

export async function readForm<Schema extends z.ZodType>(
  schema: Schema,
  request: Request,
): Promise<{ ok: true; value: z.infer<Schema> } | (ActionReply & { ok: false })> {
  const parsed = schema.safeParse(toObject(await request.formData()));
  if (parsed.success) return { ok: true, value: parsed.data };
  const errors = Object.fromEntries(parsed.error.issues.map((issue) => [issue.path.join("."), issue.message]));
  return { ok: false, message: "Please correct the fields in red.", errors };
}

/** A number that came through a form. */
export const formId = z.coerce.number().int().positive();
/** A checkbox or a hidden yes or no. */
export const formFlag = z.enum(["true", "false"]).transform((value) => value === "true");
