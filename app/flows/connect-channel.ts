/**
 * Giving Lockstep access to a marketplace account, by its consent page or by keys. It ends with a pending connection, which
 * the merchant joins to the shop inside the app (join-account.ts).
 *
 * The consent page is outside the admin, where there is no session token. So three things tie its end to its beginning: a
 * cookie (whoever comes back went there), a claim that only the browser that came back knows (nobody joins an account to
 * which somebody else agreed), and the session token under which it is joined (of the shop and user that began).
 */
import { randomBytes } from "node:crypto";
import type { Account, Connector, CredentialField, Credentials } from "#connectors/contract/connector.ts";
import type { Result } from "#connectors/contract/failures.ts";
import { type Channel, findChannelOfShop } from "../channels/channels.ts";
import {
  bindConnectAttempt,
  openConnectAttempt,
  openPendingConnection,
  takeConnectAttempt,
} from "../channels/connections.ts";
import { addMs } from "../clock.ts";
import { plainWords } from "../plain-words.ts";
import type { Runtime } from "../runtime.ts";
import { findShop } from "../shops/shops.ts";
import { sealCredentials, transportFor } from "./open-channel.ts";
import { refuse } from "./reply.ts";

/** How long a person may take on the consent page. */
const ATTEMPT_MS = 30 * 60_000;
/** How long a person may take to read which account is joined to which shop. */
const PENDING_MS = 15 * 60_000;
const SECRET_BYTES = 32;
const NOT_SET_UP = "This marketplace is not set up in this installation of Lockstep.";
const BEGIN_AGAIN = "Go back to your Shopify admin, open Lockstep and connect again.";

/** Whose connection it is: all that follows must be the same shop's and, where it is known, the same person's. */
export interface Beginner {
  shopId: number;
  /** Shopify's id of the user at the screen. */
  userId: string | null;
}

export interface Wanted extends Beginner {
  connectorKey: string;
  /** The channel to connect again; another account is refused then. */
  channelId?: number;
}

/** Where the marketplace sends the person back; registered there for some. */
function redirectUriOf(rt: Runtime, connectorKey: string): string {
  return `${rt.appUrl}/connect/${connectorKey}/callback`;
}

const secret = (): string => randomBytes(SECRET_BYTES).toString("base64url");

/** A page of ours to open at top level, which sets the cookie and goes on to the marketplace's consent page. */
export async function beginConnection(
  rt: Runtime,
  { shopId, userId, connectorKey, channelId }: Wanted,
): Promise<{ ok: true; url: string } | { ok: false; message: string }> {
  const connector = rt.connectors.get(connectorKey);
  if (!connector) return refuse(NOT_SET_UP);
  if (connector.authorization.kind !== "oauth") return refuse(`${connector.manifest.name} is connected with keys.`);
  const held = await findHeld(rt, { shopId, connectorKey, channelId });
  if (!held.ok) return held;
  const state = secret();
  await openConnectAttempt(rt.db, {
    state,
    shopId,
    userId,
    connectorKey,
    channelId: channelId ?? null,
    codeVerifierSealed: rt.secrets.seal(randomBytes(48).toString("base64url")),
    expiresAt: addMs(rt.clock.now(), ATTEMPT_MS),
  });
  return { ok: true, url: `${rt.appUrl}/connect/${connectorKey}/start?state=${state}` };
}

/** The channel that is to be connected again; null where it is a new account. */
async function findHeld(
  rt: Runtime,
  { shopId, connectorKey, channelId }: Omit<Wanted, "userId">,
): Promise<{ ok: true; channel: Channel | null } | { ok: false; message: string }> {
  if (channelId === undefined) return { ok: true, channel: null };
  const channel = await findChannelOfShop(rt.db, shopId, channelId);
  if (channel?.connectorKey !== connectorKey) return refuse("This channel does not exist any more.");
  return { ok: true, channel };
}

/** A browser goes to the consent page. `browser` is for its cookie: who comes back is known by it. */
export async function openConsent(
  rt: Runtime,
  { connectorKey, state }: { connectorKey: string; state: string },
): Promise<{ ok: true; url: string; browser: string } | { ok: false; message: string }> {
  const connector = rt.connectors.get(connectorKey);
  if (connector?.authorization.kind !== "oauth") return refuse(NOT_SET_UP);
  const browser = secret();
  const browserHash = hashOfBrowser(rt, browser);
  const attempt = await bindConnectAttempt(rt.db, { state, connectorKey, browserHash, now: rt.clock.now() });
  if (!attempt) return refuse(`This connection was begun already, or too long ago. ${BEGIN_AGAIN}`);
  const codeVerifier = rt.secrets.open(attempt.codeVerifierSealed);
  const redirectUri = redirectUriOf(rt, connectorKey);
  return {
    ok: true,
    url: connector.authorization.consentUrl({ state, codeVerifier, redirectUri }).toString(),
    browser,
  };
}

const hashOfBrowser = (rt: Runtime, browser: string): string => rt.secrets.hash(`connect-browser:${browser}`);

/** `claim`: of the pending connection, for the page in the app that asks whether to join the two. */
export type Returned =
  | { ok: true; shopDomain: string; claim: string }
  | { ok: false; shopDomain: string | null; message: string };

