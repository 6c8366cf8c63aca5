import { Button } from "@shopify/polaris";
import { useShop } from "./shop-context.tsx";

const IN_ADMIN = "shopify:";

/** A page of the app, or, after `shopify:`, one of the Shopify admin, outside this app's frame. */
export function GoThere({ to, label }: { to: string; label?: string }) {
  const { adminUrl } = useShop();
  if (!to.startsWith(IN_ADMIN)) return <Button url={to}>{label ?? "Go there"}</Button>;
  return (
    <Button url={`${adminUrl}${to.slice(IN_ADMIN.length)}`} target="_top">
      {label ?? "Open in Shopify"}
    </Button>
  );
}
