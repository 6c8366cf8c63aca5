/**
 * Judges HTTP exchanges by a marketplace's official spec, so that connector and emulator, written by the same people,
 * cannot agree on an error. Knows OpenAPI 3.0, 3.1 and Swagger 2.
 *
 *   const judge = createOpenApiJudge({ dir, specs: [{ file: "ebay/sell_inventory_v1_oas3.json" }] });
 *   const verdict = judge.judge(exchange);       // problems in words
 *   const fetch = judgedFetch(judge, emulator);  // the same, for every call that passes
 *   console.log(judge.report());                 // what was judged, per operation
 *
 * Stricter than the specs on purpose: unknown fields and unknown query parameters are problems (see strict-schema.ts).
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ajv2019, type ErrorObject, type ValidateFunction } from "ajv/dist/2019.js";
import addFormats from "ajv-formats";
import { parse as parseYaml } from "yaml";
import { type Operation, type Parameter, readOperations } from "./openapi-operations.ts";
import { asObject, type Json, strictSchema, strictSchemas, type Waiver } from "./strict-schema.ts";

/** One spec and what we know beyond it. */
export interface SpecSource {
  /** Relative to the specs folder. */
  file: string;
  /** Where the API is mounted; default: the spec's own base path. */
  basePath?: string;
  /** Known errors of the spec. */
  waivers?: readonly Waiver[];
  /** Replies that the spec leaves out or leaves without a body, and what judges them. */
  assumed?: readonly AssumedReply[];
}

export interface AssumedReply {
  /** HTTP status, or a class such as "4XX". */
  status: string;
  /** Judge by the body declared for this status of the same operation, or by a schema (`#/components/schemas/...`). */
  by: { status: string } | { schema: Json };
  why: string;
}

export interface Exchange {
  method: string;
  /** Absolute or from the root; with the query. */
  url: string;
  requestHeaders: Headers;
  requestBody: string | null;
  status: number;
  responseHeaders: Headers;
  responseBody: string | null;
}

export type Verdict =
  | { kind: "judged"; operation: string; problems: string[] }
  /** Under a spec's paths, but no operation of it. */
  | { kind: "unknown-operation"; problems: string[] }
  /** No spec speaks about this path. */
  | { kind: "outside"; problems: string[] };

export interface OperationCount {
  operation: string;
  requests: number;
  /** Replies by status. */
  replies: Record<string, number>;
  problems: number;
}

export interface OpenApiJudge {
  judge(exchange: Exchange): Verdict;
  /** What has been judged so far, by operation. */
  counts(): OperationCount[];
  /** How many operations the specs have. */
  operations: number;
  /** The counts as a table for people. */
  report(): string;
}

export function readSpec(dir: string, file: string): Json {
  const text = readFileSync(resolve(dir, file), "utf8");
  const spec = asObject(/\.ya?ml$/.test(file) ? parseYaml(text) : JSON.parse(text));
  if (!spec) throw new Error(`${file} holds no object.`);
  return spec;
}

function createAjv(coerce: boolean): Ajv2019 {
  // Formats are checked where ajv knows them; the specs also use their own, which count as documentation.
  const ajv = new Ajv2019({ strict: false, allErrors: true, logger: false, coerceTypes: coerce ? "array" : false });
  addFormats.default(ajv, { mode: "fast" });
  return ajv;
}

/** A problem in words: where, and what is wrong. */
function describe(label: string, error: ErrorObject): string {
  const path = error.instancePath
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join("");
  const unknown: unknown = error.params.additionalProperty ?? error.params.unevaluatedProperty;
  if (typeof unknown === "string") return `${label}${path}.${unknown}: unknown field`;
  if (error.keyword === "required") return `${label}${path}.${String(error.params.missingProperty)}: missing`;
  if (error.keyword === "enum") return `${label}${path}: must be one of ${JSON.stringify(error.params.allowedValues)}`;
  return `${label}${path}: ${error.message ?? error.keyword}`;
}

interface LoadedSpec {
  source: SpecSource;
  operations: Operation[];
  /** Validates `value` by a schema of this spec; problems begin with `label`. */
  check(schema: Json, value: unknown, label: string, coerce?: boolean): string[];
  covers(path: string): boolean;
}

let specsLoaded = 0;

