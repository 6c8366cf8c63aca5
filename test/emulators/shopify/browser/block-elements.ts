/**
 * Stand-ins for Polaris' web components, as far as our block uses them. Whatever else begins with "s-" is complained of,
 * so that nobody leans on an element that is drawn nowhere.
 */

const GAPS: Record<string, string> = {
  none: "0",
  "small-500": "2px",
  "small-400": "3px",
  "small-300": "4px",
  "small-200": "6px",
  "small-100": "8px",
  small: "10px",
  base: "14px",
  large: "20px",
};
const TONES: Record<string, [background: string, text: string]> = {
  auto: ["#e3e3e3", "#303030"],
  neutral: ["#e3e3e3", "#303030"],
  info: ["#d5ebff", "#00527c"],
  success: ["#cdfee1", "#0c5132"],
  caution: ["#fff8db", "#4f4700"],
  warning: ["#ffe1c7", "#5e4200"],
  critical: ["#fee8eb", "#8e0b21"],
};
/** A block that is taller shows the rest when it is asked to; beyond that the admin cuts it off. */
const HEIGHT_MAX = 300;
const SUMMARY_MAX = 30;

abstract class Drawn extends HTMLElement {
  protected readonly root = this.attachShadow({ mode: "open" });
  abstract draw(): void;
  connectedCallback(): void {
    this.draw();
    new MutationObserver(() => this.draw()).observe(this, { attributes: true });
  }
  protected word(name: string, otherwise: string): string {
    return this.getAttribute(name) ?? otherwise;
  }
  protected isOn(name: string): boolean {
    return this.hasAttribute(name) && this.getAttribute(name) !== "false";
  }
  protected show(style: string, markup: string): void {
    this.root.innerHTML = `<style>${style}</style>${markup}`;
  }
}

class Stack extends Drawn {
  draw(): void {
    const inline = this.word("direction", "block") === "inline";
    const [rows = "none", columns = rows] = this.word("gap", "none").split(" ");
    this.show(
      `:host{display:flex;flex-direction:${inline ? "row" : "column"};flex-wrap:${inline ? "wrap" : "nowrap"};
        gap:${GAPS[rows] ?? "0"} ${GAPS[columns] ?? "0"};align-items:${this.word("alignitems", inline ? "start" : "stretch")};
        justify-content:${this.word("justifycontent", "start")};min-width:0}`,
      "<slot></slot>",
    );
  }
}

class Words extends Drawn {
  draw(): void {
    const tone = TONES[this.word("tone", "auto")]?.[1] ?? "inherit";
    const colour = this.word("color", "base") === "subdued" ? "#616161" : this.hasAttribute("tone") ? tone : "inherit";
    this.show(`:host{color:${colour};overflow-wrap:anywhere}`, "<slot></slot>");
  }
}

class Badge extends Drawn {
  draw(): void {
    const [background, text] = TONES[this.word("tone", "auto")] ?? ["#e3e3e3", "#303030"];
    this.show(
      `:host{background:${background};color:${text};border-radius:8px;padding:1px 8px;font-size:12px;white-space:nowrap}`,
      "<slot></slot>",
    );
  }
}

class Button extends Drawn {
  draw(): void {
    const plain = this.word("variant", "secondary") === "tertiary";
    const off = this.isOn("disabled") || this.isOn("loading");
    this.show(
      `button{font:500 13px/1.4 system-ui,sans-serif;padding:4px 10px;border-radius:8px;cursor:pointer;color:#303030;
        border:1px solid ${plain ? "transparent" : "#ccc"};background:${plain ? "none" : "#fff"}} button:hover{background:#f1f1f1}
        button:disabled{opacity:.5;cursor:default}`,
      `<button type="button" ${off ? "disabled" : ""}>${this.isOn("loading") ? "…" : "<slot></slot>"}</button>`,
    );
    const button = this.root.querySelector("button");
    const label = this.getAttribute("accessibilitylabel");
    if (label) button?.setAttribute("aria-label", label);
    // What is off hears nothing, as in the admin.
    this.style.pointerEvents = off ? "none" : "";
  }
}

