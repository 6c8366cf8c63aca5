/** The look of the emulated admin: Shopify's quiet greys, no picture and no font from elsewhere. */
export const ADMIN_STYLE = `
  :root { color-scheme: light; --ink: #303030; --muted: #616161; --line: #e3e3e3; --soft: #f1f1f1; --link: #005bd3; --bar: #1a1a1a; --nav: 232px; }
  * { box-sizing: border-box; } [hidden] { display: none !important; }
  body { margin: 0; font: 14px/1.45 Inter, system-ui, sans-serif; color: var(--ink); background: var(--soft); min-height: 100dvh; display: flex; flex-direction: column; }
  .top { position: sticky; top: 0; z-index: 20; height: 52px; display: flex; gap: 12px; align-items: center; padding: 0 14px; background: var(--bar); color: #eee; }
  .top a { color: inherit; text-decoration: none; } .top .brand { font-weight: 700; display: flex; gap: 8px; align-items: center; }
  .top .brand i { width: 24px; height: 24px; border-radius: 6px; background: #95bf47; color: #1a1a1a; font: 700 14px/24px system-ui, sans-serif; text-align: center; }
  .top .store { margin-left: auto; padding: 4px 10px; border-radius: 8px; background: #333; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
  .top .emulated { color: #aaa; font-size: 12px; }
  .menu { cursor: pointer; padding: 6px 9px; border-radius: 8px; background: #333; display: none; } .scrim { display: none; }
  #menu-open { position: absolute; opacity: 0; width: 1px; height: 1px; display: none; } #menu-open:focus-visible ~ .top .menu { outline: 2px solid #6cf; }
  .frame { flex: 1; display: flex; min-height: 0; }
  nav.side { width: var(--nav); flex: none; background: #ebebeb; padding: 12px 10px; position: sticky; top: 52px; height: calc(100dvh - 52px); overflow-y: auto; }
  nav.side ul { list-style: none; margin: 0; padding: 0; } nav.side h2 { font-size: 12px; color: var(--muted); margin: 18px 10px 6px; font-weight: 600; }
  nav.side a { display: block; padding: 6px 10px; border-radius: 8px; color: var(--ink); text-decoration: none; font-weight: 550; }
  nav.side a:hover { background: #f5f5f5; } nav.side a[aria-current] { background: #fafafa; } #app-nav a { padding-left: 30px; font-weight: 450; }
  main { flex: 1; min-width: 0; padding: 20px 24px 64px; } main.flush { padding: 0; display: flex; flex-direction: column; position: relative; } .inner { max-width: 1000px; margin: 0 auto; }
  h1 { font-size: 20px; margin: 0 0 14px; } h2 { font-size: 14px; margin: 0 0 10px; } h2 .muted { font-weight: 400; }
  a { color: var(--link); } .muted { color: var(--muted); } code { background: var(--soft); padding: 1px 5px; border-radius: 4px; font-size: 12px; overflow-wrap: anywhere; }
  .card { background: #fff; border-radius: 12px; box-shadow: 0 1px 2px #0002; padding: 16px; margin-bottom: 16px; } .card.bad { border-left: 4px solid #c5280c; }
  .columns { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); gap: 0 16px; align-items: start; }
  .counts { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 12px; } .counts a { text-decoration: none; color: inherit; } .counts b { display: block; font-size: 24px; }
  .scroll { overflow-x: auto; } table { width: 100%; border-collapse: collapse; } th, td { text-align: left; padding: 8px 8px; border-bottom: 1px solid var(--line); vertical-align: top; }
  th { font-size: 12px; color: var(--muted); font-weight: 550; } td.number, th.number { text-align: right; } tr:last-child > td { border-bottom: 0; } td code { white-space: nowrap; } td.units { text-align: right; white-space: nowrap; } summary { cursor: pointer; }
  .tag { display: inline-block; border-radius: 8px; padding: 1px 8px; font-size: 12px; background: #e3e3e3; white-space: nowrap; } .tag.good { background: #cdfee1; color: #0c5132; } .tag.wait { background: #ffd6a4; color: #5e4200; } .tag.bad { background: #fedad9; color: #8e1f0b; }
  .row { display: flex; gap: 8px; align-items: center; flex-wrap: wrap; } .stack { display: grid; gap: 10px; } form.row { margin: 0; }
  button, .button { font: 550 13px/1.4 inherit; font-family: inherit; padding: 6px 12px; border-radius: 8px; border: 1px solid #ccc; background: #fff; color: var(--ink); cursor: pointer; text-decoration: none; display: inline-block; }
  button.primary, .button.primary { background: #303030; color: #fff; border-color: #303030; } button.danger { color: #8e1f0b; } button:disabled { opacity: .45; cursor: default; }
  :is(a, button, input, select, summary):focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
  input, select, textarea { font: inherit; padding: 5px 9px; border: 1px solid #8a8a8a; border-radius: 8px; background: #fdfdfd; max-width: 100%; } input.qty { width: 82px; }
  label { display: block; } label > span { display: block; font-size: 13px; } .stack label > input, .stack label > select { width: 100%; } label.check { display: flex; gap: 8px; align-items: center; } .stack label.check > input { width: auto; }
  .notice { padding: 10px 14px; border-radius: 10px; margin: 0 0 14px; background: #fedad9; color: #8e1f0b; } .notice.good { background: #cdfee1; color: #0c5132; }
  @media (max-width: 760px) {
    .menu, #menu-open { display: block; } .top .emulated { display: none; } main { padding: 14px 12px 48px; } .columns { grid-template-columns: minmax(0, 1fr); }
    nav.side { position: fixed; inset: 52px auto 0 0; z-index: 15; width: min(300px, 84vw); height: auto; transform: translateX(-105%); visibility: hidden; transition: transform .15s; box-shadow: 4px 0 20px #0003; }
    #menu-open:checked ~ .frame nav.side { transform: none; visibility: visible; }
    #menu-open:checked ~ .frame .scrim { display: block; position: fixed; inset: 52px 0 0; z-index: 14; background: #0006; }
  }
`;

