import { openTestDatabase } from "#test/support/world/test-database.ts";
import { simulate } from "./simulation.ts";
const db = await openTestDatabase();
const [a, b, events, faults] = process.argv.slice(2);
for (let seed = Number(a); seed <= Number(b); seed += 1) {
  const t0 = performance.now();
  const r = await simulate(db, { seed, events: Number(events), withFaults: faults !== "no" });
  console.log(seed, r.traceHash, "violations", r.violations.length, "oversold", r.oversold, "turned", r.turnedAway, Math.round(performance.now() - t0) + " ms", (Number(events) / ((performance.now() - t0) / 1000)).toFixed(1), "ev/s");
  for (const v of r.violations.slice(0, 6)) console.log("   ", v.rule, v.what.slice(0, 600));
  if (process.env.TRACE) console.log(r.trace.join("\n"));
}
process.exit(0);
