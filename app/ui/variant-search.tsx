/** Shopify's variants, searched as somebody types, each with what can be done with it. */
import { useFetcher } from "@remix-run/react";
import { BlockStack, InlineStack, Spinner, Text, TextField } from "@shopify/polaris";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { VariantName } from "#app/views/listings.ts";

const TYPING_MS = 300;

export function VariantSearch({
  label,
  helpText,
  offered = [],
  offer,
  leaveOut = null,
  children,
}: {
  label: string;
  helpText?: string;
  /** While nothing is typed, with what is said of them. */
  offered?: readonly VariantName[];
  offer?: string;
  /** A variant that is not shown. */
  leaveOut?: number | null;
  children(variant: VariantName): ReactNode;
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
  const found = searching ? (fetcher.data?.variants ?? []) : offered;
  const shown = found.filter((variant) => variant.id !== leaveOut);
  return (
    <BlockStack gap="300">
      <TextField
        label={label}
        {...(helpText ? { helpText } : {})}
        placeholder="Product, SKU or barcode"
        value={search}
        onChange={type}
        autoComplete="off"
        clearButton
        onClearButtonClick={() => type("")}
      />
      {!searching && shown.length > 0 ? (
        <Text as="p" tone="subdued">
          {offer}
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
          {children(variant)}
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
