import { openTestDatabase } from "#test/support/world/test-database.ts";
import { simulate } from "./simulation.ts";
const db = await openTestDatabase();
const counts = new Map<string, number>();
if (process.env.COUNT && db.jobs.kind === "pglite") {
  const pg = db.jobs.pglite as any;
  const orig = pg.execProtocolRaw?.bind(pg);
  for (const name of ["query", "exec"]) { const o = pg[name].bind(pg); pg[name] = (q: string, ...a: unknown[]) => { const k = q.replace(/\s+/g, " ").slice(0, 90); counts.set(k, (counts.get(k) ?? 0) + 1); return o(q, ...a); }; }
  const tx = pg.transaction.bind(pg);
  pg.transaction = (f: any) => tx((t: any) => { counts.set("BEGIN..COMMIT", (counts.get("BEGIN..COMMIT") ?? 0) + 1); const q = t.query.bind(t); t.query = (s: string, ...a: unknown[]) => { const k = s.replace(/\s+/g, " ").slice(0, 90); counts.set(k, (counts.get(k) ?? 0) + 1); return q(s, ...a); }; return f(t); });
}
const [a, b, events, faults] = process.argv.slice(2);
for (let seed = Number(a); seed <= Number(b); seed += 1) {
  const t0 = performance.now();
  const r = await simulate(db, { seed, events: Number(events), withFaults: faults !== "no" });
  console.log(seed, r.traceHash, "violations", r.violations.length, "oversold", r.oversold, "turned", r.turnedAway, Math.round(performance.now() - t0) + " ms", (Number(events) / ((performance.now() - t0) / 1000)).toFixed(1), "ev/s");
  for (const v of r.violations.slice(0, 6)) console.log("   ", v.rule, v.what.replaceAll("\n"," ").slice(0, Number(process.env.W ?? 260)));
  if (process.env.TRACE) console.log(r.trace.join("\n"));
}
if (process.env.COUNT) { console.log("total", [...counts.values()].reduce((a, b) => a + b, 0)); for (const [k, v] of [...counts].sort((a, b) => b[1] - a[1]).slice(0, 45)) console.log(String(v).padStart(6), k); }
process.exit(0);
