/** The emulated Amazon over a socket, as the demo and the tour use it. */
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, describe, expect, it } from "vitest";
import { createAmazonConnector } from "#connectors/amazon/index.ts";
import { createTransport } from "#connectors/transport/transport.ts";
import { type ServedAmazonEmulator, startAmazonEmulator } from "./emulator.ts";
import type { AmazonEmulatorSettingsInput } from "./settings.ts";

const APPLICATION = { clientId: "client", clientSecret: "client-secret", applicationId: "amzn1.sp.solution.demo" };
const REDIRECT_URI = "https://lockstep.example/connect/amazon/callback";
const ACCESS_KEY = { accessKeyId: "AKIADEMO", secretAccessKey: "secret" };

let emulator: ServedAmazonEmulator | null = null;

async function start(settings: AmazonEmulatorSettingsInput = {}) {
  emulator = await startAmazonEmulator({ ...APPLICATION, redirectUri: REDIRECT_URI, settings });
  const { origin, controls } = emulator;
  const queue = { url: `${origin}/123456789012/lockstep`, arn: "arn:aws:sqs:eu-west-2:123456789012:lockstep" };
  controls.setQueue({ ...queue, accessKeyId: ACCESS_KEY.accessKeyId });
  const connector = createAmazonConnector({
    ...APPLICATION,
    marketplaceId: "A1F83G8C2ARO7P",
    apiOrigin: origin,
    sqs: { endpoint: origin, queueUrl: queue.url, queueArn: queue.arn, region: "eu-west-2", ...ACCESS_KEY },
  });
  const transport = createTransport({
    fetch,
    budgets: { take: async () => ({ granted: true }), exhausted: async () => {} },
    limits: [],
    concurrencyMax: 4,
    timeoutMs: 5_000,
    toFailure: connector.toFailure,
    nowMs: () => Date.now(),
  });
  const { accessToken, refreshToken, sellingPartnerId } = controls.grant();
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const channel = connector.open({
    credentials: { accessToken, refreshToken, sellingPartnerId, expiresAt },
    transport,
    now: () => new Date(),
  });
  const call = (path: string, init?: RequestInit) =>
    fetch(`${origin}${path}`, {
      redirect: "manual",
      ...init,
      headers: { "x-amz-access-token": accessToken, ...init?.headers },
    });
  return { ...emulator, channel, call, queue };
}

afterEach(async () => {
  await emulator?.close();
  emulator = null;
});

const form = (fields: Record<string, string>) => ({ method: "POST", body: new URLSearchParams(fields) });

