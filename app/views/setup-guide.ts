/**
 * What there is to do after installation, on Home. Pure. A step is done by what is true in the tables, never by a click: it
 * can be left and taken up anywhere, and comes back where its truth ends (a second marketplace that waits for its first push).
 */

export interface SetupFacts {
  channels: readonly {
    id: number;
    name: string;
    /** Its listings were read once. */
    isRead: boolean;
    /** Its first push waits for the merchant: nothing was ever approved there. */
    waitsForApproval: boolean;
    isApproved: boolean;
  }[];
  /** Listings without a Shopify variant, those with an ambiguous SKU among them; excluded ones are not. */
  unmatched: number;
  /** The shop, or one of its channels, has a policy that says what buffer to keep, 0 included. */
  hasBuffer: boolean;
}

export interface SetupStep {
  key: "connect" | "match" | "approve" | "buffer";
  title: string;
  /** What it is for, and what is left of it. */
  why: string;
  isDone: boolean;
  /** Where it is done; null: something before it comes first. */
  action: { label: string; url: string } | null;
}

/** In the order in which they are done. */
export function setupSteps({ channels, unmatched, hasBuffer }: SetupFacts): SetupStep[] {
  const [first] = channels;
  const isRead = channels.length > 0 && channels.every((channel) => channel.isRead);
  const waiting = channels.filter((channel) => channel.waitsForApproval);
  const [next] = waiting;
  return [
    {
      key: "connect",
      title: "Connect a marketplace",
      why: "Lockstep reads its listings and orders. Nothing is changed there yet.",
      isDone: channels.length > 0,
      action: { label: "Connect a marketplace", url: "/app/channels" },
    },
    {
      key: "match",
      title: "Look at what was matched",
      why: sayMatches(channels.length > 0, isRead, unmatched),
      isDone: isRead && unmatched === 0,
      action: isRead
        ? { label: "Match listings", url: `/app/listings?status=${unmatched > 0 ? "not-matched" : ""}` }
        : null,
    },
    {
      key: "approve",
      title: "Approve the first push",
      why: next
        ? `You see what would change on ${waiting.map((one) => one.name).join(", ")} before anything does.`
        : "You see what would change before anything does.",
      isDone: waiting.length === 0 && channels.some((channel) => channel.isApproved),
      action: next?.isRead ? { label: "Look at the preview", url: `/app/channels/${next.id}` } : null,
    },
    {
      key: "buffer",
      title: "Decide how many units to keep back",
      why: "A buffer of a unit or two keeps the last ones from being sold twice. None is a good answer too, once stock is counted well.",
      isDone: hasBuffer,
      action: first ? { label: "Set a buffer", url: `/app/channels/${first.id}` } : null,
    },
  ];
}

function sayMatches(isConnected: boolean, isRead: boolean, unmatched: number): string {
  if (!isConnected) return "Listings are matched to Shopify variants by SKU, then by barcode.";
  if (!isRead) return "The listings are being read.";
  if (unmatched === 0) return "Every listing stands for a Shopify variant.";
  return `${unmatched} ${unmatched === 1 ? "listing has" : "listings have"} no Shopify variant yet. Choose it, or exclude the listing.`;
}