function loadSpec(dir: string, source: SpecSource): LoadedSpec {
  const spec = readSpec(dir, source.file);
  const named = asObject(asObject(spec.components)?.schemas) ?? asObject(spec.definitions) ?? {};
  specsLoaded += 1;
  const id = `spec:${specsLoaded}`;
  const schemas = strictSchemas(named, source.waivers ?? []);
  const validators = { exact: createAjv(false), coercing: createAjv(true) };
  for (const ajv of Object.values(validators)) ajv.addSchema({ $id: id, schemas });

  const compiled = { exact: new Map<Json, ValidateFunction>(), coercing: new Map<Json, ValidateFunction>() };
  const operations = readOperations(spec, source.basePath);
  const roots = new Set(operations.map((one) => `${one.basePath}/${one.template.split("/")[1] ?? ""}`));

  return {
    source,
    operations,
    check(schema, value, label, coerce = false) {
      const mode = coerce ? "coercing" : "exact";
      let validate = compiled[mode].get(schema);
      if (!validate) {
        validate = validators[mode].compile(absoluteRefs(strictSchema(schema), id) as Json);
        compiled[mode].set(schema, validate);
      }
      return validate(value) ? [] : (validate.errors ?? []).map((error) => describe(label, error));
    },
    // A spec without a base path (Amazon's) shares the root with others: it covers its first path segments only.
    covers: (path) =>
      [...roots].some((root) => path === root || path.startsWith(`${root}/`)) ||
      operations.some((one) => one.basePath !== "" && path.startsWith(`${one.basePath}/`)),
  };
}

/** Operations are compiled on their own, so their references must name the document that holds the schemas. */
function absoluteRefs(value: unknown, id: string): unknown {
  if (Array.isArray(value)) return value.map((one) => absoluteRefs(one, id));
  const object = asObject(value);
  if (!object) return value;
  return Object.fromEntries(
    Object.entries(object).map(([key, child]) =>
      key === "$ref" && typeof child === "string" && child.startsWith("#")
        ? [key, id + child]
        : [key, absoluteRefs(child, id)],
    ),
  );
}

export function createOpenApiJudge(options: { dir: string; specs: readonly SpecSource[] }): OpenApiJudge {
  const specs = options.specs.map((source) => loadSpec(options.dir, source));
  const counts = new Map<string, OperationCount>();

  function find(method: string, path: string): { spec: LoadedSpec; operation: Operation; params: Json } | null {
    for (const spec of specs) {
      for (const operation of spec.operations) {
        const params = operation.method === method ? operation.match(path) : null;
        if (params) return { spec, operation, params };
      }
    }
    return null;
  }

  return {
    judge(exchange) {
      const url = new URL(exchange.url, "http://any");
      const method = exchange.method.toUpperCase();
      const found = find(method, url.pathname);
      if (!found) {
        if (!specs.some((spec) => spec.covers(url.pathname))) return { kind: "outside", problems: [] };
        return { kind: "unknown-operation", problems: [`${method} ${url.pathname}: no such operation in the spec`] };
      }
      const { spec, operation, params } = found;
      const label = `${method} ${operation.template}`;
      const problems = [
        ...judgeParameters(spec, operation, exchange, url, params, label),
        ...judgeRequestBody(spec, operation, exchange, label),
        ...judgeReply(spec, operation, exchange, label),
      ];
      const count = counts.get(operation.name) ?? { operation: operation.name, requests: 0, replies: {}, problems: 0 };
      counts.set(operation.name, count);
      count.requests += 1;
      count.replies[exchange.status] = (count.replies[exchange.status] ?? 0) + 1;
      count.problems += problems.length;
      return { kind: "judged", operation: operation.name, problems };
    },
    operations: specs.reduce((sum, spec) => sum + spec.operations.length, 0),
    counts: () => [...counts.values()].sort((a, b) => a.operation.localeCompare(b.operation)),
    report() {
      const rows = this.counts().map((one) => [
        one.operation,
        String(one.requests),
        Object.entries(one.replies)
          .map(([status, times]) => `${status} x ${times}`)
          .join(", "),
        String(one.problems),
      ]);
      const table = [["Operation", "Requests", "Replies", "Problems"], ...rows];
      const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
      return table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")).join("\n");
    },
  };
}

function judgeParameters(
  spec: LoadedSpec,
  operation: Operation,
  exchange: Exchange,
  url: URL,
  path: Json,
  label: string,
): string[] {
  const problems: string[] = [];
  for (const name of new Set(url.searchParams.keys())) {
    if (!operation.parameters.some((one) => one.in === "query" && one.name === name)) {
      problems.push(`${label} query.${name}: unknown parameter`);
    }
  }
  for (const parameter of operation.parameters) {
    const raw = rawParameter(parameter, exchange, url, path);
    const at = `${label} ${parameter.in}.${parameter.name}`;
    if (raw === null) {
      if (parameter.required) problems.push(`${at}: missing`);
      continue;
    }
    // Parameters are text on the wire: coerced to the declared type, wrapped because coercion needs a parent.
    const wrapped = { type: "object", properties: { value: parameter.schema } };
    problems.push(
      ...spec.check(cached(parameter, wrapped), { value: raw }, at, true).map((one) => one.replace(".value", "")),
    );
  }
  return problems;
}

/** Compiled schemas are kept by identity: the wrapper of a parameter must be the same object every time. */
const wrappers = new WeakMap<Parameter, Json>();
function cached(parameter: Parameter, wrapper: Json): Json {
  const known = wrappers.get(parameter) ?? wrapper;
  wrappers.set(parameter, known);
  return known;
}

