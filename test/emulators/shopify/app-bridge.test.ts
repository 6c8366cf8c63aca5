import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import {
  ADMIN_ORIGIN,
  APP_ORIGIN,
  type FakeFrame,
  type FakeFrameOptions,
  runInFakeFrame,
} from "./browser/fake-frame.ts";
import { adminAddress } from "./browser/frame-navigation.ts";
import { createBench } from "./emulated-app.ts";

let script = "";
beforeAll(async () => {
  script = await (await createBench().emulator.app.request("/app-bridge.js")).text();
});

function open(options?: FakeFrameOptions): FakeFrame {
  const frame = runInFakeFrame(script, options);
  onTestFinished(() => frame.close());
  return frame;
}
const said = (frame: FakeFrame, type: string) =>
  frame.posted.map((one) => one.message).filter((one) => one.type === type);

/** The admin's part: a token for each request. */
async function giveToken(frame: FakeFrame, idToken: string): Promise<void> {
  await frame.settle();
  const asked = said(frame, "ask-id-token").at(-1);
  frame.hear({ type: "id-token", requestId: asked?.requestId, idToken, lifetimeMs: 60_000 });
  await frame.settle();
}

const shopify = (frame: FakeFrame) =>
  frame.window.shopify as {
    config: { apiKey: string; shop: string; host: string };
    idToken(): Promise<string>;
    toast: { show(text: string, options?: object): string };
    loading(on?: boolean): void;
    saveBar: { leaveConfirmation(): Promise<void> };
  };

