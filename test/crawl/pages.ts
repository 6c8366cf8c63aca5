/** What is read off a page: what is wrong with it, where it leads, and what its lists can be filtered by. Pure. */

/** Words that no merchant should see. */
const RAW = [
  /\bprisma\b/i,
  /\binvocation\b/i,
  /column reference|violates \S+ constraint|syntax error at|statement timeout/i,
  /\bSELECT .+ FROM\b/,
  /\.tsx?:\d+|\bat async\b/,
  /\banswered \d{3}\b|\bECONN\w+|(?:^|[:.(“] ?)(?!eBay:)[a-z]+[A-Z]\w+: /,
  /ZodError|"code":\s*"|expected \w+, received|Invalid input|Too (big|small): /,
  /\bundefined\b|\bNaN\b|\[object |\bInvalid Date\b/,
  /This page can't be shown|Lockstep can't be shown|This page took too long/,
];

export interface PageSeen {
  status: number;
  html: string;
}

/** What is wrong with a page; empty: it is a good one. `mayBeMissing`: it is right that there is no such page. */
export function faultsOf({ status, html }: PageSeen, { mayBeMissing = false } = {}): string[] {
  const faults: string[] = [];
  if (status !== 200 && !(mayBeMissing && status === 404)) faults.push(`answered ${status}`);
  if (!/<title>[^<]*\S[^<]*<\/title>/.test(html)) faults.push("has no title");
  if (!/<h1[\s>]/.test(html) && !mayBeMissing) faults.push("has no heading");
  const text = textOf(html);
  for (const raw of RAW) {
    const found = raw.exec(text);
    if (found) faults.push(`says “…${text.slice(Math.max(0, found.index - 40), found.index + 60)}…”`);
  }
  return faults;
}

/** What is raw in it, with the words around; null: all of it is for a person. */
export function rawWordsIn(text: string): string | null {
  const found = RAW.map((raw) => raw.exec(text)).find((one) => one !== null);
  return found ? text.slice(Math.max(0, found.index - 100), found.index + 200) : null;
}

/** What a person reads, what screen readers say included. */
export function textOf(html: string): string {
  const body = html.replace(/<(script|style)\b[\s\S]*?<\/\1>/g, " ");
  const labels = [...body.matchAll(/\s(?:aria-label|placeholder|alt|title|value)="([^"]*)"/g)].map((match) => match[1]);
  return plain(`${body.replace(/<[^>]*>/g, " ")} ${labels.join(" ")}`).replace(/\s+/g, " ");
}

function plain(text: string): string {
  const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'", "#39": "'" };
  return text.replace(/&([#\w]+);/g, (whole, name: string) => named[name] ?? whole);
}

/** Where the page leads: its links, and the pages before and after it. */
export function linksOf(html: string): string[] {
  const body = html.slice(html.indexOf("<body"));
  return [...new Set([...body.matchAll(/<a\b[^>]*\shref="([^"]*)"/g)].map((match) => plain(match[1] ?? "")))];
}

export interface Filter {
  name: string;
  /** Null: anything can be typed. */
  values: string[] | null;
  type: string;
}

/** The filters of the page's list. */
export function filtersOf(html: string): Filter[] {
  const search = /<search>[\s\S]*?<\/search>/.exec(html)?.[0] ?? "";
  const selects = [...search.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/g)].map(
    ([, attributes = "", options = ""]) => ({
      name: attributeOf(attributes, "name"),
      values: [...options.matchAll(/<option\b([^>]*)>/g)]
        .map(([, option = ""]) => attributeOf(option, "value"))
        .filter((value) => value !== ""),
      type: "select",
    }),
  );
  const inputs = [...search.matchAll(/<input\b([^>]*)>/g)].map(([, attributes = ""]) => ({
    name: attributeOf(attributes, "name"),
    values: null,
    type: attributeOf(attributes, "type"),
  }));
  return [...selects, ...inputs];
}

function attributeOf(tag: string, name: string): string {
  return plain(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? "");
}
