/** The merchant holds a variant at 0, or at no more than some units, on every channel, until they release it. */
import { z } from "zod";
import { type NewAlert, raiseAlert, resolveAlert, resolveAlerts } from "../alerts/alerts.ts";
import type { AlertKey } from "../alerts/kinds.ts";
import { lockVariantOfShop, type Variant } from "../catalogue/catalogue.ts";
import {
  type Containment,
  endContainment,
  findContainment,
  handOnContainments,
  setContainment,
  takeReminders,
} from "../containments/containments.ts";
import type { Tx } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { wholeUnits } from "../inventory/policy.ts";
import { ofShop } from "./of-shop.ts";
import type { Setting } from "./settings.ts";

const containment = z
  .object({
    units: wholeUnits,
    takesDown: z.boolean(),
    remindDays: z.number().int().min(1).max(365),
    /** Left out: from now on. */
    since: z.iso.datetime().optional(),
  })
  .nullable();

type ContainmentSetting = z.infer<typeof containment>;

/** As a rule holds: nothing is taken down for good without the merchant. */
export const HELD_BY_RULE = { units: 0, takesDown: false, remindDays: 3 } as const;

export const CONTAINMENT: Setting<ContainmentSetting, { variantId: number }> = {
  value: containment,
  async open({ tx, shopId, now }, { variantId }, asked) {
    const variant = await lockVariantOfShop(tx, shopId, variantId);
    if (!variant) return "This SKU is not known any more. Reload the page.";
    const before = toSetting(await findContainment(tx, variantId));
    const lasts = before?.units === asked?.units ? before?.since : undefined;
    const since = asked?.since ?? lasts ?? now.toISOString();
    const after = asked && { ...asked, since };
    const isUncounted = !variant.tracked || variant.removedAt !== null;
    return ofShop({
      variantId,
      before,
      after,
      scopes: [{ variantIds: [variantId] }],
      refusal:
        after && after.units > 0 && isUncounted
          ? "Shopify does not count this item, so it can only be held at 0."
          : null,
      message: `${nameOf(variant)}: ${sayContainment(after)}`,
      async write() {
        await resolveAlert(tx, shopId, alertKey(variantId), now);
        if (after) await setContainment(tx, { shopId, variantId }, { ...after, since: new Date(since) }, now);
        else await endContainment(tx, variantId);
      },
    });
  },
};

function toSetting(held: Containment | null): ContainmentSetting {
  if (!held) return null;
  const { units, takesDown, remindDays, since } = held;
  return { units, takesDown, remindDays, since: since.toISOString() };
}

function sayContainment(held: ContainmentSetting): string {
  if (!held) return "released on every channel";
  const { units, takesDown } = held;
  const most = units === 0 ? "held at 0" : `held at ${units} at most`;
  return `${most} on every channel${takesDown ? ", also where 0 can’t be taken back" : ""}`;
}

/** Listings of variants that are gone stand for others now: they stay held. */
export async function handOnContained(
  tx: Tx,
  shopId: number,
  handed: readonly { from: number; to: number }[],
  now: Date,
): Promise<void> {
  if (handed.length === 0) return;
  const held = await handOnContainments(tx, handed, now);
  if (held.length === 0) return;
  await resolveAlerts(
    tx,
    shopId,
    handed.map(({ from }) => alertKey(from)),
    now,
  );
  for (const one of held) {
    await recordAttempt(tx, {
      shopId,
      variantId: one.variantId,
      kind: "settings",
      outcome: "done",
      message: `Its variant was made anew in Shopify, and is ${sayContainment(toSetting(one))} as the one before it`,
      startedAt: now,
      finishedAt: now,
    });
  }
}

type HeldByRule = Pick<NewAlert, "owner" | "answerHours"> & { variantId: number; name: string; why: string };

/** A rule held it: said until the merchant releases it, holds it otherwise, or says that they know. */
export async function sayHeldByRule(
  tx: Tx,
  shopId: number,
  { variantId, name, why, ...whose }: HeldByRule,
  now: Date,
): Promise<void> {
  await raiseAlert(
    tx,
    {
      ...whose,
      shopId,
      key: alertKey(variantId),
      severity: "warning",
      title: `${name} is held at 0`,
      message: `It was held on every channel: ${why}. Nothing more is sold of it until you release it on its page; where 0 can’t be taken back, one stays on sale. Done leaves it held.`,
      action: `/app/skus/${variantId}`,
      endsByHand: true,
      reopens: true,
    },
    now,
  );
}

const alertKey = (variantId: number): AlertKey => `contained:${variantId}`;

const nameOf = ({ sku, productTitle }: Pick<Variant, "sku" | "productTitle">): string => sku ?? productTitle;

/** One alert each, for what has been held for as long as the merchant wanted to be reminded after. */
export async function remindOfContained(tx: Tx, variantIds: readonly number[], now: Date): Promise<void> {
  if (variantIds.length === 0) return;
  const due = await takeReminders(tx, variantIds, now);
  const variants = await tx.variant.findMany({ where: { id: { in: due.map((one) => one.variantId) } } });
  for (const { variantId, shopId, units } of due) {
    const variant = variants.find((one) => one.id === variantId);
    if (!variant) continue;
    await raiseAlert(
      tx,
      {
        shopId,
        key: alertKey(variantId),
        severity: "warning",
        title: `${nameOf(variant)} is still held at ${units}`,
        message: `You hold it at ${units} on every channel, whatever Shopify has. Release it to sell what there is, or mark this as done to keep it so.`,
        action: `/app/skus/${variantId}`,
        endsByHand: true,
        reopens: true,
      },
      now,
    );
  }
}
