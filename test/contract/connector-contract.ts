/**
 * The connector contract, clause by clause. A connector proves itself with one line:
 *
 *   proveConnector("eBay", setupEbay);
 *
 * A failing clause says in words what the connector does wrong. Nothing here knows a marketplace; what differs between them
 * is read from the manifest.
 */
import * as vitest from "vitest";
import { proveAccess } from "./clauses/access.ts";
import { proveCancellation } from "./clauses/cancellation.ts";
import { proveListings } from "./clauses/listings.ts";
import { proveManifest } from "./clauses/manifest.ts";
import { proveNotifications } from "./clauses/notifications.ts";
import { proveOddities } from "./clauses/oddities.ts";
import { proveOrders } from "./clauses/orders.ts";
import { proveQuantities } from "./clauses/quantities.ts";
import { proveQueue } from "./clauses/queue.ts";
import { proveShipments } from "./clauses/shipments.ts";
import { createSubject, type Suite } from "./clauses/subject.ts";
import type { ContractWorld } from "./contract-world.ts";

export type { Suite };

export function proveConnector(name: string, setup: () => Promise<ContractWorld>, suite: Suite = vitest): void {
  suite.describe(`${name} keeps the connector contract`, () => {
    const subject = createSubject(name, setup, suite);
    proveManifest(subject);
    proveAccess(subject);
    proveListings(subject);
    proveQuantities(subject);
    proveOrders(subject);
    proveOddities(subject);
    proveShipments(subject);
    proveCancellation(subject);
    proveNotifications(subject);
    proveQueue(subject);
  });
}
