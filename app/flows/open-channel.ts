/**
 * Opens a channel: valid credentials, a paced way out, the connector on top.
 */
import type { Connector, Credentials, OpenChannel } from "#connectors/contract/connector.ts";
import { type Failure, fail, type Result, succeed } from "#connectors/contract/failures.ts";
import { createTransport, type Transport, unlessStale, urgently } from "#connectors/transport/transport.ts";
import { raiseAlert } from "../alerts/alerts.ts";
import { createBudgets } from "../budgets/budgets.ts";
import {
  type Channel,
  findChannel,
  listChannelIds,
  mayBeWritten,
  recordCredentials,
  setChannelState,
  type WriteKind,
} from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { acquireLease, releaseLease } from "../leases/leases.ts";
import type { Runtime } from "../runtime.ts";
import { isGood } from "../token-life.ts";

const REFRESH_LEASE_MS = 60_000;
/** A refresh takes so long at most, waiting for its turn included. */
const REFRESH_MS_MAX = 40_000;
const REFRESH_WAIT_MS = 250;
/** Calls in flight at once to one account: enough to fill the round trips, few enough to stay polite. */
const CONCURRENCY_MAX = 4;
/** Limits by the second are waited out, longer ones are not: whoever called comes again when there is room. */
const LIMIT_WAIT_MS_MAX = 3_000;

export interface Opened {
  connector: Connector;
  remote: OpenChannel;
}

/** One transport per channel and process, so that its pacing is shared by all that runs here. */
const transports = new WeakMap<Runtime, Map<string, Transport>>();

/** `account` names whose budgets are charged: a channel's id, or "app" before there is one. */
export function transportFor(rt: Runtime, connector: Connector, account: string): Transport {
  const ofRuntime = transports.get(rt) ?? new Map<string, Transport>();
  transports.set(rt, ofRuntime);
  const name = `${connector.manifest.key}:${account}`;
  let transport = ofRuntime.get(name);
  if (!transport) {
    transport = createTransport({
      fetch: rt.fetch,
      budgets: createBudgets(rt.db, rt.clock, {
        connectorKey: connector.manifest.key,
        channel: account,
        sharers: () => listChannelIds(rt.db, connector.manifest.key),
      }),
      limits: connector.manifest.limits,
      concurrencyMax: CONCURRENCY_MAX,
      timeoutMs: connector.manifest.requestTimeoutMs,
      toFailure: connector.toFailure,
      onCall: (event) =>
        rt.logger.debug({ marketplace: connector.manifest.key, account, ...event }, "marketplace call"),
      nowMs: () => rt.clock.now().getTime(),
      patience: { waitMsMax: LIMIT_WAIT_MS_MAX, sleep: (ms) => rt.clock.sleep(ms) },
    });
    ofRuntime.set(name, transport);
  }
  return transport;
}

export interface OpenOptions {
  urgent: boolean;
  /** What this caller writes. Each write asks, as it leaves, whether the channel still takes such; left out: orders. */
  writes?: WriteKind;
  /** Asked too before each write leaves, which may be long after it was decided: limits and other calls come first. */
  mayWrite?: () => Promise<Failure | null>;
}

/**
 * `unauthorized` when the merchant must reconnect, `unavailable` when the token could not be refreshed just now.
 * `urgent`: for what lowers quantities or carries orders; reading a catalogue and raising quantities leave it some calls.
 */
export async function openChannel(
  rt: Runtime,
  channel: Channel,
  { urgent, writes = "orders", mayWrite }: OpenOptions,
): Promise<Result<Opened>> {
  const connector = rt.connectors.get(channel.connectorKey);
  if (!connector) {
    return fail({
      kind: "rejected",
      scope: "app",
      message: `${channel.connectorKey} is not set up in this installation; set its environment variables`,
    });
  }
  const shared = transportFor(rt, connector, String(channel.id));
  const paced = urgent ? urgently(shared) : shared;
  const transport = unlessStale(paced, async () => {
    if (!(await mayBeWritten(rt.db, channel.id, writes))) return HELD[writes];
    return (await mayWrite?.()) ?? null;
  });
  const credentials = await validCredentials(rt, channel, connector, paced);
  if (!credentials.ok) return credentials;
  const remote = connector.open({
    credentials: credentials.value,
    transport,
    options: new Set(channel.options),
    now: () => rt.clock.now(),
  });
  return succeed({ connector, remote });
}

