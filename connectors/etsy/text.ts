/**
 * Etsy writes text as HTML in its JSON: "Sin&eacute;ad O&#39;Brien" (github.com/etsy/open-api, issue 446). It is decoded
 * here, once, as a reply is parsed: nothing else decodes, so that "&amp;lt;" stays the "&lt;" that somebody typed. What goes
 * back to Etsy is plain text, which Etsy escapes again when it shows it.
 */
import { decodeHTMLStrict } from "entities/decode";
import { z } from "zod";
import { mendedText } from "../contract/storable.ts";

/** Only what ends in a semicolon is an entity: "A & B" and "?a=1&copy=2" stay as they are. */
export function decodeText(text: string): string {
  return text.includes("&") ? decodeHTMLStrict(text) : text;
}

/** A string as people wrote it. */
export const plainString = z.string().transform(decodeText);

/** Names, addresses, titles: mended rather than refused, because an order is never held for them. */
export const shownText = plainString.nullish().transform((text) => mendedText(text));

const LETTER_MAX = 5_000;

/** What a buyer writes to the seller; anything but text is nothing. */
export const letterText = plainString
  .nullish()
  .transform((text) => mendedText(text, LETTER_MAX))
  .catch(null);
