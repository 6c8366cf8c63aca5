/**
 * For the Prisma CLI only (generate, migrate diff). The schema engine is the JavaScript one over an in-memory PGlite,
 * so nothing native is needed or downloaded. The app applies its migrations itself at start (app/migrations.server.ts).
 *
 * The SQL of a new migration, after schema.prisma was changed:
 *   npm exec -- prisma migrate diff --from-migrations prisma/migrations --to-schema-datamodel prisma/schema.prisma --script
 */
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { PrismaPGlite } from "pglite-prisma-adapter";
import { defineConfig } from "prisma/config";

// The CLI looks for native engines before it learns that it needs none; any existing file stops the download.
const anyFile = join(import.meta.dirname, "package.json");
process.env.PRISMA_QUERY_ENGINE_LIBRARY ??= anyFile;
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= anyFile;
process.env.CHECKPOINT_DISABLE ??= "1";

/** The CLI sends a migration as one statement, which a prepared statement (all that the adapter knows) refuses. */
class MigratingPglite extends PrismaPGlite {
  override async connectToShadowDb() {
    const pglite = await PGlite.create();
    const adapter = await new PrismaPGlite(pglite).connect();
    adapter.executeRaw = async ({ sql }) => {
      await pglite.exec(sql);
      return 0;
    };
    return adapter;
  }
}

export default defineConfig({
  schema: join("prisma", "schema.prisma"),
  migrations: { path: join("prisma", "migrations") },
  engine: "js",
  experimental: { adapter: true },
  async adapter() {
    return new MigratingPglite(new PGlite());
  },
});
