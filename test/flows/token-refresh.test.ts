/** A marketplace's access token is renewed before it ends, by one worker at a time: a rotating one is spent only once. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { openChannel, sealCredentials } from "#app/flows/open-channel.ts";
import type { Runtime } from "#app/runtime.ts";
import { createSecrets } from "#app/secrets.ts";
import type { Connector, Credentials } from "#connectors/contract/connector.ts";
import { type Result, succeed } from "#connectors/contract/failures.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";

const START = new Date("2026-11-22T10:00:00Z");
const MINUTE_MS = 60_000;
const secrets = createSecrets(Buffer.alloc(32, 7).toString("base64"));

let database: TestDatabase;
let now: Date;
/** Tokens that were spent by renewing them. */
let spent: string[];
let reply: (spentToken: string) => Promise<Result<Credentials>>;
let authorization: { kind: string };
let channelId: number;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

function runtime(workerId: string): Runtime {
  const manifest = {
    ...{ key: "market", limits: [], requestTimeoutMs: 1_000 },
    credentials: z.object({ token: z.string(), expiresAt: z.string().optional() }),
  };
  const connector = { manifest, authorization, open: ({ credentials }: { credentials: Credentials }) => credentials };
  return {
    ...{ db: database.db, secrets, workerId },
    // Whoever waits lets the other go on.
    clock: { now: () => now, sleep: () => new Promise((done) => setImmediate(done)) },
    connectors: new Map([["market", connector as unknown as Connector]]),
  } as unknown as Runtime;
}

const inMinutes = (minutes: number): string => new Date(START.getTime() + minutes * MINUTE_MS).toISOString();

async function hold(token: string, expiresAt: string): Promise<void> {
  const sealed = sealCredentials(runtime("w0"), { token, expiresAt });
  await database.db.channel.update({ where: { id: channelId }, data: sealed });
}

/** The token that a worker goes to the marketplace with. `as`: the channel as it was read, now where left out. */
async function tokenOf(workerId: string, as?: Awaited<ReturnType<typeof read>>) {
  const opened = await openChannel(runtime(workerId), as ?? (await read()), { urgent: true });
  return opened.ok ? (opened.value.remote as unknown as { token: string }).token : opened.failure.kind;
}

const read = () => database.db.channel.findUniqueOrThrow({ where: { id: channelId } });

beforeEach(async () => {
  await database.empty();
  now = START;
  spent = [];
  reply = async () => succeed({ token: `token-${spent.length}`, expiresAt: inMinutes(60) });
  authorization = {
    kind: "oauth",
    refresh: ({ credentials }: { credentials: Credentials }) => {
      spent.push(String(credentials.token));
      return reply(String(credentials.token));
    },
  } as { kind: string };
  const shop = await database.db.shop.create({
    data: { domain: "a.myshopify.com", name: "A", currency: "GBP", timezone: "UTC", policy: {}, installedAt: START },
  });
  const channel = await database.db.channel.create({
    data: {
      ...{ shopId: shop.id, connectorKey: "market", remoteAccountId: "1", name: "Market", state: "connected" },
      ...{ importOrdersSince: START, createdAt: START },
    },
  });
  channelId = channel.id;
});

describe("an access token", () => {
  it("is used as it is while it is good, and renewed when five minutes of it are left", async () => {
    await hold("first", inMinutes(6));
    expect([await tokenOf("w1"), spent]).toEqual(["first", []]);
    now = new Date(inMinutes(1));
    expect([await tokenOf("w1"), spent]).toEqual(["token-1", ["first"]]);
    expect([await tokenOf("w2"), spent]).toEqual(["token-1", ["first"]]);
  });

  it("is renewed by one of two workers that come at once, and the other has the new one", async () => {
    await hold("first", inMinutes(0));
    expect(await Promise.all([tokenOf("w1"), tokenOf("w2"), tokenOf("w3")])).toEqual(["token-1", "token-1", "token-1"]);
    expect(spent).toEqual(["first"]);
  });

  it("is not renewed once more by who read the channel before it was", async () => {
    await hold("first", inMinutes(0));
    const before = await read();
    expect(await tokenOf("w1")).toBe("token-1");
    expect([await tokenOf("w2", before), spent]).toEqual(["token-1", ["first"]]);
  });

  it("is not renewed once more by who stood still for so long that another took over", async () => {
    await hold("first", inMinutes(0));
    const stalled = runtime("w1");
    let statements = 0;
    const $queryRaw = async (...args: Parameters<typeof database.db.$queryRaw>) => {
      const rows = await database.db.$queryRaw(...args);
      statements += 1;
      // The lease, and then the channel as it is now.
      if (statements === 2) {
        now = new Date(inMinutes(2));
        await tokenOf("w2");
      }
      return rows;
    };
    const db = new Proxy(database.db, {
      get: (client, name) => (name === "$queryRaw" ? $queryRaw : Reflect.get(client, name)),
    });
    const opened = await openChannel({ ...stalled, db }, await read(), { urgent: true });
    expect([opened.ok && opened.value.remote, spent]).toMatchObject([{ token: "token-1" }, ["first"]]);
  });

  it("that could not be renewed is asked for again by the next, who need not wait for the first one's lease", async () => {
    await hold("first", inMinutes(0));
    reply = async () => ({ ok: false, failure: { kind: "unavailable", scope: "account", message: "down" } });
    expect(await tokenOf("w1")).toBe("unavailable");
    reply = async () => succeed({ token: "second", expiresAt: inMinutes(60) });
    expect([await tokenOf("w2"), spent]).toEqual(["second", ["first", "first"]]);
  });

  it("is stored before it is used", async () => {
    await hold("first", inMinutes(0));
    await tokenOf("w1");
    const { credentialsSealed, credentialsExpireAt } = await read();
    expect(JSON.parse(secrets.open(credentialsSealed ?? ""))).toMatchObject({ token: "token-1" });
    expect(credentialsExpireAt?.toISOString()).toBe(inMinutes(60));
  });

  it("that was typed in, or can't be read, is for the merchant to renew", async () => {
    await hold("first", inMinutes(0));
    authorization = { kind: "keys" };
    expect(await tokenOf("w1")).toBe("unauthorized");
    await database.db.channel.update({
      where: { id: channelId },
      data: { credentialsSealed: secrets.seal('{"a":1}') },
    });
    expect(await tokenOf("w1")).toBe("unauthorized");
    await database.db.channel.update({ where: { id: channelId }, data: { credentialsSealed: null } });
    expect(await tokenOf("w1")).toBe("unauthorized");
  });
});
