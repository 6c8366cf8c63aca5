import { Button } from "@shopify/polaris";
import { useShop } from "./shop-context.tsx";

const IN_ADMIN = "shopify:";

/** A page of the app, or, after `shopify:`, one of the Shopify admin, outside this app's frame. `about`: what tells it from others like it, for who hears the links alone. */
export function GoThere({ to, label, about }: { to: string; label?: string; about?: string }) {
  const { adminUrl } = useShop();
  const isInAdmin = to.startsWith(IN_ADMIN);
  const words = label ?? (isInAdmin ? "Open in Shopify" : "Go there");
  const named = about ? { accessibilityLabel: `${words}: ${about}` } : {};
  if (!isInAdmin)
    return (
      <Button url={to} {...named}>
        {words}
      </Button>
    );
  return (
    <Button url={`${adminUrl}${to.slice(IN_ADMIN.length)}`} target="_top" {...named}>
      {words}
    </Button>
  );
}
