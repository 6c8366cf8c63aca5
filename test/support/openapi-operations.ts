/** Reads the operations of an OpenAPI 3 or Swagger 2 document into one shape for the judge. */
import { asObject, type Json } from "./strict-schema.ts";

export interface Parameter {
  name: string;
  in: string;
  required: boolean;
  schema: Json;
  isArray: boolean;
}

export interface Operation {
  /** operationId, or "GET /path". */
  name: string;
  method: string;
  /** Without the base path: "/order/{orderId}". */
  template: string;
  basePath: string;
  /** The path's parameters when `path` is this operation's, else null. A trailing slash does not matter. */
  match(path: string): Json | null;
  parameters: Parameter[];
  requestBody: { required: boolean; content: Record<string, Json> } | null;
  /** By status; `schema` null: declared without a body. `types`: the media types named, in small letters. */
  replies: Record<string, { schema: Json | null; types: string[] }>;
}

const METHODS = ["get", "put", "post", "delete", "patch", "head", "options"];

export function readOperations(spec: Json, mountedAt?: string): Operation[] {
  const basePath = mountedAt ?? basePathOf(spec);
  const operations: Operation[] = [];
  for (const [template, item] of Object.entries(asObject(spec.paths) ?? {})) {
    const path = asObject(item) ?? {};
    for (const method of METHODS) {
      const operation = asObject(path[method]);
      if (operation) operations.push(readOperation(spec, basePath, template, method, operation, path.parameters));
    }
  }
  // Literal segments before placeholders: /offer/get_listing_fees is not /offer/{offerId}.
  return operations.sort((a, b) => placeholders(a.template) - placeholders(b.template));
}

function placeholders(template: string): number {
  return template.split("{").length;
}

function readOperation(
  spec: Json,
  basePath: string,
  template: string,
  method: string,
  operation: Json,
  shared: unknown,
): Operation {
  const declared = [...asArray(shared), ...asArray(operation.parameters)].map((one) => resolveRef(spec, one));
  const consumes = asArray(operation.consumes ?? spec.consumes).map(String);
  return {
    name: typeof operation.operationId === "string" ? operation.operationId : `${method.toUpperCase()} ${template}`,
    method: method.toUpperCase(),
    template,
    basePath,
    match: matcher(basePath + template),
    parameters: declared.filter((one) => one.in !== "body" && one.in !== "formData").map(readParameter),
    requestBody: readRequestBody(spec, operation, declared, consumes),
    replies: Object.fromEntries(
      Object.entries(asObject(operation.responses) ?? {}).map(([status, response]) => [
        status.toUpperCase() === "DEFAULT" ? "default" : status.toUpperCase(),
        {
          schema: replySchema(resolveRef(spec, response)),
          types: Object.keys(contentSchemas(resolveRef(spec, response))),
        },
      ]),
    ),
  };
}

function readParameter(declared: Json): Parameter {
  // Swagger 2 keeps the schema's words on the parameter itself.
  const { name, in: place, required, description: _, ...inline } = declared;
  const schema = asObject(declared.schema) ?? inline;
  delete schema.collectionFormat;
  return {
    name: String(name),
    in: String(place),
    required: required === true,
    schema,
    isArray: schema.type === "array",
  };
}

function readRequestBody(spec: Json, operation: Json, declared: Json[], consumes: string[]): Operation["requestBody"] {
  const body = operation.requestBody ? resolveRef(spec, operation.requestBody) : null;
  if (body) return { required: body.required === true, content: contentSchemas(body) };
  const bodyParameter = declared.find((one) => one.in === "body");
  if (bodyParameter) {
    const schema = asObject(bodyParameter.schema) ?? {};
    const types = consumes.length > 0 ? consumes : ["application/json"];
    return {
      required: bodyParameter.required === true,
      content: Object.fromEntries(types.map((type) => [type.toLowerCase(), schema])),
    };
  }
  const fields = declared.filter((one) => one.in === "formData").map(readParameter);
  if (fields.length === 0) return null;
  const schema = {
    type: "object",
    properties: Object.fromEntries(fields.map((one) => [one.name, one.schema])),
    required: fields.filter((one) => one.required).map((one) => one.name),
  };
  return { required: true, content: { "application/x-www-form-urlencoded": schema } };
}

function contentSchemas(body: Json): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(asObject(body.content) ?? {}).map(([type, media]) => [
      type.split(";")[0]?.trim().toLowerCase() ?? type,
      asObject(asObject(media)?.schema) ?? {},
    ]),
  );
}

function replySchema(response: Json): Json | null {
  const swagger2 = asObject(response.schema);
  if (swagger2) return swagger2;
  const content = contentSchemas(response);
  return content["application/json"] ?? Object.values(content)[0] ?? null;
}

function basePathOf(spec: Json): string {
  if (typeof spec.basePath === "string") return spec.basePath.replace(/\/$/, "");
  const server = asObject(asArray(spec.servers)[0]);
  if (!server || typeof server.url !== "string") return "";
  const variables = asObject(server.variables) ?? {};
  const url = server.url.replace(/\{(\w+)\}/g, (_, name: string) => String(asObject(variables[name])?.default ?? ""));
  return new URL(url, "http://any").pathname.replace(/\/$/, "");
}

function matcher(template: string): (path: string) => Json | null {
  const names: string[] = [];
  const source = template
    .replace(/\/$/, "")
    .replace(/[.*+?^$()|[\]\\]/g, "\\$&")
    .replace(/\{([^}]+)\}/g, (_, name: string) => {
      names.push(name);
      return "([^/]+)";
    });
  const pattern = new RegExp(`^${source}/?$`);
  return (path) => {
    const found = pattern.exec(path);
    if (!found) return null;
    return Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? "")]));
  };
}

function resolveRef(spec: Json, value: unknown): Json {
  const object = asObject(value) ?? {};
  if (typeof object.$ref !== "string" || !object.$ref.startsWith("#/")) return object;
  let node: unknown = spec;
  for (const part of object.$ref.slice(2).split("/")) {
    node = asObject(node)?.[part.replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return asObject(node) ?? {};
}

function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
