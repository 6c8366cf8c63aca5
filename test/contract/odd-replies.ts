/** Makes an emulated marketplace's JSON odd on its way to the connector, past all that the emulator itself would say. */

type Json = Record<string, unknown>;

export interface OddReplies {
  /** From now on, wherever such an object is sent. */
  edit(isIt: (one: Json) => boolean, change: (one: Json) => void): void;
  apply(reply: Response): Promise<Response>;
}

/** Numbers beyond what a float holds stay as they were sent (ids). */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

export function createOddReplies(): OddReplies {
  const edits: { isIt: (one: Json) => boolean; change: (one: Json) => void }[] = [];
  return {
    edit: (isIt, change) => void edits.push({ isIt, change }),
    async apply(reply) {
      if (edits.length === 0 || !reply.headers.get("content-type")?.includes("json")) return reply;
      const read = (_: string, value: unknown, context?: { source?: string }) => {
        if (typeof value === "number" && !Number.isSafeInteger(value) && /^\d+$/.test(context?.source ?? ""))
          return rawJSON(context?.source ?? "");
        if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
        for (const { isIt, change } of edits) if (isIt(value as Json)) change(value as Json);
        return value;
      };
      const body: unknown = JSON.parse(await reply.clone().text(), read as (key: string, value: unknown) => unknown);
      return new Response(JSON.stringify(body), { status: reply.status, headers: reply.headers });
    },
  };
}

/** The object at this place of another: `at(order, "lines", 0)`. */
export function at(one: Json, ...path: (string | number)[]): Json {
  let found: unknown = one;
  for (const step of path) found = (found as Record<string | number, unknown> | undefined)?.[step];
  if (typeof found !== "object" || found === null) throw new Error(`the emulator sends nothing at ${path.join(".")}`);
  return found as Json;
}
