/**
 * What went wrong, as a person would say it. Messages are kept as they were made, with the call's name and the reply's code,
 * for the log and for whoever helps; a screen shows them through here. A marketplace's own words stay, in quotes. Pure.
 */

/** A call's name, "getSellerDetails: ", where a message begins. */
const CALL = /(^|: |\. |\(|“)(?:sqs:)?[A-Za-z]*[a-z]{2}[A-Z]\w*: /g;
/** "Depop answered 401, unauthorized: invalid api key". */
const ANSWERED = /\b(\w+) answered (\d{3})(?:, [^:;.()]*)?(?:: ([^;]*?)(?=\.(?:\s|$)|[;)]|$))?/g;
const NO_REPLY = /\bsent(?: to (\w+))?, but no reply \([^)]*\)/g;
const NEVER_SENT = /\bno reply(?: from (\w+))? \([^)]*\)/g;
const UNREADABLE = /'s reply does not have the (?:documented|expected) shape(?: \((?:[^()]|\([^()]*\))*\))?/g;
const USED_UP = /\bour share of the marketplace's call limit is used up for \d+ s/g;
/** What a database or a program says of itself, to its makers. */
const INSIDE = /\bprisma\b|\binvocation\b|violates .* constraint|ZodError|\bat \S+ \(.*:\d+:\d+\)/i;

export const OUR_FAULT = "Something went wrong inside Lockstep; its log has the details";

export function plainWords(text: string): string {
  if (INSIDE.test(text)) return OUR_FAULT;
  const said = text
    .replace(CALL, "$1")
    .replace(ANSWERED, (_, who: string, status: string, words: string | undefined) =>
      words?.trim() ? `${who} ${did(Number(status))}: “${words.trim()}”` : `${who} ${did(Number(status))}`,
    )
    .replace(NO_REPLY, (_, who?: string) => `${noAnswer(who)}, so it may or may not have been done`)
    .replace(NEVER_SENT, (_, who?: string) => noAnswer(who))
    .replace(UNREADABLE, " sent an answer that Lockstep can't read")
    .replace(USED_UP, "the calls that the marketplace allows are used up for now");
  // A name that begins with a small letter keeps it.
  return /^[a-z][A-Z]/.test(said) ? said : said.charAt(0).toUpperCase() + said.slice(1);
}

function noAnswer(who: string | undefined): string {
  return who ? `${who} did not answer` : "there was no answer";
}

function did(status: number): string {
  if (status === 401 || status === 403) return "does not let us in";
  if (status === 404) return "does not know it";
  if (status === 429) return "asks us to wait";
  return status >= 500 ? "has a problem of its own" : "refused it";
}

/** "eBay", "eBay and Etsy", "eBay, Etsy or Depop". */
export function listed(names: readonly string[], last: "and" | "or" = "and"): string {
  if (names.length < 2) return names.join();
  return `${names.slice(0, -1).join(", ")} ${last} ${names.at(-1)}`;
}

export function sayUnits(units: number): string {
  return units === 1 ? "1 unit" : `${units} units`;
}