class Banner extends Drawn {
  draw(): void {
    const [background, text] = TONES[this.word("tone", "auto")] ?? ["#e3e3e3", "#303030"];
    this.show(
      `:host{display:block;background:${background};color:${text};border-radius:8px;padding:10px 12px}`,
      "<slot></slot>",
    );
    this.setAttribute("role", this.word("tone", "auto") === "critical" ? "alert" : "status");
  }
}

class Spinner extends Drawn {
  draw(): void {
    this.show(
      `:host{display:inline-block;width:18px;height:18px;border:3px solid #d4d4d4;border-top-color:#616161;border-radius:50%;animation:turn 1s linear infinite}
        @keyframes turn{to{transform:rotate(1turn)}}`,
      "",
    );
    this.setAttribute("role", "progressbar");
    this.setAttribute("aria-label", this.word("accessibilitylabel", ""));
  }
}

/** Folded or open, no taller than the admin allows; what was cut is shown once, on request. */
class AdminBlock extends Drawn {
  #open = true;
  #whole = false;
  draw(): void {
    const heading = this.word("heading", "");
    const summary = this.word("collapsedsummary", "");
    const cut = summary.length > SUMMARY_MAX ? `${summary.slice(0, SUMMARY_MAX)}…` : summary;
    this.show(
      `:host{display:block;background:#fff;border-radius:12px;box-shadow:0 0 0 1px #e3e3e3,0 1px 0 #0001;padding:14px 16px;font:400 13px/1.5 system-ui,sans-serif;color:#303030}
        header{display:flex;align-items:center;gap:8px} h2{font:600 14px/1.4 system-ui,sans-serif;margin:0;flex:1}
        button{font:500 12px system-ui,sans-serif;border:0;background:none;color:#616161;cursor:pointer;padding:4px}
        #body{overflow:hidden;margin-top:10px} #body.cut{max-height:${HEIGHT_MAX}px}`,
      `<header><h2></h2><span id="summary"></span><button type="button" id="fold"></button></header>
        <div id="body"><slot></slot></div><button type="button" id="more" hidden>Show more</button>`,
    );
    const find = <Found extends HTMLElement>(id: string): Found => this.root.querySelector(id) as Found;
    find("h2").textContent = heading;
    const [body, fold, more, short] = [find("#body"), find("#fold"), find("#more"), find("#summary")];
    const measure = (): void => {
      short.textContent = this.#open ? "" : cut;
      fold.textContent = this.#open ? "Collapse" : "Expand";
      body.hidden = !this.#open;
      body.classList.toggle("cut", !this.#whole);
      more.hidden = !this.#open || this.#whole || body.scrollHeight <= HEIGHT_MAX;
      // Of another window, so no HTMLElement of this one's.
      const frame = window.frameElement as HTMLElement | null;
      if (frame) frame.style.height = `${document.documentElement.getBoundingClientRect().height}px`;
    };
    fold.addEventListener("click", () => {
      this.#open = !this.#open;
      measure();
    });
    more.addEventListener("click", () => {
      this.#whole = true;
      measure();
    });
    new ResizeObserver(measure).observe(body);
    measure();
  }
}

export function defineBlockElements(address: (href: string) => string): void {
  class Link extends Drawn {
    draw(): void {
      this.show("a{color:#005bd3}", `<a target="_top"><slot></slot></a>`);
      this.root.querySelector("a")?.setAttribute("href", address(this.word("href", "")));
    }
  }
  const known = {
    "s-admin-block": AdminBlock,
    "s-stack": Stack,
    "s-text": Words,
    "s-badge": Badge,
    "s-button": Button,
    "s-link": Link,
    "s-banner": Banner,
    "s-spinner": Spinner,
  };
  for (const [name, element] of Object.entries(known)) customElements.define(name, element);
  new MutationObserver(() => {
    for (const element of document.body.querySelectorAll(":not(:defined)"))
      console.error(`${element.localName} is drawn nowhere: see block-elements.ts`);
  }).observe(document, { childList: true, subtree: true });
}
