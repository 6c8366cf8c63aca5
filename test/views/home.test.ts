import { describe, expect, it } from "vitest";
import type { ShownAlert } from "#app/views/alerts.ts";
import { type HeadlineFacts, headline } from "#app/views/headline.ts";
import { type NeedFacts, needsOf } from "#app/views/home-needs.ts";
import type { ListingStatusCode } from "#app/views/listing-status.ts";
import { type SetupFacts, setupSteps } from "#app/views/setup-guide.ts";

describe("whether everything is in step, in one line", () => {
  const listings = { "in-step": 48, updating: 0, "needs-you": 0, "left-alone": 3, total: 51 };
  const right: HeadlineFacts = {
    mirrored: true,
    channels: [{ name: "eBay", state: "connected" }],
    listings,
    needs: [],
  };
  const etsy = (state: string) => ({ name: "Etsy", state });

  it.each<[string, Partial<HeadlineFacts>, string, string, string]>([
    ["all is right", {}, "success", "Everything is in step", "All 48 listings show what they should."],
    [
      "some are on their way",
      { listings: { ...listings, "in-step": 46, updating: 2 } },
      "info",
      "2 listings are being updated",
      "46 of 48 listings show what they should.",
    ],
    [
      "what is only to be known asks for nobody",
      { needs: [{ severity: "info" }] },
      "success",
      "Everything is in step",
      "All 48 listings show what they should.",
    ],
    ["one thing is to do", { needs: [{ severity: "warning" }] }, "warning", "One thing needs you", "All 48"],
    [
      "two are, one of them urgent",
      { needs: [{ severity: "warning" }, { severity: "critical" }] },
      "critical",
      "2 things need you",
      "All 48",
    ],
    [
      "a channel is paused",
      { channels: [...right.channels, etsy("paused")] },
      "attention",
      "In step, but for Etsy: you paused it",
      "All 48",
    ],
    [
      "two are paused",
      { channels: [{ name: "Depop", state: "paused" }, etsy("paused")] },
      "attention",
      "In step, but for Depop and Etsy: you paused them",
      "All 48",
    ],
    [
      "a channel was lost, whatever else there is",
      { channels: [etsy("reconnect")], mirrored: false, needs: [{ severity: "warning" }] },
      "critical",
      "Etsy has stopped: connect it again",
      "All 48",
    ],
    ["the shop is being read", { mirrored: false, channels: [] }, "info", "Reading your products and stock", "Connect"],
    ["nothing is connected", { channels: [] }, "neutral", "No marketplace is connected yet", "Connect one"],
    [
      "every listing is left alone",
      { listings: { ...listings, "in-step": 0, total: 3 } },
      "neutral",
      "There is nothing to keep in step yet",
      "No listing is kept in step yet.",
    ],
    [
      "there is one listing",
      { listings: { ...listings, "in-step": 1, "left-alone": 0, total: 1 } },
      "success",
      "Everything is in step",
      "The listing shows what it should.",
    ],
  ])("%s", (_, facts, tone, title, detail) => {
    const said = headline({ ...right, ...facts });
    expect(said).toMatchObject({ tone, title });
    expect(said.detail).toContain(detail);
  });
});

