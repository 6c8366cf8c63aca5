/** The inboxes of the outside world, for a person to look at: what a mail server was given, as HTML and as text. */
import { Hono } from "hono";
import { html, raw } from "hono/html";
import { serveOnLoopback } from "#test/emulators/kit.ts";
import { type MailServer, startMailServer } from "./mail-server.ts";

export interface Inbox {
  /** http://127.0.0.1:port, where the page is. */
  origin: string;
  server: MailServer;
  close(): Promise<void>;
}

const STYLE = `
  :root { color-scheme: light; --ink: #1a1a1a; --muted: #616161; --line: #e3e3e3; }
  * { box-sizing: border-box; }
  body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: #fff; }
  header { display: flex; gap: 16px; align-items: baseline; padding: 14px 24px; border-bottom: 1px solid var(--line); flex-wrap: wrap; }
  header a { font-weight: 700; font-size: 20px; text-decoration: none; color: var(--ink); } header small, .muted { color: var(--muted); }
  main { max-width: 900px; margin: 0 auto; padding: 16px 24px 64px; } h1 { font-size: 20px; overflow-wrap: anywhere; }
  ul { list-style: none; margin: 0; padding: 0; } li { border-bottom: 1px solid var(--line); padding: 10px 0; overflow-wrap: anywhere; }
  li a { color: var(--ink); font-weight: 600; text-decoration: none; } h2 { font-size: 15px; margin: 24px 0 8px; }
  iframe { width: 100%; height: 560px; border: 1px solid var(--line); border-radius: 8px; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line); border-radius: 8px; padding: 16px; margin: 0; }
`;

const page = (title: string, body: unknown) => html`<!doctype html>
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width" />
      <title>${title} - Inbox (emulated)</title>
      <style>
        ${raw(STYLE)}
      </style>
    </head>
    <body>
      <header><a href="/">Inbox</a><small>An emulation for development: every address, and no mail leaves this machine.</small></header>
      <main>${body}</main>
    </body>
  </html>`;

export async function startInbox({ port = 0 }: { port?: number } = {}): Promise<Inbox> {
  const server = await startMailServer();
  const app = new Hono();
  app.get("/", (c) => {
    const mails = server.mails.map((mail, index) => ({ mail, index })).reverse();
    return c.html(
      page(
        "All mails",
        html`<h1>All mails</h1>
          ${mails.length === 0 ? html`<p class="muted">None yet.</p>` : ""}
          <ul>
            ${mails.map(
              ({ mail, index }) =>
                html`<li><a href="/mails/${index}">${mail.subject}</a><br /><span class="muted">to ${mail.to.join(", ")}, ${mail.receivedAt.toISOString().slice(0, 19).replace("T", " ")} UTC</span></li>`,
            )}
          </ul>`,
      ),
    );
  });
  app.get("/mails/:index", (c) => {
    const mail = server.mails[Number(c.req.param("index"))];
    if (!mail) return c.html(page("No such mail", html`<p>There is no such mail.</p>`), 404);
    return c.html(
      page(
        mail.subject,
        html`<h1>${mail.subject}</h1>
          <p class="muted">from ${mail.from}, to ${mail.to.join(", ")}</p>
          <h2>As HTML</h2>
          <iframe title="The mail as HTML" sandbox="allow-popups allow-top-navigation-by-user-activation" src="/mails/${c.req.param("index")}/html"></iframe>
          <h2>As text</h2>
          <pre>${mail.text}</pre>`,
      ),
    );
  });
  app.get("/mails/:index/html", (c) => {
    const mail = server.mails[Number(c.req.param("index"))];
    // Its links leave the frame, as in any mail program.
    return mail ? c.html(mail.html.replace("<head>", '<head><base target="_blank">')) : c.notFound();
  });
  const served = await serveOnLoopback(app, port);
  return {
    origin: served.origin,
    server,
    async close() {
      await served.close();
      await server.close();
    },
  };
}
