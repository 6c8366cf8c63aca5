/** The policy as a person types it, and back. The same reading serves the live example and the action. */
import { z } from "zod";
import { type Policy, policySchema } from "../inventory/policy.ts";

export interface PolicyFormValues {
  /** `inherit`: as the less specific policy says. */
  bufferKind: "inherit" | "units" | "percent";
  buffer: string;
  threshold: string;
  cap: string;
}

export const policyFormSchema = z.object({
  bufferKind: z.enum(["inherit", "units", "percent"]).default("inherit"),
  buffer: z.string().max(20).default(""),
  threshold: z.string().max(20).default(""),
  cap: z.string().max(20).default(""),
});

export type PolicyFormErrors = Partial<Record<"buffer" | "threshold" | "cap", string>>;

export function policyFormValues(policy: Policy | null): PolicyFormValues {
  const buffer = policy?.buffer;
  return {
    bufferKind: buffer?.kind ?? "inherit",
    buffer: buffer ? String(buffer.kind === "units" ? buffer.units : buffer.percent) : "",
    threshold: policy?.threshold === undefined ? "" : String(policy.threshold),
    cap: policy?.cap === undefined || policy.cap === null ? "" : String(policy.cap),
  };
}

/** An empty field says nothing, so that the less specific policy holds. Null: the whole form is empty. */
export function parsePolicyForm(
  values: PolicyFormValues,
): { ok: true; policy: Policy | null } | { ok: false; errors: PolicyFormErrors } {
  const draft = {
    ...(values.bufferKind === "units" ? { buffer: { kind: "units", units: toNumber(values.buffer) } } : {}),
    ...(values.bufferKind === "percent" ? { buffer: { kind: "percent", percent: toNumber(values.buffer) } } : {}),
    ...(values.threshold.trim() === "" ? {} : { threshold: toNumber(values.threshold) }),
    ...(values.cap.trim() === "" ? {} : { cap: toNumber(values.cap) }),
  };
  const parsed = policySchema.safeParse(draft);
  if (parsed.success) return { ok: true, policy: Object.keys(draft).length === 0 ? null : parsed.data };
  const errors: PolicyFormErrors = {};
  for (const issue of parsed.error.issues) {
    const field = issue.path[0];
    if (field !== "buffer" && field !== "threshold" && field !== "cap") continue;
    const kind =
      field === "buffer" && values.bufferKind === "percent" ? "a number, 0 to 100" : "a whole number, 0 or more";
    errors[field] ??=
      issue.code === "invalid_type" && issue.expected === "number"
        ? `Enter ${kind}.`
        : `${issue.message.charAt(0).toUpperCase()}${issue.message.slice(1)}.`;
  }
  return { ok: false, errors };
}

/** NaN is not a number to zod either, so an unreadable text becomes an error of its field. */
function toNumber(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text.trim().replace(",", "."));
}
