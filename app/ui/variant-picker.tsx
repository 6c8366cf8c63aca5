/** Matching by hand: search Shopify's variants, choose one. */
import type { VariantName } from "#app/views/listings.ts";
import { ActionButton } from "./action-button.tsx";
import { VariantSearch } from "./variant-search.tsx";

export function VariantPicker({
  candidates,
  suggestions,
  current,
}: {
  /** Same SKU or barcode. */
  candidates: VariantName[];
  /** Look alike. */
  suggestions: VariantName[];
  current: number | null;
}) {
  const areSame = candidates.length > 0;
  return (
    <VariantSearch
      label="Find a variant"
      offered={areSame ? candidates : suggestions}
      offer={
        areSame ? "These have the same SKU or barcode:" : "These look alike. Match one only if it is the same product:"
      }
      leaveOut={current}
    >
      {(variant) => (
        <ActionButton
          fields={{ intent: "match", variantId: String(variant.id) }}
          accessibilityLabel={`Match with ${variant.name}`}
        >
          Match
        </ActionButton>
      )}
    </VariantSearch>
  );
}
