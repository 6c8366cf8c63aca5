/** For tests: as much of a browser's window as the App Bridge script touches when it runs in the app's frame. */
import { createContext, runInContext } from "node:vm";

export const ADMIN_ORIGIN = "http://127.0.0.1:4001";
export const APP_ORIGIN = "http://127.0.0.1:4000";

interface Posted {
  message: { type: string; [field: string]: unknown };
  origin: string;
}

export interface FakeFrame {
  /** What the script told the admin, and the origin it addressed. */
  posted: Posted[];
  requests: Request[];
  /** Addresses that the document was sent to. */
  replaced: string[];
  /** Tags that the script defined. */
  defined: string[];
  window: Record<string, unknown>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** The admin says something; another origin and another sender on request. */
  hear(message: object, from?: { origin?: string; source?: object }): void;
  /** Lets what is under way go on. */
  settle(): Promise<void>;
  /** The document is left: its timers end with it. */
  close(): void;
}

export interface FakeFrameOptions {
  /** Path and query of the document. */
  path?: string;
  /** Opened in a tab of its own. */
  isTop?: boolean;
  answer?(request: Request): Response;
}

class FakeElement extends EventTarget {
  src = "";
  dataset: Record<string, string> = {};
}
class FakeStyleSheet {
  replaceSync(): void {}
}
class FakeObserver {
  observe(): void {}
  disconnect(): void {}
}

export function runInFakeFrame(script: string, options: FakeFrameOptions = {}): FakeFrame {
  const posted: Posted[] = [];
  const requests: Request[] = [];
  const replaced: string[] = [];
  const defined: string[] = [];
  const path = options.path ?? "/app?shop=lockstep-demo.myshopify.com&host=aG9zdA==&embedded=1";
  const url = new URL(path, APP_ORIGIN);
  const target = new EventTarget();
  const parent = { postMessage: (message: Posted["message"], origin: string) => posted.push({ message, origin }) };
  const tag = Object.assign(new FakeElement(), { src: `${ADMIN_ORIGIN}/app-bridge.js`, dataset: { apiKey: "key" } });
  const kept = new Map<string, string>();
  const timers: NodeJS.Timeout[] = [];
  const window: Record<string, unknown> = {
    addEventListener: target.addEventListener.bind(target),
    open: () => null,
    fetch: async (request: Request) => {
      requests.push(request);
      return options.answer?.(request) ?? new Response("{}");
    },
    location: {
      href: url.href,
      origin: url.origin,
      pathname: url.pathname,
      search: url.search,
      replace: (to: string) => replaced.push(to),
    },
    history: { pushState() {}, replaceState() {} },
    document: Object.assign(new EventTarget(), {
      currentScript: tag,
      adoptedStyleSheets: [],
      baseURI: url.href,
      title: "Home",
      head: {},
      querySelectorAll: () => [],
      getElementById: () => null,
    }),
    sessionStorage: {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (n: string, v: string) => kept.set(n, v),
    },
    customElements: { define: (name: string) => defined.push(name) },
    ...{ HTMLElement: FakeElement, HTMLScriptElement: FakeElement },
    ...{ CSSStyleSheet: FakeStyleSheet, MutationObserver: FakeObserver },
    ...{
      Request,
      Response,
      Headers,
      URL,
      URLSearchParams,
      CustomEvent,
      crypto,
      setTimeout: (run: () => void, ms?: number) => {
        const timer = setTimeout(run, ms);
        timers.push(timer);
        return timer;
      },
      clearTimeout,
      queueMicrotask,
    },
  };
  window.window = window;
  window.parent = options.isTop ? window : parent;
  runInContext(script, createContext(window));

  return {
    posted,
    requests,
    replaced,
    defined,
    window,
    fetch: (to, init) => (window.fetch as typeof fetch)(to, init),
    hear(message, from = {}) {
      const event = Object.assign(new Event("message"), {
        data: message,
        origin: ADMIN_ORIGIN,
        source: parent,
        ...from,
      });
      target.dispatchEvent(event);
    },
    settle: () => new Promise((done) => setImmediate(done)),
    close: () => timers.forEach(clearTimeout),
  };
}
