/** The scripts that run in a browser, written in TypeScript under browser/ and bundled when they are first asked for. */
import { fileURLToPath } from "node:url";
import type { Hono } from "hono";

const ENTRIES = {
  /** Runs in the app's frame. */
  "app-bridge": "app-bridge.ts",
  /** Runs in the admin around it. */
  "app-frame": "app-frame.ts",
  /** Runs around a block, in the frame that the admin gives it. */
  "block-host": "block-host.ts",
} as const;
export type BrowserScript = keyof typeof ENTRIES;

const bundled = new Map<BrowserScript, Promise<string>>();

/** A classic script, as App Bridge is: no module, nothing left global but what it sets itself. */
export function browserScript(name: BrowserScript): Promise<string> {
  let script = bundled.get(name);
  if (!script) {
    script = bundle(name);
    bundled.set(name, script);
  }
  return script;
}

async function bundle(name: BrowserScript): Promise<string> {
  // Here and not at the top: the simulation never shows a page and should not load a bundler.
  const { build } = await import("vite");
  const nodeEnv = process.env.NODE_ENV;
  const output = await build({
    configFile: false,
    envFile: false,
    logLevel: "error",
    build: {
      write: false,
      minify: false,
      target: "es2022",
      rollupOptions: {
        input: fileURLToPath(new URL(`./browser/${ENTRIES[name]}`, import.meta.url)),
        output: { format: "iife" },
      },
      modulePreload: false,
    },
  });
  // Vite sets it where it is unset, which is not ours to decide for the rest of this process.
  if (nodeEnv === undefined) Reflect.deleteProperty(process.env, "NODE_ENV");
  const chunk = [output].flat().flatMap((one) => ("output" in one ? one.output : []))[0];
  if (chunk?.type !== "chunk") throw new Error(`no script came out of ${name}`);
  return chunk.code;
}

export function mountBrowserScripts(app: Hono): void {
  for (const name of Object.keys(ENTRIES) as BrowserScript[]) {
    app.get(`/${name}.js`, async (c) =>
      c.body(await browserScript(name), 200, { "content-type": "text/javascript; charset=utf-8" }),
    );
  }
}
