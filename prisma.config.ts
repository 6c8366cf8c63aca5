/** For the Prisma CLI, of which `generate` is used alone: the app applies its migrations itself (app/migrations.server.ts). */
import { join } from "node:path";
import { defineConfig } from "prisma/config";

// The CLI looks for a native engine before it learns that it needs none; any existing file stops the download.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= join(import.meta.dirname, "package.json");
process.env.CHECKPOINT_DISABLE ??= "1";

export default defineConfig({
  schema: join("prisma", "schema.prisma"),
  migrations: { path: join("prisma", "migrations") },
});
