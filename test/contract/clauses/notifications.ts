/** Hints that come to an endpoint. */
import { must, type Subject, unwrap } from "./subject.ts";

export function proveNotifications(s: Subject): void {
  const { open, it, describe } = s;

  describe("notifications", () => {
    const parse = (raw: Parameters<typeof s.world.connector.parseNotification>[0]) =>
      s.world.connector.parseNotification(raw, { transport: s.transport, now: s.world.clock.now() });

    it("answer the marketplace's challenge", async () => {
      const challenge = await s.world.notifications?.challenge();
      if (!challenge) return;
      const answer = await parse(challenge.raw);
      must(answer.kind === "challenge", `a challenge must be answered: got ${answer.kind}`);
      must(answer.body === challenge.answer, `the answer to the challenge is wrong: got ${answer.body}`);
    });

    it("are subscribed to, and subscribing again adds nothing", async () => {
      const driver = s.world.notifications;
      if (!driver) return;
      const first = unwrap(await s.channel.subscribe({ endpoint: driver.endpoint }), "subscribe");
      const count = await driver.subscriptions();
      const second = unwrap(
        await open(s.world.restarted()).subscribe({ endpoint: driver.endpoint }),
        "subscribe again",
      );
      must(
        [...first.topics].sort().join() === [...second.topics].sort().join(),
        `subscribe must be safe to repeat: topics were ${first.topics}, then ${second.topics}`,
      );
      const now = await driver.subscriptions();
      must(now === count, `subscribe must be safe to repeat: there were ${count} subscriptions, then ${now}`);
    });

    it("with a good signature are hints; with a tampered body they are refused", async () => {
      const driver = s.world.notifications;
      if (!driver) return;
      unwrap(await s.channel.subscribe({ endpoint: driver.endpoint }), "subscribe");
      await s.world.market.addListing({ sku: "CUP", title: "Cup", quantity: 5, price: "6.00" });
      const id = await s.world.market.buy({ lines: [{ sku: "CUP", quantity: 1 }], pay: true });
      const raw = await driver.ofOrder(id);
      const hint = await parse(raw);
      must(hint.kind === "hint", `a notification with a good signature must be a hint: got ${JSON.stringify(hint)}`);
      must(hint.id !== "", "a hint must carry the marketplace's id of the delivery");
      must(
        hint.orderRemoteId === null || hint.orderRemoteId === id,
        `a hint must name the order it is about, or none: got ${hint.orderRemoteId} for ${id}`,
      );
      const again = await parse(raw);
      must(again.kind === "hint" && again.id === hint.id, "the same delivery twice must have the same id");

      const text = new TextDecoder().decode(raw.body);
      const tampered = await parse({ ...raw, body: new TextEncoder().encode(text.replace(/\d/, "0 ")) });
      must(tampered.kind === "refused", `a tampered body must be refused: got ${tampered.kind}`);
      const unsigned = await parse({ ...raw, headers: new Headers({ "content-type": "application/json" }) });
      must(unsigned.kind === "refused", `a notification without a signature must be refused: got ${unsigned.kind}`);
    });
  });
}
