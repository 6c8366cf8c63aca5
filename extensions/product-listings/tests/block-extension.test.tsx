/// <reference types="@shopify/ui-extensions/admin.product-details.block.render" />
import { getExtension } from "@shopify/ui-extensions-tester";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import locale from "../locales/en.default.json" with { type: "json" };
import type { ListingRow, ProductListings, Reply } from "../src/reply.ts";
import { SUMMARY_MAX, summaryOf } from "../src/summary.ts";

const PRODUCT = "gid://shopify/Product/7";
const extension = getExtension("admin.product-details.block.render");

const ROW: ListingRow = {
  id: 3,
  channel: "eBay · fern_and_flint",
  title: "Stoneware mug",
  sku: "MUG-MOSS",
  shows: 5,
  shouldShow: 5,
  status: "in-step",
  tone: "success",
  problem: null,
  pushedAt: null,
  mayPause: true,
  mayResume: false,
  mayPush: true,
};

function productOf(...rows: Partial<ListingRow>[]): ProductListings {
  return {
    rows: rows.map((row, at) => ({ ...ROW, id: at + 1, ...row })),
    listings: rows.length,
    needYou: 0,
    updating: 0,
  };
}

/** Answers each request with the next of these. */
function answers(...replies: { status?: number; body?: Reply | string }[]) {
  const mock = vi.fn(async () => {
    const { status = 200, body = "" } = replies.length > 1 ? (replies.shift() ?? {}) : (replies[0] ?? {});
    return new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
  });
  extension.fetch = mock as unknown as typeof extension.fetch;
  return mock as unknown as ReturnType<typeof vi.fn>;
}

const text = (): string => document.body.textContent ?? "";
const block = (): Element | null => document.body.querySelector("s-admin-block");
const button = (label: string): HTMLElement => {
  const found = [...document.body.querySelectorAll<HTMLElement>("s-button")].find((one) => one.textContent === label);
  if (!found) throw new Error(`no button ${label} in: ${text()}`);
  return found;
};

beforeEach(() => {
  extension.setUp();
  extension.shopify.data = { selected: [{ id: PRODUCT }] };
});
afterEach(() => {
  extension.tearDown();
  vi.useRealTimers();
});

