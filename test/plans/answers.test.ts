import { describe, expect, it } from "vitest";
import {
  type AdminSubscription,
  NO_TERMS,
  parseHandles,
  readAdminAnswer,
  readPartnerAnswer,
  sayAnswer,
} from "#app/plans/answers.ts";

const HANDLES = parseHandles("pro-2026 = pro, friends=agency");
const PRO = { kind: "plan", plan: "pro" };
const NONE = { kind: "none" };
const UNCLEAR = { kind: "unclear", why: expect.stringMatching(/^[A-Z].{20,}/) };

describe("what the Admin API says of a plan", () => {
  const NOW = new Date("2026-11-30T10:00:00Z");
  const sub = (status: string, ...planHandles: (string | null)[]): AdminSubscription => ({
    status,
    planHandles,
    createdAt: new Date("2026-11-25T10:00:00Z"),
    trialDays: 0,
    currentPeriodEnd: new Date("2026-12-25T10:00:00Z"),
  });
  it.each<[string, AdminSubscription[], object]>([
    ["an active subscription to a plan that is known", [sub("ACTIVE", "pro")], PRO],
    ["one to a plan that is called otherwise", [sub("ACTIVE", "pro-2026")], PRO],
    ["a handle in capitals", [sub("ACTIVE", "Pro")], PRO],
    ["the plan with the most, of several", [sub("ACTIVE", "starter", null), sub("ACTIVE", "pro")], PRO],
    ["an active one beside one that is frozen", [sub("FROZEN", "agency"), sub("ACTIVE", "pro")], PRO],
    ["no subscription", [], NONE],
    ["one that is cancelled", [sub("CANCELLED", "pro")], NONE],
    ["one that was declined, and one that has expired", [sub("DECLINED", "pro"), sub("EXPIRED", "pro")], NONE],
    ["one that is frozen", [sub("FROZEN", "pro")], UNCLEAR],
    ["one that waits to be approved", [sub("PENDING", "pro")], UNCLEAR],
    ["a frozen one beside a cancelled one", [sub("CANCELLED", "pro"), sub("FROZEN", "pro")], UNCLEAR],
    ["a state that is new to us", [sub("PAUSED", "pro")], UNCLEAR],
    ["a plan that nobody knows", [sub("ACTIVE", "gold")], UNCLEAR],
    ["a subscription without a handle", [sub("ACTIVE", null)], UNCLEAR],
    ["a subscription for usage alone", [sub("ACTIVE")], UNCLEAR],
  ])("%s", (_, subscriptions, answer) => {
    expect(readAdminAnswer(subscriptions, HANDLES, NOW)).toMatchObject(answer);
  });

  it("is the terms of the subscription whose plan counts, and why where none does", () => {
    const trial = { ...sub("ACTIVE", "starter"), trialDays: 14 };
    expect(readAdminAnswer([trial, sub("ACTIVE", "pro")], HANDLES, NOW)).toMatchObject({
      terms: { trialEndsAt: null },
    });
    const why = (...subscriptions: AdminSubscription[]) => {
      const answer = readAdminAnswer(subscriptions, HANDLES, NOW);
      return answer.kind === "unclear" ? answer.why : answer.kind;
    };
    expect([
      why(sub("FROZEN", "pro")),
      why(sub("PENDING", "pro")),
      why(sub("PAUSED", "pro")),
      why(sub("ACTIVE", null, "gold".repeat(20))),
      why(sub("ACTIVE", null)),
      why(sub("CANCELLED", "pro"), sub("PAUSED", "pro")),
    ]).toEqual([
      "Shopify has frozen the subscription, because an invoice of the store is not paid",
      "The subscription waits to be approved in Shopify",
      "Shopify calls the subscription paused",
      `Shopify names a plan that Lockstep does not know (“${"gold".repeat(15)}”)`,
      "Shopify does not say which plan the subscription is for",
      "Shopify calls the subscription paused",
    ]);
  });

  it.each<[string, Partial<AdminSubscription>, object]>([
    ["a trial", { trialDays: 14 }, { trialEndsAt: new Date("2026-12-09T10:00:00Z"), cycleEndsAt: null }],
    ["a trial that is over", { trialDays: 5 }, { trialEndsAt: null, cycleEndsAt: new Date("2026-12-25T10:00:00Z") }],
    ["no trial", {}, { trialEndsAt: null, cycleEndsAt: new Date("2026-12-25T10:00:00Z") }],
    ["no end of a period", { currentPeriodEnd: null }, { trialEndsAt: null, cycleEndsAt: null }],
  ])("of how it goes on: %s", (_, given, terms) => {
    const subscriptions = [sub("ACTIVE", "starter"), { ...sub("ACTIVE", "pro"), ...given }];
    expect(readAdminAnswer(subscriptions, HANDLES, NOW)).toEqual({ ...PRO, terms: { ...NO_TERMS, ...terms } });
  });
});

