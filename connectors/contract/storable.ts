/**
 * What the database and JSON can carry, for all that comes from outside: text without NUL and without half of a surrogate
 * pair, no longer than an index takes; whole numbers of 32 bits; times of four-digit years. What is outside these bounds
 * costs its row, at the edge: beyond it, it would stop a page or a task.
 */
import { z } from "zod";

const REPLACED = "\ufffd";
/** Escapes of JSON, one after the other: whole pairs first, and `\\` so that what follows it is no escape. */
const ESCAPES = /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[\da-fA-F]{4}|\\./g;
const UNSTORABLE_ESCAPE = /^\\u(?:0000|[dD][89a-fA-F][\da-fA-F]{2})$/;

/**
 * A reply's text, made storable: a title may be cut in the middle of an emoji. Each such character becomes U+FFFD, so that
 * the order it stands in is imported like any other.
 */
export function storable(text: string): string {
  const plain = text.replaceAll("\0", REPLACED);
  return plain.includes("\\u")
    ? plain.replace(ESCAPES, (one) => (UNSTORABLE_ESCAPE.test(one) ? "\\ufffd" : one))
    : plain;
}

/** Ids and SKUs stand in indexes, whose rows PostgreSQL limits to 2,704 bytes; no marketplace's are longer than this. */
export const KEY_MAX = 255;
/** Titles, names, addresses. */
export const TEXT_MAX = 1_000;
export const URL_MAX = 2_000;
/** PostgreSQL's integer. */
export const INT32_MAX = 2_147_483_647;
/** Units of one order line, or of one listing: more is a mistake, and sums of these stay within an integer. */
export const UNITS_MAX = 1_000_000;
/** Tokens are renewed long before; a longer life is a mistake. */
const LIFE_S_MAX = 20 * 365 * 24 * 60 * 60;

export function isStorable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

/** Text that is taken as it is or not at all: an id, a topic, what a person typed. */
export function plainText(max: number) {
  return z.string().max(max, `at most ${max} characters`).refine(isStorable, "has characters that can't be stored");
}

/** An id or a SKU. */
export const keyText = plainText(KEY_MAX).min(1);

/** Not in the middle of a pair, of which half can't be stored. */
export function cutText(text: string, max: number): string {
  return text.length <= max ? text : text.slice(0, max).replace(/[\ud800-\udbff]$/, "");
}

/** Text for people: what can't be stored is replaced, what is too long is cut. Null where nothing is left. */
export function mendedText(text: string | null | undefined, max = TEXT_MAX): string | null {
  const plain = cutText((text ?? "").replaceAll("\0", REPLACED).toWellFormed().trim(), max);
  return plain === "" ? null : plain;
}

/** Names, addresses, titles: mended rather than refused, because an order is never held for them. */
export const optionalText = z
  .string()
  .nullish()
  .transform((text) => mendedText(text));

/** A SKU or another key where there may be none; spaces around it are none of it. */
export const optionalKey = z
  .string()
  .nullish()
  .transform((text) => text?.trim() || null)
  .pipe(plainText(KEY_MAX).nullable());

/** An address to show, or none: one that is too long is left out. */
export function shownUrl(text: string | null | undefined): string | null {
  return text && text.length <= URL_MAX && isStorable(text) ? text : null;
}

/** ISO 4217. */
export const currencyCode = z.string().regex(/^[A-Z]{3}$/);

export const units = z.number().int().min(0).max(UNITS_MAX);
export const lifeSeconds = z.number().positive().max(LIFE_S_MAX);

const EARLIEST_MS = 0;
const LATEST_MS = Date.parse("9999-12-30T00:00:00Z");

/** From 1970 to 9999, as every time that a marketplace or Shopify tells. */
export function isStorableTime(time: Date): boolean {
  const ms = time.getTime();
  return ms >= EARLIEST_MS && ms <= LATEST_MS;
}

/** ISO 8601 with an offset. */
export const instant = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine(isStorableTime, "a year from 1970 to 9999");

/** Whole seconds since 1970. */
export const epochSeconds = z
  .number()
  .int()
  .positive()
  .transform((seconds) => new Date(seconds * 1000))
  .refine(isStorableTime, "a year from 1970 to 9999");

/** A value of a record by a name that came from outside: never one that every object has, as `constructor`. */
export function ownValue<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