/** Whoever wrote stops, and looks at the channel's state before it writes again. */
const HELD: Record<WriteKind, Failure> = {
  quantities: {
    kind: "throttled",
    scope: "account",
    retryAfterMs: 0,
    message: "The channel was paused or stopped while this waited for its turn, so it was not sent",
  },
  orders: {
    kind: "throttled",
    scope: "account",
    retryAfterMs: 5 * 60_000,
    message: "The channel is not connected any more, so this was not sent",
  },
};

async function validCredentials(
  rt: Runtime,
  channel: Channel,
  connector: Connector,
  transport: Transport,
): Promise<Result<Credentials>> {
  let current: Channel | null = channel;
  for (;;) {
    if (!current?.credentialsSealed) return fail(reconnect(channel));
    const parsed = connector.manifest.credentials.safeParse(JSON.parse(rt.secrets.open(current.credentialsSealed)));
    if (!parsed.success) return fail(reconnect(channel));
    if (isGood(current.credentialsExpireAt, rt.clock.now())) return succeed(parsed.data);
    // Keys that were typed in have no refresh: past their end, new ones must be typed in.
    if (connector.authorization.kind !== "oauth") return fail(reconnect(channel));

    const lease = await acquireLease(rt.db, {
      name: `channel-token:${channel.id}`,
      holder: rt.workerId,
      now: rt.clock.now(),
      ttlMs: REFRESH_LEASE_MS,
    });
    if (!lease) {
      await rt.clock.sleep(REFRESH_WAIT_MS);
      current = await findChannel(rt.db, channel.id);
      continue;
    }
    try {
      // Another worker may have refreshed it while we came here: a rotating token is spent only once.
      const latest = await findChannel(rt.db, channel.id);
      if (latest?.credentialsSealed !== current.credentialsSealed) {
        current = latest;
        continue;
      }
      // Whoever stood still may find that another has used the same refresh token meanwhile: it looks again.
      if (rt.clock.now() > addMs(lease.until, -REFRESH_MS_MAX)) continue;
      const refreshed = await connector.authorization.refresh({
        credentials: parsed.data,
        transport,
        now: rt.clock.now(),
      });
      if (!refreshed.ok) return refreshed;
      await recordCredentials(rt.db, channel.id, sealCredentials(rt, refreshed.value));
      return refreshed;
    } finally {
      await releaseLease(rt.db, lease);
    }
  }
}

export function sealCredentials(
  rt: Runtime,
  credentials: Credentials,
): { credentialsSealed: string; credentialsExpireAt: Date | null } {
  return {
    credentialsSealed: rt.secrets.seal(JSON.stringify(credentials)),
    credentialsExpireAt: credentials.expiresAt ? new Date(credentials.expiresAt) : null,
  };
}

function reconnect(channel: Channel): Failure {
  return { kind: "unauthorized", scope: "account", message: `${channel.name} must be connected again` };
}

/** The marketplace no longer accepts our keys: nothing more is sent to this account until the merchant reconnects. */
export async function stopForReconnect(rt: Runtime, channel: Channel, why: string): Promise<void> {
  if (!(await setChannelState(rt.db, channel.id, "reconnect", why))) return;
  await raiseAlert(
    rt.db,
    {
      shopId: channel.shopId,
      channelId: channel.id,
      key: `reconnect:${channel.id}`,
      severity: "critical",
      title: `Reconnect ${channel.name}`,
      message: `${channel.name} no longer accepts Lockstep's access (${why}). Its listings and orders are not kept in step. Open the channel and choose Reconnect.`,
      action: `/app/channels/${channel.id}`,
    },
    rt.clock.now(),
  );
}
