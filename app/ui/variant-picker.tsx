/** Matching by hand: search Shopify's variants, choose one. */
import { useFetcher } from "@remix-run/react";
import { BlockStack, InlineStack, Spinner, Text, TextField } from "@shopify/polaris";
import { useEffect, useRef, useState } from "react";
import type { VariantName } from "#app/views/listings.ts";
import { ActionButton } from "./action-button.tsx";

const TYPING_MS = 300;

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
  const [search, setSearch] = useState("");
  const fetcher = useFetcher<{ variants: VariantName[] }>();
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => () => clearTimeout(timer.current), []);

  const type = (value: string): void => {
    setSearch(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(
      () => fetcher.load(`/app/variants?search=${encodeURIComponent(value.trim())}`),
      TYPING_MS,
    );
  };
  const searching = search.trim() !== "";
  const known = candidates.length > 0 ? candidates : suggestions;
  const found = searching ? (fetcher.data?.variants ?? []) : known;
  const shown = found.filter((variant) => variant.id !== current);

  return (
    <BlockStack gap="300">
      <TextField
        label="Find a variant"
        placeholder="Product, SKU or barcode"
        value={search}
        onChange={type}
        autoComplete="off"
        clearButton
        onClearButtonClick={() => type("")}
      />
      {!searching && shown.length > 0 ? (
        <Text as="p" tone="subdued">
          {candidates.length > 0
            ? "These have the same SKU or barcode:"
            : "These look alike. Match one only if it is the same product:"}
        </Text>
      ) : null}
      {fetcher.state === "loading" ? <Spinner size="small" accessibilityLabel="Searching" /> : null}
      {shown.map((variant) => (
        <InlineStack key={variant.id} align="space-between" gap="300" blockAlign="center" wrap={false}>
          <BlockStack>
            <Text as="span" breakWord>
              {variant.name}
            </Text>
            <Text as="span" tone="subdued" variant="bodySm">
              {variant.sku ?? "no SKU"}
            </Text>
          </BlockStack>
          <ActionButton
            fields={{ intent: "match", variantId: String(variant.id) }}
            accessibilityLabel={`Match with ${variant.name}`}
          >
            Match
          </ActionButton>
        </InlineStack>
      ))}
      {searching && fetcher.state === "idle" && fetcher.data && shown.length === 0 ? (
        <Text as="p" tone="subdued">
          No variant has “{search.trim()}”.
        </Text>
      ) : null}
    </BlockStack>
  );
}
