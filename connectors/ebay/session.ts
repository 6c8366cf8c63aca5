/** What the calls of one channel share. */
import type { ChannelSession } from "../contract/connector.ts";
import type { EbayOrigins } from "./client.ts";

export interface EbaySession extends ChannelSession {
  origins: EbayOrigins;
}

export function bearer(session: ChannelSession): { authorization: string } {
  return { authorization: `Bearer ${session.credentials.accessToken}` };
}

/** Post-Order, older than the rest, takes the same token under another name. */
export function iaf(session: ChannelSession): { authorization: string } {
  return { authorization: `IAF ${session.credentials.accessToken}` };
}
