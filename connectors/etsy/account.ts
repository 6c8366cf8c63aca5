/** Whose account this is, and whether anybody can buy in it. */
import { z } from "zod";
import type { Account } from "../contract/connector.ts";
import { type Result, succeed } from "../contract/failures.ts";
import { keyText } from "../contract/storable.ts";
import { selfSchema } from "./auth.ts";
import { callEtsy, callerOf } from "./client.ts";
import { type EtsySession, shopAddress } from "./session.ts";

const shopSchema = z.object({ shop_name: keyText, is_vacation: z.boolean().nullish() });

export async function checkEtsyAccess(session: EtsySession): Promise<Result<Account>> {
  // getShop is public: only getMe proves that the token is good.
  const self = await callEtsy(callerOf(session), {
    operation: "getMe",
    method: "GET",
    address: `${session.origins.api}/v3/application/users/me`,
    effect: "read",
    reply: selfSchema,
  });
  if (!self.ok) return self;
  const shop = await callEtsy(callerOf(session), {
    operation: "getShop",
    method: "GET",
    address: shopAddress(session),
    effect: "read",
    reply: shopSchema,
  });
  if (!shop.ok) return shop;
  return succeed({
    remoteAccountId: String(self.value.shop_id),
    displayName: shop.value.shop_name,
    warnings:
      shop.value.is_vacation === true
        ? ["Your Etsy shop is on holiday, so nobody can buy there. Turn holiday mode off in Etsy's Shop Manager."]
        : [],
  });
}
