/** Whether the token works. Vinted Pro has no call that says whose it is. */
import { z } from "zod";
import type { Account } from "../contract/connector.ts";
import { type Result, succeed } from "../contract/failures.ts";
import { callVinted, type VintedSession } from "./client.ts";
import { splitToken } from "./signature.ts";

export async function checkVintedAccess(session: VintedSession): Promise<Result<Account>> {
  const read = await callVinted(session, {
    operation: "getItems",
    method: "GET",
    path: "/api/v1/items",
    query: { limit: "1" },
    effect: "read",
    reply: z.object({ items: z.array(z.unknown()) }),
  });
  if (!read.ok) return read;
  // The access key is no secret (it travels in the clear) and the only thing that tells one merchant from another.
  const { accessKey } = splitToken(session.credentials.token ?? "");
  return succeed({ remoteAccountId: accessKey, displayName: "Vinted Pro", warnings: [], isNamedByKeys: true });
}
