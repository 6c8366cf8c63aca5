/**
 * Proves the contract suite: connectors that are wrong in one way each, made of the right one, must each fail a clause, in
 * words that say what is wrong.
 */
import { describe, expect, it } from "vitest";
import type { Connector, OpenChannel } from "#connectors/contract/connector.ts";
import { proveConnector } from "./connector-contract.ts";
import type { ContractWorld } from "./contract-world.ts";
import { EBAY_TEST_ORIGIN, setupEbay } from "./ebay-world.ts";

type Sabotage = (connector: Connector) => Connector;

/** Runs all clauses against the sabotaged connector: what they say. */
async function complaints(sabotage: Sabotage): Promise<string[]> {
  const clauses: (() => void | Promise<void>)[] = [];
  const before: (() => Promise<void>)[] = [];
  const after: (() => Promise<void>)[] = [];
  const setup = async (): Promise<ContractWorld> => {
    const world = await setupEbay();
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

/** A connector whose channels differ from the right ones in what `change` returns. */
function channels(change: (right: OpenChannel) => Partial<OpenChannel>): Sabotage {
  return (connector) => ({
    ...connector,
    open(session) {
      const right = connector.open(session);
      return { ...right, ...change(right) };
    },
  });
}

let unstable = 0;

/** What most do: one window up to now, paged by counting rows. */
const countsRows: Sabotage = (connector) => ({
  ...connector,
  open(session) {
    const right = connector.open(session);
    return {
      ...right,
      async readOrders({ cursor, since }) {
        const place = cursor === null ? { from: since, to: session.now(), offset: 0 } : JSON.parse(cursor);
        const url = new URL(`${EBAY_TEST_ORIGIN}/sell/fulfillment/v1/order?limit=200&offset=${place.offset}`);
        const [from, to] = [new Date(place.from).toISOString(), new Date(place.to).toISOString()];
        url.searchParams.set("filter", `lastmodifieddate:[${from}..${to}]`);
        const headers = { authorization: `Bearer ${session.credentials.accessToken}` };
        const sent = await session.transport.send({
          operation: "getOrders",
          method: "GET",
          url,
          headers,
          effect: "read",
        });
        if (!sent.ok) return sent;
        const page: { orders: { orderId: string }[]; total: number } = JSON.parse(sent.value.text);
        const read = await Promise.all(page.orders.map((one) => right.readOrder(one.orderId)));
        const orders = read.flatMap((one) => (one.ok && one.value ? [one.value] : []));
        const offset = place.offset + 200;
        const more = offset < page.total;
        const next = more ? { ...place, offset } : { from: place.to, to: session.now(), offset: 0 };
        const completeThrough = more ? null : new Date(new Date(place.to).getTime() - 120_000);
        return { ok: true, value: { orders, unreadable: [], nextCursor: JSON.stringify(next), more, completeThrough } };
      },
    };
  },
});

const sabotages: [what: string, sabotage: Sabotage, words: RegExp][] = [
  [
    "leaves out a result",
    channels((right) => ({ writeQuantities: async (writes) => (await right.writeQuantities(writes)).slice(1) })),
    /must return one result per write.*got 2 for 3/,
  ],
  [
    "returns results out of order",
    channels((right) => ({
      // Failures first, as a connector does that collects them apart.
      async writeQuantities(writes) {
        const results = await right.writeQuantities(writes);
        return [
          ...results.filter((one) => one.outcome === "failed"),
          ...results.filter((one) => one.outcome !== "failed"),
        ];
      },
    })),
    /to a removed listing must be rejected: got \{"outcome":"accepted"\}/,
  ],
  [
    "adds instead of setting",
    channels((right) => ({
      writeQuantities: (writes) => right.writeQuantities(writes.map((one) => ({ ...one, quantity: one.quantity + 1 }))),
    })),
    /must show 6 of MUG-0000, and it shows 7/,
  ],
  [
    "lets one bad row fail its neighbours",
    channels((right) => ({
      async writeQuantities(writes) {
        const results = await right.writeQuantities(writes);
        const bad = results.find((one) => one.outcome === "failed");
        return bad ? results.map(() => bad) : results;
      },
    })),
    /one bad item must not fail its neighbours/,
  ],
  [
    "takes -1 for 0",
    channels((right) => ({
      writeQuantities: (writes) =>
        right.writeQuantities(writes.map((one) => ({ ...one, quantity: Math.max(0, Math.trunc(one.quantity) || 0) }))),
    })),
    /writeQuantities of -1 must be rejected/,
  ],
  [
    "believes a write without a reply",
    channels((right) => ({
      async writeQuantities(writes) {
        const results = await right.writeQuantities(writes);
        return results.map((one) =>
          one.outcome === "failed" && one.failure.kind === "outcome-unknown" ? { outcome: "accepted" } : one,
        );
      },
    })),
    /without a reply must be outcome-unknown|without a good reply/,
  ],
  [
    "takes a 503 after a write for nothing done",
    (connector) => ({
      ...connector,
      toFailure: (reply, call) =>
        reply.status === 503
          ? { kind: "unavailable", scope: "item", message: "down" }
          : connector.toFailure(reply, call),
    }),
    /a write that happened without a good reply \(status-after\) must be outcome-unknown/,
  ],
  [
    "forgets how long to wait",
    (connector) => ({
      ...connector,
      toFailure(reply, call) {
        const failure = connector.toFailure(reply, call);
        return failure.kind === "throttled" ? { ...failure, retryAfterMs: null } : failure;
      },
    }),
    /must give retryAfterMs 7000/,
  ],
  [
    "writes the token into its messages",
    (connector) => ({
      ...connector,
      open: (session) =>
        connector.open({
          ...session,
          transport: {
            async send(call) {
              const result = await session.transport.send(call);
              if (!result.ok) result.failure.message += ` (token ${session.credentials.accessToken})`;
              return result;
            },
          },
        }),
    }),
    /must not carry a secret/,
  ],
  [
    "gives a listing another ref each time",
    channels((right) => ({
      async readListings(cursor) {
        const page = await right.readListings(cursor);
        if (!page.ok) return page;
        unstable += 1;
        const listings = page.value.listings.map((one) => ({ ...one, ref: { ...one.ref, groupId: String(unstable) } }));
        return { ok: true, value: { ...page.value, listings } };
      },
    })),
    /must give a listing the same ref each time/,
  ],
  [
    "reads the first page only",
    channels((right) => ({
      async readListings(cursor) {
        const page = await right.readListings(cursor);
        return page.ok ? { ok: true, value: { ...page.value, nextCursor: null } } : page;
      },
    })),
    /must show each listing once: SKU MUG-0100 came 0 times/,
  ],
  [
    "takes a missing listing for zero",
    channels((right) => ({
      readQuantities: async (refs) =>
        (await right.readQuantities(refs)).map((one) =>
          one.outcome === "missing" ? { outcome: "read", quantity: 0, state: "active" } : one,
        ),
    })),
    /must call a removed listing missing or ended/,
  ],
  [
    "claims to be complete up to now",
    channels((right) => ({
      async readOrders(input) {
        const page = await right.readOrders(input);
        const through = page.ok ? page.value.completeThrough : null;
        if (!page.ok || through === null) return page;
        return { ok: true, value: { ...page.value, completeThrough: new Date(through.getTime() + 120_000) } };
      },
    })),
    /completeThrough claims everything before .* was never shown/,
  ],
  [
    "pages by counting rows of a set that moves",
    countsRows,
    /must show every order at least once: \d+ of \d+ never came/,
  ],
  [
    "keeps its cursor to itself",
    channels((right) => ({ readOrders: ({ since }) => right.readOrders({ cursor: null, since }) })),
    /must not show all history at each poll|must come to an end/,
  ],
  [
    "drops what it cannot read",
    channels((right) => ({
      async readOrders(input) {
        const page = await right.readOrders(input);
        return page.ok ? { ok: true, value: { ...page.value, unreadable: [] } } : page;
      },
    })),
    /must be in unreadable, with its id/,
  ],
  [
    "takes pending for paid",
    channels((right) => ({
      async readOrder(id) {
        const read = await right.readOrder(id);
        return read.ok && read.value ? { ok: true, value: { ...read.value, status: "paid" } } : read;
      },
    })),
    /an unpaid order must be pending: got paid/,
  ],
  [
    "takes an alias for an address",
    channels((right) => ({
      async readOrder(id) {
        const read = await right.readOrder(id);
        if (!read.ok || !read.value) return read;
        return { ok: true, value: { ...read.value, buyer: { ...read.value.buyer, emailIsRelay: false } } };
      },
    })),
    /emailIsRelay must be true/,
  ],
  [
    "takes the price of the line for that of a unit",
    channels((right) => ({
      async readOrder(id) {
        const read = await right.readOrder(id);
        if (!read.ok || !read.value) return read;
        const lines = read.value.lines.map((line) => ({
          ...line,
          unitPrice: { ...line.unitPrice, amount: String(Number(line.unitPrice.amount) * line.quantity) },
        }));
        return { ok: true, value: { ...read.value, lines } };
      },
    })),
    /unitPrice must be of one unit, 2\.00: got 6/,
  ],
  [
    "loses a cent of the total",
    channels((right) => ({
      async readOrder(id) {
        const read = await right.readOrder(id);
        if (!read.ok || !read.value) return read;
        const { adjustment } = read.value;
        return { ok: true, value: { ...read.value, adjustment: { ...adjustment, amount: "0.01" } } };
      },
    })),
    /must be the total to the cent/,
  ],
  [
    "keeps the first number of units it saw",
    channels((right) => {
      const first = new Map<string, number>();
      return {
        async readOrder(id) {
          const read = await right.readOrder(id);
          if (!read.ok || !read.value) return read;
          const lines = read.value.lines.map((line) => {
            const quantity = first.get(line.remoteLineId) ?? line.quantity;
            first.set(line.remoteLineId, quantity);
            return { ...line, quantity };
          });
          return { ok: true, value: { ...read.value, lines } };
        },
      };
    }),
    /one of 3 units is gone there, and 3 are left here/,
  ],
  [
    "takes a state that it does not know for one on sale",
    channels((right) => ({
      async readListings(cursor) {
        const read = await right.readListings(cursor);
        if (!read.ok) return read;
        const listings = read.value.listings.map((one) => ({ ...one, state: "active" as const }));
        return { ok: true, value: { ...read.value, listings } };
      },
    })),
    /a state that nobody knows must not be read as on sale/,
  ],
  [
    "cannot tell what it has shipped",
    channels(() => ({ readShipments: async () => ({ ok: true, value: [] }) })),
    /readShipments must show the (tracking number|shipment that did arrive)/,
  ],
  [
    "cancels all when asked for a line",
    channels((right) => ({ cancelOrder: (one) => right.cancelOrder({ ...one, lines: null }) })),
    /cancelOrder of a line must be rejected: it succeeded/,
  ],
  [
    "does not look at the signature",
    (connector) => ({
      ...connector,
      async parseNotification(raw, context) {
        const parsed = await connector.parseNotification(raw, context);
        if (parsed.kind !== "refused") return parsed;
        const nothing = { remoteAccountId: null, orderRemoteId: null, deletedBuyerRemoteId: null };
        return { kind: "hint", id: "1", topic: "any", ...nothing };
      },
    }),
    /a tampered body must be refused: got hint/,
  ],
  [
    "gives up the channel when refresh finds eBay down",
    (connector) => {
      const { authorization } = connector;
      if (authorization.kind !== "oauth") return connector;
      return {
        ...connector,
        authorization: {
          ...authorization,
          async refresh(input) {
            const result = await authorization.refresh(input);
            return result.ok
              ? result
              : { ok: false, failure: { kind: "unauthorized", scope: "account", message: "no" } };
          },
        },
      };
    },
    /refresh during an outage must not stop the channel/,
  ],
];

describe("the contract suite", () => {
  it("has nothing to say against a right connector", async () => {
    expect(await complaints((connector) => connector)).toEqual([]);
  });

  it.each(sabotages)("says so when a connector %s", async (_, sabotage, words) => {
    const said = await complaints(sabotage);
    expect(said.filter((one) => words.test(one))).not.toEqual([]);
  });
});
