/** For the emulator's own tests: a clock in the test's hand, and every exchange judged by eBay's specs. */
import { expect } from "vitest";
import { addMs, type Clock } from "#app/clock.ts";
import { createOpenApiJudge, judgedFetch, type OpenApiJudge } from "#test/support/openapi-judge.ts";
import { specsDir } from "#test/support/specs.ts";
import { createEbayEmulator, type EbayEmulator, type EbayEmulatorOptions } from "./emulator.ts";
import type { ListingSeed } from "./seed.ts";
import { ebaySpecs } from "./specs.ts";
import type { Contact } from "./state.ts";

export const ORIGIN = "http://ebay.test";
export const START = new Date("2026-11-22T12:00:00.000Z");

const dir = specsDir();
/** Null where the specs are not at hand. */
const judge: OpenApiJudge | null = dir ? createOpenApiJudge({ dir, specs: ebaySpecs }) : null;

/** A small shop in dollars, so that tests don't hang on the demo's stock. */
export const testListings: readonly ListingSeed[] = [
  {
    sku: "MUG-OCHRE",
    title: "Stoneware mug, ochre",
    price: "24.00",
    currency: "USD",
    quantity: 18,
    barcode: "5012345678900",
  },
  { sku: "MUG-SLATE", title: "Stoneware mug, slate", price: "24.00", currency: "USD", quantity: 7 },
  ...["S", "M"].map((size) => ({
    sku: `TEE-NAVY-${size}`,
    title: `Cotton tee, navy, ${size}`,
    price: "32.00",
    currency: "USD",
    quantity: 8,
    groupKey: "TEE-NAVY",
    groupTitle: "Cotton tee, navy",
    aspects: { Size: size },
  })),
  { sku: "LAMP-01", title: "Brass desk lamp", price: "119.00", currency: "USD", quantity: 1 },
];

/** A buyer in the United States: eBay collects sales tax there. */
export const seattle: Contact = {
  fullName: "Rosa Lindqvist",
  addressLine1: "418 Alder Street",
  city: "Seattle",
  stateOrProvince: "WA",
  postalCode: "98101",
  countryCode: "US",
  phone: "+1 206 555 0142",
};

export interface ManualClock extends Clock {
  advance(ms: number): Promise<void>;
}

export function createManualClock(start: Date): ManualClock {
  let now = start;
  let sleepers: { due: number; wake: () => void }[] = [];
  /** Lets everything that is ready run: promises, and the web streams that take more than one turn. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    now: () => now,
    sleep: (ms) => new Promise((wake) => sleepers.push({ due: now.getTime() + ms, wake })),
    async advance(ms) {
      const end = addMs(now, ms);
      await settle();
      for (;;) {
        const next = sleepers.filter((one) => one.due <= end.getTime()).sort((a, b) => a.due - b.due)[0];
        if (!next) break;
        sleepers = sleepers.filter((one) => one !== next);
        now = new Date(Math.max(now.getTime(), next.due));
        next.wake();
        await settle();
      }
      now = end;
    },
  };
}

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  /** Parsed when it is JSON, else null. As loose as JSON.parse: the judge has checked its shape, the test asserts the rest. */
  json: ReturnType<typeof JSON.parse>;
}

export interface CallOptions {
  body?: unknown;
  token?: string | null;
  headers?: Record<string, string>;
}

export interface Bench extends EbayEmulator {
  clock: ManualClock;
  /** Calls as the seller, with all scopes unless `token` says otherwise. Fails when the specs are violated. */
  call(method: string, path: string, options?: CallOptions): Promise<Reply>;
  applicationToken(): Promise<string>;
}

export function openBench(options: Partial<EbayEmulatorOptions> = {}): Bench {
  const clock = createManualClock(START);
  const emulator = createEbayEmulator({
    clock,
    clientId: "lockstep-app",
    clientSecret: "secret",
    ruName: "Lockstep-RuName",
    acceptUrl: "https://app.test/auth/ebay",
    listings: testListings,
    ...options,
  });
  const direct = async (request: Request): Promise<Response> => emulator.app.fetch(request);
  const fetch = judge
    ? judgedFetch(judge, direct, (verdict) => expect(verdict.problems).toEqual([]))
    : (input: string | URL | Request, init?: RequestInit) => direct(new Request(input, init));
  let granted: string | null = null;

  const call: Bench["call"] = async (method, path, { body, token, headers } = {}) => {
    granted ??= emulator.controls.grant().accessToken;
    const bearer = token === undefined ? granted : token;
    const response = await fetch(`${ORIGIN}${path}`, {
      method,
      redirect: "manual",
      headers: {
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = (response.headers.get("content-type") ?? "").includes("json");
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : null };
  };

  return {
    ...emulator,
    clock,
    call,
    async applicationToken() {
      const reply = await call("POST", "/identity/v1/oauth2/token", {
        body: "grant_type=client_credentials&scope=https%3A%2F%2Fapi.ebay.com%2Foauth%2Fapi_scope",
        headers: {
          authorization: `Basic ${Buffer.from("lockstep-app:secret").toString("base64")}`,
          "content-type": "application/x-www-form-urlencoded",
        },
      });
      return reply.json.access_token;
    },
  };
}
