/**
 * The @idempotent directive, required at run time since 2026-04 on the inventory mutations and refundCreate. A key is
 * kept for 24 h: the same call gets the first answer, other parameters get IDEMPOTENCY_KEY_PARAMETER_MISMATCH, and a
 * call whose first attempt failed gets IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED and needs a new key (facts/shopify.md).
 */
import { type GraphQLResolveInfo, getDirectiveValues } from "graphql";
import type { AdminContext } from "./admin-context.ts";
import { adminError } from "./admin-errors.ts";

const KEY_KEPT_MS = 24 * 3_600_000;
const KEY_LENGTH_MAX = 255;

export interface MutationPayload {
  userErrors: { code: string | null; field: string[] | null; message: string }[];
}

export function idempotently<T extends MutationPayload>(
  context: AdminContext,
  info: GraphQLResolveInfo,
  input: unknown,
  empty: T,
  mutate: () => T,
): T {
  const key = idempotencyKey(info);
  const { rememberedMutations } = context.store;
  const nowMs = context.world.clock.now().getTime();
  for (const [name, one] of rememberedMutations) {
    if (nowMs - Date.parse(one.at) > KEY_KEPT_MS) rememberedMutations.delete(name);
  }
  const refuse = (code: string, message: string): T => ({ ...empty, userErrors: [{ code, field: null, message }] });

  const name = `${info.fieldName} ${key}`;
  const fingerprint = JSON.stringify(input);
  const first = rememberedMutations.get(name);
  if (first) {
    if (first.fingerprint !== fingerprint) {
      return refuse(
        "IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
        "The same idempotency key cannot be used with different operation parameters.",
      );
    }
    if (first.failed) {
      return refuse("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", "The previous attempt with this key failed. Use a new key.");
    }
    return first.payload as T;
  }
  const payload = mutate();
  rememberedMutations.set(name, {
    fingerprint,
    at: new Date(nowMs).toISOString(),
    failed: payload.userErrors.length > 0,
    payload,
  });
  return payload;
}

function idempotencyKey(info: GraphQLResolveInfo): string {
  const directive = info.schema.getDirective("idempotent");
  const field = info.fieldNodes[0];
  const key = directive && field ? getDirectiveValues(directive, field, info.variableValues)?.key : undefined;
  if (typeof key !== "string" || key.trim() === "") {
    throw adminError(
      "BAD_REQUEST",
      `The @idempotent directive is required for ${info.fieldName} but was not provided.`,
    );
  }
  if (key.length > KEY_LENGTH_MAX) throw adminError("BAD_REQUEST", "The idempotency key is too long.");
  return key;
}
