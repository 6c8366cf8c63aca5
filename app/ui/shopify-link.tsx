import { Link } from "@shopify/polaris";
import { useShop } from "./shop-context.tsx";

/** A page of the Shopify admin, outside this app's frame. */
export function ShopifyLink({ path, children, about }: { path: string; children: string; about?: string }) {
  const { adminUrl } = useShop();
  return (
    <Link
      url={`${adminUrl}${path}`}
      target="_top"
      removeUnderline
      {...(about ? { accessibilityLabel: `${children}: ${about}` } : {})}
    >
      {children}
    </Link>
  );
}
