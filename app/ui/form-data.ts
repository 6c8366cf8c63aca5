/** Forms are parsed once, at the edge. */
import { z } from "zod";
import { INT32_MAX, plainText } from "#connectors/contract/storable.ts";
import type { ActionReply } from "./action-reply.ts";
import { KEYS } from "./key-names.ts";

/** Names that end in [] are lists, also when one or none was sent; names that begin with "keys." are together in `keys`. */
function toObject(form: FormData): Record<string, unknown> {
  const fields: [string, unknown][] = [];
  const keys: [string, unknown][] = [];
  for (const name of new Set(form.keys())) {
    if (name.endsWith("[]")) fields.push([name.slice(0, -2), form.getAll(name)]);
    else if (name.startsWith(KEYS)) keys.push([name.slice(KEYS.length), form.get(name)]);
    else fields.push([name, form.get(name)]);
  }
  if (keys.length > 0) fields.push(["keys", Object.fromEntries(keys)]);
  return Object.fromEntries(fields);
}

/** Keys to a marketplace account, by the names of the connector's fields. */
export const formKeys = z.record(plainText(60), plainText(4_000)).default({});

export async function readForm<Schema extends z.ZodType>(
  schema: Schema,
  request: Request,
): Promise<{ ok: true; value: z.infer<Schema> } | (ActionReply & { ok: false })> {
  const form = await request.formData().catch(() => null);
  if (!form) return { ok: false, message: "This form could not be read. Please reload the page and try again." };
  const parsed = schema.safeParse(toObject(form), { error: inPlainWords });
  if (parsed.success) return { ok: true, value: parsed.data };
  const errors = Object.fromEntries(parsed.error.issues.map((issue) => [issue.path.join("."), issue.message]));
  return { ok: false, message: Object.keys(errors).some(isHidden) ? OUT_OF_DATE : CORRECT, errors };
}

const CORRECT = "Please correct the fields in red.";
const OUT_OF_DATE = "This page is out of date. Reload it, then try again.";

/** What a button sends by itself: nobody can correct it on the page. */
function isHidden(field: string): boolean {
  return /^(|intent|kind|connector)$|id$/i.test(field);
}

/** Where a schema has no words of its own. */
function inPlainWords(issue: z.core.$ZodRawIssue): string {
  const isText = "origin" in issue && issue.origin === "string";
  if (issue.code === "too_big")
    return `${isText ? "Too long" : "Too much"}: at most ${issue.maximum}${isText ? " characters" : ""}.`;
  if (issue.code === "too_small") return isText ? "Please fill this in." : `Too little: at least ${issue.minimum}.`;
  return "This can't be used here.";
}

/** A number that came through a form. */
export const formId = z.coerce.number().int().positive().max(INT32_MAX);
/** A checkbox or a hidden yes or no. */
export const formFlag = z.enum(["true", "false"]).transform((value) => value === "true");

const units = z.coerce.number().int().min(0).max(100_000_000);
/** The effect that the merchant was shown and approves: "8 2 0", as `approvalText` writes it. */
export const formApproval = z
  .string()
  .max(40)
  .optional()
  .transform((text) => {
    const parsed = z.tuple([units, units, units]).safeParse(text?.split(" ") ?? []);
    if (!parsed.success) return null;
    const [zeroed, lowered, raised] = parsed.data;
    return { zeroed, lowered, raised };
  });
