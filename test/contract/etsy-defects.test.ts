/** Proves the proof: Etsy connectors that are wrong in one way each must fail a clause, in words that say what is wrong. */
import { describe, expect, it } from "vitest";
import type { Connector } from "#connectors/contract/connector.ts";
import { RENEW_SOLD_OUT } from "#connectors/etsy/manifest.ts";
import { proveConnector, type Suite } from "./connector-contract.ts";
import { proveEtsyDetails } from "./etsy-clauses.ts";
import { type EtsyWorld, setupEtsy } from "./etsy-world.ts";

type Fetch = typeof globalThis.fetch;
interface Defect {
  /** What happens to the calls on their way. */
  wrap?: (fetch: Fetch) => Fetch;
  /** What happens to the connector. */
  sabotage?: (connector: Connector) => Connector;
}

/** Runs all clauses against the defective connector: the names of those that fail. */
async function failing({ wrap, sabotage = (connector) => connector }: Defect): Promise<string[]> {
  const failed: string[] = [];
  const setup = async (): Promise<EtsyWorld> => {
    const world = await setupEtsy(wrap ? { wrap } : {});
    const { restarted } = world;
    world.connector = sabotage(world.connector);
    world.restarted = () => sabotage(restarted());
    return world;
  };
  for (const prove of [proveConnector, proveEtsyDetails] as const) {
    const clauses: { name: string; clause: () => void | Promise<void> }[] = [];
    const before: (() => Promise<void>)[] = [];
    const after: (() => Promise<void>)[] = [];
    const topics: string[] = [];
    const suite: Suite = {
      describe(name, inner) {
        topics.push(name);
        inner();
        topics.pop();
      },
      it: (name, clause) => void clauses.push({ name: `${topics.at(-1)} ${name}`, clause }),
      beforeEach: (step) => void before.push(step),
      afterEach: (step) => void after.push(step),
    };
    prove("Defective", setup, suite);
    for (const { name, clause } of clauses) {
      try {
        for (const step of before) await step();
        await clause();
        for (const step of after) await step();
      } catch {
        failed.push(name);
      }
    }
  }
  return failed;
}

/** Changes the JSON body of one method's requests. */
function bodies(method: string, change: (body: Inventory) => Inventory): (fetch: Fetch) => Fetch {
  return (fetch) => (input, init) => {
    if (init?.method !== method || typeof init.body !== "string") return fetch(input, init);
    return fetch(input, { ...init, body: JSON.stringify(change(JSON.parse(init.body))) });
  };
}

interface Inventory {
  products: { offerings: { quantity: number; readiness_state_id: number | null }[] }[];
}

const onTracking = (input: Parameters<Fetch>[0]): boolean => String(input).endsWith("/tracking");

const defects: [what: string, defect: Defect, clause: string][] = [
  [
    "sends only the variation it changes",
    { wrap: bodies("PUT", (body) => ({ ...body, products: body.products.slice(0, 1) })) },
    "inventory loses nothing of the listing when one variation is written",
  ],
  [
    "forgets the processing profiles",
    {
      wrap: bodies("PUT", (body) => ({
        ...body,
        products: body.products.map((one) => ({
          ...one,
          offerings: one.offerings.map((each) => ({ ...each, readiness_state_id: null })),
        })),
      })),
    },
    "inventory loses nothing of the listing when one variation is written",
  ],
  [
    "tells a shipment twice",
    {
      wrap: (fetch) => async (input, init) => {
        if (onTracking(input)) await fetch(input, init);
        return fetch(input, init);
      },
    },
    "shipments mail the buyer once for each tracking number, however often they are told",
  ],
  [
    "does not poll for cancelled receipts",
    {
      wrap: (fetch) => (input, init) =>
        String(input).includes("was_canceled=true")
          ? Promise.resolve(Response.json({ count: 0, results: [] }))
          : fetch(input, init),
    },
    "orders cancelled weeks later are shown as cancelled, once, though nothing of them moved",
  ],
  [
    "looks for cancelled receipts by their last change, where it left off",
    {
      wrap: (fetch) => (input, init) => {
        const url = new URL(String(input));
        if (url.searchParams.get("was_canceled") === "true") {
          url.searchParams.set("min_last_modified", String(Date.parse("2026-12-12T00:00:00Z") / 1000));
        }
        return fetch(url, init);
      },
    },
    "orders cancelled weeks later are shown as cancelled, once, though nothing of them moved",
  ],
  [
    "renews without asking",
    {
      sabotage: (connector) => ({
        ...connector,
        open: (session) => connector.open({ ...session, options: new Set([RENEW_SOLD_OUT]) }),
      }),
    },
    "zero after a sell-out costs nothing without the merchant's word, and one renewal with it",
  ],
  [
    "switches a listing off with its old quantities, and on before they are right",
    {
      // The one unit left on a listing that is switched off is ten.
      wrap: bodies("PUT", (body) => {
        const all = body.products.flatMap((one) => one.offerings);
        const isPlaceholder = all.reduce((sum, one) => sum + one.quantity, 0) === 1;
        if (isPlaceholder) for (const one of all) one.quantity = one.quantity === 1 ? 10 : 0;
        return body;
      }),
    },
    "zero switches the listing off with the last, comes back free, and shows no more than was asked for in between",
  ],
  [
    "keeps the refresh token it had",
    {
      sabotage: (connector) => {
        const { authorization } = connector;
        if (authorization.kind !== "oauth") return connector;
        return {
          ...connector,
          authorization: {
            ...authorization,
            async refresh(input) {
              const renewed = await authorization.refresh(input);
              if (!renewed.ok) return renewed;
              const { refreshToken = "" } = input.credentials;
              return { ok: true, value: { ...renewed.value, refreshToken } };
            },
          },
        };
      },
    },
    "tokens rotate: a refresh gives another pair, and the old one is worth nothing",
  ],
];

describe("Etsy's clauses", () => {
  it("have nothing to say against the right connector", async () => {
    expect(await failing({})).toEqual([]);
  });

  it.each(defects)("notice a connector that %s", async (_, defect, clause) => {
    expect(await failing(defect)).toContain(clause);
  });
});
