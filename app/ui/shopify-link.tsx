import { Link } from "@shopify/polaris";
import type { ReactNode } from "react";
import { useShop } from "./shop-context.tsx";

/** A page of the Shopify admin, outside this app's frame. */
export function ShopifyLink({ path, children }: { path: string; children: ReactNode }) {
  const { adminUrl } = useShop();
  return (
    <Link url={`${adminUrl}${path}`} target="_top" removeUnderline>
      {children}
    </Link>
  );
}
