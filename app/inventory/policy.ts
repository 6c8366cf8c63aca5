/**
 * The policy: how much of what we have a listing may show. Pure.
 */
import { z } from "zod";

/** So many units, as the merchant types them. */
export const wholeUnits = z
  .number({ error: "must be a whole number, 0 or more" })
  .int("must be a whole number")
  .min(0, "must be 0 or more")
  .max(1_000_000, "must be 1,000,000 or less");

/**
 * `buffer` is kept back (units, or percent of what is sellable, rounded up); below `threshold` sellable units the
 * listing shows 0; `cap` is the most it ever shows. A field left out falls through to the less specific policy.
 */
export const policySchema = z.object({
  buffer: z
    .discriminatedUnion("kind", [
      z.object({ kind: z.literal("units"), units: wholeUnits }),
      z.object({
        kind: z.literal("percent"),
        percent: z.number().min(0, "must be 0 to 100").max(100, "must be 0 to 100"),
      }),
    ])
    .optional(),
  threshold: wholeUnits.optional(),
  /** Null: no cap, even where a less specific policy has one. */
  cap: wholeUnits.nullable().optional(),
});
export type Policy = z.infer<typeof policySchema>;

export interface EffectivePolicy {
  buffer: { kind: "units"; units: number } | { kind: "percent"; percent: number };
  threshold: number;
  cap: number | null;
}

export const NO_POLICY: EffectivePolicy = { buffer: { kind: "units", units: 0 }, threshold: 0, cap: null };

/** Field by field, the most specific policy that says something wins. From the least to the most specific. */
export function effectivePolicy(...policies: (Policy | null)[]): EffectivePolicy {
  let effective = NO_POLICY;
  for (const policy of policies) {
    if (!policy) continue;
    effective = {
      buffer: policy.buffer ?? effective.buffer,
      threshold: policy.threshold ?? effective.threshold,
      cap: policy.cap === undefined ? effective.cap : policy.cap,
    };
  }
  return effective;
}

/** Reads a policy column; null and malformed values say nothing. */
export function parsePolicy(value: unknown): Policy | null {
  const parsed = policySchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** Digits of a share that are exact in spite of binary fractions. */
const PERCENT_DIGITS = 12;

/** Units the buffer keeps back of `sellable`. */
export function bufferUnits(policy: EffectivePolicy, sellable: number): number {
  if (policy.buffer.kind === "units") return policy.buffer.units;
  const share = (Math.max(0, sellable) * policy.buffer.percent) / 100;
  // 1.1 % of 3,000 is 33, and in binary fractions a little more, which would be rounded up to 34.
  return Math.ceil(Number(share.toPrecision(PERCENT_DIGITS)));
}

/** What a listing may show of `sellable` units; never negative. */
export function publishedQuantity(policy: EffectivePolicy, sellable: number): number {
  if (sellable < policy.threshold) return 0;
  const afterBuffer = Math.max(0, sellable - bufferUnits(policy, sellable));
  return policy.cap === null ? afterBuffer : Math.min(afterBuffer, policy.cap);
}

/** A policy in words: "buffer 2 units, cap 5"; where it says nothing, `inheritedFrom` decides. */
export function sayPolicy(policy: Policy | null, inheritedFrom: string): string {
  const parts: string[] = [];
  if (policy?.buffer?.kind === "units") parts.push(`buffer ${policy.buffer.units}`);
  if (policy?.buffer?.kind === "percent") parts.push(`buffer ${policy.buffer.percent} %`);
  if (policy?.threshold !== undefined) parts.push(`threshold ${policy.threshold}`);
  if (policy?.cap !== undefined) parts.push(policy.cap === null ? "no cap" : `cap ${policy.cap}`);
  return parts.length === 0 ? `as for ${inheritedFrom}` : parts.join(", ");
}
