/** The admin's side of an embedded app: bundled and served as /app-frame.js on the page that holds the frame. */
import { ask, createSaveBar, hideToast, setLoading, setTitleBar, setTrouble, showToast } from "./frame-chrome.ts";
import type { NavItem, ToAdmin, ToApp } from "./messages.ts";

/** Written into the page by the server. */
export interface FrameConfig {
  appName: string;
  appOrigin: string;
  appHomePath: string;
  /** Path of this page without the app's own: "/store/lockstep-demo/apps/lockstep". */
  base: string;
  idTokenPath: string;
  /** The frame's address without a path of the app and without a token. */
  frameParams: Record<string, string>;
}

const SILENCE_MS = 15_000;
const LEAVE_QUESTION = "Leave this page with unsaved changes? They will be lost.";

function start(config: FrameConfig): void {
  const frame = document.querySelector<HTMLIFrameElement>("iframe#app");
  const menu = document.getElementById("app-nav");
  if (!frame || !menu) throw new Error("the page has no frame");
  let alive = false;
  let path = new URL(frame.src).pathname;
  let items: NavItem[] = [];

  const tell = (message: ToApp): void => frame.contentWindow?.postMessage(message, config.appOrigin);
  const saveBar = createSaveBar((button) => tell({ type: "save-bar-button", button }));
  const mayLeave = async (): Promise<boolean> => !saveBar.isOpen || (await ask(LEAVE_QUESTION, "Leave page"));
  const adminPath = (appPath: string): string =>
    appPath === config.appHomePath ? config.base : `${config.base}${appPath}`;

  async function askIdToken(): Promise<{ idToken: string; lifetimeMs: number }> {
    const response = await fetch(config.idTokenPath, { method: "POST" });
    const body = await response.json();
    if (!response.ok) throw new Error(body.error);
    return body;
  }
  async function answerIdToken(requestId: string): Promise<void> {
    try {
      tell({ type: "id-token", requestId, ...(await askIdToken()) });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      tell({ type: "id-token-refused", requestId, why });
      setTrouble(why);
    }
  }
  /** A document of the app anew, for when nothing in the frame listens. */
  async function load(appPath: string): Promise<void> {
    const url = new URL(appPath, config.appOrigin);
    const { idToken } = await askIdToken();
    for (const [name, value] of Object.entries({ ...config.frameParams, id_token: idToken })) {
      url.searchParams.set(name, value);
    }
    setLoading(true);
    if (frame) frame.src = url.href;
  }
  async function navigate(appPath: string): Promise<void> {
    closeMenu();
    if (!(await mayLeave())) return;
    if (alive) tell({ type: "navigate", path: appPath });
    else await load(appPath);
  }

  function drawMenu(): void {
    if (!menu) return;
    const shown = items.filter((item) => item.rel !== "home");
    const links = shown.map((item) => {
      const link = document.createElement("a");
      link.href = adminPath(item.href);
      link.textContent = item.text;
      link.dataset.appPath = item.href;
      const here = path === item.href || path.startsWith(`${item.href}/`);
      if (here) link.setAttribute("aria-current", "page");
      const entry = document.createElement("li");
      entry.append(link);
      return entry;
    });
    menu.replaceChildren(...links);
    const home = document.getElementById("app-home");
    if (!home) return;
    if (menu.querySelector("[aria-current]")) home.removeAttribute("aria-current");
    else home.setAttribute("aria-current", "page");
  }

  document.addEventListener("click", (event) => {
    const link = (event.target as Element | null)?.closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || event.button !== 0 || event.ctrlKey || event.metaKey) return;
    if (link.dataset.appPath !== undefined) {
      event.preventDefault();
      void navigate(link.dataset.appPath);
    } else if (saveBar.isOpen && link.target === "") {
      event.preventDefault();
      void mayLeave().then((leaves) => {
        if (leaves) location.assign(link.href);
      });
    }
  });

  const silence = setTimeout(() => {
    setLoading(false);
    setTrouble(`${config.appName} does not answer at ${config.appOrigin}. Is it running?`);
  }, SILENCE_MS);
  frame.addEventListener("load", () => setLoading(false));

  const hear: { [T in ToAdmin["type"]]: (message: Extract<ToAdmin, { type: T }>) => void } = {
    hello() {
      clearTimeout(silence);
      setTrouble(null);
      alive = true;
    },
    bye() {
      alive = false;
      saveBar.set(null);
      setTitleBar(null, () => {});
      setLoading(true);
    },
    location(message) {
      path = new URL(message.path, config.appOrigin).pathname;
      // replace and not push: the frame's own steps are in the history already.
      history.replaceState(history.state, "", adminPath(message.path));
      document.title = [...new Set([message.title, config.appName])].join(" · ");
      drawMenu();
    },
    navigation(message) {
      items = message.items;
      drawMenu();
    },
    "save-bar": (message) => saveBar.set(message.bar),
    "title-bar": (message) => setTitleBar(message.bar, (index) => tell({ type: "title-bar-button", index })),
    toast: (message) =>
      showToast(message, {
        acted: () => tell({ type: "toast-action", id: message.id }),
        gone: () => tell({ type: "toast-gone", id: message.id }),
      }),
    "toast-hide": (message) => hideToast(message.id),
    loading: (message) => setLoading(message.on),
    open(message) {
      // The frame may name any page of the web, but no script.
      if (/^https?:\/\//.test(message.url)) location.assign(message.url);
    },
    "ask-leave": (message) =>
      void mayLeave().then((leaves) => {
        if (leaves) tell({ type: "leave", requestId: message.requestId });
      }),
    "ask-id-token": (message) => void answerIdToken(message.requestId),
  };
  window.addEventListener("message", (event: MessageEvent) => {
    if (event.origin !== config.appOrigin || event.source !== frame.contentWindow) return;
    const message = event.data as ToAdmin;
    if (Object.hasOwn(hear, message.type)) (hear[message.type] as (message: ToAdmin) => void)(message);
  });
}

function closeMenu(): void {
  const toggle = document.querySelector<HTMLInputElement>("#menu-open");
  if (toggle) toggle.checked = false;
}

const written = document.getElementById("frame-config")?.textContent;
if (written) start(JSON.parse(written) as FrameConfig);
