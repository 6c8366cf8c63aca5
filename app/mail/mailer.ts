/** How a mail leaves: one implementation speaks SMTP, and tests bring worlds of their own. */

export interface OutgoingMail {
  /** The same for every try of one mail: who gets it twice can tell. */
  messageId: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** `isFinal`: this address, or this mail, is refused whenever it is tried. */
export type MailOutcome = { ok: true } | { ok: false; why: string; isFinal: boolean };

export interface Mailer {
  /** Never throws. */
  send(mail: OutgoingMail): Promise<MailOutcome>;
}
