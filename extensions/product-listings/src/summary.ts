/** The block's short words. */
import type { ProductListings } from "./reply.ts";

/** The admin cuts a collapsed block's summary at 30 characters. */
export const SUMMARY_MAX = 30;

interface Translate {
  translate(key: string, values?: Record<string, string | number>): string;
}

/** What a collapsed block says; nothing while nothing is known. */
export function summaryOf(shown: { state: string; product?: ProductListings }, i18n: Translate): string {
  if (shown.state === "empty") return i18n.translate("summary.empty");
  const { product } = shown;
  if (!product) return "";
  if (product.needYou > 0)
    return i18n.translate("summary.needYou", { count: product.listings, needYou: product.needYou });
  if (product.updating > 0)
    return i18n.translate("summary.updating", { count: product.listings, updating: product.updating });
  return i18n.translate("summary.inStep", { count: product.listings });
}

const STEPS: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "2 minutes ago", in the language of the browser. */
export function agoText(at: string, nowMs: number): string {
  const seconds = Math.max(0, (nowMs - Date.parse(at)) / 1_000);
  const words = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  const step = STEPS.find(([, size]) => seconds >= size);
  return step ? words.format(-Math.floor(seconds / step[1]), step[0]) : words.format(-Math.floor(seconds), "second");
}
