/** Mail by SMTP. A connection for each mail: there are few, and none is left open by a process that dies. */
import { createTransport } from "nodemailer";
import type { Mailer, MailOutcome } from "./mailer.ts";

/** Together shorter than a mail is claimed for. */
const CONNECT_MS_MAX = 10_000;
const SILENCE_MS_MAX = 20_000;

/** `url`: smtp:// or smtps://, with user and password; `from`: "Lockstep <alerts@example.com>". */
export function createSmtpMailer({ url, from }: { url: string; from: string }): Mailer {
  const transport = createTransport(url, {
    from,
    connectionTimeout: CONNECT_MS_MAX,
    greetingTimeout: CONNECT_MS_MAX,
    dnsTimeout: CONNECT_MS_MAX,
    socketTimeout: SILENCE_MS_MAX,
    // What is mailed was written here: it names no file and no address to read from.
    disableFileAccess: true,
    disableUrlAccess: true,
  } as Parameters<typeof createTransport>[1]);
  return {
    async send({ messageId, to, subject, text, html }) {
      try {
        await transport.sendMail({
          messageId,
          // As an object it is one address, whatever is in it.
          to: { name: "", address: to },
          subject,
          text,
          html,
          headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
        });
        return { ok: true };
      } catch (error) {
        return explain(error);
      }
    },
  };
}

/** The mail server's own words, where it has any, are for whoever set it up. */
function explain(error: unknown): MailOutcome {
  const { code, responseCode, response, message } = Object.assign({ message: String(error) }, error) as {
    code?: string;
    responseCode?: number;
    response?: string;
    message: string;
  };
  const said = response ? `: “${response.replace(/\s+/g, " ").trim().slice(0, 200)}”` : "";
  if (code === "EAUTH")
    return { ok: false, why: `the mail server does not accept this app's password${said}`, isFinal: false };
  const isRefused = responseCode !== undefined && responseCode >= 500 && (code === "EENVELOPE" || code === "EMESSAGE");
  if (isRefused) return { ok: false, why: `the mail server refused it${said}`, isFinal: true };
  if (responseCode !== undefined) return { ok: false, why: `the mail server puts it off${said}`, isFinal: false };
  const isSilent = /^(ETIMEDOUT|ECONNECTION|ECONNREFUSED|ECONNRESET|ESOCKET|EDNS|ENOTFOUND)$/.test(code ?? "");
  return {
    ok: false,
    why: isSilent ? "the mail server does not answer" : `it could not be sent (${message})`,
    isFinal: false,
  };
}