describe("the App Bridge script", () => {
  it("gives the app what the admin said about it, and defines the elements of app-bridge-react", () => {
    const frame = open();
    expect(shopify(frame).config).toMatchObject({
      apiKey: "key",
      shop: "lockstep-demo.myshopify.com",
      host: "aG9zdA==",
    });
    expect(frame.defined).toEqual(["ui-nav-menu", "ui-title-bar", "ui-save-bar", "ui-modal"]);
    expect(said(frame, "location")).toEqual([{ type: "location", path: "/app", title: "Home" }]);
  });

  it("speaks to the origin it was loaded from and to no other", async () => {
    const frame = open();
    shopify(frame).toast.show("Saved");
    shopify(frame).loading(true);
    void shopify(frame).idToken();
    expect(said(frame, "toast")).toMatchObject([{ text: "Saved", isError: false }]);
    expect(new Set(frame.posted.map((one) => one.origin))).toEqual(new Set([ADMIN_ORIGIN]));
  });

  it("takes no token from another origin nor from another window", async () => {
    const frame = open();
    let given = "";
    void shopify(frame)
      .idToken()
      .then((token) => {
        given = token;
      });
    const requestId = said(frame, "ask-id-token")[0]?.requestId;
    const forged = { type: "id-token", requestId, idToken: "forged", lifetimeMs: 60_000 };
    frame.hear(forged, { origin: "https://evil.example" });
    frame.hear(forged, { source: {} });
    await frame.settle();
    expect(given).toBe("");
    await giveToken(frame, "genuine");
    expect(given).toBe("genuine");
  });

  it("carries one session token on many requests to the app, and none to others", async () => {
    const frame = open();
    const replies = [frame.fetch("/app/orders"), frame.fetch(`${APP_ORIGIN}/app/channels`)];
    await giveToken(frame, "one");
    await Promise.all(replies);
    await frame.fetch("https://elsewhere.example/x");
    expect(said(frame, "ask-id-token")).toHaveLength(1);
    const [first, second, other] = frame.requests;
    expect(first?.headers.get("authorization")).toBe("Bearer one");
    expect(second?.headers.get("authorization")).toBe("Bearer one");
    expect(String(other)).toBe("https://elsewhere.example/x");
  });

  it("tries once more, with a new token and the same body, when the app asks for that", async () => {
    const refusal = () =>
      new Response(null, { status: 401, headers: { "X-Shopify-Retry-Invalid-Session-Request": "1" } });
    const frame = open({ answer: refusal });
    const reply = frame.fetch("/app/orders", { method: "POST", body: "a=1" });
    await giveToken(frame, "old");
    await giveToken(frame, "new");
    expect((await reply).status).toBe(401);
    expect(frame.requests.map((one) => one.headers.get("authorization"))).toEqual(["Bearer old", "Bearer new"]);
    expect(await frame.requests[1]?.text()).toBe("a=1");
  });

  it("fails a request in words when the admin gives no token", async () => {
    const frame = open();
    const reply = frame.fetch("/app/orders");
    await frame.settle();
    const asked = said(frame, "ask-id-token")[0];
    frame.hear({ type: "id-token-refused", requestId: asked?.requestId, why: "Lockstep is no longer installed." });
    await expect(reply).rejects.toThrow("no longer installed");
    expect(frame.requests).toHaveLength(0);
  });

  it("leaves the bounce page with a new token, for the app alone", async () => {
    const bounce = (to: string) =>
      open({ path: `/auth/session-token?shop=s.myshopify.com&shopify-reload=${encodeURIComponent(to)}` });
    const frame = bounce(`${APP_ORIGIN}/app/orders?embedded=1`);
    await giveToken(frame, "fresh");
    expect(frame.replaced).toEqual([`${APP_ORIGIN}/app/orders?embedded=1&id_token=fresh`]);
    // A bounce is no place to come back to.
    expect(said(frame, "location")).toEqual([]);
    const elsewhere = bounce("https://evil.example/take");
    await elsewhere.settle();
    expect(said(elsewhere, "ask-id-token")).toEqual([]);
    expect(elsewhere.replaced).toEqual([]);
  });

  it("leaves the frame through the admin, as the exit page does", () => {
    const frame = open({ path: "/auth/exit-iframe?shop=s.myshopify.com" });
    const leave = frame.window.open as (url: string, target: string) => void;
    leave("https://auth.ebay.com/consent", "_top");
    leave("javascript:alert(1)", "_top");
    expect(said(frame, "open")).toEqual([{ type: "open", url: "https://auth.ebay.com/consent" }]);
  });

  it("tells in-app navigation with the admin's own parameters taken out", () => {
    const frame = open();
    Object.assign(frame.window.location as object, { href: `${APP_ORIGIN}/app/orders?stage=held&host=x&id_token=y` });
    (frame.window.history as { pushState(state: unknown): void }).pushState(null);
    expect(said(frame, "location").at(-1)).toMatchObject({ path: "/app/orders?stage=held" });
  });

  it("goes into the admin when the app is opened in a tab of its own", () => {
    const frame = open({ isTop: true, path: "/app/orders?shop=lockstep-demo.myshopify.com&stage=held" });
    expect(frame.replaced).toEqual([`${ADMIN_ORIGIN}/store/lockstep-demo/apps/lockstep/app/orders?stage=held`]);
    expect(frame.window.shopify).toBeUndefined();
  });

  it("asks nobody before leaving when nothing is unsaved", async () => {
    const frame = open();
    await expect(shopify(frame).saveBar.leaveConfirmation()).resolves.toBeUndefined();
    expect(said(frame, "ask-leave")).toEqual([]);
  });
});

describe("an address that the app names", () => {
  const place = { adminOrigin: ADMIN_ORIGIN, shop: "lockstep-demo.myshopify.com" };
  it.each([
    ["shopify://admin/products/1", `${ADMIN_ORIGIN}/store/lockstep-demo/products/1`],
    ["shopify:admin/orders", `${ADMIN_ORIGIN}/store/lockstep-demo/orders`],
    ["https://admin.shopify.com/store/other/orders?x=1", `${ADMIN_ORIGIN}/store/other/orders?x=1`],
    ["https://lockstep-demo.myshopify.com/admin/orders/2", `${ADMIN_ORIGIN}/store/lockstep-demo/orders/2`],
    ["/auth?shop=x", `${APP_ORIGIN}/auth?shop=x`],
    ["javascript:alert(1)", null],
    ["http://", null],
  ])("%s leads to %s", (address, expected) => {
    expect(adminAddress(address, place, `${APP_ORIGIN}/app`)).toBe(expected);
  });
});
