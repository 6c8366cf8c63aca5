/** Pages that go on beside a row: further in by its id, back by that of the first. */
import { useLocation } from "@remix-run/react";
import { Box, InlineStack, Pagination } from "@shopify/polaris";

export function KeysetPager({ next, previous }: { next: number | null; previous: number | null }) {
  const { pathname, search } = useLocation();
  if (next === null && previous === null) return null;
  const urlOf = (name: "after" | "before", id: number): string => {
    const query = new URLSearchParams(search);
    // A link is copied and kept; the token in the address of the first page is for that moment.
    for (const other of ["id_token", "after", "before"]) query.delete(other);
    query.set(name, String(id));
    return `${pathname}?${query}`;
  };
  return (
    <Box padding="300" borderBlockStartWidth="025" borderColor="border">
      <InlineStack align="center">
        <Pagination
          hasPrevious={previous !== null}
          {...(previous === null ? {} : { previousURL: urlOf("before", previous) })}
          hasNext={next !== null}
          {...(next === null ? {} : { nextURL: urlOf("after", next) })}
        />
      </InlineStack>
    </Box>
  );
}
