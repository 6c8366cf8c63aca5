/** What the merchant wants of their listings when a plan with stock sync has ended. It is chosen before, and shown before that. */
import { z } from "zod";
import { listPushing, setPlanHold } from "../channels/channels.ts";
import { WHEN_STOCK_ENDS, type WhenStockEnds, whenStockEndsOf } from "../plans/plan-state.ts";
import { lockPlan, setWhenStockEnds } from "../plans/plans.ts";
import { ofShop } from "./of-shop.ts";
import type { Altered, Place, Setting } from "./settings.ts";

export const PLAN_END: Setting<WhenStockEnds, object> = {
  value: z.enum(WHEN_STOCK_ENDS),
  async open({ rt, tx, shopId }: Place, _, after): Promise<Altered | string> {
    if (!rt.billing) return "No plans are sold here, so none can end.";
    const plan = await lockPlan(tx, shopId);
    const channels = await listPushing(tx, shopId);
    const holdAll = async (holdOf: (channel: (typeof channels)[number]) => string | null): Promise<void> => {
      for (const channel of channels) await setPlanHold(tx, channel.id, holdOf(channel));
    };
    return ofShop({
      before: whenStockEndsOf(plan),
      after,
      refusal: plan.stockEndedAt
        ? "Stock sync has ended already. Choose a plan, and it goes on where it stopped."
        : null,
      message:
        after === "zero"
          ? "When the plan has no stock sync any more, all listings go to 0"
          : "When the plan has no stock sync any more, listings stay as they are",
      write: () => setWhenStockEnds(tx, shopId, after),
      ...(after === "zero" && {
        later: {
          scopes: channels.map(({ id }) => ({ channelId: id })),
          begin: () => holdAll(() => "zero"),
          takeBack: () => holdAll(({ planHold }) => planHold),
        },
      }),
    });
  },
};
