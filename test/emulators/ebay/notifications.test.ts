import { createHash, createPublicKey, createVerify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createPayloadJudge } from "#test/support/openapi-judge.ts";
import { specsDir } from "#test/support/specs.ts";
import { accountDeletionSpec } from "./specs.ts";
import { openBench } from "./test-bench.ts";

const BASE = "/commerce/notification/v1";
const ENDPOINT = "https://app.test/notifications/ebay/1";
const VERIFICATION = "a-verification-token-of-32-chars_";
const PAYLOAD = { format: "JSON", schemaVersion: "1.0", deliveryProtocol: "HTTPS" };

interface Received {
  body: string;
  signature: string;
}

/** An app that answers challenges and takes notifications; `answers` are the next statuses, then 204. */
async function bench(settings = {}) {
  const received: Received[] = [];
  const answers: number[] = [];
  const open = openBench({
    settings: { accessTokenLifeMs: 1e12, ...settings },
    send: async (request) => {
      const url = new URL(request.url);
      const code = url.searchParams.get("challenge_code");
      if (code) {
        const challengeResponse = createHash("sha256").update(`${code}${VERIFICATION}${ENDPOINT}`).digest("hex");
        return Response.json({ challengeResponse });
      }
      received.push({ body: await request.text(), signature: request.headers.get("x-ebay-signature") ?? "" });
      return new Response(null, { status: answers.shift() ?? 204 });
    },
  });
  const token = await open.applicationToken();
  const asApp = (method: string, path: string, body?: object) =>
    open.call(method, BASE + path, { token, ...(body ? { body } : {}) });
  const destination = {
    name: "Lockstep",
    status: "ENABLED",
    deliveryConfig: { endpoint: ENDPOINT, verificationToken: VERIFICATION },
  };
  const idOf = (location: string | null): string => location?.split("/").at(-1) ?? "";
  const subscribe = async (topicId: string, how: { token?: string } = {}) => {
    await asApp("PUT", "/config", { alertEmail: "dev@lockstep.example" });
    const made = await asApp("POST", "/destination", destination);
    const destinationId =
      made.status === 201 ? idOf(made.headers.get("location")) : ([...open.state.destinations.keys()][0] ?? "");
    return open.call("POST", `${BASE}/subscription`, {
      ...how,
      body: { topicId, destinationId, status: "ENABLED", payload: PAYLOAD },
    });
  };
  const buy = () => open.controls.buy({ lines: [{ sku: "MUG-OCHRE", quantity: 1 }] });
  return { ...open, received, answers, asApp, destination, idOf, subscribe, buy };
}

