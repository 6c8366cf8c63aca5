/** What a mail looks like, as plain text and as HTML. One function for all of them. Pure. */
import { escapeUTF8 } from "entities";

export interface MailItem {
  title: string;
  /** What happened, to what, and what to do. */
  message: string;
}

export interface MailContent {
  subject: string;
  /** The shop's name: whoever has several must see which. */
  shop: string;
  heading: string;
  /** A line before the items; null: none. */
  intro: string | null;
  items: readonly MailItem[];
  /** Items that are not in the mail. */
  more: number;
  /** Figures of what went well. */
  figures: readonly { label: string; value: string }[];
  /** The one link: a page of the app, where something can be done. To open it does nothing. */
  link: { label: string; url: string };
  /** Why this mail came, and how to get fewer. */
  footer: string;
}

const SUBJECT_CHARS_MAX = 120;
/** Nothing that could end a line, or that no font shows. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu;
const EMAIL = /[^\s<>()"“”,;:]+@[^\s<>()"“”,;:]+\.[^\s<>()"“”,;:.]+/g;
const PHONE = /\+\d[\d ().-]{6,}\d/g;

/** Marketplaces' own words may name the buyer: mail goes through many hands. */
export function withoutBuyers(text: string): string {
  return text.replace(EMAIL, "(an e-mail address)").replace(PHONE, "(a phone number)");
}

export function oneLine(text: string): string {
  const line = text.toWellFormed().replace(CONTROL, " ").replace(/ {2,}/g, " ").trim();
  const letters = [...line];
  return letters.length <= SUBJECT_CHARS_MAX ? line : `${letters.slice(0, SUBJECT_CHARS_MAX - 1).join("")}…`;
}

export function writeMail(content: MailContent): { subject: string; text: string; html: string } {
  return { subject: oneLine(content.subject), text: asText(content), html: asHtml(content) };
}

const sayMore = (more: number): string | null => (more > 0 ? `and ${more.toLocaleString("en")} more` : null);

function asText({ shop, heading, intro, items, more, figures, link, footer }: MailContent): string {
  const parts = [
    `${clean(shop)}\n${clean(heading)}`,
    intro && clean(intro),
    ...items.map(({ title, message }) => `* ${clean(title)}\n  ${clean(message)}`),
    sayMore(more),
    figures.map(({ label, value }) => `${clean(label)}: ${clean(value)}`).join("\n"),
    `${clean(link.label)}:\n${link.url}`,
    `-- \n${clean(footer)}`,
  ];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

const clean = (text: string): string => text.toWellFormed().replace(CONTROL, " ").trim();
const html = (text: string): string => escapeUTF8(clean(text));

const FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const PLAIN = `margin:0;${FONT};font-size:15px;line-height:22px;color:#303030`;
const SMALL = `margin:0;${FONT};font-size:13px;line-height:20px;color:#616161`;

/** Tables and inline styles: what every mail program shows alike. */
function asHtml({ subject, shop, heading, intro, items, more, figures, link, footer }: MailContent): string {
  const rows = [
    `<p style="${SMALL}">${html(shop)}</p><h1 style="margin:4px 0 0;${FONT};font-size:20px;line-height:28px;color:#1a1a1a">${html(heading)}</h1>`,
    intro && `<p style="${PLAIN}">${html(intro)}</p>`,
    ...items.map(
      ({ title, message }) =>
        `<div style="border-left:3px solid #c9cccf;padding:2px 0 2px 12px"><p style="${PLAIN};font-weight:600">${html(title)}</p><p style="${PLAIN}">${html(message)}</p></div>`,
    ),
    sayMore(more) && `<p style="${SMALL}">${html(sayMore(more) ?? "")}</p>`,
    figures.length > 0 &&
      `<table role="presentation" cellpadding="0" cellspacing="0" border="0">${figures
        .map(
          ({ label, value }) =>
            `<tr><td style="${PLAIN};padding:2px 24px 2px 0">${html(label)}</td><td align="right" style="${PLAIN};font-weight:600">${html(value)}</td></tr>`,
        )
        .join("")}</table>`,
    `<a href="${escapeUTF8(link.url)}" style="display:inline-block;padding:10px 16px;border-radius:8px;background:#303030;color:#ffffff;text-decoration:none;${FONT};font-size:15px;line-height:20px;font-weight:600">${html(link.label)}</a>`,
    `<p style="${SMALL}">${html(footer)}</p>`,
  ].filter(Boolean);
  const body = rows.map((row) => `<tr><td style="padding:0 0 20px">${row}</td></tr>`).join("\n");
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${html(subject)}</title></head>
<body style="margin:0;padding:0;background:#f1f1f1">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f1f1f1"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;background:#ffffff;border-radius:12px"><tr><td style="padding:24px 24px 4px;text-align:left;word-break:break-word">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
${body}
</table>
</td></tr></table>
</td></tr></table>
</body>
</html>
`;
}
