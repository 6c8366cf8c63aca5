/**
 * Shopify's search syntax, the part that order and product queries use: `field:value`, `field:>=value`, quotes, NOT or -,
 * AND (implied), OR, parentheses. A field that Shopify does not know is IGNORED with a warning, not refused: a misspelt
 * filter answers with everything, and here too.
 */
export interface SearchTerm {
  field: string;
  comparator: "=" | ">" | ">=" | "<" | "<=";
  value: string;
}

/** True or false for a known field; null for one that this search does not know. */
export type TermMatcher<T> = (item: T, term: SearchTerm) => boolean | null;

type Node =
  | { kind: "term"; term: SearchTerm }
  | { kind: "not"; child: Node }
  | { kind: "and" | "or"; children: Node[] };

export function search<T>(items: readonly T[], query: string | null | undefined, matches: TermMatcher<T>): T[] {
  const text = query?.trim();
  if (!text) return [...items];
  const node = parse(tokens(text));
  return items.filter((item) => evaluate(node, item, matches) !== false);
}

/** Null = nothing said about this item (an ignored filter). */
function evaluate<T>(node: Node, item: T, matches: TermMatcher<T>): boolean | null {
  switch (node.kind) {
    case "term":
      return matches(item, node.term);
    case "not": {
      const inner = evaluate(node.child, item, matches);
      return inner === null ? null : !inner;
    }
    default: {
      const said = node.children.map((child) => evaluate(child, item, matches)).filter((one) => one !== null);
      if (said.length === 0) return null;
      return node.kind === "and" ? said.every(Boolean) : said.some(Boolean);
    }
  }
}

function tokens(text: string): string[] {
  return (
    text.match(
      /\(|\)|(?:[^\s()"']+:)?(?:>=|<=|>|<)?"(?:\\.|[^"\\])*"|(?:[^\s()"']+:)?(?:>=|<=|>|<)?'(?:\\.|[^'\\])*'|[^\s()]+/g,
    ) ?? []
  );
}

/** or := and (OR and)*;  and := not (AND? not)*;  not := (NOT|-)? atom */
function parse(list: string[]): Node {
  let at = 0;
  function or(): Node {
    const children = [and()];
    while (list[at] === "OR") {
      at += 1;
      children.push(and());
    }
    return { kind: "or", children };
  }
  function and(): Node {
    const children: Node[] = [];
    while (at < list.length && list[at] !== ")" && list[at] !== "OR") {
      if (list[at] === "AND") {
        at += 1;
        continue;
      }
      children.push(not());
    }
    return { kind: "and", children };
  }
  function not(): Node {
    const token = list[at] ?? "";
    if (token === "NOT") {
      at += 1;
      return { kind: "not", child: not() };
    }
    if (token === "(") {
      at += 1;
      const inner = or();
      at += 1;
      return inner;
    }
    at += 1;
    if (token.startsWith("-") && token.length > 1)
      return { kind: "not", child: { kind: "term", term: term(token.slice(1)) } };
    return { kind: "term", term: term(token) };
  }
  return or();
}

function term(token: string): SearchTerm {
  const colon = /^([A-Za-z_][\w.]*):(.*)$/s.exec(token);
  const field = colon?.[1]?.toLowerCase() ?? "default";
  const rest = colon?.[2] ?? token;
  const comparator = /^(>=|<=|>|<)/.exec(rest)?.[1] ?? "=";
  const value = rest.slice(comparator === "=" ? 0 : comparator.length);
  return { field, comparator: comparator as SearchTerm["comparator"], value: unquote(value) };
}

function unquote(text: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(text)?.[2];
  return quoted === undefined ? text : quoted.replace(/\\(.)/g, "$1");
}

export function compareTime(iso: string, term: SearchTerm): boolean {
  const actual = Date.parse(iso);
  const wanted = Date.parse(term.value);
  if (Number.isNaN(wanted)) return false;
  switch (term.comparator) {
    case ">":
      return actual > wanted;
    case ">=":
      return actual >= wanted;
    case "<":
      return actual < wanted;
    case "<=":
      return actual <= wanted;
    default:
      return actual === wanted;
  }
}

/** Text terms compare without case; a trailing * asks for a prefix. */
export function compareText(text: string | null, term: SearchTerm): boolean {
  const actual = (text ?? "").toLowerCase();
  const wanted = term.value.toLowerCase();
  return wanted.endsWith("*") ? actual.startsWith(wanted.slice(0, -1)) : actual === wanted;
}