describe("setting up", () => {
  it("lists topics, with ORDER_CONFIRMATION only where the account has it", async () => {
    const ids = async (orderConfirmationTopic: boolean) =>
      (await (await bench({ orderConfirmationTopic })).asApp("GET", "/topic?limit=10")).json.topics.map(
        (one: { topicId: string }) => one.topicId,
      );
    expect(await ids(true)).toContain("ORDER_CONFIRMATION");
    expect(await ids(false)).toEqual(["MARKETPLACE_ACCOUNT_DELETION", "AUTHORIZATION_REVOCATION"]);
    const { asApp } = await bench();
    expect((await asApp("GET", "/topic/ORDER_CONFIRMATION")).json.scope).toBe("USER");
    expect((await asApp("GET", "/topic/NONE")).json.errors[0].errorId).toBe(195002);
    expect((await asApp("GET", "/topic?limit=5")).json.errors[0].errorId).toBe(195004);
  });

  it("wants a configuration first, then challenges the destination", async () => {
    const { asApp, destination, idOf } = await bench();
    expect((await asApp("GET", "/config")).status).toBe(404);
    expect((await asApp("POST", "/destination", destination)).json.errors[0].errorId).toBe(195003);
    expect((await asApp("PUT", "/config", { alertEmail: "nobody" })).json.errors[0].errorId).toBe(195025);
    expect((await asApp("PUT", "/config", { alertEmail: "dev@lockstep.example" })).status).toBe(204);
    expect((await asApp("GET", "/config")).json.alertEmail).toBe("dev@lockstep.example");

    const wrongToken = { endpoint: ENDPOINT, verificationToken: "another-token-that-is-32-chars-long" };
    expect(
      (await asApp("POST", "/destination", { ...destination, deliveryConfig: wrongToken })).json.errors[0].errorId,
    ).toBe(195020);
    const short = { endpoint: ENDPOINT, verificationToken: "short" };
    expect(
      (await asApp("POST", "/destination", { ...destination, deliveryConfig: short })).json.errors[0].errorId,
    ).toBe(195019);

    const created = await asApp("POST", "/destination", destination);
    expect(created.status).toBe(201);
    const id = idOf(created.headers.get("location"));
    expect((await asApp("GET", `/destination/${id}`)).json).toMatchObject({ destinationId: id, ...destination });
    expect((await asApp("POST", "/destination", destination)).json.errors[0].errorId).toBe(195021);
    expect((await asApp("PUT", `/destination/${id}`, { ...destination, status: "DISABLED" })).status).toBe(204);
    expect((await asApp("GET", "/destination")).json).toMatchObject({
      total: 1,
      destinations: [{ status: "DISABLED" }],
    });
    expect((await asApp("DELETE", `/destination/${id}`)).status).toBe(204);
    expect((await asApp("GET", `/destination/${id}`)).json.errors[0].errorId).toBe(195022);
  });

  it("refuses loopback destinations where they are not allowed, as the real one does", async () => {
    const { asApp, destination } = await bench({ allowLoopbackDestinations: false });
    await asApp("PUT", "/config", { alertEmail: "dev@lockstep.example" });
    const deliveryConfig = { endpoint: "http://127.0.0.1:3000/x", verificationToken: VERIFICATION };
    expect((await asApp("POST", "/destination", { ...destination, deliveryConfig })).json.errors[0].errorId).toBe(
      195017,
    );
  });

  it("has one subscription a topic, which can be paused, tested and deleted", async () => {
    const {
      subscribe,
      asApp,
      idOf,
      received,
      controls,
      controls: { settled },
    } = await bench();
    const created = await subscribe("MARKETPLACE_ACCOUNT_DELETION");
    expect(created.status).toBe(201);
    const id = idOf(created.headers.get("location"));
    expect((await subscribe("MARKETPLACE_ACCOUNT_DELETION")).json.errors[0].errorId).toBe(195012);
    expect((await asApp("GET", `/subscription/${id}`)).json).toMatchObject({ status: "ENABLED", payload: PAYLOAD });
    expect((await asApp("GET", "/subscription")).json.total).toBe(1);
    expect((await asApp("POST", `/subscription/${id}/test`)).status).toBe(202);
    await settled();
    expect(received).toHaveLength(1);
    expect((await asApp("POST", `/subscription/${id}/disable`)).status).toBe(204);
    expect(controls.deleteBuyer("nobody")).toMatchObject({ ok: false });
    expect((await asApp("POST", `/subscription/${id}/enable`)).status).toBe(204);
    const destinationId = (await asApp("GET", `/subscription/${id}`)).json.destinationId;
    expect((await asApp("DELETE", `/destination/${destinationId}`)).json.errors[0].errorId).toBe(195024);
    expect(
      (await asApp("PUT", `/subscription/${id}`, { destinationId, status: "DISABLED", payload: PAYLOAD })).status,
    ).toBe(204);
    expect((await asApp("DELETE", `/subscription/${id}`)).status).toBe(204);
    expect((await asApp("GET", `/subscription/${id}`)).json.errors[0].errorId).toBe(195013);
  });

  it("wants the seller's own token for a seller's topic", async () => {
    const { subscribe, applicationToken } = await bench();
    const refused = await subscribe("ORDER_CONFIRMATION", { token: await applicationToken() });
    expect(refused).toMatchObject({ status: 403, json: { errors: [{ errorId: 195011 }] } });
    expect((await subscribe("ORDER_CONFIRMATION")).status).toBe(201);
  });
});