/**
 * The person is back from the consent page. `callback`: all that the marketplace gave them to bring; `browser`: what the
 * cookie holds. The attempt is over, whatever comes of it.
 */
export async function returnFromConsent(
  rt: Runtime,
  { connectorKey, callback, browser }: { connectorKey: string; callback: URLSearchParams; browser: string | null },
): Promise<Returned> {
  const connector = rt.connectors.get(connectorKey);
  const state = callback.get("state") ?? "";
  const attempt = await takeConnectAttempt(rt.db, { state, connectorKey, now: rt.clock.now() });
  const shop = attempt && (await findShop(rt.db, { id: attempt.shopId }));
  if (connector?.authorization.kind !== "oauth" || !attempt || !shop || shop.uninstalledAt) {
    const message = `This connection was begun too long ago, or was finished already. ${BEGIN_AGAIN}`;
    return { ok: false, shopDomain: null, message };
  }
  // Two hashes with a key that nobody outside has: how long they are alike tells nothing.
  if (browser === null || attempt.browserHash !== hashOfBrowser(rt, browser)) {
    const message = `This connection was not begun in this browser, so it was ended: an account is joined only to the shop whose merchant chose to. ${BEGIN_AGAIN}`;
    return { ok: false, shopDomain: null, message };
  }
  const failed = (message: string): Returned => ({ ok: false, shopDomain: shop.domain, message });
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
  if (!credentials.ok) return failed(`${plainWords(credentials.failure.message)}. Please try again.`);
  const { userId, channelId } = attempt;
  const wanted = { shopId: shop.id, userId, connectorKey, ...(channelId === null ? {} : { channelId }) };
  const kept = await keepPending(rt, wanted, connector, credentials.value);
  return kept.ok ? { ...kept, shopDomain: shop.domain } : failed(kept.message);
}

/** Errors by the field they belong to, values in none of them. */
export type KeysAccepted =
  | { ok: true; claim: string }
  | { ok: false; message: string; errors?: Record<string, string> };

/** Keys that the merchant typed in. They are tried before they are kept. */
export async function connectWithKeys(
  rt: Runtime,
  { keys: typed, ...wanted }: Wanted & { keys: Record<string, string> },
): Promise<KeysAccepted> {
  const connector = rt.connectors.get(wanted.connectorKey);
  if (!connector) return refuse(NOT_SET_UP);
  const { name } = connector.manifest;
  const fields = keyFields(connector);
  if (fields.length === 0) return refuse(`${name} is connected on its own page, not with keys.`);
  // Only what the form asks for: the schema may know other credentials, which are not for typing in.
  const keys = Object.fromEntries(fields.map((field) => [field.name, typed[field.name]?.trim() ?? ""]));
  const empty = fields.filter((field) => keys[field.name] === "");
  if (empty.length > 0) {
    const errors = Object.fromEntries(empty.map((field) => [field.name, `Enter the ${field.label.toLowerCase()}.`]));
    return { ok: false, message: "Please fill in the fields in red.", errors };
  }
  const parsed = connector.manifest.credentials.safeParse(keys);
  if (!parsed.success) {
    const errors = Object.fromEntries(
      parsed.error.issues.map((issue) => [
        String(issue.path[0] ?? fields[0]?.name),
        `This can't be right: ${issue.message}.`,
      ]),
    );
    return { ok: false, message: `${name} was not asked, because these keys can't be right.`, errors };
  }
  return keepPending(rt, wanted, connector, parsed.data);
}

/** The fields of a connection by keys; none where the marketplace has no such way. */
function keyFields({ authorization }: Connector): readonly CredentialField[] {
  return authorization.kind === "keys" ? authorization.fields : (authorization.keys ?? []);
}

/** Looks whose account it is, and keeps the access until the merchant has read it. */
async function keepPending(
  rt: Runtime,
  wanted: Wanted,
  connector: Connector,
  credentials: Credentials,
): Promise<{ ok: true; claim: string } | { ok: false; message: string }> {
  const { name } = connector.manifest;
  const held = await findHeld(rt, wanted);
  if (!held.ok) return held;
  const account: Result<Account> = await connector
    .open({ credentials, transport: transportFor(rt, connector, "app"), now: () => rt.clock.now() })
    .checkAccess();
  if (!account.ok) {
    const { kind, message } = account.failure;
    return refuse(
      kind === "unauthorized"
        ? `${name} does not accept this access: ${message}.`
        : `A first look at the ${name} account failed: ${message}. Please try again.`,
    );
  }
  const { remoteAccountId, displayName, warnings, isNamedByKeys = false, sharesStockWith = [] } = account.value;
  if (held.channel && held.channel.remoteAccountId !== remoteAccountId && !isNamedByKeys) {
    return refuse(
      `This is access to another ${name} account, ${displayName}. Use ${held.channel.name}, or connect ${displayName} under Channels.`,
    );
  }
  const claim = secret();
  await openPendingConnection(rt.db, {
    claim,
    shopId: wanted.shopId,
    userId: wanted.userId,
    connectorKey: wanted.connectorKey,
    channelId: wanted.channelId ?? null,
    remoteAccountId,
    accountName: displayName,
    isNamedByKeys,
    warnings,
    sharesStockWith,
    ...sealCredentials(rt, credentials),
    expiresAt: addMs(rt.clock.now(), PENDING_MS),
  });
  return { ok: true, claim };
}
