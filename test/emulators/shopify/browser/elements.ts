/** App Bridge's elements. They show nothing themselves: they tell the admin what to show, and press the app's buttons. */
import type { AdminChannel } from "./admin-channel.ts";
import type { BarButton } from "./messages.ts";

const OBSERVED: MutationObserverInit = { childList: true, subtree: true, characterData: true, attributes: true };

/** Calls `changed` now, once the children are parsed, and whenever they change. */
abstract class ObservedElement extends HTMLElement {
  #observer: MutationObserver | null = null;
  abstract changed(): void;
  connectedCallback(): void {
    this.#observer = new MutationObserver(() => this.changed());
    this.#observer.observe(this, OBSERVED);
    this.changed();
  }
  disconnectedCallback(): void {
    this.#observer?.disconnect();
  }
}

function isOn(element: Element, attribute: string): boolean {
  return element.hasAttribute(attribute) && element.getAttribute(attribute) !== "false";
}

function buttonsOf(element: Element): HTMLElement[] {
  return [...element.querySelectorAll<HTMLElement>("button, a[href]")];
}

function described(button: HTMLElement): BarButton {
  return {
    text: button.textContent?.trim() ?? "",
    primary: button.getAttribute("variant") === "primary",
    disabled: isOn(button, "disabled"),
    loading: isOn(button, "loading"),
  };
}

export interface Shown {
  show(): Promise<void>;
  hide(): Promise<void>;
  toggle(): Promise<void>;
}

export function isShown(element: unknown): element is Shown {
  return element instanceof HTMLElement && "show" in element && "hide" in element && "toggle" in element;
}

/** Whether a save bar is open: leaving then asks first. */
export interface SaveBars {
  anyOpen(): boolean;
}

