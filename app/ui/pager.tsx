import { useLocation } from "@remix-run/react";
import { Box, InlineStack, Pagination } from "@shopify/polaris";
import type { Paging } from "#app/views/paging.ts";

export function Pager({ paging }: { paging: Paging }) {
  const { pathname, search } = useLocation();
  if (paging.page === 1 && !paging.hasNext) return null;
  const urlOf = (page: number): string => {
    const query = new URLSearchParams(search);
    // A link is copied and kept; the token in the address of the first page is for that moment.
    query.delete("id_token");
    if (page === 1) query.delete("page");
    else query.set("page", String(page));
    return query.size > 0 ? `${pathname}?${query}` : pathname;
  };
  return (
    <Box padding="300" borderBlockStartWidth="025" borderColor="border">
      <InlineStack align="center">
        <Pagination
          hasPrevious={paging.page > 1}
          {...(paging.page > 1 ? { previousURL: urlOf(paging.previous) } : {})}
          hasNext={paging.hasNext}
          {...(paging.hasNext ? { nextURL: urlOf(paging.page + 1) } : {})}
          label={`Page ${paging.page}`}
        />
      </InlineStack>
    </Box>
  );
}
