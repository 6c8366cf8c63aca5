/**
 * Who buys, and what a marketplace shows of them. The same person buys on several marketplaces, and two people share one
 * number; an e-mail may be a relay's, a number masked, or written without its country. What may be known of a buyer is
 * written down here by hand, beside what is shown: the oracle parses no number.
 */
import type { RemoteBuyer } from "#connectors/contract/remote-types.ts";
import type { Random } from "#test/support/world/random.ts";

export interface SimBuyer {
  shown: RemoteBuyer;
  /** What tells who this is, of what is shown; null: it does not tell. */
  knownBy: { email: string | null; phone: string | null; id: string | null };
}

interface Person {
  name: string;
  email: string;
  /** With its country, and as people write it at home. */
  phone: { full: string; national: string };
  country: string;
}

/** Of the landline in one household. */
const SHARED = { full: "+442079460018", national: "020 7946 0018" };

const PEOPLE: readonly Person[] = [
  { name: "Ann buyer-ann", email: "ann@buyer-ann.example", phone: SHARED, country: "GB" },
  { name: "Bob buyer-ann", email: "bob@buyer-ann.example", phone: SHARED, country: "GB" },
  {
    name: "Cy van buyer-cy",
    email: "cy@buyer-cy.example",
    phone: { full: "+12125550123", national: "(212) 555-0123" },
    country: "US",
  },
  {
    // In Solingen: without its country it looks like the number of a man in New York.
    name: "Dora buyer-dora",
    email: "dora@buyer-dora.example",
    phone: { full: "+492125550123", national: "212 5550123" },
    country: "DE",
  },
  {
    name: "buyer-eve",
    email: "eve@buyer-eve.example",
    phone: { full: "+442079460077", national: "020 7946 0077" },
    country: "GB",
  },
];

/** Who buys in the shop itself. */
export const EMAILS: readonly string[] = PEOPLE.map((person) => person.email);

/** What a marketplace puts in place of a number that it does not show: the same for everybody. */
const MASKED = "+44 20 7946 0000";

/** `market`: a buyer's id is its own alone. */
export function drawBuyer(market: string, random: Random): SimBuyer {
  const index = random.between(0, PEOPLE.length - 1);
  const person = PEOPLE[index] ?? random.pick(PEOPLE);
  const email = random.pick(["own", "own", "relay", "none"] as const);
  const phone = random.pick(["full", "national", "no country", "masked", "none"] as const);
  const hasId = random.chance(0.8);
  const { full, national } = person.phone;
  // Numbers are given anew on each: the one that is his here is another's there.
  const id = hasId ? `buyer-${(index + market.length) % PEOPLE.length}` : null;
  return {
    shown: {
      remoteId: id,
      name: person.name,
      // People write theirs as it comes.
      email:
        email === "own"
          ? random.pick([person.email, ` ${person.email.toUpperCase()}`])
          : email === "relay"
            ? `${random.between(0, 9)}@relay.buyer-relay.example`
            : null,
      emailIsRelay: email === "relay",
      phone: { full, national, "no country": national, masked: MASKED, none: null }[phone],
      phoneIsMasked: phone === "masked",
      shippingAddress: {
        name: person.name,
        company: null,
        line1: `${index + 1} buyer-street`,
        line2: null,
        city: "Springfield",
        region: null,
        postalCode: `N${index} 1AA`,
        countryCode: phone === "no country" ? null : person.country,
      },
    },
    knownBy: {
      email: email === "own" ? person.email : null,
      phone: phone === "full" || phone === "national" ? full : null,
      id,
    },
  };
}

/** Somebody of whom nothing matters but that it is they. */
export function plainBuyer(name: string): SimBuyer {
  return {
    shown: {
      remoteId: name,
      name,
      email: null,
      emailIsRelay: false,
      phone: null,
      phoneIsMasked: false,
      shippingAddress: null,
    },
    knownBy: { email: null, phone: null, id: name },
  };
}
