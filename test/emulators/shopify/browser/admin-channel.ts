/** The app's end of the line to the admin. It speaks to one origin only, and hears only its own parent at that origin. */
import type { ToAdmin, ToApp } from "./messages.ts";

const TOKEN_TIMEOUT_MS = 10_000;

export interface AdminChannel {
  send(message: ToAdmin): void;
  on<T extends ToApp["type"]>(type: T, hear: (message: Extract<ToApp, { type: T }>) => void): void;
  /** A session token that is still good for a while. `fresh`: one that was never given before. Rejects when there is none. */
  idToken(fresh?: boolean): Promise<string>;
  /** Resolves once the merchant agrees to leave; never, when they stay. */
  askLeave(): Promise<void>;
}

export function createAdminChannel(adminOrigin: string): AdminChannel {
  const hearers = new Map<string, ((message: never) => void)[]>();
  const waiting = new Map<string, { resolve(token: string): void; reject(error: Error): void }>();
  const leaving = new Map<string, () => void>();
  let held: { token: string; goodUntilMs: number } | null = null;
  let asked: Promise<string> | null = null;
  let requests = 0;

  const channel: AdminChannel = {
    send(message) {
      if (window.parent !== window) window.parent.postMessage(message, adminOrigin);
    },
    on(type, hear) {
      hearers.set(type, [...(hearers.get(type) ?? []), hear as (message: never) => void]);
    },
    idToken(fresh = false) {
      if (!fresh && held && held.goodUntilMs > Date.now()) return Promise.resolve(held.token);
      // Many requests at once need one token, not one each.
      asked ??= askIdToken().finally(() => {
        asked = null;
      });
      return asked;
    },
    askLeave: () =>
      new Promise((resolve) => {
        requests += 1;
        leaving.set(String(requests), resolve);
        channel.send({ type: "ask-leave", requestId: String(requests) });
      }),
  };

  function askIdToken(): Promise<string> {
    requests += 1;
    const requestId = String(requests);
    return new Promise((resolve, reject) => {
      waiting.set(requestId, { resolve, reject });
      channel.send({ type: "ask-id-token", requestId });
      setTimeout(() => {
        if (waiting.delete(requestId)) reject(new TypeError("The admin gave no session token in time."));
      }, TOKEN_TIMEOUT_MS);
    });
  }

  window.addEventListener("message", (event: MessageEvent) => {
    if (event.origin !== adminOrigin || event.source !== window.parent) return;
    const message = event.data as ToApp;
    for (const hear of hearers.get(message.type) ?? []) (hear as (message: ToApp) => void)(message);
  });
  channel.on("id-token", ({ requestId, idToken, lifetimeMs }) => {
    // Half its life: a request takes time, and clocks differ.
    held = { token: idToken, goodUntilMs: Date.now() + lifetimeMs / 2 };
    waiting.get(requestId)?.resolve(idToken);
    waiting.delete(requestId);
  });
  channel.on("id-token-refused", ({ requestId, why }) => {
    waiting.get(requestId)?.reject(new TypeError(`The admin gave no session token: ${why}`));
    waiting.delete(requestId);
  });
  channel.on("leave", ({ requestId }) => {
    leaving.get(requestId)?.();
    leaving.delete(requestId);
  });
  return channel;
}
