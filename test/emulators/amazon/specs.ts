/** Amazon's official models, for the judge, with what is known to be missing in them. */
import type { AssumedReply, SpecSource } from "#test/support/openapi-judge.ts";

/** Replies that a model declares without a body of this name have the shape of its 400. */
const asBadRequest = (...statuses: string[]): AssumedReply[] =>
  statuses.map((status) => ({
    status,
    by: { status: "400" },
    why: "The gateway answers every operation with the ErrorList of its model; some models leave a status out.",
  }));

const FOLDER = "amazon";

export const amazonSpecs: readonly SpecSource[] = [
  { file: `${FOLDER}/listingsItems_2021-08-01.json`, assumed: asBadRequest("401") },
  { file: `${FOLDER}/orders_2026-01-01.json`, assumed: asBadRequest("401") },
  { file: `${FOLDER}/ordersV0.json` },
  { file: `${FOLDER}/feeds_2021-06-30.json` },
  { file: `${FOLDER}/reports_2021-06-30.json` },
  { file: `${FOLDER}/notifications.json`, assumed: asBadRequest("401") },
  { file: `${FOLDER}/sellers.json`, assumed: asBadRequest("401") },
];

/** JSON Schemas of what travels inside documents and queues. */
export const amazonSchemas = {
  orderChange: `${FOLDER}/schemas/OrderChangeNotification.json`,
  listingsFeed: `${FOLDER}/schemas/listings-feed-schema-v2.json`,
  listingsReport: `${FOLDER}/schemas/listings-feed-processing-report-schema-v2.json`,
};