it("handles are read in pairs, and what is none is left out", () => {
  expect([...parseHandles(" a = pro ,b=agency,=pro,c,d=gold,")]).toEqual([
    ["a", "pro"],
    ["b", "agency"],
  ]);
});

it("an answer is said in words", () => {
  expect([
    sayAnswer({ kind: "plan", plan: "pro", terms: NO_TERMS }),
    sayAnswer({ kind: "none" }),
    sayAnswer({ kind: "unclear", why: "It is not known" }),
  ]).toEqual(["The plan is Pro", "The plan is Free", "It is not known"]);
});

describe("what the Partner API says of a plan", () => {
  it("are how it goes on, too", () => {
    const activeSubscription = {
      items: [{ handle: "pro" }, { handle: null }],
      trialEndsAt: "2026-12-09T10:00:00Z",
      cancelAtEndOfCycle: true,
      currentBillingCycle: { endTime: "2026-12-25T10:00:00Z" },
      pendingUpdate: { items: [{ handle: "friends" }] },
    };
    const terms = {
      trialEndsAt: new Date("2026-12-09T10:00:00Z"),
      cycleEndsAt: new Date("2026-12-25T10:00:00Z"),
      isEnding: true,
      nextPlan: "agency",
    };
    expect(readPartnerAnswer({ data: { activeSubscription } }, HANDLES)).toEqual({ ...PRO, terms });
    const unheardOf = { ...activeSubscription, pendingUpdate: { items: [{ handle: "gold" }] } };
    expect(readPartnerAnswer({ data: { activeSubscription: unheardOf } }, HANDLES)).toMatchObject({
      terms: { nextPlan: null },
    });
  });

  const of = (items: object[]) => ({ data: { activeSubscription: { items } } });
  it.each<[string, unknown, object]>([
    ["a contract", of([{ handle: "pro" }]), PRO],
    ["no contract", { data: { activeSubscription: null } }, NONE],
    ["an empty list of errors beside it", { data: { activeSubscription: null }, errors: [] }, NONE],
    [
      "nothing, with an error",
      { data: { activeSubscription: null }, errors: [{ message: "Internal error" }] },
      UNCLEAR,
    ],
    ["an error alone", { errors: [{ message: "Access denied" }] }, UNCLEAR],
    ["no data", { data: null }, UNCLEAR],
    ["something else", "Service unavailable", UNCLEAR],
    ["a contract of items without a handle", of([{ handle: null }, {}]), UNCLEAR],
    ["a contract without items", of([]), UNCLEAR],
    [
      "a contract whose times can't be read",
      {
        data: {
          activeSubscription: {
            items: [{ handle: "pro" }],
            trialEndsAt: "soon",
            cancelAtEndOfCycle: null,
            currentBillingCycle: { endTime: 7 },
            pendingUpdate: { items: null },
          },
        },
      },
      { ...PRO, terms: NO_TERMS },
    ],
  ])("%s", (_, reply, answer) => {
    expect(readPartnerAnswer(reply, HANDLES)).toMatchObject(answer);
  });
});
