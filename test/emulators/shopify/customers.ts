/** Who an order belongs to: found by id, email or phone, or made. */
import type { Gid } from "./gids.ts";
import type { Address, Customer, Store } from "./store.ts";
import { customerPayload } from "./webhook-payloads.ts";
import type { MerchantAction, World } from "./world.ts";

export interface CustomerDetails {
  id?: Gid | null;
  email?: string | null;
  phone?: string | null;
  firstName?: string | null;
  lastName?: string | null;
  note?: string | null;
  tags?: string[] | null;
  addresses?: Address[] | null;
}

export type CustomerOutcome = { ok: true; customer: Customer } | { ok: false; field: string[]; message: string };

/** Emails are compared without case, phones by their digits and plus sign. */
function sameEmail(a: string | null, b: string): boolean {
  return a !== null && a.toLowerCase() === b.trim().toLowerCase();
}

function samePhone(a: string | null, b: string): boolean {
  return a !== null && a.replace(/[^\d+]/g, "") === b.replace(/[^\d+]/g, "");
}

export function customerByEmail(store: Store, email: string): Customer | null {
  return [...store.customers.values()].find((one) => sameEmail(one.email, email)) ?? null;
}

export function customerByPhone(store: Store, phone: string): Customer | null {
  return [...store.customers.values()].find((one) => samePhone(one.phone, phone)) ?? null;
}

/** orderCreate's toAssociate: an existing customer or an error, never a new one. */
export function associateCustomer(store: Store, by: { id?: Gid | null; email?: string | null }): CustomerOutcome {
  const field = ["order", "customer", "toAssociate"];
  const customer = by.id ? (store.customers.get(by.id) ?? null) : by.email ? customerByEmail(store, by.email) : null;
  return customer ? { ok: true, customer } : { ok: false, field, message: "Customer could not be found" };
}

/**
 * orderCreate's toUpsert: the customer with this id, else this email, else this phone is updated, else one is made. An
 * email or phone that another customer holds is refused, as both are unique in a shop.
 */
export function upsertCustomer(
  world: World,
  action: MerchantAction,
  store: Store,
  details: CustomerDetails,
): CustomerOutcome {
  const field = ["order", "customer", "toUpsert"];
  if (details.id && !store.customers.has(details.id))
    return { ok: false, field, message: "Customer could not be found" };
  if (!details.id && !details.email && !details.phone && !details.firstName && !details.lastName) {
    return { ok: false, field, message: "Customer must have a name, phone number or email address" };
  }
  if (details.email && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(details.email)) {
    return { ok: false, field: [...field, "email"], message: "Email is invalid" };
  }
  if (details.phone && !/^\+?[\d\s().-]{6,20}$/.test(details.phone)) {
    return { ok: false, field: [...field, "phone"], message: "Phone is invalid" };
  }
  const byEmail = details.email ? customerByEmail(store, details.email) : null;
  const byPhone = details.phone ? customerByPhone(store, details.phone) : null;
  const known = (details.id ? store.customers.get(details.id) : undefined) ?? byEmail ?? byPhone;
  if (known && byEmail && byEmail !== known) {
    return { ok: false, field: [...field, "email"], message: "Email has already been taken" };
  }
  if (known && byPhone && byPhone !== known) {
    return { ok: false, field: [...field, "phone"], message: "Phone has already been taken" };
  }

  const customer: Customer = known ?? {
    id: world.gids.next("Customer"),
    email: null,
    phone: null,
    firstName: null,
    lastName: null,
    tags: [],
    note: null,
    addresses: [],
    createdAt: action.at,
    updatedAt: action.at,
  };
  customer.email = details.email ?? customer.email;
  customer.phone = details.phone ?? customer.phone;
  customer.firstName = details.firstName ?? customer.firstName;
  customer.lastName = details.lastName ?? customer.lastName;
  customer.note = details.note ?? customer.note;
  customer.tags = details.tags ?? customer.tags;
  if (details.addresses && details.addresses.length > 0) customer.addresses = details.addresses;
  customer.updatedAt = action.at;
  store.customers.set(customer.id, customer);
  action.emit(known ? "customers/update" : "customers/create", customerPayload(store, customer));
  return { ok: true, customer };
}