/** Only for the page that holds the app. */
export const FRAME_STYLE = `
  body:has(main.flush) { height: 100dvh; overflow: hidden; } iframe#app { flex: 1; width: 100%; border: 0; background: var(--soft); }
  #loading { position: absolute; inset: 0 0 auto; height: 3px; overflow: hidden; z-index: 5; } #loading::after { content: ""; display: block; width: 35%; height: 100%; background: #29845a; animation: run 1.1s infinite ease-in-out; }
  @keyframes run { from { transform: translateX(-100%); } to { transform: translateX(300%); } } @media (prefers-reduced-motion: reduce) { #loading::after { animation: none; width: 100%; } }
  #save-bar { position: absolute; inset: 0; z-index: 5; display: flex; gap: 8px; align-items: center; justify-content: center; background: var(--bar); padding: 0 14px; }
  #save-bar > div { flex: 0 1 640px; display: flex; gap: 8px; align-items: center; background: #303030; border-radius: 10px; padding: 5px 5px 5px 14px; } #save-bar span { flex: 1; }
  #save-bar button { background: #4a4a4a; color: #fff; border-color: #4a4a4a; } #save-bar button.primary { background: #fff; color: #1a1a1a; border-color: #fff; } [aria-busy="true"] { cursor: progress; }
  #title-bar { display: flex; gap: 8px; align-items: center; padding: 8px 16px; background: #fff; border-bottom: 1px solid var(--line); } #title-bar b { flex: 1; }
  #trouble { margin: 24px auto; max-width: 560px; }
  #toasts { position: fixed; inset: auto 0 24px; z-index: 40; display: grid; gap: 8px; justify-items: center; pointer-events: none; }
  .toast { pointer-events: auto; display: flex; gap: 10px; align-items: center; max-width: calc(100vw - 24px); background: #1a1a1a; color: #fff; border-radius: 10px; padding: 8px 8px 8px 16px; box-shadow: 0 6px 24px #0005; } .toast.error { background: #c70a24; }
  .toast button { background: transparent; color: inherit; border-color: transparent; }
  dialog.ask { border: 0; border-radius: 12px; padding: 18px; max-width: 380px; box-shadow: 0 12px 40px #0005; } dialog.ask::backdrop { background: #0007; } dialog.ask .row { justify-content: flex-end; }
`;
