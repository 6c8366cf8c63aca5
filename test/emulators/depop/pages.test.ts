import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ServedDepopEmulator, startDepopEmulator } from "./emulator.ts";

let depop: ServedDepopEmulator;

beforeEach(async () => {
  depop = await startDepopEmulator({});
});
afterEach(() => depop.close());

async function text(path: string): Promise<string> {
  return (await fetch(`${depop.origin}${path}`)).text();
}

function post(path: string, form: Record<string, string>): Promise<Response> {
  return fetch(`${depop.origin}${path}`, { method: "POST", body: new URLSearchParams(form) });
}

describe("the emulated Depop's pages", () => {
  it("let a person buy, and show the purchase", async () => {
    const jug = [...depop.state.products.values()].find((one) => one.sku === "VIN-JUG-01");
    expect(await text("/")).toContain("Vintage jug");
    const bought = await post("/buy", { [`quantity:${jug?.productId}`]: "1", name: "Ada <b>" });
    expect(await bought.text()).toContain("Ada &lt;b&gt;");
    expect(depop.controls.shown()["VIN-JUG-01"]).toBe(0);
    expect(await (await post("/buy", { [`quantity:${jug?.productId}`]: "1" })).text()).toContain("not for sale");
  });

  it("let the seller change a quantity and refund an order", async () => {
    await post("/seller/quantity", { sku: "MUG-OAT", quantity: "7" });
    expect(depop.controls.shown()["MUG-OAT"]).toBe(7);
    const bought = depop.controls.buy({ lines: [{ sku: "MUG-OAT", quantity: 2 }] });
    const order = bought.ok ? bought.order.purchaseId : "";
    expect(await (await post("/seller/refund", { order })).text()).toContain("refunded");
  });

  it("have controls beside them, over HTTP", async () => {
    const body = JSON.stringify({ lines: [{ sku: "CAN-BEE", quantity: 76 }] });
    const refused = await fetch(`${depop.origin}/_control/buy`, { method: "POST", body });
    expect([refused.status, await refused.json()]).toMatchObject([409, { ok: false }]);
    expect(JSON.parse(await text("/_control/state"))).toMatchObject({ orders: [] });
  });
});