function rawParameter(parameter: Parameter, exchange: Exchange, url: URL, path: Json): unknown {
  if (parameter.in === "path") return path[parameter.name] ?? null;
  if (parameter.in === "header") return exchange.requestHeaders.get(parameter.name);
  if (parameter.in !== "query") return null;
  const values = url.searchParams.getAll(parameter.name);
  if (values.length === 0) return null;
  if (!parameter.isArray) return values.length === 1 ? values[0] : values;
  return values.flatMap((value) => value.split(","));
}

function judgeRequestBody(spec: LoadedSpec, operation: Operation, exchange: Exchange, label: string): string[] {
  const declared = operation.requestBody;
  const body = exchange.requestBody;
  if (!body) return declared?.required ? [`${label} request: a body is required`] : [];
  if (!declared) return [`${label} request: no body is expected`];
  const type = mediaType(exchange.requestHeaders);
  const schema = declared.content[type] ?? declared.content["*/*"];
  if (!schema) return [`${label} request: ${type || "no content type"} is not among ${Object.keys(declared.content)}`];
  if (type === "application/x-www-form-urlencoded") {
    return spec.check(schema, formFields(body), `${label} request`, true);
  }
  if (!isJson(type)) return [];
  const parsed = parseJson(body);
  return parsed.ok ? spec.check(schema, parsed.value, `${label} request`) : [`${label} request: not JSON`];
}

function judgeReply(spec: LoadedSpec, operation: Operation, exchange: Exchange, label: string): string[] {
  const status = String(exchange.status);
  const at = `${label} reply ${status}`;
  const declared = operation.replies[status] ?? operation.replies[statusClass(status)] ?? operation.replies.default;
  const assumed = spec.source.assumed?.find((one) => one.status === status || one.status === statusClass(status));
  const schema = declared?.schema ?? assumedSchema(operation, assumed);
  if (!declared && !assumed) return [`${at}: this status is not declared`];
  const body = exchange.responseBody;
  if (!schema) return body && exchange.status < 300 && !assumed ? [`${at}: no body is declared`] : [];
  if (!body) return declared?.schema && hasFields(schema) ? [`${at}: a body is declared and none came`] : [];
  const type = mediaType(exchange.responseHeaders);
  // A label, a picture: there is no more to judge about it.
  if (declared && !isJson(type) && declared.types.includes(type)) return [];
  if (!isJson(type)) return [`${at}: not JSON but ${type}`];
  const parsed = parseJson(body);
  return parsed.ok ? spec.check(schema, parsed.value, at) : [`${at}: not JSON`];
}

function assumedSchema(operation: Operation, assumed: AssumedReply | undefined): Json | null {
  if (!assumed) return null;
  return "schema" in assumed.by ? assumed.by.schema : (operation.replies[assumed.by.status]?.schema ?? null);
}

/** `{type: object}` alone is how eBay declares "no body to speak of". */
function hasFields(schema: Json): boolean {
  return "$ref" in schema || "properties" in schema || "allOf" in schema || schema.type === "array";
}

function statusClass(status: string): string {
  return `${status[0]}XX`;
}

function mediaType(headers: Headers): string {
  return (headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

function isJson(type: string): boolean {
  return type === "application/json" || type.endsWith("+json");
}

function parseJson(text: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

function formFields(body: string): Json {
  const form = new URLSearchParams(body);
  const fields: Json = {};
  for (const name of new Set(form.keys())) {
    const values = form.getAll(name);
    fields[name.replace(/\[\]$/, "")] = values.length > 1 || name.endsWith("[]") ? values : values[0];
  }
  return fields;
}

/** Judges one payload (a webhook's body, say) by the schema at `pointer` of a spec, such as an AsyncAPI file. */
export function createPayloadJudge(options: {
  dir: string;
  file: string;
  /** "components/messages/message/payload" */
  pointer: string;
}): (payload: unknown, label: string) => string[] {
  const spec = readSpec(options.dir, options.file);
  const named = asObject(asObject(spec.components)?.schemas) ?? {};
  let node: unknown = spec;
  for (const part of options.pointer.split("/")) node = asObject(node)?.[part];
  const ajv = createAjv(false);
  const validate = ajv.compile({ ...(strictSchema(node) as Json), schemas: strictSchemas(named, []) });
  return (payload, label) => (validate(payload) ? [] : (validate.errors ?? []).map((error) => describe(label, error)));
}

/** A fetch that judges what passes. `onVerdict` is called for each exchange that got a reply. */
export function judgedFetch(
  judge: OpenApiJudge,
  fetch: (request: Request) => Response | Promise<Response>,
  onVerdict: (verdict: Verdict, exchange: Exchange) => void,
): (input: string | URL | Request, init?: RequestInit) => Promise<Response> {
  return async (input, init) => {
    const request = new Request(input, init);
    const requestBody = request.body ? await request.clone().text() : null;
    const response = await fetch(request);
    const exchange: Exchange = {
      method: request.method,
      url: request.url,
      requestHeaders: request.headers,
      requestBody,
      status: response.status,
      responseHeaders: response.headers,
      responseBody: (await response.clone().text()) || null,
    };
    onVerdict(judge.judge(exchange), exchange);
    return response;
  };
}
