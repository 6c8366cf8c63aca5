/** Whose account this is, and whether it is set up so that a zero does not end a listing. */
import { z } from "zod";
import type { Account } from "../contract/connector.ts";
import { type Result, succeed } from "../contract/failures.ts";
import { keyText } from "../contract/storable.ts";
import { callEbay } from "./client.ts";
import { bearer, type EbaySession } from "./session.ts";
import { callTrading, textOf } from "./trading.ts";

const userSchema = z.object({ userId: keyText, username: keyText });

export async function checkEbayAccess(session: EbaySession): Promise<Result<Account>> {
  const user = await callEbay(session.transport, {
    operation: "getUser",
    method: "GET",
    // The trailing slash is the spec's.
    address: `${session.origins.apiz}/commerce/identity/v1/user/`,
    headers: bearer(session),
    effect: "read",
    reply: userSchema,
  });
  if (!user.ok) return user;
  const warning = await outOfStockWarning(session);
  return succeed({
    remoteAccountId: user.value.value.userId,
    displayName: user.value.value.username,
    warnings: warning === null ? [] : [warning],
  });
}

/** The only place eBay tells this preference is the old Trading API. */
async function outOfStockWarning(session: EbaySession): Promise<string | null> {
  const asked = "<ShowOutOfStockControlPreference>true</ShowOutOfStockControlPreference>";
  const read = await callTrading(session, "GetUserPreferences", asked);
  const preference = read.ok ? textOf(read.value, "OutOfStockControlPreference") : null;
  if (preference === "true") return null;
  if (preference === "false") {
    return 'The out-of-stock option is off at eBay, so a listing that sells out ends, and selling it again makes a new listing without its history. Turn on "Use the out-of-stock option" in My eBay under Account, Site preferences, Multi-quantity listings.';
  }
  return 'Lockstep could not read from eBay whether the out-of-stock option is on. Please check "Use the out-of-stock option" in My eBay under Account, Site preferences, Multi-quantity listings: while it is off, a listing that sells out ends.';
}
