/** A real SMTP server that keeps what it is given: the mailboxes of the outside world. */
import type { AddressInfo, Socket } from "node:net";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";

export interface ReceivedMail {
  to: string[];
  from: string;
  subject: string;
  text: string;
  html: string;
  messageId: string;
  parsed: ParsedMail;
  /** As it came over the wire. */
  raw: string;
  receivedAt: Date;
}

export interface MailServer {
  /** smtp://127.0.0.1:port */
  url: string;
  readonly mails: readonly ReceivedMail[];
  /** What it answers to a recipient from now on; null: it takes the mail. */
  answer(reply: { code: number; words: string } | null): void;
  /** It takes mails, and the connection ends before it says so. */
  loseReplies(lost: boolean): void;
  /** Forgets what it was given. */
  clear(): void;
  close(): Promise<void>;
}

export async function startMailServer({ port = 0 }: { port?: number } = {}): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  let refusal: { code: number; words: string } | null = null;
  let areLost = false;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    logger: false,
    onRcptTo(_address, _session, done) {
      done(refusal ? Object.assign(new Error(refusal.words), { responseCode: refusal.code }) : undefined);
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", async () => {
        const raw = Buffer.concat(chunks);
        const parsed = await simpleParser(raw);
        mails.push({
          to: session.envelope.rcptTo.map((one) => one.address),
          from: parsed.from?.text ?? "",
          subject: parsed.subject ?? "",
          text: parsed.text ?? "",
          html: parsed.html || "",
          messageId: parsed.messageId ?? "",
          parsed,
          raw: raw.toString("utf8"),
          receivedAt: new Date(),
        });
        if (areLost) for (const socket of sockets) socket.destroy();
        done();
      });
    },
  });
  // A socket of each connection, to end it in the middle.
  const sockets = new Set<Socket>();
  server.server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("error", () => undefined);
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", () => done()));
  const address = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    mails,
    answer(reply) {
      refusal = reply;
    },
    loseReplies(lost) {
      areLost = lost;
    },
    clear() {
      mails.length = 0;
    },
    close: () => new Promise((done) => server.close(() => done())),
  };
}
