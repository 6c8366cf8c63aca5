/** What listings stand for, set for many at once by a CSV file: each line is judged first, and what it does is shown. */
import { findByKeys } from "../catalogue/catalogue.ts";
import type { Actor } from "../changes/changes.ts";
import { type EffectShown, type Moves, NO_EFFECT, showEffect } from "../changes/effect.ts";
import { findNamed, type MatchOfMany } from "../listings/many.ts";
import { type MatchPlan, nameChannels, planMatches, readMatchCsv } from "../listings/match-csv.ts";
import type { Runtime } from "../runtime.ts";
import { type ChangeReply, changeSetting } from "./change-setting.ts";
import { refuse } from "./reply.ts";

/** What a file would do. */
export interface MatchTrial extends Omit<MatchPlan, "matches"> {
  matches: number;
  /** Of those, listings that stand for another variant now. */
  rematches: number;
  /** All lines that can't be used; `bad` has the first. */
  badLines: number;
  effect: EffectShown;
}

interface CsvOfMatches {
  shopId: number;
  csv: string;
  /** What is matched already is changed too. */
  rematches: boolean;
}

/** Lines that are shown: whoever has more mends these first. */
const BAD_SHOWN_MAX = 500;

export async function tryMatches(
  rt: Runtime,
  of: CsvOfMatches,
): Promise<{ ok: true; trial: MatchTrial } | { ok: false; message: string }> {
  const plan = await planCsv(rt, of);
  if (typeof plan === "string") return refuse(plan);
  const trial = {
    ...plan,
    bad: plan.bad.slice(0, BAD_SHOWN_MAX),
    badLines: plan.bad.length,
    matches: plan.matches.length,
    rematches: plan.matches.filter((one) => one.rematches).length,
  };
  if (plan.matches.length === 0) return { ok: true, trial: { ...trial, effect: showEffect(NO_EFFECT) } };
  const change = { setting: "matches" as const, after: toMatches(plan) };
  const asked = await changeSetting(rt, { shopId: of.shopId, onlyAsks: true, change });
  if (asked.ok) return { ok: true, trial: { ...trial, effect: showEffect(NO_EFFECT) } };
  return asked.asks ? { ok: true, trial: { ...trial, effect: asked.asks } } : refuse(asked.message);
}

/** The file is judged again: what changed meanwhile is not written over. */
export async function saveMatches(
  rt: Runtime,
  { actor, approved, ...of }: CsvOfMatches & { actor: Actor; approved: Moves | null },
): Promise<ChangeReply> {
  const plan = await planCsv(rt, of);
  if (typeof plan === "string") return refuse(plan);
  if (plan.matches.length === 0) return refuse("Nothing of this file can be used any more. Check it again.");
  const change = { setting: "matches" as const, after: toMatches(plan) };
  return changeSetting(rt, { shopId: of.shopId, actor, approved, change });
}

function toMatches(plan: MatchPlan): MatchOfMany[] {
  return plan.matches.map(({ listingId, variantId }): MatchOfMany => [listingId, variantId, "hand"]);
}

/** Words: why the whole file can't be read. */
async function planCsv(rt: Runtime, { shopId, csv, rematches }: CsvOfMatches): Promise<MatchPlan | string> {
  const read = readMatchCsv(csv);
  if (!read.ok) return read.message;
  const channels = await rt.db.channel.findMany({
    where: { shopId, state: { not: "disconnected" } },
    select: { id: true, name: true, connectorKey: true },
    orderBy: { id: "asc" },
  });
  if (!read.value.namesChannel && channels.length > 1)
    return "You have several channels, and there is no column called “Channel”.";
  const named = nameChannels(
    read.value.lines,
    channels.map(({ connectorKey, ...one }) => ({
      ...one,
      marketplace: rt.connectors.get(connectorKey)?.manifest.name ?? connectorKey,
    })),
  );
  const or = (text: string): string | null => (text === "" ? null : text);
  const names = named.known.map((line) => ({
    channelId: line.channelId,
    remoteId: or(line.listing),
    sku: or(line.marketplaceSku),
  }));
  const present = (key: "shopifySku" | "barcode") => [...new Set(named.known.flatMap((line) => or(line[key]) ?? []))];
  const [listings, variants] = await Promise.all([
    findNamed(
      rt.db,
      shopId,
      names.filter((one) => one.remoteId !== null || one.sku !== null),
    ),
    findByKeys(rt.db, shopId, { skus: present("shopifySku"), barcodes: present("barcode") }),
  ]);
  const plan = planMatches(named.known, { listings, variants }, { rematches });
  const bad = [...read.value.bad, ...named.bad, ...plan.bad].sort((one, other) => one.line - other.line);
  return { ...plan, bad };
}
