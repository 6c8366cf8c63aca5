import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ServedVintedEmulator, startVintedEmulator } from "./emulator.ts";

let vinted: ServedVintedEmulator;

beforeEach(async () => {
  vinted = await startVintedEmulator({});
});
afterEach(() => vinted.close());

async function text(path: string): Promise<string> {
  return (await fetch(`${vinted.origin}${path}`)).text();
}

function post(path: string, form: Record<string, string>): Promise<Response> {
  return fetch(`${vinted.origin}${path}`, { method: "POST", body: new URLSearchParams(form) });
}

describe("the emulated Vinted's pages", () => {
  it("let a person buy a thing once, and show the purchase", async () => {
    const jug = [...vinted.state.items.values()].find((one) => one.reference === "VIN-JUG-01");
    expect(await text("/")).toContain("Vintage jug");
    expect(await (await post("/buy", { item: jug?.id ?? "", name: "ada <b>" })).text()).toContain("ada &lt;b&gt;");
    expect(vinted.controls.shown()["VIN-JUG-01"]).toBe(0);
    expect(await (await post("/buy", { item: jug?.id ?? "" })).text()).toContain("not for sale");
  });

  it("let the seller drop off a parcel, and relist what was cancelled", async () => {
    const [jug, board] = ["VIN-JUG-01", "BRD-OAK"].map((sku) => vinted.controls.buy({ skus: [sku] }));
    const id = (bought: typeof jug) => (bought?.ok ? bought.order.id : "");
    vinted.controls.pay(id(jug));
    expect(await (await post("/seller/ship", { order: id(jug) })).text()).toContain("shipped");
    await post("/orders/cancel", { order: id(board) });
    await post("/seller/relist", { order: id(board) });
    vinted.controls.finishWork();
    expect(vinted.controls.shown()).toMatchObject({ "VIN-JUG-01": 0, "BRD-OAK": 1 });
  });

  it("have controls beside them, over HTTP", async () => {
    const body = JSON.stringify({ skus: ["NOT-THERE"] });
    const refused = await fetch(`${vinted.origin}/_control/buy`, { method: "POST", body });
    expect([refused.status, await refused.json()]).toMatchObject([409, { ok: false }]);
    expect(JSON.parse(await text("/_control/state"))).toMatchObject({ orders: [], work: [] });
  });
});