describe("the block on a product's page", () => {
  it("says that it is reading until the app answers", async () => {
    extension.fetch = vi.fn(() => new Promise<Response>(() => undefined)) as unknown as typeof extension.fetch;
    await extension.render();
    expect(block()?.getAttribute("heading")).toBe("heading");
    expect(document.body.querySelector("s-spinner")).not.toBeNull();
  });

  it("shows each listing with what it shows, what it should show, and how it stands", async () => {
    const fetch = answers({
      body: { ok: true, product: productOf({}, { shows: 9, shouldShow: 4, status: "updating", tone: "info" }) },
    });
    await extension.render();
    await vi.waitFor(() => expect(text()).toContain("status.updating"));
    expect(fetch).toHaveBeenCalledWith(`/api/product-listings?product=${encodeURIComponent(PRODUCT)}`, undefined);
    for (const part of ["eBay · fern_and_flint", "status.in-step", "MUG-MOSS", "row.shows", "row.should", "open"])
      expect(text()).toContain(part);
    expect(document.body.querySelector("s-link")?.getAttribute("href")).toBe("app:/app/listings/1");
  });

  it("shows what went wrong with a listing", async () => {
    answers({ body: { ok: true, product: productOf({ problem: "eBay refused it: the listing has ended" }) } });
    await extension.render();
    await vi.waitFor(() => expect(text()).toContain("the listing has ended"));
  });

  it("says how many more there are", async () => {
    answers({ body: { ok: true, product: { ...productOf({}), listings: 30 } } });
    await extension.render();
    await vi.waitFor(() => expect(text()).toContain("more"));
  });

  it.each([
    ["of a product that is listed nowhere", 200, { ok: true, product: productOf() } as Reply, "empty"],
    ["of a product that the app does not know", 404, { ok: false, message: "no" } as Reply, "empty"],
    ["where this person may not ask", 403, { ok: false, message: "no" } as Reply, "noAccess"],
    ["where the token is refused", 401, "", "noAccess"],
    ["where the plan does not have it", 409, { ok: false, message: "no", reason: "no-plan" } as Reply, "noPlan"],
    ["where something between answers", 502, "<html>", "error.unreachable"],
  ])("has one neutral sentence %s", async (_, status, body, key) => {
    answers({ status, body });
    await extension.render();
    await vi.waitFor(() => expect(text()).toContain(key));
    expect(document.body.querySelector("s-spinner")).toBeNull();
  });

  it("tries again when it is asked to", async () => {
    answers({ status: 502, body: "" }, { body: { ok: true, product: productOf({}) } });
    await extension.render();
    await vi.waitFor(() => button("error.retry"));
    button("error.retry").click();
    await vi.waitFor(() => expect(text()).toContain("MUG-MOSS"));
  });

  it("pauses a listing and shows what came of it", async () => {
    const paused = productOf({ status: "excluded", mayPause: false, mayResume: true, mayPush: false });
    const fetch = answers({ body: { ok: true, product: productOf({}) } }, { body: { ok: true, product: paused } });
    await extension.render();
    await vi.waitFor(() => button("act.pause.label"));
    button("act.pause.label").click();
    await vi.waitFor(() => button("act.resume.label"));
    const [path, init] = fetch.mock.calls[1] as [string, RequestInit];
    expect(path).toBe("/api/product-listings");
    expect(init.method).toBe("POST");
    expect(JSON.parse(String(init.body))).toEqual({ product: PRODUCT, listing: 1, act: "pause", approved: false });
  });

  it("asks before a change that moves the number, and goes ahead only with a yes", async () => {
    const before = productOf({ status: "excluded", mayPause: false, mayResume: true, mayPush: false });
    const fetch = answers(
      { body: { ok: true, product: before } },
      { body: { ok: false, ask: true, message: "It will show 4 instead of 9." } },
      { body: { ok: true, product: productOf({ status: "updating", shouldShow: 4 }) } },
    );
    await extension.render();
    await vi.waitFor(() => button("act.resume.label"));
    button("act.resume.label").click();
    await vi.waitFor(() => expect(text()).toContain("It will show 4 instead of 9."));
    expect(fetch).toHaveBeenCalledTimes(2);
    button("ask.yes").click();
    await vi.waitFor(() => expect(text()).toContain("status.updating"));
    expect(JSON.parse(String((fetch.mock.calls[2] as [string, RequestInit])[1].body))).toMatchObject({
      approved: true,
    });
  });

  it("keeps what it shows when an act is refused, and says why", async () => {
    answers(
      { body: { ok: true, product: productOf({}) } },
      { status: 409, body: { ok: false, message: "This listing is not on the marketplace any more." } },
    );
    await extension.render();
    await vi.waitFor(() => button("act.push.label"));
    button("act.push.label").click();
    await vi.waitFor(() => expect(text()).toContain("not on the marketplace any more"));
    expect(text()).toContain("MUG-MOSS");
  });

  it("looks again while a number is on its way, and not for ever", async () => {
    vi.useFakeTimers();
    const fetch = answers({ body: { ok: true, product: { ...productOf({ status: "updating" }), updating: 1 } } });
    await extension.render();
    for (let seconds = 0; seconds < 300; seconds += 1) await vi.advanceTimersByTimeAsync(1_000);
    expect(fetch.mock.calls.length).toBeGreaterThan(5);
    expect(fetch.mock.calls.length).toBeLessThan(25);
  });
});

describe("the words", () => {
  /** As the admin translates. */
  const translate = (key: string, values: Record<string, string | number> = {}): string => {
    const found = key.split(".").reduce<unknown>((at, part) => (at as Record<string, unknown>)?.[part], locale);
    const pattern =
      typeof found === "string" ? found : (found as Record<string, string>)[values.count === 1 ? "one" : "other"];
    return String(pattern).replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name]));
  };

  it.each([0, 1, 2, 30, 9_999])("a summary of %i listings is never cut", (listings) => {
    for (const counts of [
      { needYou: 0, updating: 0 },
      { needYou: listings, updating: 0 },
      { needYou: 0, updating: listings },
    ]) {
      const product = { rows: [], listings, ...counts };
      const said = summaryOf({ state: "listings", product }, { translate });
      expect(said.length, said).toBeLessThanOrEqual(SUMMARY_MAX);
    }
    expect(summaryOf({ state: "empty" }, { translate })).toBe("Not listed");
  });
});
