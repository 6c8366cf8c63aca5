/** Vinted Pro's spec (v0.360.0), for the judge, with what is known to be wrong in it. */
import type { SpecSource } from "#test/support/openapi-judge.ts";
import type { Waiver } from "#test/support/strict-schema.ts";
import type { EventType } from "./state.ts";

const FILE = "vinted/vinted_pro_v0.360.0.json";

const undefinedFields: Waiver[] = [
  "GetOrderResponse.buyer",
  "GetOrderShipmentResponse.status",
  "PackageSize.description",
].map((at) => ({ at, schema: null, why: "Named as required, and defined nowhere." }));

export const vintedSpecs: readonly SpecSource[] = [
  {
    file: FILE,
    waivers: undefinedFields,
    assumed: [{ status: "429", by: { schema: {} }, why: "In no part of the spec; any host may say it." }],
  },
];

/** The data of an event has a schema of its own: the envelope's `oneOf` can't tell nine of them apart. */
export function eventSpec(eventType: EventType): { file: string; pointer: string } {
  const name = eventType.toLowerCase().replace(/(?:^|_)(\w)/g, (_, first: string) => first.toUpperCase());
  return { file: FILE, pointer: `components/schemas/${name}EventData` };
}
