/** What the admin draws around an app on its behalf: save bar, title bar, toasts, loading, the question before leaving. */
import type { BarButton, SaveBarState } from "./messages.ts";

function element<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the frame's page has no #${id}`);
  return found as T;
}

export function button(text: string, onClick: () => void, look: Partial<BarButton> = {}): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.disabled = look.disabled === true || look.loading === true;
  made.classList.toggle("primary", look.primary === true);
  made.setAttribute("aria-busy", String(look.loading === true));
  made.addEventListener("click", onClick);
  return made;
}

export function setLoading(on: boolean): void {
  element("loading").hidden = !on;
}

/** A sentence in place of the app, or none. */
export function setTrouble(text: string | null): void {
  const place = element("trouble");
  place.hidden = text === null;
  place.textContent = text ?? "";
}

export interface SaveBar {
  set(bar: SaveBarState | null): void;
  readonly isOpen: boolean;
}

export function createSaveBar(press: (button: "save" | "discard") => void): SaveBar {
  const place = element("save-bar");
  const save = element<HTMLButtonElement>("save-bar-save");
  const discard = element<HTMLButtonElement>("save-bar-discard");
  let state: SaveBarState | null = null;
  save.addEventListener("click", () => press("save"));
  discard.addEventListener("click", async () => {
    if (state?.confirmsDiscard && !(await ask("Discard all unsaved changes?", "Discard changes"))) return;
    press("discard");
  });
  return {
    get isOpen() {
      return state !== null;
    },
    set(bar) {
      state = bar;
      place.hidden = bar === null;
      document.body.classList.toggle("unsaved", bar !== null);
      save.disabled = !bar || bar.saveDisabled || bar.saving;
      save.setAttribute("aria-busy", String(bar?.saving === true));
      discard.disabled = !bar || bar.discardDisabled || bar.saving;
    },
  };
}

export function setTitleBar(bar: { title: string; buttons: BarButton[] } | null, press: (index: number) => void): void {
  const place = element("title-bar");
  place.hidden = bar === null || (bar.title === "" && bar.buttons.length === 0);
  const heading = document.createElement("b");
  heading.textContent = bar?.title ?? "";
  const buttons = (bar?.buttons ?? []).map((one, index) => button(one.text, () => press(index), one));
  place.replaceChildren(heading, ...buttons);
}

export interface ToastRequest {
  id: string;
  text: string;
  isError: boolean;
  action: string | null;
  durationMs: number;
}

export function showToast(toast: ToastRequest, told: { acted(): void; gone(): void }): void {
  const item = document.createElement("div");
  item.className = toast.isError ? "toast error" : "toast";
  item.dataset.toast = toast.id;
  const text = document.createElement("span");
  text.textContent = toast.text;
  item.append(text);
  const remove = (): void => {
    clearTimeout(timer);
    if (!item.isConnected) return;
    item.remove();
    told.gone();
  };
  const timer = setTimeout(remove, toast.durationMs);
  if (toast.action !== null) {
    const act = (): void => {
      told.acted();
      remove();
    };
    item.append(button(toast.action, act));
  }
  const dismiss = button("×", remove);
  dismiss.setAttribute("aria-label", "Dismiss");
  item.append(dismiss);
  item.addEventListener("toast-hide", remove);
  element("toasts").append(item);
}

export function hideToast(id: string): void {
  document.querySelector(`[data-toast="${CSS.escape(id)}"]`)?.dispatchEvent(new Event("toast-hide"));
}

/** A question over everything. Escape answers no. */
export function ask(question: string, yes: string, no = "Stay"): Promise<boolean> {
  return new Promise((resolve) => {
    const dialog = document.createElement("dialog");
    dialog.className = "ask";
    dialog.setAttribute("aria-label", question);
    const text = document.createElement("p");
    text.textContent = question;
    const row = document.createElement("div");
    row.className = "row";
    row.append(
      button(no, () => dialog.close("no")),
      button(yes, () => dialog.close("yes"), { primary: true }),
    );
    dialog.append(text, row);
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
