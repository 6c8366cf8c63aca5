/** The whole catalogue with every level, by one bulk operation. */
import { type DocumentNode, print } from "graphql";
import { fail, type Result, succeed } from "#connectors/contract/failures.ts";
import type { Admin } from "./admin.ts";
import { BulkOperationStatusDocument, CatalogueBulkDocument, StartBulkQueryDocument } from "./operations.generated.ts";
import { saidTogether } from "./shop-refusals.ts";

/**
 * Since November 2026 Shopify refuses bulk operations to apps that did not ask for them, or that say nothing of their
 * addresses (changelog: partner-apps-must-enable-bulk-operations-before-use, ip-allowlists-are-now-required-for-public-apps).
 */
export type BulkRefusal = "not-enabled" | "no-allowlist";

export type BulkStart = { state: "started"; id: string } | { state: "refused"; because: BulkRefusal };

/** Starts reading the catalogue; the id is polled with `readBulk`. */
export async function startCatalogueBulk(admin: Admin): Promise<Result<BulkStart>> {
  const query = print(bulkText(CatalogueBulkDocument));
  // A refusal may come as an error beside an empty answer.
  const reply = await admin.run(StartBulkQueryDocument, { query }, { isEnough: () => true });
  if (!reply.ok) {
    const { failure } = reply;
    // Whether our access holds as such is known by then: other things were read with it just before.
    if (failure.kind === "unauthorized") return succeed({ state: "refused", because: "no-allowlist" });
    if (failure.kind === "rejected") return succeed({ state: "refused", because: "not-enabled" });
    return reply;
  }
  const { bulkOperation, userErrors } = reply.value.bulkOperationRunQuery ?? { bulkOperation: null, userErrors: [] };
  if (bulkOperation) return succeed({ state: "started", id: bulkOperation.id });
  const codes = userErrors.map((error) => error.code);
  const message = `Shopify did not start reading the catalogue: ${saidTogether(userErrors.map((error) => error.message))}`;
  if (codes.includes("OPERATION_IN_PROGRESS") || codes.includes("LIMIT_REACHED"))
    return fail({ kind: "unavailable", scope: "shop", message });
  // Our own query is at fault, which no permission mends.
  if (codes.includes("INVALID")) return fail({ kind: "rejected", scope: "item", message });
  return succeed({ state: "refused", because: "not-enabled" });
}

/** Shopify wants an anonymous query without variables. */
function bulkText(document: DocumentNode): DocumentNode {
  return {
    ...document,
    definitions: document.definitions.map((one) =>
      one.kind === "OperationDefinition" ? { ...one, name: undefined } : one,
    ),
  };
}

export type BulkProgress =
  | { state: "running"; objectCount: number }
  /** `url` null: there was nothing to read, and Shopify counted nothing. */
  | { state: "done"; url: string | null; objectCount: number }
  | { state: "failed"; why: string };

export async function readBulk(admin: Admin, id: string): Promise<Result<BulkProgress>> {
  const reply = await admin.run(BulkOperationStatusDocument, { id });
  if (!reply.ok) return reply;
  const bulk = reply.value.bulkOperation;
  if (!bulk) return succeed({ state: "failed", why: "Shopify no longer knows of its list of products" });
  const objectCount = Number(bulk.objectCount);
  switch (bulk.status) {
    case "COMPLETED":
      // An address that is missing, or has ended, is no empty shop.
      if (!bulk.url && objectCount !== 0)
        return succeed({ state: "failed", why: "Shopify made its list of products, and gave no file" });
      return succeed({ state: "done", url: bulk.url, objectCount });
    case "CREATED":
    case "RUNNING":
    case "CANCELING":
      return succeed({ state: "running", objectCount });
    default:
      return succeed({ state: "failed", why: "Shopify could not make its list of products" });
  }
}