describe("the emulated Amazon, served", () => {
  it("gives a compressed report to a connector that reads it over the wire", async () => {
    const { channel } = await start({ reportMs: 0 });
    const page = await channel.readListings(null);
    expect(page.ok && page.value.listings.map((one) => one.ref.sku)).toEqual([
      "MUG-MOSS",
      "MUG-SLATE",
      "MUG-OAT",
      "APR-L",
      "CAN-BEE",
      "BRD-OAK",
      "THR-HEA",
      "PLT-15",
      "AMZ-ONLY-TRAY",
    ]);
    expect(page.ok && page.value.listings.filter((one) => one.unmanagedBecause !== null)).toHaveLength(1);
  });

  it("lets a person buy on the shop's page, and the connector hears of it through the queue", async () => {
    const { channel, call, controls } = await start();
    expect(await channel.subscribe({ endpoint: "https://x.example" })).toMatchObject({
      value: { topics: ["ORDER_CHANGE"] },
    });
    expect(await (await call("/")).text()).toContain("Stoneware mug, moss");
    const bought = await call(
      "/buy",
      form({ "quantity:MUG-MOSS": "2", username: "ann", name: "Ann Lee", pay: "later" }),
    );
    const orderId = bought.headers.get("location")?.split("/").at(-1) ?? "";
    expect(await (await call(`/orders/${orderId}`)).text()).toContain("Payment pending");
    expect(controls.shown()["MUG-MOSS"]).toBe(28);
    await call(`/orders/${orderId}/pay`, { method: "POST" });
    const hints = await channel.queue?.receive();
    expect(hints?.ok && hints.value.map((one) => one.hint.orderRemoteId)).toEqual([orderId, orderId]);
    expect(await channel.readOrder(orderId)).toMatchObject({ value: { status: "paid", buyer: { name: "Ann Lee" } } });
  });

  it("refuses a purchase of more than there is, and of two ways of dispatch in one", async () => {
    const { call } = await start();
    const refusedBy = async (fields: Record<string, string>) =>
      decodeURIComponent((await call("/buy", form(fields))).headers.get("location") ?? "");
    expect(await refusedBy({ "quantity:BRD-OAK": "2" })).toContain("Only 1 of Oak serving board left");
    expect(await refusedBy({ "quantity:BRD-OAK": "1", "quantity:PLT-15": "1" })).toContain("an order of its own");
  });

  it("lets the seller edit, move and dispatch in Seller Central", async () => {
    const { call, controls, state } = await start();
    await call("/seller/quantity", form({ sku: "MUG-OAT", quantity: "9" }));
    await call("/seller/move", form({ sku: "MUG-SLATE", to: "amazon" }));
    expect(controls.shown()["MUG-OAT"]).toBe(9);
    expect(state.items.get("MUG-SLATE")?.channel).toBe("AMAZON_EU");
    const bought = controls.buy({ lines: [{ sku: "MUG-OAT", quantity: 1 }] });
    const orderId = bought.ok ? bought.order.orderId : "";
    await call(`/seller/orders/${orderId}/ship`, { method: "POST" });
    expect(await (await call("/seller")).text()).toMatch(/Royal Mail[\s\S]*RM\d{9}GB/);
    expect(state.orders.get(orderId)?.packages).toHaveLength(1);
  });

  it("asks for consent and sends the person back with code, state and seller", async () => {
    const { call, state } = await start();
    const asked = `/apps/authorize/consent?application_id=${APPLICATION.applicationId}&state=s%201`;
    expect(await (await call(asked)).text()).toContain("Fern &amp; Flint");
    expect((await call(asked.replace("demo", "other"))).status).toBe(400);
    const fields = { application_id: APPLICATION.applicationId, state: "s 1", answer: "confirm" };
    const back = new URL((await call("/apps/authorize/consent", form(fields))).headers.get("location") ?? "");
    expect(`${back.origin}${back.pathname}`).toBe(REDIRECT_URI);
    expect(back.searchParams.get("state")).toBe("s 1");
    expect(back.searchParams.get("selling_partner_id")).toBe(state.seller.sellerId);
    const exchange = { grant_type: "authorization_code", code: back.searchParams.get("spapi_oauth_code") ?? "" };
    const secrets = { client_id: APPLICATION.clientId, client_secret: APPLICATION.clientSecret };
    const first = await call("/auth/o2/token", form({ ...exchange, ...secrets }));
    expect(await first.json()).toMatchObject({ token_type: "bearer", expires_in: 3_600 });
    // A code is good once.
    expect(await (await call("/auth/o2/token", form({ ...exchange, ...secrets }))).json()).toMatchObject({
      error: "invalid_grant",
    });
  });

  it("keeps to the published rate and burst, and says 429 without a time", async () => {
    const { call } = await start();
    const replies = await Promise.all(Array.from({ length: 16 }, () => call("/sellers/v1/marketplaceParticipations")));
    expect(replies.filter((one) => one.status === 200)).toHaveLength(15);
    const refused = replies.find((one) => one.status === 429);
    expect(refused?.headers.has("retry-after")).toBe(false);
    expect(await refused?.json()).toMatchObject({ errors: [{ code: "QuotaExceeded" }] });
    expect(replies.some((one) => one.headers.get("x-amzn-ratelimit-limit") === "0.016")).toBe(true);
  });

  it("answers 403 to a token that has ended, and to the wrong kind", async () => {
    const { call, controls } = await start();
    expect((await call("/notifications/v1/destinations")).status).toBe(403);
    controls.expireTokens();
    const ended = await call("/sellers/v1/marketplaceParticipations");
    expect(ended.status).toBe(403);
    expect(await ended.json()).toMatchObject({
      errors: [{ code: "Unauthorized", details: expect.stringContaining("expired") }],
    });
  });

  it("speaks SQS with Amazon's own client, checksums and all", async () => {
    const { origin, controls, queue, state } = await start();
    controls.enqueue("one");
    const settings = { region: "eu-west-2", credentials: ACCESS_KEY, maxAttempts: 1 };
    // By the queue's own address, as the client does where no endpoint is set, and by the endpoint.
    for (const client of [new SQSClient(settings), new SQSClient({ ...settings, endpoint: origin })]) {
      const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: queue.url, VisibilityTimeout: 0 }));
      expect(Messages).toMatchObject([{ Body: "one" }]);
      client.destroy();
    }
    const client = new SQSClient({ ...settings, endpoint: origin });
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: queue.url }));
    expect((await client.send(new ReceiveMessageCommand({ QueueUrl: queue.url }))).Messages).toBeUndefined();
    const ReceiptHandle = Messages?.[0]?.ReceiptHandle ?? "";
    await client.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle }));
    expect(state.hints).toEqual([]);
    const stranger = new SQSClient({ ...settings, endpoint: origin, credentials: { ...ACCESS_KEY, accessKeyId: "X" } });
    await expect(stranger.send(new ReceiveMessageCommand({ QueueUrl: queue.url }))).rejects.toThrow(/security token/);
    client.destroy();
    stranger.destroy();
  });

  it("is driven over HTTP by its controls", async () => {
    const { call } = await start({ listingLagMs: 0 });
    const control = async (name: string, body: object) => {
      const reply = await call(`/_control/${name}`, { method: "POST", body: JSON.stringify(body) });
      return { status: reply.status, json: await reply.json() };
    };
    const bought = await control("buy", { lines: [{ sku: "CAN-BEE", quantity: 5 }], pay: false });
    expect(bought).toMatchObject({
      status: 200,
      json: { ok: true, orderId: expect.stringMatching(/^\d{3}-\d{7}-\d{7}$/) },
    });
    expect(await control("pay", { orderId: bought.json.orderId })).toMatchObject({ json: { ok: true } });
    expect(await control("pay", { orderId: bought.json.orderId })).toMatchObject({ status: 409, json: { ok: false } });
    expect(await control("settings", { feedQueueMs: 1, nonsense: 2 })).toMatchObject({ status: 400 });
    expect(await (await call("/_control/shown")).json()).toMatchObject({ "CAN-BEE": 70 });
    const shown = JSON.stringify(await (await call("/_control/state")).json());
    expect(shown).toContain("Fern & Flint");
    expect(shown).not.toContain(APPLICATION.clientSecret);
  });
});
