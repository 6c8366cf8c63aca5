import { describe, expect, it } from "vitest";
import type { Policy } from "#app/inventory/policy.ts";
import { parsePolicyForm, policyFormValues } from "#app/views/policy-form.ts";

const empty = policyFormValues(null);

describe("the policy form", () => {
  it("says nothing when it is empty", () => {
    expect(parsePolicyForm(empty)).toEqual({ ok: true, policy: null });
  });

  it("gives back the policy it was made from", () => {
    const policies: Policy[] = [
      { buffer: { kind: "units", units: 2 }, threshold: 3, cap: 10 },
      { buffer: { kind: "percent", percent: 12.5 } },
      { threshold: 0 },
    ];
    for (const policy of policies) expect(parsePolicyForm(policyFormValues(policy))).toEqual({ ok: true, policy });
  });

  it("puts each error at its field, in words", () => {
    const result = parsePolicyForm({ bufferKind: "units", buffer: "two", threshold: "-1", cap: "1.5" });
    expect(result).toEqual({
      ok: false,
      errors: {
        buffer: "Enter a whole number, 0 or more.",
        threshold: "Must be 0 or more.",
        cap: "Must be a whole number.",
      },
    });
    expect(parsePolicyForm({ ...empty, bufferKind: "percent", buffer: "120" })).toEqual({
      ok: false,
      errors: { buffer: "Must be 0 to 100." },
    });
    expect(parsePolicyForm({ ...empty, bufferKind: "percent", buffer: "" }).ok).toBe(false);
  });
});
