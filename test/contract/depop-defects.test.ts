/** Proves the proof: a Depop connector with one defect must fail a clause, in words that say which. */
import { describe, expect, it } from "vitest";
import type { Connector, OpenChannel } from "#connectors/contract/connector.ts";
import { proveConnector } from "./connector-contract.ts";
import type { ContractWorld } from "./contract-world.ts";
import { setupDepop } from "./depop-world.ts";

type Sabotage = (connector: Connector) => Connector;

async function complaints(sabotage: Sabotage): Promise<string[]> {
  const clauses: (() => void | Promise<void>)[] = [];
  const before: (() => Promise<void>)[] = [];
  const after: (() => Promise<void>)[] = [];
  const setup = async (): Promise<ContractWorld> => {
    const world = await setupDepop();
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

/** Sends another body than the connector meant to. */
function bodies(change: (operation: string, body: Record<string, unknown>) => Record<string, unknown>): Sabotage {
  return (connector) => ({
    ...connector,
    open: (session) =>
      connector.open({
        ...session,
        transport: {
          send(call) {
            if (call.body === undefined || !call.body.startsWith("{")) return session.transport.send(call);
            return session.transport.send({
              ...call,
              body: JSON.stringify(change(call.operation, JSON.parse(call.body))),
            });
          },
        },
      }),
  });
}

const defects: [what: string, sabotage: Sabotage, words: RegExp][] = [
  [
    "reads new orders only and forgets the open ones",
    channels((right) => ({
      async readOrders({ cursor, since }) {
        const forgetful = cursor === null ? null : JSON.stringify({ ...JSON.parse(cursor), open: [], left: [] });
        return right.readOrders({ cursor: forgetful, since });
      },
    })),
    /was cancelled a day after its sale, and polling never said so/,
  ],
  [
    "begins each sweep where the last one ended, without an overlap",
    channels((right) => ({
      async readOrders(input) {
        const page = await right.readOrders(input);
        if (!page.ok || page.value.more || page.value.completeThrough === null) return page;
        const from = new Date(page.value.completeThrough.getTime() + 120_000).toISOString();
        const nextCursor = JSON.stringify({ ...JSON.parse(page.value.nextCursor), from });
        return { ok: true, value: { ...page.value, nextCursor } };
      },
    })),
    /completeThrough claims everything before .* was never shown/,
  ],
  [
    "believes that sold is for good",
    channels((right) => ({
      writeQuantities: (writes) =>
        Promise.all(
          writes.map(async (write) => {
            const [reading] = await right.readQuantities([write.ref]);
            const sold = reading?.outcome === "read" && reading.state === "inactive";
            const failure = { kind: "rejected", scope: "item", message: "It is sold." } as const;
            if (sold) return { outcome: "failed" as const, failure };
            return (await right.writeQuantities([write]))[0] ?? { outcome: "failed" as const, failure };
          }),
        ),
    })),
    /writeQuantities after 0 must be accepted: got rejected/,
  ],
  [
    "refunds the first item of an order for all of it",
    bodies((operation, body) => (operation === "refundOrder" ? { ...body, items_refund_amount: "0.01" } : body)),
    /agreeing|cancelOrder a second time/,
  ],
  [
    "takes two units for one line of two",
    channels((right) => ({
      async readOrder(id) {
        const read = await right.readOrder(id);
        if (!read.ok || !read.value) return read;
        return { ok: true, value: { ...read.value, lines: read.value.lines.slice(0, 1) } };
      },
    })),
    /quantity must be the units bought, 2: got 1/,
  ],
];

describe("the contract suite, on Depop,", () => {
  it("has nothing to say against the right connector", async () => {
    expect(await complaints((connector) => connector)).toEqual([]);
  });

  it.each(defects)("says so when a connector %s", async (_, sabotage, words) => {
    const said = await complaints(sabotage);
    expect(said.filter((one) => words.test(one))).not.toEqual([]);
  });
});
