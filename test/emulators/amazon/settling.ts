/** What time brings: accepted changes that show, feeds that are worked through, reports that are made. */
import { addMs } from "#app/clock.ts";
import { processFeed } from "./feeds.ts";
import { settleItem } from "./listings.ts";
import { finishReport } from "./reports.ts";
import type { AmazonState } from "./state.ts";

/** To be called before anything looks at the state. Things happen in the order of their times. */
export function settle(state: AmazonState, now: Date): void {
  const at = now.toISOString();
  for (const feed of state.feeds.values()) {
    if (feed.status === "IN_QUEUE" && feed.startsAt <= at) feed.status = "IN_PROGRESS";
    if (feed.status === "IN_PROGRESS" && feed.endsAt <= at) processFeed(state, feed, new Date(feed.endsAt));
  }
  for (const sku of [...state.unsettled]) {
    const item = state.items.get(sku);
    if (item) settleItem(state, item, now);
    else state.unsettled.delete(sku);
  }
  for (const report of state.reports.values()) {
    if (report.status === "IN_QUEUE" && addMs(new Date(report.createdAt), 1).toISOString() <= at) {
      report.status = "IN_PROGRESS";
    }
    if (report.status === "IN_PROGRESS" || report.status === "IN_QUEUE") {
      if (report.doneAt <= at) finishReport(state, report, now);
    }
  }
}
