/**
 * What Shopify refused of an order, left out of it. Pure. An order needs its lines, its money and our key; who and where its
 * buyer is, it can do without: that is kept in the order's note then, in the marketplace's words, and never stops a
 * paid order.
 */
import type { OrderCreateOrderInput } from "../shopify/operations.generated.ts";

/** Something that the marketplace said and the order in Shopify does not have in its place. */
export interface LeftOut {
  /** "Country". */
  what: string;
  /** What the marketplace said. */
  value: string;
  /** Whoever packs the parcel must look at it first. */
  isForParcel: boolean;
}

export interface Draft {
  input: OrderCreateOrderInput;
  leftOut: readonly LeftOut[];
}

/** Where Shopify says that something is wrong; null where it does not. */
export type RefusedField = readonly string[] | null;

const NAMES: ReadonlyMap<string, string> = new Map([
  ["shippingAddress", "Address"],
  ["customer", "Customer"],
  ["firstName", "First name"],
  ["lastName", "Last name"],
  ["company", "Company"],
  ["address1", "Address line 1"],
  ["address2", "Address line 2"],
  ["city", "City"],
  ["provinceCode", "Province"],
  ["countryCode", "Country"],
  ["zip", "Postal code"],
  ["phone", "Phone"],
  ["email", "E-mail"],
]);
/** Shopify names a field by its older name, too. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ["province", "provinceCode"],
  ["country", "countryCode"],
]);
/** A parcel finds its way without. */
const NOT_FOR_PARCEL: ReadonlySet<string> = new Set(["provinceCode", "phone", "company"]);
const OPTIONAL = ["shippingAddress", "customer"] as const;

/**
 * Without what was refused. Null where that is required, or gone already: then there is nothing left to mend. Where Shopify
 * does not name the field, all that is optional goes. Every call takes something out, so that calls come to an end.
 */
export function mendDraft(draft: Draft, fields: readonly RefusedField[]): Draft | null {
  let mended = draft;
  for (const field of fields) {
    const path = field?.[0] === "order" ? field.slice(1) : (field ?? []);
    const [root, ...inner] = path;
    if (root !== undefined && !isOptional(root)) return null;
    mended = root === undefined ? withoutAllOptional(mended) : withoutPath(mended, root, inner);
  }
  return mended === draft ? null : mended;
}

type Root = (typeof OPTIONAL)[number];

function isOptional(root: string): root is Root {
  return OPTIONAL.some((one) => one === root);
}

function withoutAllOptional(draft: Draft): Draft {
  return OPTIONAL.reduce((rest, root) => withoutRoot(rest, root), draft);
}

/** One field of the address or the customer; what can't do without it goes with it. */
function withoutPath(draft: Draft, root: Root, inner: readonly string[]): Draft {
  const part = root === "customer" ? draft.input.customer?.toUpsert : draft.input.shippingAddress;
  const last = inner.at(-1);
  const name = last && (OTHER_NAMES.get(last) ?? last);
  const value = name && part ? (part as Record<string, unknown>)[name] : undefined;
  // Stryker disable next-line ConditionalExpression, LogicalOperator: without a part or a name there is no value either
  if (!part || !name || typeof value !== "string" || !NAMES.has(name)) return withoutRoot(draft, root);
  const { [name]: _refused, ...rest } = part as Record<string, unknown>;
  if (root === "customer" && !["email", "phone", "firstName", "lastName"].some((one) => rest[one]))
    return withoutRoot(draft, root);
  const input = root === "customer" ? { customer: { toUpsert: rest } } : { shippingAddress: rest };
  return leaveOut({ ...draft, input: { ...draft.input, ...input } }, [
    { what: nameOf(name), value, isForParcel: root === "shippingAddress" && !NOT_FOR_PARCEL.has(name) },
  ]);
}

function withoutRoot(draft: Draft, root: Root): Draft {
  const { [root]: gone, ...rest } = draft.input;
  if (!gone) return draft;
  const said = "toUpsert" in gone ? gone.toUpsert : gone;
  const value = textOf(said as Record<string, unknown> | null);
  return leaveOut({ ...draft, input: rest }, [
    ...(value ? [{ what: nameOf(root), value, isForParcel: root === "shippingAddress" }] : []),
  ]);
}

function textOf(part: Record<string, unknown> | null): string {
  return [...NAMES.keys()]
    .map((name) => part?.[name])
    .filter((value): value is string => typeof value === "string" && value !== "")
    .join(", ");
}

function nameOf(field: string): string {
  return NAMES.get(field) ?? field;
}

/** Keeps it in the order's note. */
export function leaveOut(draft: Draft, leftOut: readonly LeftOut[]): Draft {
  const lines = leftOut.map(({ what, value }) => `${what}: ${value}`);
  const note = [draft.input.note, ...lines].filter(Boolean).join("\n").slice(0, NOTE_LENGTH_MAX);
  return {
    input: { ...draft.input, ...(note ? { note } : {}) },
    leftOut: [...draft.leftOut, ...leftOut],
  };
}

/** Shopify's limit of a note. */
const NOTE_LENGTH_MAX = 5_000;