describe("what needs the merchant", () => {
  const alert = (id: number, more: Partial<ShownAlert> = {}): ShownAlert => ({
    id,
    key: `order:${id}`,
    severity: "critical",
    title: `Order ${id} is on hold`,
    message: "Why.",
    action: `/app/orders/${id}`,
    endsByHand: false,
    seenTo: null,
    openedAt: "2026-11-22T12:00:00.000Z",
    ...more,
  });
  const nothing: NeedFacts = { alerts: [], groups: [], ordersHeld: 0, conflicts: 0, toApprove: [] };
  const group = (code: ListingStatusCode, listings: number) => ({
    status: { code } as NeedFacts["groups"][number]["status"],
    listings,
  });
  const shown = (facts: Partial<NeedFacts>) =>
    needsOf({ ...nothing, ...facts }).map((need) => [need.title, need.action?.to ?? null]);

  it("is nothing where there is nothing", () => {
    expect(needsOf(nothing)).toEqual([]);
  });

  it("names two orders by themselves, and leads to the list of three", () => {
    const two = [alert(1), alert(2)];
    expect(shown({ alerts: two, ordersHeld: 1, conflicts: 1 })).toEqual([
      ["Order 1 is on hold", "/app/orders/1"],
      ["Order 2 is on hold", "/app/orders/2"],
    ]);
    expect(shown({ alerts: [...two, alert(3)], ordersHeld: 2, conflicts: 1 })).toEqual([
      ["One order lost to an earlier sale", "/app/orders?stage=conflict"],
      ["2 orders are on hold", "/app/orders?stage=held"],
    ]);
  });

  it("counts orders that no alert tells of", () => {
    expect(shown({ alerts: [alert(1)], ordersHeld: 2 })).toEqual([["2 orders are on hold", "/app/orders?stage=held"]]);
  });

  it("adds the listings of a status up, over all channels, and leaves out what is no matter of the merchant's", () => {
    const groups = [group("not-matched", 4), group("in-step", 9), group("not-matched", 3), group("problem", 1)];
    expect(shown({ groups })).toEqual([
      ["The last update of one listing did not work", "/app/listings?status=problem"],
      ["7 listings have no Shopify variant", "/app/listings?status=not-matched"],
    ]);
  });

  it("leads to each channel whose first push waits", () => {
    expect(shown({ toApprove: [{ id: 3, name: "eBay" }] })).toEqual([
      ["The first push to eBay waits for you", "/app/channels/3"],
    ]);
  });

  it("puts what is urgent first, and lets what only the merchant can end be ended", () => {
    const alerts = [
      alert(1, { key: "a:1", severity: "info", action: null, endsByHand: true }),
      alert(2, { key: "a:2", severity: "critical", action: "shopify:/orders/9" }),
    ];
    const needs = needsOf({ ...nothing, alerts, toApprove: [{ id: 3, name: "eBay" }] });
    expect(needs.map(({ severity, action, doneAlertId }) => [severity, action?.label ?? null, doneAlertId])).toEqual([
      ["critical", "Open in Shopify", null],
      ["warning", "Look at the preview", null],
      ["info", null, 1],
    ]);
  });
});

describe("the setup guide", () => {
  const fresh: SetupFacts = { channels: [], unmatched: 0, hasBuffer: false };
  const channel = { id: 3, name: "eBay", isRead: true, waitsForApproval: true, isApproved: false };
  const shown = (facts: Partial<SetupFacts>) =>
    setupSteps({ ...fresh, ...facts }).map(
      ({ key, isDone, action }) => `${key} ${isDone ? "done" : (action?.url ?? "later")}`,
    );

  it("begins with a marketplace, and what comes after waits for it", () => {
    expect(shown({})).toEqual(["connect /app/channels", "match later", "approve later", "buffer later"]);
  });

  it("asks for nothing of listings that are still being read", () => {
    const channels = [{ ...channel, isRead: false }];
    expect(shown({ channels })).toEqual(["connect done", "match later", "approve later", "buffer /app/channels/3"]);
  });

  it("is empty once everything is so, and comes back with a second marketplace", () => {
    const approved = { ...channel, waitsForApproval: false, isApproved: true };
    expect(shown({ channels: [approved], hasBuffer: true })).toEqual([
      "connect done",
      "match done",
      "approve done",
      "buffer done",
    ]);
    const second = { ...channel, id: 4, name: "Etsy" };
    expect(shown({ channels: [approved, second], unmatched: 2, hasBuffer: true })).toEqual([
      "connect done",
      "match /app/listings?status=not-matched",
      "approve /app/channels/4",
      "buffer done",
    ]);
  });

  it("does not call approved what was never approved: a paused channel's first push waits too", () => {
    const paused = { ...channel, waitsForApproval: false };
    expect(shown({ channels: [paused] })[2]).toBe("approve later");
  });
});
