/**
 * Set up once for a run of Vitest on PostgreSQL: the databases that its processes make there have a name in common. Vitest
 * ends its processes itself, so they are dropped here, when all is over.
 */
import { randomUUID } from "node:crypto";
import pg from "pg";
import { testServerUrl } from "./server-url.ts";

/** In the environment: what the names of this run's databases begin with. */
export const TEST_RUN = "LOCKSTEP_TEST_RUN";

export default function setUp(): () => Promise<void> {
  const run = `lockstep_test_${randomUUID().slice(0, 8)}`;
  process.env[TEST_RUN] = run;
  return () => dropAll(run);
}

async function dropAll(run: string): Promise<void> {
  const client = new pg.Client({ connectionString: testServerUrl() });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      "SELECT quote_ident(datname) AS name FROM pg_database WHERE starts_with(datname, $1)",
      [run],
    );
    for (const { name } of rows) await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
  } finally {
    await client.end();
  }
}
