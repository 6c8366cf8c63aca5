/**
 * Builds the app unless the build at hand was made from exactly these sources; the demo, the tour and the browser tests
 * run it first. Contents are compared, not times: a checkout of older files is noticed too.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { waitForTurn } from "./one-at-a-time.ts";

const repository = resolve(import.meta.dirname, "../..");
const SOURCES = [
  "app",
  "connectors",
  "prisma/schema.prisma",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "vite.config.ts",
];
/** Inside a folder that every build empties, so that it never outlives the build it speaks of. */
const STAMP = join(repository, "build/server/sources.sha256");
const GENERATED_CLIENT = join(repository, "app/generated/prisma/internal/class.ts");

function filesBelow(path: string): string[] {
  const entries = readdirSync(path, { withFileTypes: true });
  return entries.flatMap((entry) => {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) return entry.name === "generated" ? [] : filesBelow(inner);
    return entry.isFile() ? [inner] : [];
  });
}

function hashSources(): string {
  const hash = createHash("sha256");
  for (const source of SOURCES) {
    const path = join(repository, source);
    const files = source.includes(".") ? [path] : filesBelow(path).sort();
    for (const file of files)
      hash
        .update(`${relative(repository, file)}\0`)
        .update(readFileSync(file))
        .update("\0");
  }
  return hash.digest("hex");
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** The generated client carries the schema that it was made from, as Prisma's formatter leaves it (`npm run check` holds ours to that). */
function isClientFresh(): boolean {
  const inline = /"inlineSchema": ("(?:[^"\\]|\\.)*")/.exec(readIfThere(GENERATED_CLIENT))?.[1];
  if (!inline) return false;
  const words = (text: string): string => text.split(/\s+/).join(" ").trim();
  return words(JSON.parse(inline)) === words(readFileSync(join(repository, "prisma/schema.prisma"), "utf8"));
}

function runTool(name: string, args: string[]): void {
  const done = spawnSync(join(repository, "node_modules/.bin", name), args, { cwd: repository, encoding: "utf8" });
  if (done.status === 0) return;
  console.error(`${name} ${args.join(" ")} failed:\n${done.stdout ?? ""}${done.stderr ?? ""}${done.error ?? ""}`);
  process.exit(1);
}

// Two commands at once (CI runs the tour beside the browser) would each remove what the other has just written.
await waitForTurn(join(repository, "node_modules/.fresh-build"));
if (!isClientFresh()) runTool("prisma", ["generate"]);
const sources = hashSources();
if (readIfThere(STAMP) !== sources) {
  console.log("Building the app ...");
  runTool("remix", ["vite:build"]);
  // A source that changed meanwhile may or may not be in the build: then there is no stamp, and the next start builds.
  if (hashSources() === sources) writeFileSync(STAMP, sources);
}
