/**
 * Which lines of a Shopify order that the merchant entered by hand stand for which lines of the marketplace order. Pure.
 *
 * A person enters two equal lines as one of two units, or types a line that is no product: so one line there may be
 * several of ours, and where nothing but the last line on each side is left, these two are taken for each other. The
 * merchant sees what was found before any of it is used.
 */

export interface LineToLink {
  remoteLineId: string;
  title: string;
  sku: string | null;
  /** Still to be sent. */
  units: number;
  variantGid: string | null;
}

export interface EnteredLine {
  gid: string;
  title: string;
  variantTitle: string | null;
  sku: string | null;
  /** Ordered, and not taken off again. */
  units: number;
  variantGid: string | null;
  /** The marketplace's line that Lockstep wrote on it, where it made the order. */
  remoteLineId: string | null;
}

/** `rest`: nothing says so but that both are what is left. */
export type LinkedBy = "written" | "variant" | "sku" | "title" | "rest";

export interface LinkedLine {
  remoteLineId: string;
  units: number;
  /** Of these, how many the line there has. */
  found: number;
  shopifyLineGid: string | null;
  by: LinkedBy | null;
  /** The line there took its units off the stock that this one is reserved from. */
  isSameStock: boolean;
}

const isSameText = (one: string | null, other: string | null): boolean =>
  one !== null && other !== null && one.trim() !== "" && one.trim().toLowerCase() === other.trim().toLowerCase();

/** The surest first. */
const MATCHES: readonly [LinkedBy, (ours: LineToLink, theirs: EnteredLine) => boolean][] = [
  ["written", (ours, theirs) => ours.remoteLineId === theirs.remoteLineId],
  ["variant", (ours, theirs) => ours.variantGid !== null && ours.variantGid === theirs.variantGid],
  ["sku", (ours, theirs) => isSameText(ours.sku, theirs.sku)],
  ["title", (ours, theirs) => isSameText(ours.title, theirs.title) || isSameText(ours.title, nameOfLine(theirs))],
];

/** "Tray, Large" */
export function nameOfLine({ title, variantTitle }: Pick<EnteredLine, "title" | "variantTitle">): string {
  return [title, variantTitle].filter(Boolean).join(", ");
}

/** Lines of which nothing is to be sent are left out. */
export function linkLines(ours: readonly LineToLink[], theirs: readonly EnteredLine[]): LinkedLine[] {
  const left = new Map(theirs.map((line) => [line.gid, line.units]));
  const leftOf = ({ gid }: EnteredLine): number => left.get(gid) ?? 0;
  const links = new Map<string, LinkedLine>();
  const wanted = ours.filter((line) => line.units > 0);
  const link = (line: LineToLink, to: EnteredLine, by: LinkedBy): void => {
    const found = Math.min(line.units, leftOf(to));
    left.set(to.gid, leftOf(to) - found);
    const isSameStock = line.variantGid !== null && line.variantGid === to.variantGid;
    links.set(line.remoteLineId, { ...unlinked(line), found, shopifyLineGid: to.gid, by, isSameStock });
  };
  const open = (): LineToLink[] => wanted.filter((line) => !links.has(line.remoteLineId));

  for (const [by, isMatch] of MATCHES) {
    // Of equal lines those of as many units are each other's; a line of several takes what is left of one of more.
    for (const line of open()) {
      const same = theirs.find((one) => isMatch(line, one) && leftOf(one) === line.units && one.units === line.units);
      if (same) link(line, same, by);
    }
    for (const line of open()) {
      const some = theirs.filter((one) => isMatch(line, one) && leftOf(one) > 0);
      const best = some.find((one) => leftOf(one) >= line.units) ?? some.sort((a, b) => leftOf(b) - leftOf(a))[0];
      if (best) link(line, best, by);
    }
  }
  const [line, ...otherLines] = open();
  const [last, ...others] = theirs.filter((one) => leftOf(one) > 0);
  if (line && last && otherLines.length === 0 && others.length === 0 && mayBeRest(line, last, leftOf(last)))
    link(line, last, "rest");
  return wanted.map((one) => links.get(one.remoteLineId) ?? unlinked(one));
}

/** Of two products that both are known the one is not the other. */
function mayBeRest(ours: LineToLink, theirs: EnteredLine, left: number): boolean {
  return left === theirs.units && left === ours.units && (ours.variantGid === null || theirs.variantGid === null);
}

function unlinked({ remoteLineId, units }: LineToLink): LinkedLine {
  return { remoteLineId, units, found: 0, shopifyLineGid: null, by: null, isSameStock: false };
}

/** Lines there, or units of them, that no line of ours stands for. */
export function linesBeside(
  theirs: readonly EnteredLine[],
  links: readonly LinkedLine[],
): { line: EnteredLine; units: number }[] {
  return theirs.flatMap((line) => {
    const found = links.reduce((sum, link) => sum + (link.shopifyLineGid === line.gid ? link.found : 0), 0);
    return line.units > found ? [{ line, units: line.units - found }] : [];
  });
}

/** What a person typed for an order's number: "#1042", "1042", "EN1042-A", or the address of its page in the admin. */
export type NumberTyped =
  | { kind: "gid"; gid: string }
  | { kind: "name"; text: string }
  /** It can be no number. */
  | null;

const TEXT_MAX = 60;

export function readNumber(typed: string): NumberTyped {
  const text = typed.trim();
  if (/^https?:\/\//i.test(text) || /^admin\.shopify\.com\//i.test(text)) {
    const id = /\/orders\/(\d{1,20})(?:[/?#].*)?$/.exec(text)?.[1];
    return id ? { kind: "gid", gid: `gid://shopify/Order/${id}` } : null;
  }
  return text === "" || text.length > TEXT_MAX || /["'\\*]/.test(text) ? null : { kind: "name", text };
}

/** The names that an order may have of which somebody says this: as typed, or the number with what the shop writes around it. */
export function namesMeant(text: string, shop: { prefix: string; suffix: string }): string[] {
  const bare = text.replace(/^#\s*/, "");
  return [...new Set([text, bare, `#${bare}`, `${shop.prefix}${bare}${shop.suffix}`])];
}
