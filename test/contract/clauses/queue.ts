/** Hints that lie in a queue. */
import type { Hint } from "#connectors/contract/connector.ts";
import { must, PAGES_MAX, type Subject, unwrap } from "./subject.ts";

export function proveQueue(s: Subject): void {
  const { open, it, describe } = s;

  describe("queue", () => {
    async function receiveAll(): Promise<{ hint: Hint; receipt: string }[]> {
      const { queue } = s.channel;
      must(queue !== undefined, "a connector whose hints lie in a queue must have one");
      const all: { hint: Hint; receipt: string }[] = [];
      for (let turn = 0; turn < PAGES_MAX; turn += 1) {
        const received = unwrap(await queue.receive(), "queue.receive");
        if (received.length === 0) return all;
        all.push(...received);
      }
      throw new Error(`queue.receive must come to an end: it still had hints after ${PAGES_MAX} turns`);
    }

    it("gives hints that come again until they are acknowledged, and not after", async () => {
      if (!s.world.hintQueue) return;
      const { comesAgainAfterMs } = s.world.hintQueue;
      const endpoint = "https://lockstep.example/notifications";
      const first = unwrap(await s.channel.subscribe({ endpoint }), "subscribe");
      const second = unwrap(await open(s.world.restarted()).subscribe({ endpoint }), "subscribe again");
      must(
        first.topics.join() === second.topics.join(),
        `subscribe must be safe to repeat: topics were ${first.topics}, then ${second.topics}`,
      );
      s.channel = open();
      await s.world.market.addListing({ sku: "CUP", title: "Cup", quantity: 5, price: "6.00" });
      const id = await s.world.market.buy({ lines: [{ sku: "CUP", quantity: 1 }], pay: true });
      const hints = (await receiveAll()).filter((one) => one.hint.orderRemoteId === id);
      must(hints.length > 0, `a sale must lead to a hint that names order ${id}`);
      must(
        hints.every((one) => one.hint.id !== ""),
        "a hint must carry the marketplace's id of the delivery",
      );
      s.world.clock.advance(comesAgainAfterMs);
      s.channel = open(s.world.restarted());
      const again = (await receiveAll()).filter((one) => one.hint.orderRemoteId === id);
      must(
        again.some((one) => one.hint.id === hints[0]?.hint.id),
        "a hint that was not acknowledged must come again, with the same id",
      );
      unwrap(await s.channel.queue?.acknowledge(again.map((one) => one.receipt)), "queue.acknowledge");
      s.world.clock.advance(comesAgainAfterMs);
      const after = (await receiveAll()).filter((one) => one.hint.orderRemoteId === id);
      must(after.length === 0, `an acknowledged hint must not come again: it came ${after.length} times`);
    });
  });
}
