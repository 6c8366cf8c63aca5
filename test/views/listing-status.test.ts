import { describe, expect, it } from "vitest";
import { WITHDRAWALS } from "#app/inventory/withdrawal.ts";
import { isListingStatusCode, LISTING_LABELS, type ListingFacts, listingStatus } from "#app/views/listing-status.ts";

const inStep: ListingFacts = {
  channelState: "connected",
  pushApproved: true,
  planEnded: false,
  ended: false,
  excluded: false,
  excludedByRule: false,
  unmanaged: false,
  matched: true,
  hasSku: true,
  keyAmbiguous: false,
  variantRemoved: false,
  tracked: true,
  withdrawn: "none",
  onWithdrawn: "none",
  hasProblem: false,
  putOff: false,
  heldBack: false,
  edited: false,
  contained: false,
  unclear: false,
  stale: false,
};

function codeOf(change: Partial<ListingFacts>): string {
  return listingStatus({ ...inStep, ...change }).code;
}

describe("the status of a listing", () => {
  it("is in step when the marketplace accepted what it should show", () => {
    expect(codeOf({})).toBe("in-step");
  });

  it("is updating while a new quantity is on its way or a write's outcome is unclear", () => {
    expect(codeOf({ stale: true })).toBe("updating");
    expect(codeOf({ unclear: true })).toBe("updating");
  });

  it("is put off while a failure may pass by itself, and a problem when it does not", () => {
    expect(codeOf({ hasProblem: true, putOff: true })).toBe("put-off");
    expect(codeOf({ hasProblem: true })).toBe("problem");
  });

  it("is held back, and not in step, while units are missing on a marketplace", () => {
    expect(codeOf({ heldBack: true })).toBe("held-back");
    expect(codeOf({ heldBack: true, stale: true })).toBe("held-back");
  });

  it("is held by the merchant where it would be in step, and says what else there is first", () => {
    expect(listingStatus({ ...inStep, contained: true })).toMatchObject({ code: "contained", group: "in-step" });
    for (const first of [{ stale: true }, { edited: true }, { hasProblem: true }, { pushApproved: false }])
      expect(codeOf({ ...first, contained: true })).toBe(codeOf(first));
    expect(codeOf({ withdrawn: "archived", onWithdrawn: "zero", contained: true })).toBe("gone");
  });

  it("waits for approval before the first push, stale or not", () => {
    expect(codeOf({ pushApproved: false, stale: true })).toBe("approval");
    expect(codeOf({ pushApproved: false })).toBe("approval");
    expect(listingStatus({ ...inStep, pushApproved: false, planEnded: true })).toMatchObject({
      code: "plan-ended",
      group: "needs-you",
      todo: expect.stringContaining("Choose a plan"),
    });
    expect(codeOf({ pushApproved: true, planEnded: true })).toBe("in-step");
  });

  it("tells a missing match from an ambiguous SKU", () => {
    expect(codeOf({ matched: false, tracked: false })).toBe("not-matched");
    expect(codeOf({ matched: false, tracked: false, keyAmbiguous: true })).toBe("duplicate-sku");
    expect(listingStatus({ ...inStep, matched: false, hasSku: false }).why).toMatch(/no SKU/);
  });

  it("asks for another match when the variant was deleted, whatever Shopify said of its tracking", () => {
    expect(codeOf({ variantRemoved: true, tracked: false })).toBe("not-matched");
  });

  it("never calls an untracked variant zero or in step", () => {
    expect(codeOf({ tracked: false })).toBe("untracked");
    expect(codeOf({ tracked: false, stale: true, pushApproved: false })).toBe("untracked");
  });

  it("says excluded, left alone and ended before anything that would ask for work", () => {
    expect(codeOf({ excluded: true, matched: false, hasProblem: true })).toBe("excluded");
    expect(codeOf({ unmanaged: true, matched: false })).toBe("left-alone");
    expect(codeOf({ ended: true, excluded: true })).toBe("ended");
  });

  it("says paused while the channel is, and asks for the merchant when it must be reconnected", () => {
    expect(codeOf({ channelState: "paused", hasProblem: true })).toBe("paused");
    expect(listingStatus({ ...inStep, channelState: "paused" }).group).toBe("left-alone");
    expect(listingStatus({ ...inStep, channelState: "reconnect" }).group).toBe("needs-you");
    expect(codeOf({ channelState: "disconnected" })).toBe("paused");
  });

  it("asks about an edit there, also while something else is on its way", () => {
    expect(codeOf({ edited: true, stale: true })).toBe("edited");
    expect(codeOf({ edited: true, channelState: "paused" })).toBe("paused");
  });

  it("shows a problem before the approval that is also missing", () => {
    expect(codeOf({ hasProblem: true, pushApproved: false })).toBe("problem");
  });

  it("says of what Shopify does not sell any more why, and what becomes of it", () => {
    const gone = listingStatus({ ...inStep, withdrawn: "archived", onWithdrawn: "zero" });
    expect(gone).toMatchObject({ code: "gone", group: "in-step", why: expect.stringContaining("archived in Shopify") });
    expect(codeOf({ withdrawn: "archived", onWithdrawn: "zero", stale: true })).toBe("updating");
    expect(codeOf({ withdrawn: "draft", onWithdrawn: "keep" })).toBe("in-step");
    expect(codeOf({ withdrawn: "deleted", variantRemoved: true, onWithdrawn: "keep" })).toBe("kept");
    expect(codeOf({ withdrawn: "untracked", tracked: false, onWithdrawn: "keep" })).toBe("untracked");
    expect(listingStatus({ ...inStep, excluded: true, withdrawn: "deleted", onWithdrawn: "zero" }).why).toContain(
      "deleted in Shopify",
    );
  });

  it("asks about each that waits for the merchant, also on a channel that is paused or not approved", () => {
    for (const withdrawn of WITHDRAWALS)
      for (const channelState of ["connected", "paused"] as const)
        for (const pushApproved of [true, false]) {
          const facts: ListingFacts = { ...inStep, withdrawn, onWithdrawn: "ask", channelState, pushApproved };
          const status = listingStatus({ ...facts, tracked: withdrawn !== "untracked" });
          expect(status).toMatchObject({ code: "asked", group: "needs-you" });
        }
  });

  it("never calls in step what Shopify does not count", () => {
    for (const withdrawn of WITHDRAWALS)
      for (const onWithdrawn of ["zero", "ask", "keep"] as const)
        expect(codeOf({ withdrawn, onWithdrawn, tracked: false })).not.toBe("in-step");
  });

  it("always says what to do where it needs the merchant", () => {
    const states: ListingFacts["channelState"][] = ["connected", "paused", "reconnect", "disconnected"];
    const words = ["channelState", "withdrawn", "onWithdrawn"];
    const flags = Object.keys(inStep).filter((key) => !words.includes(key)) as (keyof Omit<
      ListingFacts,
      "channelState" | "withdrawn" | "onWithdrawn"
    >)[];
    for (const channelState of states) {
      for (let mask = 0; mask < 2 ** flags.length; mask += 1) {
        const facts = { ...inStep, channelState };
        flags.forEach((flag, bit) => {
          facts[flag] = Boolean(mask & (1 << bit));
        });
        const status = listingStatus(facts);
        expect(isListingStatusCode(status.code)).toBe(true);
        expect(status.label).toBe(LISTING_LABELS[status.code]);
        if (status.group === "needs-you") expect(status.todo, JSON.stringify(facts)).not.toBeNull();
        if (status.code === "in-step")
          expect(facts).toMatchObject({ matched: true, tracked: true, stale: false, pushApproved: true });
      }
    }
  });
});
