/**
 * What can be said of the admin extensions without a login at Shopify, which its CLI wants even to build: their types, the
 * size of what a browser loads, and their words.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { LISTING_LABELS } from "#app/views/listing-status.ts";
import { bundleExtension } from "#test/support/extension-bundle.ts";
import { REPOSITORY } from "./sources.ts";

const FOLDER = join(REPOSITORY, "extensions");
/** Shopify takes 64 kB, compressed, of each extension. */
const BUNDLE_BYTES_MAX = 60_000;

export function extensionNames(): string[] {
  return readdirSync(FOLDER, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : []));
}

/** `bytesMax`: compressed. */
export async function sizeProblems(names = extensionNames(), bytesMax = BUNDLE_BYTES_MAX): Promise<string[]> {
  const problems: string[] = [];
  for (const name of names) {
    const bytes = gzipSync(await bundleExtension(name)).byteLength;
    if (bytes > bytesMax)
      problems.push(`extensions/${name}: ${bytes} bytes compressed, ${bytesMax} at most. Import less.`);
  }
  return problems;
}

/** Every status that the app may tell the block has its word there. */
export function wordProblems(locale: string, codes = Object.keys(LISTING_LABELS)): string[] {
  const { status = {} } = JSON.parse(locale) as { status?: Record<string, string> };
  return [
    ...codes
      .filter((code) => !status[code])
      .map((code) => `extensions/product-listings/locales/en.default.json: status.${code} has no word`),
    ...Object.keys(status)
      .filter((code) => !codes.includes(code))
      .map(
        (code) => `extensions/product-listings/locales/en.default.json: status.${code} is a status that no listing has`,
      ),
  ];
}

export const blockLocale = (): string => readFileSync(join(FOLDER, "product-listings/locales/en.default.json"), "utf8");