export function defineElements(channel: AdminChannel): SaveBars {
  // A style element in the head would make React find a document that differs from its own.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    ui-nav-menu, ui-save-bar, ui-title-bar, ui-modal { display: none !important; }
    dialog.ui-modal { border: 0; border-radius: 12px; padding: 0; width: min(620px, calc(100vw - 32px)); box-shadow: 0 12px 40px #0005; }
    dialog.ui-modal[data-variant="small"] { width: min(380px, calc(100vw - 32px)); }
    dialog.ui-modal[data-variant="large"], dialog.ui-modal[data-variant="max"] { width: min(980px, calc(100vw - 32px)); }
    dialog.ui-modal::backdrop { background: #0008; }
    dialog.ui-modal > header, dialog.ui-modal > footer { display: flex; gap: 8px; align-items: center; padding: 12px 16px; background: #f3f3f3; }
    dialog.ui-modal > header b { flex: 1; font: 600 14px/1.4 system-ui, sans-serif; }
    dialog.ui-modal > footer { justify-content: flex-end; background: #fff; border-top: 1px solid #e3e3e3; }
    dialog.ui-modal button { font: 500 13px/1.4 system-ui, sans-serif; padding: 5px 12px; border-radius: 8px; border: 1px solid #ccc; background: #fff; cursor: pointer; }
    dialog.ui-modal button.primary { background: #303030; color: #fff; border-color: #303030; }
    dialog.ui-modal button:disabled { opacity: .5; cursor: default; }
  `);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

  customElements.define(
    "ui-nav-menu",
    class extends ObservedElement {
      changed(): void {
        const items = [...this.querySelectorAll("a[href]")].map((link) => ({
          href: link.getAttribute("href") ?? "",
          text: link.textContent?.trim() ?? "",
          rel: link.getAttribute("rel"),
        }));
        channel.send({ type: "navigation", items });
      }
    },
  );

  customElements.define(
    "ui-title-bar",
    class extends ObservedElement {
      changed(): void {
        // Inside a modal it names the modal and not the page.
        if (this.closest("ui-modal")) return;
        const title = this.getAttribute("title") ?? "";
        channel.send({ type: "title-bar", bar: { title, buttons: buttonsOf(this).map(described) } });
      }
      override disconnectedCallback(): void {
        super.disconnectedCallback();
        channel.send({ type: "title-bar", bar: null });
      }
    },
  );
  channel.on("title-bar-button", ({ index }) => {
    const bar = [...document.querySelectorAll("ui-title-bar")].find((one) => !one.closest("ui-modal"));
    if (bar) buttonsOf(bar)[index]?.click();
  });

  /** The bar opened last is the one the admin shows. */
  let openBars: SaveBarElement[] = [];
  class SaveBarElement extends ObservedElement implements Shown {
    get showing(): boolean {
      return openBars.includes(this);
    }
    get discardConfirmation(): boolean {
      return isOn(this, "discardconfirmation");
    }
    set discardConfirmation(on: boolean) {
      this.toggleAttribute("discardconfirmation", on);
    }
    button(which: "save" | "discard"): HTMLElement | undefined {
      return buttonsOf(this).find((one) => (one.getAttribute("variant") === "primary") === (which === "save"));
    }
    async show(): Promise<void> {
      if (this.showing) return;
      openBars.push(this);
      this.dispatchEvent(new CustomEvent("show"));
      tellSaveBar();
    }
    async hide(): Promise<void> {
      if (!this.showing) return;
      openBars = openBars.filter((one) => one !== this);
      this.dispatchEvent(new CustomEvent("hide"));
      tellSaveBar();
    }
    toggle(): Promise<void> {
      return this.showing ? this.hide() : this.show();
    }
    changed(): void {
      if (this.showing) tellSaveBar();
    }
    override disconnectedCallback(): void {
      super.disconnectedCallback();
      void this.hide();
    }
  }
  function tellSaveBar(): void {
    const bar = openBars.at(-1);
    if (!bar) {
      channel.send({ type: "save-bar", bar: null });
      return;
    }
    const save = bar.button("save");
    const discard = bar.button("discard");
    channel.send({
      type: "save-bar",
      bar: {
        saveDisabled: !save || isOn(save, "disabled"),
        discardDisabled: !discard || isOn(discard, "disabled"),
        saving: save !== undefined && isOn(save, "loading"),
        confirmsDiscard: bar.discardConfirmation,
      },
    });
  }
  customElements.define("ui-save-bar", SaveBarElement);
  channel.on("save-bar-button", ({ button }) => openBars.at(-1)?.button(button)?.click());

  customElements.define("ui-modal", class extends ModalElement {});
  return { anyOpen: () => openBars.length > 0 };
}

/** Drawn over the app and not over the admin, which is all the difference there is. */
class ModalElement extends HTMLElement implements Shown {
  /** The app puts its content here; React does so through a portal, and may before the modal is shown. */
  readonly content = document.createElement("div");
  readonly #dialog = document.createElement("dialog");

  constructor() {
    super();
    this.#dialog.className = "ui-modal";
    this.#dialog.addEventListener("close", () => {
      this.#dialog.remove();
      this.dispatchEvent(new CustomEvent("hide"));
    });
  }
  get variant(): string {
    return this.getAttribute("variant") ?? "base";
  }
  async show(): Promise<void> {
    if (this.#dialog.open) return;
    this.#draw();
    document.body.append(this.#dialog);
    this.#dialog.showModal();
    this.dispatchEvent(new CustomEvent("show"));
  }
  async hide(): Promise<void> {
    if (this.#dialog.open) this.#dialog.close();
  }
  toggle(): Promise<void> {
    return this.#dialog.open ? this.hide() : this.show();
  }
  #draw(): void {
    const bar = this.querySelector("ui-title-bar");
    const title = bar?.getAttribute("title") ?? "";
    const header = document.createElement("header");
    const heading = document.createElement("b");
    heading.textContent = title;
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "Close";
    close.addEventListener("click", () => void this.hide());
    header.append(heading, close);
    const footer = document.createElement("footer");
    for (const source of bar ? buttonsOf(bar).reverse() : []) {
      const { text, primary, disabled } = described(source);
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      button.disabled = disabled;
      button.classList.toggle("primary", primary);
      button.addEventListener("click", () => source.click());
      footer.append(button);
    }
    footer.hidden = footer.childElementCount === 0;
    // Without a portal, the children themselves are the content.
    if (this.content.childElementCount === 0) {
      this.content.append(...[...this.children].filter((one) => one !== bar && one.childElementCount > 0));
    }
    this.#dialog.dataset.variant = this.variant;
    this.#dialog.setAttribute("aria-label", title);
    this.#dialog.replaceChildren(header, this.content, footer);
  }
}
