/** Proves the proof: an Amazon connector with one defect must fail a clause, in words that say which. */
import { describe, expect, it } from "vitest";
import type { Connector, OpenChannel } from "#connectors/contract/connector.ts";
import type { RemoteCall } from "#connectors/transport/transport.ts";
import { setupAmazon } from "./amazon-world.ts";
import { proveConnector } from "./connector-contract.ts";
import type { ContractWorld } from "./contract-world.ts";

type Sabotage = (connector: Connector) => Connector;

async function complaints(sabotage: Sabotage): Promise<string[]> {
  const clauses: (() => void | Promise<void>)[] = [];
  const before: (() => Promise<void>)[] = [];
  const after: (() => Promise<void>)[] = [];
  const setup = async (): Promise<ContractWorld> => {
    const world = await setupAmazon();
    const { restarted } = world;
    return { ...world, connector: sabotage(world.connector), restarted: () => sabotage(restarted()) };
  };
  proveConnector("Sabotaged", setup, {
    describe: (_, inner) => inner(),
    it: (_, clause) => void clauses.push(clause),
    beforeEach: (step) => void before.push(step),
    afterEach: (step) => void after.push(step),
  });
  const said: string[] = [];
  for (const clause of clauses) {
    try {
      for (const step of before) await step();
      await clause();
      for (const step of after) await step();
    } catch (error) {
      said.push(error instanceof Error ? error.message : String(error));
    }
  }
  return said;
}

function channels(change: (right: OpenChannel) => Partial<OpenChannel>): Sabotage {
  return (connector) => ({
    ...connector,
    open(session) {
      const right = connector.open(session);
      return { ...right, ...change(right) };
    },
  });
}

/** Sends something else than the connector meant to. */
function calls(change: (call: RemoteCall) => RemoteCall): Sabotage {
  return (connector) => ({
    ...connector,
    open: (session) =>
      connector.open({ ...session, transport: { send: (call) => session.transport.send(change(call)) } }),
  });
}

const defects: [what: string, sabotage: Sabotage, words: RegExp][] = [
  [
    "writes nothing and trusts that nobody verifies",
    channels(() => ({ writeQuantities: async (writes) => writes.map(() => ({ outcome: "accepted" })) })),
    /must show 6 of MUG-0000, and it shows 10/,
  ],
  [
    "writes the quantity as a delta",
    calls((call) => {
      if (call.operation !== "patchListingsItem") return call;
      return { ...call, body: call.body?.replace(/"quantity":(\d+)/, (_, n) => `"quantity":${10 - Number(n)}`) ?? "" };
    }),
    /must show 6 of MUG-0000, and it shows 4/,
  ],
  [
    "begins each poll where the last one ended, though orders surface hours late",
    channels((right) => ({
      async readOrders(input) {
        const page = await right.readOrders(input);
        if (!page.ok || page.value.completeThrough === null) return page;
        // The window's end: what a reader without an overlap goes on from.
        const from = new Date(page.value.completeThrough.getTime() + 120 * 60_000).toISOString();
        const nextCursor = JSON.stringify({ ...JSON.parse(page.value.nextCursor), from });
        return { ok: true, value: { ...page.value, nextCursor } };
      },
    })),
    /completeThrough claims everything before .* was never shown/,
  ],
  [
    "reads the first page of a window and forgets the token",
    channels((right) => ({
      async readOrders(input) {
        const page = await right.readOrders(input);
        if (!page.ok || !page.value.more) return page;
        const { to } = JSON.parse(page.value.nextCursor);
        const nextCursor = JSON.stringify({ from: to, to: null, token: null, restarted: false });
        return { ok: true, value: { ...page.value, nextCursor, more: false } };
      },
    })),
    /this clause needs several pages|must show every order at least once/,
  ],
  [
    "gives up while the report is being made and calls that the whole catalogue",
    channels((right) => ({
      async readListings(cursor) {
        const page = await right.readListings(cursor);
        if (page.ok || page.failure.kind !== "throttled") return page;
        return { ok: true, value: { listings: [], unreadable: [], nextCursor: null, total: 0 } };
      },
    })),
    /must show every listing: SKU .* is missing|must show each listing once/,
  ],
  [
    "takes hints off the queue as soon as it has them",
    channels((right) => {
      const { queue } = right;
      if (!queue) return {};
      return {
        queue: {
          ...queue,
          async receive() {
            const received = await queue.receive();
            if (received.ok) await queue.acknowledge(received.value.map((one) => one.receipt));
            return received;
          },
        },
      };
    }),
    /a hint that was not acknowledged must come again/,
  ],
  [
    "cancels the whole order when asked for a line",
    channels((right) => ({ cancelOrder: (one) => right.cancelOrder({ ...one, lines: null }) })),
    /must leave the other lines alone/,
  ],
  [
    "calls a cancellation done when its feed is only queued",
    channels((right) => ({
      async cancelOrder(one) {
        const result = await right.cancelOrder(one);
        return result.ok ? { ok: true, value: { state: "cancelled" } } : result;
      },
    })),
    /cancelOrder said cancelled, but the marketplace does not think so/,
  ],
  [
    "numbers every package 1",
    calls((call) => {
      if (call.operation !== "confirmShipment") return call;
      return { ...call, body: call.body?.replace(/"packageReferenceId":"\d+"/, '"packageReferenceId":"1"') ?? "" };
    }),
    /all units shipped must be complete/,
  ],
];

describe("the contract suite, with Amazon", () => {
  it("has nothing to say against the right connector", async () => {
    expect(await complaints((connector) => connector)).toEqual([]);
  });

  it.each(defects)("says so when it %s", async (_, sabotage, words) => {
    const said = await complaints(sabotage);
    expect(said.filter((one) => words.test(one))).not.toEqual([]);
  });
});
