/** Admin extensions as the Shopify CLI would bundle them, which can't be run without a login. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const FOLDER = join(import.meta.dirname, "../../extensions");

/** The bundle as a module whose default export starts the extension. */
export async function bundleExtension(name: string): Promise<string> {
  const toml = readFileSync(join(FOLDER, name, "shopify.extension.toml"), "utf8");
  const entry = /^\s*module = "([^"]+)"$/m.exec(toml)?.[1];
  if (!entry) throw new Error(`extensions/${name}/shopify.extension.toml names no module.`);
  const { outputFiles } = await build({
    entryPoints: [join(FOLDER, name, entry)],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}
