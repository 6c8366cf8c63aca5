/** Whose shop this is, and how long the connection still holds. */
import { z } from "zod";
import type { Account } from "../contract/connector.ts";
import { type Result, succeed } from "../contract/failures.ts";
import { keyText } from "../contract/storable.ts";
import { callDepop, type DepopSession } from "./client.ts";

const sellerSchema = z.object({ id: z.number().int(), username: keyText });

export async function checkDepopAccess(session: DepopSession): Promise<Result<Account>> {
  const seller = await callDepop(session, {
    operation: "getSellerDetails",
    method: "GET",
    path: "/api/v1/shop/",
    effect: "read",
    reply: sellerSchema,
  });
  if (!seller.ok) return seller;
  const warning = endWarning(session);
  return succeed({
    remoteAccountId: String(seller.value.id),
    displayName: seller.value.username,
    warnings: warning === null ? [] : [warning],
  });
}

const WARN_BEFORE_MS = 30 * 24 * 60 * 60 * 1000;

/** "The new refresh token maintains the same expiry as the original (1 year from initial creation)": nothing prolongs it. */
function endWarning(session: DepopSession): string | null {
  const end = session.credentials.refreshTokenExpiresAt;
  if (end === undefined || Date.parse(end) - session.now().getTime() > WARN_BEFORE_MS) return null;
  return `Depop ends each connection after a year, this one on ${end.slice(0, 10)}. Connect Depop again before then, or nothing is kept in step afterwards.`;
}
