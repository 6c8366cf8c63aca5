/** Connecting a marketplace account, by its consent page or by keys; and disconnecting it. */
import { randomBytes } from "node:crypto";
import type { Account, Connector, CredentialField, Credentials } from "#connectors/contract/connector.ts";
import type { Result } from "#connectors/contract/failures.ts";
import { resolveAlert } from "../alerts/alerts.ts";
import {
  type Channel,
  findChannelOfShop,
  openConnectAttempt,
  recordConnected,
  recordDisconnected,
  recordReconnected,
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

/** As a connection comes to an end at the screen: errors by the field they belong to, values in none of them. */
export type ConnectedWithKeys = Connected & { errors?: Record<string, string> };

/**
 * Keys that the merchant typed in. They are tried before they are kept. `channelId`: of the channel to connect again;
 * keys of another account are refused then.
 */
export async function connectWithKeys(
  rt: Runtime,
  input: { shopId: number; connectorKey: string; keys: Record<string, string>; channelId?: number },
): Promise<ConnectedWithKeys> {
  const connector = rt.connectors.get(input.connectorKey);
  const shop = await findShop(rt.db, { id: input.shopId });
  if (!connector || !shop) {
    return { ok: false, shopDomain: null, message: "This marketplace is not set up in this installation of Lockstep." };
  }
  const refused = (message: string, errors: Record<string, string> = {}): ConnectedWithKeys => ({
    ok: false,
    shopDomain: shop.domain,
    message,
    errors,
  });
  const { name } = connector.manifest;
  const fields = keyFields(connector);
  if (fields.length === 0) return refused(`${name} is connected on its own page, not with keys.`);
  // Only what the form asks for: the schema may know other credentials, which are not for typing in.
  const keys = Object.fromEntries(fields.map((field) => [field.name, input.keys[field.name]?.trim() ?? ""]));
  const empty = fields.filter((field) => keys[field.name] === "");
  if (empty.length > 0) {
    const errors = Object.fromEntries(empty.map((field) => [field.name, `Enter the ${field.label.toLowerCase()}.`]));
    return refused("Please fill in the fields in red.", errors);
  }
  const parsed = connector.manifest.credentials.safeParse(keys);
  if (!parsed.success) {
    const errors = Object.fromEntries(
      parsed.error.issues.map((issue) => [
        String(issue.path[0] ?? fields[0]?.name),
        `This can't be right: ${issue.message}.`,
      ]),
    );
    return refused(`${name} was not asked, because these keys can't be right.`, errors);
  }
  const held = input.channelId === undefined ? null : await findChannelOfShop(rt.db, shop.id, input.channelId);
  if (input.channelId !== undefined && held?.connectorKey !== input.connectorKey) {
    return refused("This channel does not exist any more.");
  }
  return keepConnection(rt, shop, connector, parsed.data, held);
}

/** `held`: the channel that is connected again, where it is known. */
async function keepConnection(
  rt: Runtime,
  shop: Shop,
  connector: Connector,
  credentials: Credentials,
  held: Channel | null = null,
): Promise<Connected> {
  const { key, name } = connector.manifest;
  const failed = (message: string): Connected => ({ ok: false, shopDomain: shop.domain, message });
  const account: Result<Account> = await connector
    .open({ credentials, transport: transportFor(rt, connector, "app"), now: () => rt.clock.now() })
    .checkAccess();
  if (!account.ok) {
    const { kind, message } = account.failure;
    return failed(
      kind === "unauthorized"
        ? `${name} does not accept this access: ${message}.`
        : `A first look at the ${name} account failed: ${message}. Please try again.`,
    );
  }
  const { remoteAccountId, displayName, warnings, isNamedByKeys = false } = account.value;
  if (held && held.remoteAccountId !== remoteAccountId && !isNamedByKeys) {
    return failed(
      `These keys are of another ${name} account, ${displayName}. Use keys of ${held.name}, or connect ${displayName} under Channels.`,
    );
  }
  return inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    // A seller often has one name on all marketplaces: by the account's alone, messages could not be told apart.
    const facts = { name: `${name} · ${displayName}`, warnings, ...sealCredentials(rt, credentials) };
    const { channel, isNew } = held
      ? { channel: await recordReconnected(tx, held.id, facts), isNew: false }
      : await recordConnected(tx, { shopId: shop.id, connectorKey: key, remoteAccountId, ...facts, now });
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

/** The fields of a connection by keys; none where the marketplace has no such way. */
function keyFields({ authorization }: Connector): readonly CredentialField[] {
  return authorization.kind === "keys" ? authorization.fields : (authorization.keys ?? []);
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
    for (const key of ["reconnect", "brake", "undone"]) await resolveAlert(tx, shopId, `${key}:${channelId}`, now);
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
