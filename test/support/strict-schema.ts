/**
 * Turns the schemas of an OpenAPI document (3.x or Swagger 2) into strict JSON Schemas: an object that names its
 * properties admits no others. Specs leave objects open so that the vendor may add fields; a test wants the
 * opposite, because a misspelt field is otherwise silently dropped by the real API and by every emulator.
 */
import { z } from "zod";

export type Json = Record<string, unknown>;

/** A known error in a spec, put right before judging. `why` says how we know. */
export interface Waiver {
  /** "Product.aspects": schema name and property. */
  at: string;
  /** Null: the property is named as required and defined nowhere, so it can't be. */
  schema: Json | null;
  why: string;
}

const jsonObject = z.record(z.string(), z.unknown());

export function asObject(value: unknown): Json | null {
  const parsed = jsonObject.safeParse(value);
  return parsed.success && !Array.isArray(value) ? parsed.data : null;
}

/** A schema under a name of its own, because a part of an `allOf` must stay open: the whole decides what is unknown. */
const OPEN_PART = "~part";

/** The schemas by name, each as a strict whole and as an open part, keyed for `#/schemas/<name>`. */
export function strictSchemas(named: Json, waivers: readonly Waiver[]): Json {
  const strict: Json = {};
  const unused = new Set(waivers);
  for (const [name, schema] of Object.entries(named)) {
    const mended = mend(name, schema, waivers, unused);
    strict[name] = strictSchema(mended);
    strict[name + OPEN_PART] = strictSchema(mended, "part");
  }
  // A waiver that no longer finds its place means the spec was corrected: then it must go.
  for (const waiver of unused) throw new Error(`The waiver at ${waiver.at} matches nothing in the spec.`);
  return strict;
}

function mend(name: string, schema: unknown, waivers: readonly Waiver[], unused: Set<Waiver>): unknown {
  const object = asObject(schema);
  const properties = asObject(object?.properties);
  if (!object || !properties) return schema;
  const mended = { ...properties };
  let required = object.required;
  for (const waiver of waivers) {
    const [schemaName, property] = waiver.at.split(".");
    if (schemaName !== name || !property) continue;
    if (waiver.schema === null) {
      if (property in mended || !Array.isArray(required) || !required.includes(property)) continue;
      required = required.filter((one) => one !== property);
    } else if (property in mended) mended[property] = waiver.schema;
    else continue;
    unused.delete(waiver);
  }
  return { ...object, properties: mended, ...(required === undefined ? {} : { required }) };
}

/** `whole`: unknown fields are refused here. `part`: this is one part of a composition that refuses them itself. */
export function strictSchema(value: unknown, role: "whole" | "part" = "whole"): unknown {
  const schema = asObject(value);
  if (!schema) return value;
  const ref = schema.$ref;
  if (typeof ref === "string") {
    const local = localRef(ref, role);
    return isNullable(schema) ? { anyOf: [{ type: "null" }, { $ref: local }] } : { $ref: local };
  }

  const strict: Json = {};
  for (const [key, child] of Object.entries(schema)) {
    if (DROPPED.has(key)) continue;
    if (key === "properties" || key === "patternProperties") strict[key] = mapValues(child, (one) => strictSchema(one));
    else if (key === "items" || key === "additionalProperties" || key === "not") strict[key] = strictSchema(child);
    else if (key === "allOf" || key === "oneOf" || key === "anyOf")
      strict[key] = Array.isArray(child)
        ? child.map((one) => strictSchema(one, isComposed(schema) ? "part" : role))
        : child;
    else strict[key] = child;
  }
  fixDraft4Bounds(strict);
  if (schema.type === "file") delete strict.type;
  if (isNullable(schema)) admitNull(strict);
  if (role === "whole" && !("additionalProperties" in strict)) {
    // `unevaluatedProperties` sees through compositions and references; `additionalProperties` would not.
    if (isComposed(schema)) strict.unevaluatedProperties = false;
    else if ("properties" in strict) strict.additionalProperties = false;
  }
  return strict;
}

/** Documentation, or words that mean something else to a JSON Schema validator. */
const DROPPED = new Set(["description", "example", "examples", "externalDocs", "xml", "deprecated", "discriminator"]);

function isComposed(schema: Json): boolean {
  if ("allOf" in schema) return true;
  return "properties" in schema && ("oneOf" in schema || "anyOf" in schema);
}

function isNullable(schema: Json): boolean {
  return schema.nullable === true || schema["x-nullable"] === true;
}

function admitNull(strict: Json): void {
  delete strict.nullable;
  delete strict["x-nullable"];
  if (typeof strict.type === "string") strict.type = [strict.type, "null"];
  if (Array.isArray(strict.enum) && !strict.enum.includes(null)) strict.enum = [...strict.enum, null];
}

/** OpenAPI 2 and 3.0 write `exclusiveMinimum: true` beside `minimum`; JSON Schema since draft 6 wants the number. */
function fixDraft4Bounds(schema: Json): void {
  for (const [bound, exclusive] of [
    ["minimum", "exclusiveMinimum"],
    ["maximum", "exclusiveMaximum"],
  ] as const) {
    if (typeof schema[exclusive] !== "boolean") continue;
    if (schema[exclusive]) {
      schema[exclusive] = schema[bound];
      delete schema[bound];
    } else delete schema[exclusive];
  }
}

/** `#/components/schemas/X` and `#/definitions/X` become `#/schemas/X`. */
function localRef(ref: string, role: "whole" | "part"): string {
  const name = /^#\/(?:components\/schemas|definitions)\/([^/]+)$/.exec(ref)?.[1];
  if (!name) return ref;
  return `#/schemas/${role === "part" ? `${name}${OPEN_PART}` : name}`;
}

function mapValues(value: unknown, map: (child: unknown) => unknown): unknown {
  const object = asObject(value);
  return object ? Object.fromEntries(Object.entries(object).map(([key, child]) => [key, map(child)])) : value;
}
