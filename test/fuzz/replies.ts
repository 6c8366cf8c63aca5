/**
 * Replies of the marketplaces, one of them odd: no parser throws, what can be read of a page is stored, and the next reading
 * goes on as if nothing had been. Orders and listings go through the flows that read them.
 */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { importOrders } from "#app/flows/import-orders.ts";
import { transportFor } from "#app/flows/open-channel.ts";
import { reconcileListings } from "#app/flows/reconcile-listings.ts";
import type { OpenChannel } from "#connectors/contract/connector.ts";
import type { ListingRef } from "#connectors/contract/remote-types.ts";
import { type Bench, keepConnected, type Market } from "./bench.ts";
import { mutate, mutateText, type Oddity, oddity, seldom } from "./mutation.ts";
import { type Target, target } from "./target.ts";

const ACTIONS = [
  "import-orders",
  "import-orders",
  "import-one-order",
  "read-listings",
  "read-listings",
  "check-access",
  "read-quantities",
  "write-quantities",
  "write-prices",
  "read-shipments",
  "confirm-shipment",
  "cancel-order",
  "subscribe",
  "refresh",
  "receive-hints",
] as const;

interface Case {
  action: (typeof ACTIONS)[number];
  /** Which reply of the action is odd. */
  nth: number;
  reply: Oddity;
  headers: { name: string; value: string } | null;
}

export function replyTargets(bench: Bench): Target[] {
  return [...bench.markets.values()].map((market) =>
    target<Case>({
      name: `replies of ${market.key}`,
      cases: fc.record({
        action: fc.constantFrom(...ACTIONS),
        nth: fc.nat(3),
        reply: oddity,
        headers: seldom(
          fc.record({
            name: fc.constantFrom("retry-after", "location", "x-amzn-ratelimit-limit"),
            value: fc.constantFrom("1e300", "-1", "NaN", "%E0%A4%A", "Wed, 21 Oct 99999 07:28:00 GMT", "é"),
          }),
          15,
        ),
      }),
      run: (one) => runCase(bench, market, one),
      show: (one) => JSON.stringify(one).slice(0, 3_000),
    }),
  );
}

/** Rows of a page of orders, wherever a marketplace keeps them. */
const ROWS = ["orders", "results", "data"] as const;
const IDS = ["orderId", "receipt_id", "purchase_id", "id"] as const;

async function runCase(bench: Bench, market: Market, one: Case): Promise<string | null> {
  await bench.rewind();
  await keepConnected(bench, market);
  await forget(bench, market);
  /** Orders that stood in the odd reply as they should. */
  const untouched = new Set<string>();
  let replies = 0;
  bench.onReply = async (_request, reply) => {
    const isOdd = replies === one.nth;
    replies += 1;
    if (!isOdd) return reply;
    const text = await reply.text();
    const odd = oddText(text, one.reply, untouched);
    const headers = new Headers(reply.headers);
    headers.delete("content-length");
    if (one.headers) headers.set(one.headers.name, one.headers.value);
    const hasBody = reply.status !== 204 && reply.status !== 304;
    return new Response(hasBody ? odd : null, { status: reply.status, headers });
  };
  await act(bench, market, one.action);
  bench.onReply = null;
  const lost = one.action === "import-orders" ? await lostOf(bench, market, untouched) : null;
  if (lost) return lost;
  if (one.action === "import-orders" || one.action === "read-listings") {
    await bench.rt.db.channel.updateMany({ data: { ordersRetryAt: null, listingsRetryAt: null, state: "connected" } });
    await act(bench, market, one.action);
  }
  return null;
}

function oddText(text: string, { values, text: textMutation }: Oddity, untouched: Set<string>): string {
  let whole: unknown;
  try {
    whole = JSON.parse(text);
  } catch {
    return mutateText(text, textMutation);
  }
  const odd = mutate(whole, values);
  if (textMutation === null) for (const id of sameRows(whole, odd)) untouched.add(id);
  return mutateText(JSON.stringify(odd) ?? "", textMutation);
}

function sameRows(whole: unknown, odd: unknown): string[] {
  return ROWS.flatMap((name) => {
    const before = rowsOf(whole, name);
    const after = rowsOf(odd, name);
    return after
      .filter((row) => before.some((other) => isDeepStrictEqual(row, other)))
      .flatMap((row) => {
        const id = IDS.map((key) => (row as Record<string, unknown> | null)?.[key]).find((value) => value != null);
        // Ids that no double holds are not told from here.
        return id === undefined || (typeof id === "number" && !Number.isSafeInteger(id)) ? [] : [String(id)];
      });
  });
}

function rowsOf(page: unknown, name: string): unknown[] {
  const rows = typeof page === "object" && page !== null ? (page as Record<string, unknown>)[name] : null;
  return Array.isArray(rows) ? rows : [];
}