describe("sending", () => {
  it("signs the raw body with the key that getPublicKey shows", async () => {
    const { subscribe, buy, received, asApp, controls, state } = await bench();
    await subscribe("ORDER_CONFIRMATION");
    const bought = buy();
    await controls.settled();
    const [{ body, signature } = { body: "", signature: "" }] = received;
    const header = JSON.parse(Buffer.from(signature, "base64").toString());
    expect(header).toMatchObject({ alg: "ecdsa", digest: "SHA1" });
    const published = (await asApp("GET", `/public_key/${header.kid}`)).json;
    expect(published).toMatchObject({ algorithm: "ECDSA", digest: "SHA1" });
    expect(published.key).not.toContain("\n");
    const pem = published.key.replace(/(-----BEGIN PUBLIC KEY-----)(.+)(-----END PUBLIC KEY-----)/, "$1\n$2\n$3");
    const verify = (text: string) =>
      createVerify("SHA1").update(text).verify(createPublicKey(pem), header.signature, "base64");
    expect(verify(body)).toBe(true);
    expect(verify(`${body} `)).toBe(false);
    expect(JSON.parse(body)).toMatchObject({
      metadata: { topic: "ORDER_CONFIRMATION", schemaVersion: "1.0", deprecated: false },
      notification: { publishAttemptCount: 1, data: { orderId: bought.ok ? bought.order.orderId : "" } },
    });
    expect(state.deliveries[0]?.outcome).toBe("delivered");
    expect((await asApp("GET", "/public_key/none")).json.errors[0].errorId).toBe(195001);
  });

  it("tells of an order when it is paid, not when it is committed to", async () => {
    const { subscribe, received, controls } = await bench();
    await subscribe("ORDER_CONFIRMATION");
    const bought = controls.buy({ lines: [{ sku: "MUG-OCHRE", quantity: 1 }], pay: false });
    await controls.settled();
    expect(received).toHaveLength(0);
    controls.pay(bought.ok ? bought.order.orderId : "");
    await controls.settled();
    expect(received).toHaveLength(1);
  });

  it.skipIf(!specsDir())("tells of a deleted buyer in the shape of its AsyncAPI file", async () => {
    const { subscribe, buy, received, controls } = await bench();
    await subscribe("MARKETPLACE_ACCOUNT_DELETION");
    buy();
    expect(controls.deleteBuyer("rosa_l")).toEqual({ ok: true });
    await controls.settled();
    const judge = createPayloadJudge({ dir: specsDir() ?? "", ...accountDeletionSpec });
    expect(judge(JSON.parse(received[0]?.body ?? "{}"), "MARKETPLACE_ACCOUNT_DELETION")).toEqual([]);
  });

  it("tries again with the same id when the receiver fails, and gives up in the end", async () => {
    const { subscribe, buy, received, answers, clock, state } = await bench({
      notificationRetryDelaysMs: [1_000, 2_000],
    });
    await subscribe("ORDER_CONFIRMATION");
    answers.push(500, 503, 500);
    buy();
    await clock.advance(999);
    expect(received).toHaveLength(1);
    await clock.advance(10_000);
    expect(received).toHaveLength(3);
    const sent = received.map((one) => JSON.parse(one.body).notification);
    expect(new Set(sent.map((one) => one.notificationId)).size).toBe(1);
    expect(sent.map((one) => one.publishAttemptCount)).toEqual([1, 2, 3]);
    expect(state.deliveries[0]?.outcome).toBe("given-up");
  });

  it("loses, doubles, delays and reorders on request", async () => {
    const { subscribe, buy, received, controls, clock, state } = await bench();
    await subscribe("ORDER_CONFIRMATION");
    const orders = () => received.map((one) => JSON.parse(one.body).notification.data.orderId);
    const bought = (): string => {
      const one = buy();
      return one.ok ? one.order.orderId : "";
    };
    controls.disturbNotifications({ lose: 1, double: 1 });
    bought();
    const doubled = bought();
    await controls.settled();
    expect(orders()).toEqual([doubled, doubled]);
    controls.disturbNotifications({ hold: true });
    const [first, second] = [bought(), bought()];
    await controls.releaseNotifications("newest-first");
    expect(orders().slice(2)).toEqual([second, first]);
    controls.disturbNotifications({ hold: false, delayMs: 5_000 });
    const late = bought();
    await clock.advance(4_999);
    expect(orders()).not.toContain(late);
    await clock.advance(1);
    expect(orders().at(-1)).toBe(late);
    expect(await controls.repeatNotification(state.deliveries[1]?.notificationId ?? "")).toBe(true);
    expect(orders().at(-1)).toBe(doubled);
  });
});
