/** Where a request without a shop ends. Shopify's rules: an app never asks for a shop's address. */
import { PlainPage } from "#app/ui/plain-page.tsx";

export default function OpenFromAdmin() {
  return (
    <PlainPage title="Open Lockstep from your Shopify admin">
      <p>Lockstep runs inside Shopify. In your Shopify admin, go to Apps and choose Lockstep.</p>
    </PlainPage>
  );
}
