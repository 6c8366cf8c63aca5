/** Proves the proof: a Vinted connector with one defect must fail a clause, in words that say which. */
import { describe, expect, it } from "vitest";
import type { Connector, OpenChannel } from "#connectors/contract/connector.ts";
import { proveConnector } from "./connector-contract.ts";
import type { ContractWorld } from "./contract-world.ts";
import { setupVinted } from "./vinted-world.ts";

type Sabotage = (connector: Connector) => Connector;

async function complaints(sabotage: Sabotage): Promise<string[]> {
  const clauses: (() => void | Promise<void>)[] = [];
  const before: (() => Promise<void>)[] = [];
  const after: (() => Promise<void>)[] = [];
  const setup = async (): Promise<ContractWorld> => {
    const world = await setupVinted();
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

/** A reader that lets JSON.parse round: it sees and asks for another order's id. */
const rounded = (id: string): string => (/^\d+$/.test(id) ? String(BigInt(Number(id))) : id);

const defects: [what: string, sabotage: Sabotage, words: RegExp][] = [
  [
    "rounds order ids to what a number holds",
    channels((right) => ({
      async readOrder(id) {
        const read = await right.readOrder(id);
        if (!read.ok || !read.value) return read;
        return { ok: true, value: { ...read.value, remoteId: rounded(read.value.remoteId) } };
      },
      async readOrders(input) {
        const page = await right.readOrders(input);
        if (!page.ok) return page;
        const orders = page.value.orders.map((order) => ({ ...order, remoteId: rounded(order.remoteId) }));
        return { ok: true, value: { ...page.value, orders } };
      },
    })),
    /readOrder of \d+ must return that order: got \d+/,
  ],
  [
    "takes two for one, as other marketplaces do",
    channels((right) => ({
      writeQuantities: (writes) =>
        right.writeQuantities(writes.map((one) => ({ ...one, quantity: Math.min(1, one.quantity) }))),
    })),
    /writeQuantities of 2 must be rejected where a listing stands for one/,
  ],
  [
    "says accepted and sends nothing at zero",
    channels((right) => ({
      writeQuantities: async (writes) =>
        (await right.writeQuantities(writes.map((one) => ({ ...one, quantity: one.quantity || 1 })))).map(
          (one, index) => (writes[index]?.quantity === 0 ? { outcome: "accepted" } : one),
        ),
    })),
    /after writing 0 nobody must be able to buy/,
  ],
  [
    "claims that a sold item is on sale again",
    channels((right) => ({
      writeQuantities: async (writes) =>
        (await right.writeQuantities(writes)).map((one) =>
          one.outcome === "failed" && one.failure.kind === "rejected" && one.failure.code === "sold"
            ? { outcome: "accepted" }
            : one,
        ),
    })),
    /so after a sale too: the marketplace must show 1 of MUG-0000, and it shows 0/,
  ],
  [
    "signs another text than it sends",
    (connector) => ({
      ...connector,
      open: (session) =>
        connector.open({
          ...session,
          transport: {
            send: (call) => session.transport.send(call.body ? { ...call, body: `${call.body} ` } : call),
          },
        }),
    }),
    /writeQuantities of 0 must be accepted: got unauthorized/,
  ],
  [
    "goes on after the last order it saw, without an overlap",
    channels((right) => ({
      async readOrders(input) {
        const page = await right.readOrders(input);
        const last = page.ok ? page.value.orders.at(-1)?.remoteId : undefined;
        if (!page.ok) return page;
        const cursor = JSON.parse(page.value.nextCursor);
        const nextCursor = JSON.stringify({ ...cursor, base: last ?? cursor.base, nextBase: last ?? cursor.nextBase });
        return { ok: true, value: { ...page.value, nextCursor } };
      },
    })),
    /was cancelled a day after its sale, and polling never said so/,
  ],
];

describe("the contract suite, on Vinted,", () => {
  it("has nothing to say against the right connector", async () => {
    expect(await complaints((connector) => connector)).toEqual([]);
  });

  it.each(defects)("says so when a connector %s", async (_, sabotage, words) => {
    const said = await complaints(sabotage);
    expect(said.filter((one) => words.test(one))).not.toEqual([]);
  });
});
