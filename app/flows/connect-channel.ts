/** Connecting a marketplace account, by its consent page or by keys; and disconnecting it. */
import { randomBytes } from "node:crypto";
import type { Connector, Credentials } from "#connectors/contract/connector.ts";
import type { Result } from "#connectors/contract/failures.ts";
import { resolveAlert } from "../alerts/alerts.ts";
import {
  findChannelOfShop,
  openConnectAttempt,
  recordConnected,
  recordDisconnected,
  takeConnectAttempt,
} from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { inTransaction } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { markStale } from "../listings/listings.ts";
import type { Runtime } from "../runtime.ts";
import { findShop, type Shop } from "../shops/shops.ts";
import { sealCredentials, transportFor } from "./open-channel.ts";
import { DONE, type Reply, refuse } from "./reply.ts";

/** How long a person may take on the consent page. */
const ATTEMPT_MS = 30 * 60_000;

/** Where the marketplace sends the person back; registered there for some. */
function redirectUriOf(rt: Runtime, connectorKey: string): string {
  return `${rt.appUrl}/connect/${connectorKey}/callback`;
}

/** The consent page to go to. */
export async function beginConnection(
  rt: Runtime,
  { shopId, connectorKey }: { shopId: number; connectorKey: string },
): Promise<{ ok: true; url: string } | { ok: false; message: string }> {
  const connector = rt.connectors.get(connectorKey);
  if (!connector) return refuse("This marketplace is not set up in this installation of Lockstep.");
  if (connector.authorization.kind !== "oauth") return refuse(`${connector.manifest.name} is connected with keys.`);
  const state = randomBytes(32).toString("base64url");
  const codeVerifier = randomBytes(48).toString("base64url");
  await openConnectAttempt(rt.db, {
    state,
    shopId,
    connectorKey,
    codeVerifierSealed: rt.secrets.seal(codeVerifier),
    expiresAt: addMs(rt.clock.now(), ATTEMPT_MS),
  });
  const redirectUri = redirectUriOf(rt, connectorKey);
  return { ok: true, url: connector.authorization.consentUrl({ state, codeVerifier, redirectUri }).toString() };
}

export type Connected =
  | { ok: true; shopDomain: string; channelId: number }
  | { ok: false; shopDomain: string | null; message: string };

/** The person is back from the consent page. `callback`: all that the marketplace gave them to bring. */
export async function finishConnection(
  rt: Runtime,
  { connectorKey, callback }: { connectorKey: string; callback: URLSearchParams },
): Promise<Connected> {
  const connector = rt.connectors.get(connectorKey);
  const state = callback.get("state") ?? "";
  const attempt = await takeConnectAttempt(rt.db, { state, connectorKey, now: rt.clock.now() });
  const shop = attempt && (await findShop(rt.db, { id: attempt.shopId }));
  if (connector?.authorization.kind !== "oauth" || !attempt || !shop) {
    return {
      ok: false,
      shopDomain: null,
      message: "This connection was started too long ago, or was finished already. Start it again in Lockstep.",
    };
  }
  const failed = (message: string): Connected => ({ ok: false, shopDomain: shop.domain, message });
  const code = callback.get("code") ?? callback.get("spapi_oauth_code");
  if (!code) return failed(`${connector.manifest.name} was not connected, because access was not granted.`);
  const credentials = await connector.authorization.exchangeCode({
    code,
    codeVerifier: rt.secrets.open(attempt.codeVerifierSealed),
    redirectUri: redirectUriOf(rt, connectorKey),
    transport: transportFor(rt, connector, "app"),
    now: rt.clock.now(),
    callback,
  });
  if (!credentials.ok) return failed(`${credentials.failure.message}. Please try again.`);
  return keepConnection(rt, shop, connector, credentials.value);
}

/** Keys that the merchant typed in. They are tried before they are kept. */
export async function connectWithKeys(
  rt: Runtime,
  { shopId, connectorKey, keys }: { shopId: number; connectorKey: string; keys: Record<string, string> },
): Promise<Connected> {
  const connector = rt.connectors.get(connectorKey);
  const shop = await findShop(rt.db, { id: shopId });
  if (!connector || !shop) {
    return { ok: false, shopDomain: null, message: "This marketplace is not set up in this installation of Lockstep." };
  }
  const parsed = connector.manifest.credentials.safeParse(keys);
  if (!parsed.success) {
    const words = parsed.error.issues.map((issue) => `${issue.path.join(".") || "keys"}: ${issue.message}`).join("; ");
    return { ok: false, shopDomain: shop.domain, message: `These keys can't be right (${words}).` };
  }
  return keepConnection(rt, shop, connector, parsed.data);
}

async function keepConnection(
  rt: Runtime,
  shop: Shop,
  connector: Connector,
  credentials: Credentials,
): Promise<Connected> {
  const { key, name } = connector.manifest;
  const account: Result<{ remoteAccountId: string; displayName: string; warnings: string[] }> = await connector
    .open({ credentials, transport: transportFor(rt, connector, "app"), now: () => rt.clock.now() })
    .checkAccess();
  if (!account.ok) {
    return {
      ok: false,
      shopDomain: shop.domain,
      message: `${name} let us in, but a first look failed: ${account.failure.message}. Please try again.`,
    };
  }
  const { remoteAccountId, displayName, warnings } = account.value;
  return inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    const { channel, isNew } = await recordConnected(tx, {
      shopId: shop.id,
      connectorKey: key,
      remoteAccountId,
      name: displayName,
      warnings,
      ...sealCredentials(rt, credentials),
      now,
    });
    await resolveAlert(tx, shop.id, `reconnect:${channel.id}`, now);
    // Much may have changed while it was not connected: all of it is read and decided again.
    if (!isNew) await markStale(tx, shop.id, { channelId: channel.id }, { decreasing: true, now });
    await rt.queue.send(tx, "reconcile-listings", { channelId: channel.id });
    await rt.queue.send(tx, "import-orders", { channelId: channel.id });
    await rt.queue.send(tx, "subscribe-channel", { channelId: channel.id });
    await recordAttempt(tx, {
      shopId: shop.id,
      channelId: channel.id,
      kind: "settings",
      outcome: "done",
      message: `${name} account ${displayName} ${isNew ? "connected" : "connected again"}`,
      startedAt: now,
      finishedAt: now,
    });
    return { ok: true, shopDomain: shop.domain, channelId: channel.id };
  });
}

/** Forgets the keys. Listings over there stay as they are. */
export async function disconnectChannel(
  rt: Runtime,
  { shopId, channelId }: { shopId: number; channelId: number },
): Promise<Reply> {
  return inTransaction(rt.db, async (tx) => {
    const channel = await findChannelOfShop(tx, shopId, channelId);
    if (!channel) return refuse("This channel does not exist any more.");
    const now = rt.clock.now();
    await recordDisconnected(tx, channelId, now);
    await resolveAlert(tx, shopId, `reconnect:${channelId}`, now);
    await recordAttempt(tx, {
      shopId,
      channelId,
      kind: "settings",
      outcome: "done",
      message: `${channel.name} disconnected; its listings stay as they are`,
      startedAt: now,
      finishedAt: now,
    });
    return DONE;
  });
}
