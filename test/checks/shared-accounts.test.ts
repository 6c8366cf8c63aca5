import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { expect, it } from "vitest";
import { applyMigrations, MIGRATIONS_DIR } from "#app/migrations.server.ts";

const MIGRATION = "20261128191000_one_shop_per_account";

it("a database in which two shops have one account is migrated: both keep it, and each is told", async () => {
  const before = mkdtempSync(join(tmpdir(), "lockstep-migrations-"));
  const earlier = readdirSync(MIGRATIONS_DIR).filter((name) => name < MIGRATION);
  for (const name of earlier) cpSync(join(MIGRATIONS_DIR, name), join(before, name), { recursive: true });
  const pglite = await PGlite.create();
  try {
    const connection = { query: pglite.query.bind(pglite), exec: pglite.exec.bind(pglite) };
    await applyMigrations(connection, before);
    await pglite.exec(`
      INSERT INTO "Shop" (domain, name, currency, timezone, policy, "installedAt")
        SELECT d || '.myshopify.com', d, 'GBP', 'UTC', '{}', now() FROM unnest(ARRAY['a', 'b', 'c']) AS d;
      INSERT INTO "Channel" ("shopId", "connectorKey", "remoteAccountId", name, state, "importOrdersSince", "createdAt")
        VALUES (1, 'x', 'fern', 'X · fern', 'connected', now(), now()), (2, 'x', 'fern', 'X · fern', 'paused', now(), now()),
          (3, 'x', 'fern', 'X · fern', 'disconnected', now(), now()), (3, 'x', 'flint', 'X · flint', 'connected', now(), now())`);
    await applyMigrations(connection);
    const channels = await pglite.query(`SELECT state, "sharesAccount" AS shared FROM "Channel" ORDER BY id`);
    expect(channels.rows).toEqual([
      { state: "connected", shared: true },
      { state: "paused", shared: true },
      { state: "disconnected", shared: false },
      { state: "connected", shared: false },
    ]);
    const alerts = await pglite.query(`SELECT "shopId", key FROM "Alert" ORDER BY 1`);
    expect(alerts.rows).toEqual([
      { shopId: 1, key: "shared-account:1" },
      { shopId: 2, key: "shared-account:2" },
    ]);
  } finally {
    await pglite.close();
    rmSync(before, { recursive: true });
  }
});
