/** What the merchant lets the app do can shrink while it is installed: shown as long as it does. */
import type { Result } from "#connectors/contract/failures.ts";
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import type { Runtime } from "../runtime.ts";
import { missingScopes, sayMissing } from "../shopify/access-scopes.ts";
import { readGrantedScopes } from "../shopify/catalogue.ts";
import type { Shop } from "../shops/shops.ts";

/** Asks Shopify what is granted now: a message about it may be old, or lost. */
export async function checkAccess(rt: Runtime, shop: Shop): Promise<Result<string[]>> {
  const granted = await readGrantedScopes(rt.admin(shop.domain));
  if (!granted.ok) return granted;
  const now = rt.clock.now();
  const missing = missingScopes(granted.value);
  if (missing.length === 0) await resolveAlert(rt.db, shop.id, KEY, now);
  else
    await raiseAlert(
      rt.db,
      {
        shopId: shop.id,
        key: KEY,
        severity: "critical",
        title: "Lockstep may no longer do all it has to in this shop",
        message: `Shopify no longer lets Lockstep ${sayMissing(missing)}. Open Lockstep in the Shopify admin and accept the permissions it asks for; this goes away by itself then. If nothing is asked, write to whoever runs Lockstep for you.`,
        action: "/app",
      },
      now,
    );
  return granted;
}

const KEY = "scopes";
