/** Text as Etsy's API writes it: HTML, where nothing asks for it. */
import { encodeNonAsciiHTML } from "entities";
import type { EtsyState } from "./state.ts";

/** Etsy's own spelling of these; the rest (accents, dashes) goes by name where it has one. */
const BY_NUMBER: Readonly<Record<string, string>> = { "'": "&#39;" };

export function shownText(state: EtsyState, text: string): string {
  if (!state.settings.escapesText) return text;
  return text.replace(/[&<>"'\u00a0-\uffff]+/g, (some) =>
    [...some].map((one) => BY_NUMBER[one] ?? encodeNonAsciiHTML(one)).join(""),
  );
}
