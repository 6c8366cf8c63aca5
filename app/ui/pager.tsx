import { useSearchParams } from "@remix-run/react";
import { Box, InlineStack, Pagination } from "@shopify/polaris";
import type { Paging } from "#app/views/paging.ts";

export function Pager({ paging }: { paging: Paging }) {
  const [, setQuery] = useSearchParams();
  if (paging.page === 1 && !paging.hasNext) return null;
  const go = (page: number): void =>
    setQuery((current) => {
      const next = new URLSearchParams(current);
      if (page === 1) next.delete("page");
      else next.set("page", String(page));
      return next;
    });
  return (
    <Box padding="300" borderBlockStartWidth="025" borderColor="border">
      <InlineStack align="center">
        <Pagination
          hasPrevious={paging.page > 1}
          onPrevious={() => go(paging.page - 1)}
          hasNext={paging.hasNext}
          onNext={() => go(paging.page + 1)}
          label={`Page ${paging.page}`}
        />
      </InlineStack>
    </Box>
  );
}