async function lostOf(bench: Bench, market: Market, untouched: ReadonlySet<string>): Promise<string | null> {
  const { db } = bench.rt;
  const channel = await db.channel.findUniqueOrThrow({ where: { id: market.channelId } });
  // The page as a whole could not be read: it comes again.
  if (channel.ordersRetryAt || channel.state !== "connected" || channel.ordersReadAt === null) return null;
  const stored = await db.marketplaceOrder.findMany({ where: { channelId: market.channelId } });
  const missing = [...untouched].filter(
    (id) => market.orderIds.includes(id) && !stored.some((order) => order.remoteId === id),
  );
  return missing.length === 0 ? null : `orders beside the odd one were not stored: ${missing.join(", ")}`;
}

async function forget(bench: Bench, { channelId }: Market): Promise<void> {
  const { db } = bench.rt;
  await db.$executeRawUnsafe(`DELETE FROM "MarketplaceOrder" WHERE "channelId" = ${channelId}`);
  await db.$executeRawUnsafe(`DELETE FROM "Listing" WHERE "channelId" = ${channelId}`);
  await db.$executeRawUnsafe(`DELETE FROM "Alert"`);
  await db.$executeRawUnsafe(`DELETE FROM "Attempt"`);
  await db.$executeRawUnsafe(
    `UPDATE "Channel" SET "ordersCursor" = NULL, "ordersReadAt" = NULL, "ordersRetryAt" = NULL, "listingsRetryAt" = NULL, state = 'connected' WHERE id = ${channelId}`,
  );
}

async function act(bench: Bench, market: Market, action: Case["action"]): Promise<void> {
  const { rt } = bench;
  const { channelId, orderIds } = market;
  const orderRemoteId = orderIds[1] ?? "";
  if (action === "import-orders") return importOrders(rt, { channelId });
  if (action === "import-one-order") return importOrders(rt, { channelId, orderRemoteId });
  if (action === "read-listings") return reconcileListings(rt, { channelId });
  const { connector, credentials } = market.world;
  const transport = transportFor(rt, connector, String(channelId));
  const remote = connector.open({ credentials, transport, now: () => rt.clock.now() });
  await askRemote(bench, market, remote, action, orderRemoteId);
  if (action === "refresh" && connector.authorization.kind === "oauth") {
    // Of the odd reply alone: a token that rotates is spent only once.
    await connector.authorization.refresh({ credentials, transport, now: rt.clock.now() });
  }
}

async function askRemote(
  bench: Bench,
  market: Market,
  remote: OpenChannel,
  action: Case["action"],
  orderRemoteId: string,
): Promise<void> {
  const refs = await refsOf(bench, market, remote);
  const [ref] = refs;
  switch (action) {
    case "check-access":
      return void (await remote.checkAccess());
    case "read-quantities":
      return void (await remote.readQuantities(refs));
    case "write-quantities":
      return void (ref && (await remote.writeQuantities([{ ref, quantity: 1 }])));
    case "write-prices":
      return void (
        ref && (await remote.writePrices([{ ref, price: { amount: "12.50", currency: market.world.market.currency } }]))
      );
    case "read-shipments":
      return void (await remote.readShipments(orderRemoteId));
    case "confirm-shipment": {
      const read = await remote.readOrder(orderRemoteId);
      const lines = read.ok && read.value ? read.value.lines : [];
      const parts = lines.map((line) => ({ remoteLineId: line.remoteLineId, quantity: line.quantity }));
      const carrier = { carrier: "constructor", trackingNumber: "1Z999", trackingUrl: null };
      const shippedAt = bench.rt.clock.now();
      return void (await remote.confirmShipment({ orderRemoteId, lines: parts, ...carrier, shippedAt }));
    }
    case "cancel-order":
      return void (await remote.cancelOrder({ orderRemoteId, reason: "out-of-stock", lines: null }));
    case "subscribe":
      return void (await remote.subscribe({
        endpoint: market.world.notifications?.endpoint ?? "https://lockstep.example/n",
      }));
    case "receive-hints":
      return void (await remote.queue?.receive());
    default:
      return undefined;
  }
}

/** Read once, from replies as they are. */
const refsRead = new Map<string, readonly ListingRef[]>();

async function refsOf(bench: Bench, market: Market, remote: OpenChannel): Promise<readonly ListingRef[]> {
  const known = refsRead.get(market.key);
  if (known) return known;
  const odd = bench.onReply;
  bench.onReply = null;
  const refs: ListingRef[] = [];
  for (let cursor: string | null = null, pages = 0; pages < 20; pages += 1) {
    const page = await remote.readListings(cursor);
    if (!page.ok) throw new Error(`listings of ${market.key}: ${page.failure.message}`);
    refs.push(...page.value.listings.map((listing) => listing.ref));
    cursor = page.value.nextCursor;
    if (cursor === null) break;
  }
  bench.onReply = odd;
  refsRead.set(market.key, refs);
  return refs;
}
