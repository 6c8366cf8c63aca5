/** What the calls of one channel share. */
import type { ChannelSession } from "../contract/connector.ts";
import type { EtsyOrigins } from "./client.ts";

export interface EtsySession extends ChannelSession {
  origins: EtsyOrigins;
  apiKey: string;
}

/** The path of the merchant's shop. The id was read when the merchant connected, so that no call is spent on it again. */
export function shopAddress(session: EtsySession): string {
  return `${session.origins.api}/v3/application/shops/${encodeURIComponent(session.credentials.shopId ?? "")}`;
}
