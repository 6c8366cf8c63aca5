/** Orders: none missed, none twice, whatever the marketplace does meanwhile. */
import type { OrderPage, RemoteOrder } from "#connectors/contract/remote-types.ts";
import { describeFailure, MINUTE_MS, must, PAGES_MAX, READ_FAULTS, type Subject, stored, unwrap } from "./subject.ts";

export function proveOrders(s: Subject): void {
  const { readOne, settable, unitsOf, mustBeMoney, mustAddUp, expectFailure, open, name, it, describe } = s;

  describe("orders", () => {
    interface Seen {
      orders: Map<string, RemoteOrder>;
      times: Map<string, number>;
      unreadable: OrderPage["unreadable"];
      cursor: string | null;
      completeThrough: Date | null;
    }

    const nothingSeen = (): Seen => ({
      orders: new Map(),
      times: new Map(),
      unreadable: [],
      cursor: null,
      completeThrough: null,
    });

    /** Reads until there is no more; `between` happens after each page. */
    async function readOn(seen: Seen, since: Date, between: (page: OrderPage) => Promise<void> = async () => {}) {
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const read = unwrap(await s.channel.readOrders({ cursor: seen.cursor, since }), "readOrders");
        for (const order of read.orders) {
          seen.orders.set(order.remoteId, order);
          seen.times.set(order.remoteId, (seen.times.get(order.remoteId) ?? 0) + 1);
        }
        seen.unreadable.push(...read.unreadable);
        seen.cursor = stored(read.nextCursor);
        if (read.completeThrough !== null) {
          must(
            read.completeThrough <= s.world.clock.now(),
            `completeThrough must not be in the future: ${read.completeThrough.toISOString()}`,
          );
          seen.completeThrough = read.completeThrough;
        }
        await between(read);
        if (!read.more) return;
      }
      throw new Error(`readOrders must come to an end: it still said more after ${PAGES_MAX} pages`);
    }

    /** Time enough for all that happened so far to show. */
    function settle(): void {
      const { orderVisibilityLagMs } = s.world.connector.manifest.capabilities;
      s.world.clock.advance(orderVisibilityLagMs + MINUTE_MS);
    }

    async function stall(units: number): Promise<string> {
      await s.world.market.addListing({ sku: "STALL", title: "Postcard", quantity: units, price: "2.00" });
      return "STALL";
    }

    it("are all shown, though new ones arrive and old ones change between pages", async () => {
      const since = s.world.clock.now();
      const count = s.world.market.ordersForSeveralPages;
      const sku = await stall(count + 50);
      const bought: string[] = [];
      for (let index = 0; index < count; index += 1) {
        s.world.clock.advance(20_000);
        bought.push(await s.world.market.buy({ lines: [{ sku, quantity: 1 }], pay: index % 5 !== 0 }));
      }
      const unpaid = bought.filter((_, index) => index % 5 === 0);
      const seen = nothingSeen();
      let pages = 0;
      await readOn(seen, since, async () => {
        pages += 1;
        s.world.clock.advance(5_000);
        if (pages > 20) return;
        bought.push(await s.world.market.buy({ lines: [{ sku, quantity: 1 }], pay: true }));
        // Those near the beginning move to the end, and everything behind them up, past a reader who counts rows.
        for (const id of unpaid.splice(0, 3)) bought[bought.indexOf(id)] = await s.world.market.pay(id);
        s.channel = open(s.world.restarted());
      });
      must(pages > 1, `this clause needs several pages, and readOrders made ${pages} of ${count} orders`);
      settle();
      await readOn(seen, since);
      const missed = bought.filter((id) => !seen.orders.has(id));
      must(
        missed.length === 0,
        `readOrders must show every order at least once: ${missed.length} of ${bought.length} never came, ${missed[0]} first`,
      );
    });

    it("polling goes on from the cursor, after a restart too, and does not begin again", async () => {
      const since = s.world.clock.now();
      const sku = await stall(50);
      const seen = nothingSeen();
      for (let day = 0; day < 5; day += 1) {
        const id = await s.world.market.buy({ lines: [{ sku, quantity: 1 }], pay: true });
        settle();
        s.channel = open(s.world.restarted());
        await readOn(seen, since);
        must(seen.orders.has(id), `readOrders must show order ${id}, bought since the last poll`);
        s.world.clock.advance(6 * 60 * MINUTE_MS);
      }
      const [first = ""] = seen.times.keys();
      const times = seen.times.get(first) ?? 0;
      must(
        times < 5,
        `readOrders must not show all history at each poll: the oldest order came ${times} times in 5 polls`,
      );
    });

    it("completeThrough is honest: what changed before it has been shown", async () => {
      const { orderVisibilityLagMs } = s.world.connector.manifest.capabilities;
      await s.world.market.delayOrders?.(Math.floor(orderVisibilityLagMs * 0.9));
      const since = s.world.clock.now();
      const sku = await stall(200);
      const history: { id: string; at: Date }[] = [];
      const unpaid: string[] = [];
      const seen = nothingSeen();
      let claims = 0;
      const mustBeHonest = async (page: OrderPage): Promise<void> => {
        const through = page.completeThrough;
        if (through === null) return;
        claims += 1;
        const missed = history.filter((one) => one.at < through && !seen.orders.has(one.id));
        must(
          missed.length === 0,
          `completeThrough claims everything before ${through.toISOString()}, but order ${missed[0]?.id} of ${missed[0]?.at.toISOString()} was never shown (if the emulator hides it: until a change shows, the order shows as it was before)`,
        );
      };
      for (let step = 0; step < 60; step += 1) {
        const pay = step % 3 !== 0;
        const id = await s.world.market.buy({ lines: [{ sku, quantity: 1 }], pay });
        history.push({ id, at: s.world.clock.now() });
        if (!pay) unpaid.push(id);
        s.world.clock.advance(7_000 + (step % 5) * 9_000);
        const late = step % 4 === 3 ? unpaid.shift() : undefined;
        if (late !== undefined) {
          const id = await s.world.market.pay(late);
          // Where payment makes a new id, it is a new order from then on, and the old one is gone.
          if (id !== late) history.splice(0, history.length, ...history.filter((one) => one.id !== late));
          if (id !== late) history.push({ id, at: s.world.clock.now() });
        }
        if (step % 2 === 0) continue;
        await readOn(seen, since, mustBeHonest);
      }
      must(claims > 0, "readOrders must say completeThrough at times: it was null throughout 30 polls");
      s.world.clock.advance(2 * orderVisibilityLagMs + MINUTE_MS);
      await readOn(seen, since, mustBeHonest);
      const last = history.at(-1);
      must(
        last !== undefined && seen.completeThrough !== null && seen.completeThrough > last.at,
        `completeThrough must move on when all is quiet: it stays at ${seen.completeThrough?.toISOString()}`,
      );
    });

    it("from the one that cannot be read, a hold is made, and its neighbours come through", async () => {
      const since = s.world.clock.now();
      const sku = await stall(9);
      const ids: string[] = [];
      for (let index = 0; index < 3; index += 1) {
        ids.push(await s.world.market.buy({ lines: [{ sku, quantity: 1 }], pay: true }));
        s.world.clock.advance(MINUTE_MS);
      }
      const [first = "", spoiled = "", third = ""] = ids;
      const private_ = await s.world.market.spoil(spoiled);
      settle();
      const seen = nothingSeen();
      await readOn(seen, since);
      must(seen.orders.has(first) && seen.orders.has(third), "one unreadable order must not hide the others");
      must(!seen.orders.has(spoiled), "an order that does not parse must not be shown as if it did");
      const hold = seen.unreadable.find((one) => one.remoteId === spoiled);
      must(hold !== undefined, `an order that does not parse must be in unreadable, with its id ${spoiled}`);
      must(hold.why.trim() !== "", "unreadable must say why, with the path of the field");
      const leaked = private_.find((text) => hold.why.includes(text));
      must(leaked === undefined, `unreadable must not carry buyer data: "${hold.why}"`);
      const alone = await s.channel.readOrder(spoiled);
      must(!alone.ok, "readOrder of an order that does not parse must be a failure, not a throw and not null");
    });

    it("are pending while unpaid, and paid afterwards", async () => {
      const sku = await stall(9);
      const id = await s.world.market.buy({ lines: [{ sku, quantity: settable(2) }], pay: false });
      const pending = await readOne(id);
      if (!s.world.market.paysAtOnce) {
        must(pending.status === "pending", `an unpaid order must be pending: got ${pending.status}`);
        must(pending.paidAt === null, "an unpaid order must have paidAt null");
      }
      must(
        unitsOf(pending) === settable(2),
        `quantity must be the units bought, ${settable(2)}: got ${unitsOf(pending)}`,
      );
      must(pending.lines[0]?.sku === sku, `a line must carry its SKU: got ${pending.lines[0]?.sku}`);
      s.world.clock.advance(MINUTE_MS);
      const paid = await readOne(await s.world.market.pay(id));
      must(paid.status === "paid", `a paid order must be paid: got ${paid.status}`);
      must(paid.paidAt !== null && paid.paidAt >= paid.soldAt, "a paid order must say when, not before it was sold");
      must(
        paid.soldAt.getTime() === pending.soldAt.getTime(),
        "soldAt is when the buyer committed: payment must not move it",
      );
      must(
        paid.fulfilment === "none",
        `an order that was not shipped must have fulfilment none: got ${paid.fulfilment}`,
      );
    });

    it("that were cancelled say so, and a request to cancel is seen before", async () => {
      const since = s.world.clock.now();
      const sku = await stall(9);
      const id = await s.world.market.buy({ lines: [{ sku, quantity: settable(2) }], pay: true });
      if (s.world.market.askToCancel) {
        await s.world.market.askToCancel(id);
        const asked = await readOne(id);
        must(asked.cancellationRequested, "a buyer's open request to cancel must set cancellationRequested");
        must(asked.status !== "cancelled", "a request to cancel is not a cancellation yet");
      }
      await s.world.market.cancel(id);
      const cancelled = await readOne(id);
      must(cancelled.status === "cancelled", `a cancelled order must be cancelled: got ${cancelled.status}`);
      must(!cancelled.cancellationRequested, "a cancelled order has no open request any more");
      must(
        cancelled.lines.every((line) => line.quantityCancelled === line.quantity),
        "the lines of a cancelled order must have quantityCancelled equal to quantity",
      );
      settle();
      const seen = nothingSeen();
      await readOn(seen, since);
      must(seen.orders.get(id)?.status === "cancelled", "readOrders must show a cancellation as a change of the order");
    });

    it("that change a day after they were read are shown again", async () => {
      const since = s.world.clock.now();
      const sku = await stall(9);
      const id = await s.world.market.buy({ lines: [{ sku, quantity: 1 }], pay: true });
      const seen = nothingSeen();
      for (let poll = 0; poll < 5; poll += 1) {
        settle();
        await readOn(seen, since);
        s.world.clock.advance(6 * 60 * MINUTE_MS);
      }
      must(seen.orders.get(id)?.status === "paid", `readOrders must show order ${id} as paid before it is cancelled`);
      await s.world.market.cancel(id);
      settle();
      s.channel = open(s.world.restarted());
      await readOn(seen, since);
      must(
        seen.orders.get(id)?.status === "cancelled",
        `readOrders must show again what changed: order ${id} was cancelled a day after its sale, and polling never said so`,
      );
    });

    it("flag an alias e-mail, so that it never matches a customer", async () => {
      const sku = await stall(9);
      const order = await readOne(await s.world.market.buy({ lines: [{ sku, quantity: 1 }], pay: true, buyer: "ann" }));
      must(order.buyer.remoteId !== "", "buyer.remoteId must be an id or null, not empty");
      if (order.buyer.email !== null && s.world.market.relaysEmail) {
        must(order.buyer.emailIsRelay, `${name} hides buyers' addresses: emailIsRelay must be true`);
      }
      const again = await readOne(await s.world.market.buy({ lines: [{ sku, quantity: 1 }], pay: true, buyer: "ann" }));
      must(again.buyer.remoteId === order.buyer.remoteId, "buyer.remoteId must be the same for the same buyer");
    });

    it("carry money as decimal strings that add up", async () => {
      const sku = await stall(9);
      const order = await readOne(await s.world.market.buy({ lines: [{ sku, quantity: settable(3) }], pay: true }));
      const line = order.lines[0];
      must(line !== undefined, "an order must have its lines");
      for (const [field, money] of Object.entries({
        total: order.total,
        tax: order.tax,
        taxIncluded: order.taxIncluded,
        shipping: order.shipping,
        adjustment: order.adjustment,
        refunded: order.refunded,
        unitPrice: line.unitPrice,
      })) {
        mustBeMoney(money, field);
      }
      must(Number(line.unitPrice.amount) === 2, `unitPrice must be of one unit, 2.00: got ${line.unitPrice.amount}`);
      mustAddUp(order);
    });

    it("that do not exist are null, not a failure", async () => {
      const sku = await stall(9);
      const id = await s.world.market.buy({ lines: [{ sku, quantity: 1 }], pay: true });
      const absentId = id.replace(/\d/g, "9");
      const absent = await s.channel.readOrder(absentId);
      const got = absent.ok ? `order ${absent.value?.remoteId}` : describeFailure(absent.failure);
      must(
        absent.ok && absent.value === null,
        `readOrder of an order that is not there, ${absentId}, must be null: got ${got}`,
      );
    });

    for (const [status, kind] of READ_FAULTS) {
      it(`a ${status} while reading them is ${kind}, and the cursor still stands`, async () => {
        const since = s.world.clock.now();
        const sku = await stall(9);
        const seen = nothingSeen();
        await readOn(seen, since);
        const id = await s.world.market.buy({ lines: [{ sku, quantity: 1 }], pay: true });
        settle();
        await s.world.market.breakNext("readOrders", { kind: "status", status });
        expectFailure(await s.channel.readOrders({ cursor: seen.cursor, since }), kind, `readOrders after a ${status}`);
        await readOn(seen, since);
        must(seen.orders.has(id), "after a fault the same cursor must show what it would have shown without");
      });
    }
  });
}
