import { Hono } from "hono";
import { expect, it } from "vitest";
import { createFaults, mountControl, UnknownOperationError } from "./kit.ts";

it("a fault for an operation that no route answers is refused, as it would never come", async () => {
  const app = new Hono();
  const faults = createFaults({ now: () => new Date(0), sleep: () => Promise.resolve() }, (c, status) =>
    c.json({}, status as 500),
  );
  app.get("/orders", faults.around("getOrders"), (c) => c.json([]));
  mountControl(app, faults, () => ({}));

  expect(() => faults.add({ operation: "GetOrders", kind: "status" })).toThrow(UnknownOperationError);
  const add = (operation: string) =>
    app.request("/_control/faults", {
      method: "POST",
      body: JSON.stringify({ operation, kind: "status", status: 503 }),
    });
  const refused = await add("GetOrders");
  expect([refused.status, await refused.json()]).toEqual([
    400,
    { error: 'no operation is called "GetOrders"; there are: *, getOrders' },
  ]);
  expect((await add("getOrders")).status).toBe(200);
  expect((await app.request("/orders")).status).toBe(503);
});
