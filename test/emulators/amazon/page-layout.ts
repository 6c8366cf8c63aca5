/** The look of the emulated site's pages. */
import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

const STYLE = `
  :root { color-scheme: light; --blue: #007185; --ink: #191919; --muted: #707070; --line: #e5e5e5; --soft: #f7f7f7; }
  * { box-sizing: border-box; }
  body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: #fff; }
  header { display: flex; gap: 24px; align-items: center; padding: 14px 24px; border-bottom: 1px solid var(--line); flex-wrap: wrap; }
  header .logo { font-weight: 800; font-size: 26px; letter-spacing: -2px; text-decoration: none; }
  header .logo i { font-style: normal; color: #f08804; font-size: 15px; letter-spacing: 0; } header .logo { color: var(--ink); }
  header nav { display: flex; gap: 18px; }
  header small { color: var(--muted); margin-left: auto; }
  main { max-width: 1080px; margin: 24px auto; padding: 0 24px 64px; }
  h1 { font-size: 24px; margin: 0 0 16px; } h2 { font-size: 17px; margin: 28px 0 10px; }
  a { color: var(--blue); }
  .muted { color: var(--muted); } .narrow { max-width: 520px; }
  .card { border: 1px solid var(--line); border-radius: 12px; padding: 16px 18px; background: #fff; margin-bottom: 16px; }
  .grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); gap: 16px; }
  .swatch { height: 110px; border-radius: 8px; margin-bottom: 10px; display: grid; place-items: center; font-size: 34px; color: #fff; }
  .price { font-size: 18px; font-weight: 700; }
  .tag { display: inline-block; border-radius: 99px; padding: 1px 10px; font-size: 12px; background: var(--soft); }
  .tag.good { background: #e2f4e6; color: #05602a; } .tag.bad { background: #fbe4e4; color: #a11; } .tag.wait { background: #fff2d6; color: #7a4b00; }
  table { width: 100%; border-collapse: collapse; } th, td { text-align: left; padding: 8px 10px; border-bottom: 1px solid var(--line); vertical-align: top; }
  th { font-size: 12px; text-transform: uppercase; letter-spacing: .04em; color: var(--muted); }
  button, .button { font: inherit; padding: 7px 16px; border-radius: 99px; border: 1px solid var(--blue); background: #fff; color: var(--blue); cursor: pointer; text-decoration: none; }
  button.primary { background: #ffd814; border-color: #fcd200; color: var(--ink); } button:disabled { opacity: .4; cursor: default; }
  input, select { font: inherit; padding: 7px 10px; border: 1px solid #bbb; border-radius: 8px; max-width: 100%; }
  input.qty { width: 76px; } label { display: block; margin: 10px 0; } label span { display: block; font-size: 13px; color: var(--muted); } label input { width: 100%; }
  .row { display: flex; gap: 10px; align-items: center; flex-wrap: wrap; } .two { display: grid; grid-template-columns: 1fr 1fr; gap: 0 16px; }
  .notice { padding: 10px 16px; border-radius: 8px; background: #fbe4e4; color: #a11; margin-bottom: 16px; }
  code { background: var(--soft); padding: 1px 5px; border-radius: 4px; font-size: 13px; }
  article.card { display: flex; flex-direction: column; gap: 4px; margin: 0; } article.card .row { justify-content: space-between; }
  article.card small { margin-top: auto; color: var(--muted); overflow-wrap: anywhere; } .scroll { overflow-x: auto; }
  @media (max-width: 640px) { .two { grid-template-columns: 1fr; } table { font-size: 13px; } }
`;

export function page(title: string, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title} - Amazon (emulated)</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <header>
          <a class="logo" href="/">amazon<i>.co.uk</i></a>
          <nav><a href="/">Shop</a><a href="/orders">Your orders</a><a href="/seller">Seller Central</a></nav>
          <small>An emulation for development: nothing here is real.</small>
        </header>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`;
}

/** A colour of its own for each thing that has no picture. */
export function hue(text: string): number {
  return [...text].reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) % 360, 7);
}
