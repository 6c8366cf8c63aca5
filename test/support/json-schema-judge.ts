/**
 * Judges payloads by a plain JSON Schema file (draft 7), as strictly as the OpenAPI judge: an object that names its properties
 * admits no others.
 */
import { Ajv2019 } from "ajv/dist/2019.js";
import addFormats from "ajv-formats";
import { readSpec } from "./openapi-judge.ts";
import { asObject, type Json, strictSchema } from "./strict-schema.ts";

export interface SchemaJudge {
  /** What is wrong, in words. */
  judge(payload: unknown): string[];
  /** Payloads judged so far. */
  count(): number;
}

export function createSchemaJudge(options: { dir: string; file: string }): SchemaJudge {
  const ajv = new Ajv2019({ strict: false, allErrors: true, logger: false });
  addFormats.default(ajv, { mode: "fast" });
  // The dialect's own address would have to be loaded; the words used here mean the same in the newer draft.
  const validate = ajv.compile(strictSchema(withoutIds(readSpec(options.dir, options.file))) as Json);
  let judged = 0;
  return {
    count: () => judged,
    judge(payload) {
      judged += 1;
      if (validate(payload)) return [];
      return (validate.errors ?? []).map((error) => {
        const field: unknown = error.params.additionalProperty ?? error.params.unevaluatedProperty;
        const named = typeof field === "string" ? `/${field}: unknown field` : `: ${error.message ?? error.keyword}`;
        return `${options.file} ${error.instancePath}${named}`;
      });
    },
  };
}

/** Generated schemas give every node an `$id`, `#/properties/...`, which names nothing. */
function withoutIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutIds);
  const object = asObject(value);
  if (!object) return value;
  const kept = Object.entries(object).filter(
    ([key, child]) => !((key === "$id" || key === "$schema") && typeof child === "string"),
  );
  return Object.fromEntries(kept.map(([key, child]) => [key, withoutIds(child)]));
}
