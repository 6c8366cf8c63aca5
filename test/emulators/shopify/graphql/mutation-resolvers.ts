/** Mutation. */
import type { GraphQLResolveInfo } from "graphql";
import type { Gid } from "../gids.ts";
import {
  type AdjustInput,
  applySteps,
  type MoveInput,
  planAdjust,
  planMove,
  planSet,
  type SetInput,
} from "../inventory.ts";
import { cancelObstacle, cancelOrder } from "../orders.ts";
import type { Job } from "../store.ts";
import { act } from "../world.ts";
import type { AdminContext } from "./admin-context.ts";
import { adminError } from "./admin-errors.ts";
import { startBulkQuery } from "./bulk-operations.ts";
import { idempotently, type MutationPayload } from "./idempotency.ts";
import { createDefinition, type DefinitionInput } from "./metafields.ts";
import { createOrder } from "./order-create.ts";
import type { OrderInput, OrderOptions } from "./order-input.ts";
import { changeTags, type TagArguments } from "./tags.ts";

interface InventoryPayload extends MutationPayload {
  inventoryAdjustmentGroup: { id: Gid; createdAt: string; reason: string; referenceDocumentUri: string | null } | null;
}

const NOTHING_ADJUSTED: InventoryPayload = { inventoryAdjustmentGroup: null, userErrors: [] };

const NOTHING_DONE: InventoryPayload = {
  inventoryAdjustmentGroup: null,
  userErrors: [{ code: null, field: null, message: "The quantities could not be moved." }],
};

type Plan = ReturnType<typeof planMove>;

/** What the three inventory mutations share: the idempotency key, the plan, one write, one adjustment group. */
function changeInventory(
  context: AdminContext,
  info: GraphQLResolveInfo,
  input: { reason: string; referenceDocumentUri?: string | null },
  plan: () => Plan,
): InventoryPayload {
  const { world, store } = context;
  return idempotently(context, info, input, NOTHING_ADJUSTED, () => {
    if (world.settings.refusedMutations.some((name) => name === info.fieldName)) return NOTHING_DONE;
    const planned = plan();
    if (!planned.ok) return { inventoryAdjustmentGroup: null, userErrors: planned.errors };
    return act(world, store, (action) => {
      applySteps(action, planned.steps);
      const group = {
        id: world.gids.next("InventoryAdjustmentGroup"),
        createdAt: action.at,
        reason: input.reason,
        referenceDocumentUri: input.referenceDocumentUri ?? null,
      };
      return { inventoryAdjustmentGroup: group, userErrors: [] };
    });
  });
}

/** Since 2026-04 the key must be sent; an explicit null skips the compare-and-set (facts/shopify.md). */
function requireChangeFrom(inputs: readonly object[], type: string): void {
  if (inputs.every((one) => "changeFromQuantity" in one)) return;
  throw adminError(
    "INVALID_FIELD_ARGUMENTS",
    `${type} must include the following argument: changeFromQuantity. Send null to skip the check.`,
  );
}

export const mutationResolvers = {
  inventoryMoveQuantities: (
    _root: unknown,
    { input }: { input: MoveInput },
    context: AdminContext,
    info: GraphQLResolveInfo,
  ) => {
    requireChangeFrom(
      input.changes.flatMap((change) => [change.from, change.to]),
      "InventoryMoveQuantityTerminalInput",
    );
    return changeInventory(context, info, input, () => planMove(context.store, input));
  },
  inventoryAdjustQuantities: (
    _root: unknown,
    { input }: { input: AdjustInput },
    context: AdminContext,
    info: GraphQLResolveInfo,
  ) => {
    requireChangeFrom(input.changes, "InventoryChangeInput");
    return changeInventory(context, info, input, () => planAdjust(context.store, input));
  },
  inventorySetQuantities: (
    _root: unknown,
    { input }: { input: SetInput },
    context: AdminContext,
    info: GraphQLResolveInfo,
  ) => {
    requireChangeFrom(input.quantities, "InventoryQuantityInput");
    return changeInventory(context, info, input, () => planSet(context.store, input));
  },

  tagsAdd: (_root: unknown, args: TagArguments, context: AdminContext) => changeTags(context, args, "add"),
  tagsRemove: (_root: unknown, args: TagArguments, context: AdminContext) => changeTags(context, args, "remove"),

  orderCreate: (_root: unknown, args: { order: OrderInput; options?: OrderOptions | null }, context: AdminContext) =>
    createOrder(context, args.order, args.options ?? {}),

  orderCancel: (
    _root: unknown,
    args: { orderId: Gid; reason: string; restock: boolean; staffNote?: string | null },
    context: AdminContext,
  ) => {
    const { world, store } = context;
    const order = store.orders.get(args.orderId);
    const refuse = (code: string, field: string[], message: string) => ({
      job: null,
      orderCancelUserErrors: [{ code, field, message }],
      userErrors: [],
    });
    if (!order) return refuse("NOT_FOUND", ["orderId"], "Order does not exist");
    const obstacle = cancelObstacle(order);
    if (obstacle) return refuse("INVALID", ["orderId"], obstacle);
    order.cancelPending = true;
    const job: Job = { id: `gid://shopify/Job/${world.random.uuid()}`, done: false };
    store.jobs.set(job.id, job);
    void world.clock.sleep(world.settings.cancelJobMs).then(() => {
      act(world, store, (action) => cancelOrder(world, action, store, args.orderId, args));
      job.done = true;
    });
    // The reply shows the job as it is now, not as it will be.
    return { job: { ...job }, orderCancelUserErrors: [], userErrors: [] };
  },

  metafieldDefinitionCreate: (_root: unknown, args: { definition: DefinitionInput }, { world, store }: AdminContext) =>
    createDefinition(world, store, args.definition),

  bulkOperationRunQuery: (_root: unknown, args: { query: string }, context: AdminContext, info: GraphQLResolveInfo) =>
    startBulkQuery(info.schema, context, args.query),
};
