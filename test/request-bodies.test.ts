/** Bodies of strangers, over a real socket. */
import { type AddressInfo, connect } from "node:net";
import { type ServerType, serve } from "@hono/node-server";
import { Hono } from "hono";
import { afterEach, beforeEach, expect, it } from "vitest";
import { limitBodies } from "#app/request-bodies.server.ts";

const KB = 1024;
const MB = 1024 * KB;
const SIGNED = { "x-shopify-hmac-sha256": "x" };

let server: ServerType;
let origin = "";
/** Bytes of each body that came through. */
let taken: number[] = [];
/** Ends the handlers that wait. */
let letGo: () => void = () => undefined;
let waits: Promise<void> | null = null;

beforeEach(async () => {
  taken = [];
  waits = null;
  const web = new Hono();
  web.use(limitBodies((key) => (key === "ebay" ? "x-ebay-signature" : null)));
  web.all("*", async (c) => {
    const { byteLength } = await c.req.raw.arrayBuffer();
    await waits;
    taken.push(byteLength);
    return c.text("ok");
  });
  await new Promise<void>((done) => {
    server = serve({ fetch: web.fetch, port: 0, hostname: "127.0.0.1" }, () => done());
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  letGo();
  return new Promise<void>((done) => server.close(() => done()));
});

function post(path: string, bytes: number, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${origin}${path}`, { method: "POST", headers, body: new Uint8Array(bytes) });
}

/** Sends the head of a request and none of its body; resolves with the first line of the answer. */
function sendHead(path: string, bytes: number, headers: Record<string, string>): Promise<string> {
  const { port } = server.address() as AddressInfo;
  return new Promise((done, failed) => {
    const socket = connect(port, "127.0.0.1", () => {
      const lines = Object.entries({ host: "x", "content-length": String(bytes), ...headers });
      socket.write(`POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`);
    });
    socket.once("data", (data) => {
      socket.destroy();
      done(data.toString().split("\r\n")[0] ?? "");
    });
    socket.once("error", failed);
  });
}

it("a body that must be signed and is not is answered before any of it is sent", async () => {
  expect(await sendHead("/webhooks", 4 * MB, {})).toContain(" 401 ");
  expect(await sendHead("/notifications/ebay", 1_000, SIGNED)).toContain(" 401 ");
  expect(await sendHead("/notifications/amazon", 1_000, SIGNED)).toContain(" 404 ");
  expect(taken).toEqual([]);
});

it.each([
  ["/webhooks", 5 * MB, SIGNED],
  ["/notifications/ebay", 256 * KB, { "x-ebay-signature": "x" }],
  ["/notifications/ebay/12", 256 * KB, { "x-ebay-signature": "x" }],
  ["/app/channels", MB, {}],
  ["/app/listings/match", 6 * MB, {}],
])("%s takes bodies of up to %d bytes, whether they say their length or not", async (path, bytes, headers) => {
  expect((await post(path, bytes, headers)).status).toBe(200);
  expect(taken).toEqual([bytes]);
  expect(await sendHead(path, bytes + 1, headers)).toContain(" 413 ");
  const chunked = (size: number) =>
    fetch(`${origin}${path}`, {
      method: "POST",
      headers,
      duplex: "half",
      body: new Blob([new Uint8Array(size)]).stream(),
    } as RequestInit).then(
      (reply) => reply.status,
      // The answer may come while the rest is still being sent.
      () => 413,
    );
  expect(await chunked(bytes)).toBe(200);
  expect(await chunked(bytes + 1)).toBe(413);
  expect(taken).toEqual([bytes, bytes]);
});

it("bodies together hold no more than their kind's share; the rest is told to come again, and others are let through", async () => {
  waits = new Promise((done) => {
    letGo = done;
  });
  const replies = Array.from({ length: 20 }, () => post("/webhooks", 4 * MB, SIGNED));
  const refused = await Promise.all(
    replies.map((reply) => Promise.race([reply, new Promise<null>((late) => setTimeout(() => late(null), 3_000))])),
  );
  const answered = refused.filter((reply) => reply !== null);
  expect(answered.map((reply) => [reply.status, reply.headers.get("retry-after")])).toEqual(
    Array.from({ length: 10 }, () => [503, "5"]),
  );
  const form = post("/app/channels", 1_000);
  letGo();
  expect((await form).status).toBe(200);
  expect((await Promise.all(replies)).filter((reply) => reply.status === 200)).toHaveLength(10);
  expect((await post("/webhooks", 4 * MB, SIGNED)).status).toBe(200);
});

it("a page without a body is nobody's concern", async () => {
  expect((await fetch(`${origin}/notifications/ebay?challenge_code=x`)).status).toBe(200);
  expect((await fetch(`${origin}/app`)).status).toBe(200);
});
