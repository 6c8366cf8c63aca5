/**
 * Whose an order in Shopify is. A person is known by an e-mail that is theirs, else by their number, else by the id that a
 * marketplace gave them, which is worth nothing elsewhere; by no relay's address, and no number that is masked or does not
 * say of which country it is. Who was known so first keeps it.
 */
import type { Customer, Order as ShopifyOrder } from "#test/emulators/shopify/store.ts";
import type { Scene } from "../scene.ts";
import type { SimOrder } from "../sim-orders.ts";

/** Whom Shopify did not show, or whose making nobody told of, may not have been remembered when the next order came. */
const FORGOTTEN_MS = 90_000;
/** What an order tells is remembered once Shopify has it: one that is made meanwhile knows nothing of it. */
const SIDE_BY_SIDE_MS = 5_000;

interface Known {
  gid: string;
  sinceMs: number;
}

export function customerMistakes(scene: Scene): string[] {
  const { orders, customers, refusedForDetails } = scene.store;
  const people = new People(scene);
  const theirs = new Map(
    scene.markets.flatMap((market) =>
      scene
        .ordersOf(market)
        .map((order): [string, { order: SimOrder; key: string }] => [order.id, { order, key: market.nature.key }]),
    ),
  );
  const wrong: string[] = [];
  for (const made of [...orders.values()].sort((a, b) => a.number - b.number)) {
    const customer = made.customerId ? customers.get(made.customerId) : undefined;
    const its = theirs.get(made.sourceIdentifier?.split("/").at(-1) ?? "");
    const madeMs = Date.parse(made.createdAt);
    if (its) {
      const { email, phone, id } = its.order.buyer.knownBy;
      const keys = [email, phone, id && `${its.key} ${id}`].filter((key) => key !== null);
      const isKnown = keys.some((key) => people.byKey(key).length > 0);
      const should = people.mistakeOf(made.customerId, keys, madeMs);
      // Then one without is better than none. Asked of each order, not by when Shopify refused customers: the time of an
      // order is in whole seconds, and the refusal may be over when it comes again without its customer.
      const isRefused = refusedForDetails.has(made.sourceIdentifier ?? "");
      if (should !== null && !(isRefused && !customer))
        wrong.push(`${of(its.order, made)} is of ${nameOf(customer)}${should}`);
      if (!isKnown && customer) wrong.push(...detailMistakes(its.order, made, customer));
      wrong.push(...addressMistakes(its.order, made, isRefused));
      people.meet(made.customerId, keys, madeMs);
    } else people.meet(made.customerId, customer?.email ? [customer.email] : [], madeMs);
  }
  return wrong;
}

/** Who is known by what, as orders come. By one thing there are several where the first may have been forgotten. */
class People {
  readonly #known = new Map<string, Known[]>();
  readonly #met = new Set<string>();

  private readonly scene: Scene;

  constructor(scene: Scene) {
    this.scene = scene;
  }

  byKey(key: string): readonly Known[] {
    return this.#known.get(key) ?? [];
  }

  /** `keys`: the surest first. Null: it is whose it should be. */
  mistakeOf(gid: string | null, keys: readonly string[], madeMs: number): string | null {
    for (const key of keys) {
      const known = this.byKey(key);
      if (known.some((one) => one.gid === gid)) return null;
      const sure = known.find((one) => this.#isFound(one, key, madeMs) || this.#isRemembered(one, madeMs));
      if (sure) return `, and should be of ${nameOf(this.scene.store.customers.get(sure.gid))}`;
    }
    if (gid === null) return ", and should be of somebody";
    return this.#met.has(gid) ? ", who is somebody else" : null;
  }

  meet(gid: string | null, keys: readonly string[], madeMs: number): void {
    if (gid === null) return;
    this.#met.add(gid);
    for (const key of keys) {
      const known = this.byKey(key);
      // Even where Shopify has them under it: of those that the app remembers, it may have met this one first.
      const isTaken = known.some((one) => one.gid === gid || this.#isRemembered(one, madeMs));
      if (!isTaken) this.#known.set(key, [...known, { gid, sinceMs: madeMs }]);
    }
  }

  /** Whether Shopify had the customer under it when the app asked, which is a moment before the order is made. */
  #isFound({ gid, sinceMs }: Known, key: string, madeMs: number): boolean {
    const customer = this.scene.store.customers.get(gid);
    return madeMs - sinceMs >= SIDE_BY_SIDE_MS && (customer?.email === key || customer?.phone === key);
  }

  /** Whether nothing went wrong from when the app could remember it until now. */
  #isRemembered({ sinceMs }: Known, madeMs: number): boolean {
    return madeMs - sinceMs >= SIDE_BY_SIDE_MS && !mayBeForgotten(this.scene, sinceMs, madeMs);
  }
}

function of({ id, buyer }: SimOrder, { name }: ShopifyOrder): string {
  const { email, phone } = buyer.knownBy;
  return `${name} (${id} of ${buyer.shown.name}, ${email ?? "no e-mail"}, ${phone ?? "no number"}, ${buyer.knownBy.id ?? "no id"})`;
}

function nameOf(customer: Customer | undefined): string {
  if (!customer) return "nobody";
  return `${customer.firstName ?? ""} ${customer.lastName ?? ""} ${customer.email ?? ""} ${customer.phone ?? ""}`.trim();
}

function mayBeForgotten(scene: Scene, fromMs: number, toMs: number): boolean {
  const failures = [...scene.shopifyFailuresMs, ...scene.workerFailuresMs];
  return failures.some((atMs) => atMs > fromMs - FORGOTTEN_MS && atMs < toMs);
}

/** A new customer has the name, and what they are known by; nothing that is a relay's or masked. */
function detailMistakes({ buyer }: SimOrder, { name }: ShopifyOrder, customer: Customer): string[] {
  const { shown, knownBy } = buyer;
  const wanted = [shown.name, knownBy.email, knownBy.phone].join(", ");
  const has = [[customer.firstName, customer.lastName].filter(Boolean).join(" "), customer.email, customer.phone].join(
    ", ",
  );
  // Another order of theirs may have told more of them since.
  const isMore = customer.updatedAt !== customer.createdAt;
  return has === wanted || isMore ? [] : [`the customer of ${name} is ${has}, and should be ${wanted}`];
}

/** Whoever packs the parcel needs to know where it goes. */
function addressMistakes(
  { id, buyer }: SimOrder,
  { name, note, shippingAddress }: ShopifyOrder,
  isRefused: boolean,
): string[] {
  const said = buyer.shown.shippingAddress;
  const wanted = said && [said.name, said.line1, said.city, said.postalCode, said.countryCode].join(", ");
  const has =
    shippingAddress &&
    [
      [shippingAddress.firstName, shippingAddress.lastName].filter(Boolean).join(" "),
      shippingAddress.address1,
      shippingAddress.city,
      shippingAddress.zip,
      shippingAddress.countryCode,
    ].join(", ");
  // An order that Shopify takes without it alone has it in its note.
  const isInNote =
    isRefused && !has && said && [said.line1, said.city].every((part) => part === null || note?.includes(part));
  return has === wanted || isInNote ? [] : [`${name} goes to ${has ?? "nowhere"}, and ${id} to ${wanted ?? "nowhere"}`];
}
