/** The web build. Tests have their own file, vitest.config.ts: the Remix plugin does not run under Vitest. */
import { vitePlugin as remix } from "@remix-run/dev";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [
    remix({
      ignoredRouteFiles: ["**/.*", "**/*.test.*"],
      future: {
        v3_fetcherPersist: true,
        v3_relativeSplatPath: true,
        v3_throwAbortReason: true,
        // All routes at once: a manifest request would not carry the session token.
        v3_lazyRouteDiscovery: false,
        // shopify-app-remix answers data requests with its own status and headers, which single fetch would wrap.
        v3_singleFetch: false,
      },
    }),
  ],
  build: { assetsInlineLimit: 0, target: "es2022" },
  // Top-level Node code, WASM and generated clients are loaded by Node itself, not bundled.
  ssr: {
    external: ["@electric-sql/pglite", "@prisma/client", "@prisma/adapter-pg", "pg", "pg-boss", "pino"],
  },
  optimizeDeps: { include: ["@shopify/app-bridge-react", "@shopify/polaris", "@shopify/polaris-icons"] },
});
