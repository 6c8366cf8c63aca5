/**
 * What all emulators share: faults on request, a record of the calls, a control surface for tests, and a server.
 *
 * An emulator is a Hono app over a state, driven by an injected clock, so that the same code serves a socket (demo,
 * tour, tests) and the simulation (app.request, virtual time).
 *
 * Control surface, the same at each emulator (never called by production code):
 *   GET    /_control/state    the whole state as JSON
 *   GET    /_control/calls    the latest calls: {at, operation, method, path, status, fault}
 *   POST   /_control/faults   add a Fault;  DELETE removes all
 */
import { serve } from "@hono/node-server";
import type { Context, Hono, MiddlewareHandler } from "hono";
import { z } from "zod";
import type { Clock } from "#app/clock.ts";

export const faultSchema = z.object({
  /** Operation name ("orderCreate", "bulkUpdatePriceQuantity"), or "*" for all. */
  operation: z.string(),
  /**
   * `status`: answer `status` and do nothing. `status-after`: do it, then answer `status`. `hang-before`: never
   * answer and do nothing. `hang-after`: do it, then never answer (done, but the reply was lost).
   * `drop-before`, `drop-after`: as hang, but the connection is cut at once. `delay`: do it after `delayMs`.
   * `delay-after`: do it, then answer after `delayMs` (the answer is old by then).
   */
  kind: z.enum([
    "status",
    "status-after",
    "hang-before",
    "hang-after",
    "drop-before",
    "drop-after",
    "delay",
    "delay-after",
  ]),
  status: z.number().int().optional(),
  retryAfterS: z.number().optional(),
  delayMs: z.number().optional(),
  /** How many calls it hits; then it is spent. */
  times: z.number().int().positive().default(1),
});
export type Fault = z.infer<typeof faultSchema>;

export interface CallRecord {
  at: string;
  operation: string;
  method: string;
  path: string;
  status: number | null;
  fault: Fault["kind"] | null;
}

const CALLS_KEPT_MAX = 5_000;
/** How long a hung call stays open: longer than any client waits. */
const HANG_MS = 120_000;

export interface Faults {
  /** Throws an UnknownOperationError for an operation that no route here answers: such a fault would never come. */
  add(fault: z.input<typeof faultSchema>): void;
  clear(): void;
  /** Middleware for one operation: records the call and applies the first matching fault. */
  around(operation: string | Operations): MiddlewareHandler;
  readonly calls: CallRecord[];
}

/** Where the address does not tell which operation it is. */
export interface Operations {
  names: readonly string[];
  of(c: Context): string | Promise<string>;
}

export class UnknownOperationError extends Error {}

/** `failed` answers a faulted call in the marketplace's own error shape. */
export function createFaults(clock: Clock, failed: (c: Context, status: number) => Response): Faults {
  let pending: Fault[] = [];
  const calls: CallRecord[] = [];
  const known = new Set(["*"]);

  function next(operation: string): Fault | null {
    const fault = pending.find((one) => one.operation === operation || one.operation === "*");
    if (!fault) return null;
    fault.times -= 1;
    if (fault.times === 0) pending = pending.filter((one) => one !== fault);
    return fault;
  }

  return {
    calls,
    add(fault) {
      const parsed = faultSchema.parse(fault);
      if (!known.has(parsed.operation)) {
        const names = [...known].sort().join(", ");
        throw new UnknownOperationError(`no operation is called "${parsed.operation}"; there are: ${names}`);
      }
      pending.push(parsed);
    },
    clear() {
      pending = [];
    },
    around(operation) {
      for (const name of typeof operation === "string" ? [operation] : operation.names) known.add(name);
      return async (c, proceed) => {
        const name = typeof operation === "string" ? operation : await operation.of(c);
        const fault = next(name);
        const record: CallRecord = {
          at: clock.now().toISOString(),
          operation: name,
          method: c.req.method,
          path: new URL(c.req.url).pathname,
          status: null,
          fault: fault?.kind ?? null,
        };
        calls.push(record);
        if (calls.length > CALLS_KEPT_MAX) calls.shift();

        const fail = (status: number): Response => {
          const response = failed(c, status);
          if (fault?.retryAfterS !== undefined) response.headers.set("retry-after", String(fault.retryAfterS));
          return response;
        };
        if (fault?.kind === "status") {
          record.status = fault.status ?? 503;
          return fail(record.status);
        }
        if (fault?.kind === "delay") await clock.sleep(fault.delayMs ?? 1_000);
        if (fault?.kind === "hang-before" || fault?.kind === "drop-before") return lost(c, fault, clock);
        await proceed();
        if (fault?.kind === "delay-after") await clock.sleep(fault.delayMs ?? 1_000);
        if (fault?.kind === "hang-after" || fault?.kind === "drop-after") {
          c.res = undefined;
          c.res = await lost(c, fault, clock);
          return;
        }
        if (fault?.kind === "status-after") {
          record.status = fault.status ?? 503;
          c.res = undefined;
          c.res = fail(record.status);
          return;
        }
        record.status = c.res.status;
      };
    },
  };
}

/** No reply: cut the socket where there is one (demo, tests), or leave a mark that the simulation's fetch understands. */
async function lost(c: Context, fault: Fault, clock: Clock): Promise<Response> {
  const incoming: unknown = (c.env as { incoming?: unknown } | undefined)?.incoming;
  if (fault.kind.startsWith("hang")) await clock.sleep(HANG_MS);
  if (incoming && typeof incoming === "object" && "destroy" in incoming && typeof incoming.destroy === "function") {
    incoming.destroy();
  }
  return new Response(null, { status: 599, headers: { "x-emulator-lost": fault.kind } });
}

/** Adds the control surface to an emulator's app. */
export function mountControl(app: Hono, faults: Faults, state: () => unknown): void {
  app.get("/_control/state", (c) => c.json(state() as object));
  app.get("/_control/calls", (c) => c.json(faults.calls));
  app.post("/_control/faults", async (c) => {
    const parsed = faultSchema.safeParse(await c.req.json());
    if (!parsed.success) return c.json({ error: z.prettifyError(parsed.error) }, 400);
    try {
      faults.add(parsed.data);
    } catch (error) {
      if (error instanceof UnknownOperationError) return c.json({ error: error.message }, 400);
      throw error;
    }
    return c.json({ ok: true });
  });
  app.delete("/_control/faults", (c) => {
    faults.clear();
    return c.json({ ok: true });
  });
}

export interface Served {
  /** http://127.0.0.1:port */
  origin: string;
  close(): Promise<void>;
}

/** Serves on the loopback only. Port 0 takes any free one. */
export function serveOnLoopback(app: Hono, port = 0): Promise<Served> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }, (info) => {
      resolve({
        origin: `http://127.0.0.1:${info.port}`,
        close: () =>
          new Promise((done) => {
            if ("closeAllConnections" in server) server.closeAllConnections();
            server.close(() => done());
          }),
      });
    });
    server.once("error", reject);
  });
}
