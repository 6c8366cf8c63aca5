/** What needs the merchant, each with what happened and where to do it. Pure: of alerts and counts, no two say the same. */
import { byPressing } from "../alerts/kinds.ts";
import type { ShownAlert } from "./alerts.ts";
import type { StatusGroup } from "./listing-facts.ts";
import type { ListingStatusCode } from "./listing-status.ts";

export interface Need {
  key: string;
  severity: ShownAlert["severity"];
  title: string;
  message: string;
  /** Where it can be done; null: only the merchant knows when it is. */
  action: { label: string; to: string } | null;
  /** The alert that the merchant ends by hand. */
  doneAlertId: number | null;
}

export interface NeedFacts {
  alerts: readonly ShownAlert[];
  /** Of channels that are not disconnected. */
  groups: readonly Pick<StatusGroup, "status" | "listings">[];
  ordersHeld: number;
  conflicts: number;
  /** Channels whose first push waits for the merchant. */
  toApprove: readonly { id: number; name: string }[];
}

/** More orders than these are one row, that leads to the list of them. */
const ORDER_ROWS_MAX = 2;
export function needsOf({ alerts, groups, ordersHeld, conflicts, toApprove }: NeedFacts): Need[] {
  const ofOrders = alerts.filter(isOfOrder);
  const countsOrders = ofOrders.length > ORDER_ROWS_MAX || ordersHeld + conflicts > ofOrders.length;
  const told = countsOrders ? alerts.filter((alert) => !isOfOrder(alert)) : alerts;
  const needs = [
    ...told.map(fromAlert),
    ...(countsOrders ? orderNeeds(ordersHeld, conflicts) : []),
    ...toApprove.map(({ id, name }) => ({
      key: `approve:${id}`,
      severity: "warning" as const,
      title: `The first push to ${name} waits for you`,
      message: "Look at what would change there, and approve it. Until then nothing is written to it.",
      action: { label: "Look at the preview", to: `/app/channels/${id}` },
      doneAlertId: null,
    })),
    ...listingNeeds(groups),
  ];
  return needs.sort(byPressing);
}

/** What holds one order, or makes it lose to an earlier sale (app/flows/put-off-order.ts, record-losses.ts). */
const isOfOrder = (alert: ShownAlert): boolean => alert.key.startsWith("order:");

function fromAlert({ id, severity, title, message, action, endsByHand }: ShownAlert): Need {
  const label = action?.startsWith("shopify:") ? "Open in Shopify" : "Go there";
  return {
    key: `alert:${id}`,
    severity,
    title,
    message,
    action: action === null ? null : { label, to: action },
    doneAlertId: endsByHand ? id : null,
  };
}

function orderNeeds(held: number, conflicts: number): Need[] {
  const row = (key: string, count: number, one: string, many: string, message: string, label: string): Need[] =>
    count === 0
      ? []
      : [
          {
            key,
            severity: "critical",
            title: count === 1 ? one : `${count} ${many}`,
            message,
            action: { label, to: `/app/orders?stage=${key}` },
            doneAlertId: null,
          },
        ];
  const why = "Each says why, and what to do. It is not in Shopify before that.";
  const lost = "Cancel it, hold it, or accept it as a backorder.";
  return [
    ...row("conflict", conflicts, "One order lost to an earlier sale", "orders lost to earlier sales", lost, "Decide"),
    ...row("held", held, "One order is on hold", "orders are on hold", why, "Look at them"),
  ];
}

interface ListingWords {
  one: string;
  many: string;
  message: string;
  label: string;
  severity: Need["severity"];
}

/** Statuses of listings that no alert tells of. */
const LISTING_WORDS: Partial<Record<ListingStatusCode, ListingWords>> = {
  problem: {
    one: "The last update of one listing did not work",
    many: "listings: the last update did not work",
    message: "See what the marketplace said, then retry.",
    label: "See why",
    severity: "critical",
  },
  edited: {
    one: "One listing was edited on the marketplace, and shows fewer than it should",
    many: "listings were edited on the marketplace, and show fewer than they should",
    message: "Set each right, or keep what it shows.",
    label: "Decide",
    severity: "warning",
  },
  "not-matched": {
    one: "One listing has no Shopify variant",
    many: "listings have no Shopify variant",
    message: "Choose the variant, or exclude the listing. Until then its quantity is left alone.",
    label: "Match listings",
    severity: "warning",
  },
  "duplicate-sku": {
    one: "One listing has a SKU that several Shopify variants share",
    many: "listings have a SKU that several Shopify variants share",
    message: "Choose the variant, or give each variant a SKU of its own in Shopify.",
    label: "Choose variants",
    severity: "warning",
  },
};

function listingNeeds(groups: NeedFacts["groups"]): Need[] {
  return (Object.entries(LISTING_WORDS) as [ListingStatusCode, ListingWords][]).flatMap(([code, words]) => {
    const count = groups.reduce((sum, group) => sum + (group.status.code === code ? group.listings : 0), 0);
    if (count === 0) return [];
    return [
      {
        key: `listings:${code}`,
        severity: words.severity,
        title: count === 1 ? words.one : `${count} ${words.many}`,
        message: words.message,
        action: { label: words.label, to: `/app/listings?status=${code}` },
        doneAlertId: null,
      },
    ];
  });
}
