/**
 * The mail of a run: a mail server that has its troubles, and the inboxes of those whom the merchant wants to be told. A
 * mail is judged as it leaves, by what is open at that moment (oracle/mails.ts).
 */
import type { Mailer, MailOutcome, OutgoingMail } from "#app/mail/mailer.ts";
import type { Random } from "#test/support/world/random.ts";
import type { VirtualTime } from "#test/support/world/virtual-time.ts";

/** Hears of everything as it happens. */
export const DESK = "desk@shop.example";
/** Hears of everything once a day. */
export const EVENING = "evening@shop.example";
/** Looks after one SKU, and is told of nothing else. */
export const STOREMAN = "storeman@shop.example";
/** Left the company: the mail server knows them no more. */
export const LEFT = "left@shop.example";

/** What the server does with each mail while it is unwell: `doubted`: it takes it, and its word of that is lost. */
export type PostTrouble = "puts off" | "silent" | "doubted";

export interface SentMail {
  mail: OutgoingMail;
  atMs: number;
  /** When the sender was told what became of it. */
  toldMs: number;
  outcome: MailOutcome;
  /** It lies in the inbox. */
  isThere: boolean;
}

const LATENCY_MS = { min: 20, max: 400 };

export class Post {
  trouble: PostTrouble | null = null;
  /** When the server was last unwell. */
  troubledMs = Number.NEGATIVE_INFINITY;
  readonly sent: SentMail[] = [];
  /** Before the server answers. */
  onSending: (mail: OutgoingMail) => Promise<void> = async () => undefined;
  private readonly time: VirtualTime;
  private readonly random: Random;

  constructor(time: VirtualTime, random: Random) {
    this.time = time;
    this.random = random;
  }

  readonly mailer: Mailer = {
    send: async (mail) => {
      const { trouble } = this;
      const atMs = this.time.nowMs();
      if (trouble) this.troubledMs = atMs;
      await this.onSending(mail);
      await this.time.sleep(this.random.between(LATENCY_MS.min, LATENCY_MS.max));
      const outcome = this.#answer(mail, trouble);
      const isThere = outcome.ok || (trouble === "doubted" && mail.to !== LEFT);
      this.sent.push({ mail, atMs, toldMs: this.time.nowMs(), outcome, isThere });
      return outcome;
    },
  };

  #answer({ to }: OutgoingMail, trouble: PostTrouble | null): MailOutcome {
    if (trouble === "puts off") return { ok: false, why: "the mail server puts it off", isFinal: false };
    if (trouble) return { ok: false, why: "the mail server does not answer", isFinal: false };
    if (to === LEFT) return { ok: false, why: "the mail server refused it: “550 No such user here”", isFinal: true };
    return { ok: true };
  }
}

/** What a mail is about, from its own text: a title at the beginning of each item. */
export function titlesOf({ text }: OutgoingMail): string[] {
  return text.split("\n").flatMap((line) => (line.startsWith("* ") ? [line.slice(2)] : []));
}

/** Not all that it is about is in it: the rest is in the app. */
export function isCutShort({ text }: OutgoingMail): boolean {
  return /^and [\d,]+ more$/m.test(text);
}
