/**
 * Conventions that no compiler knows, each a function from files to problems. `conventions.test.ts` shows that each can
 * fail. A problem says where, what, and what to do.
 */
import type { SourceFile } from "./sources.ts";

const SHIPPED = /^(app|connectors)\//;

/** Text without comments, in the same lines. Strings stay: what is looked for may be in them. */
function withoutComments(text: string): string {
  const blank = (found: string): string => found.replace(/[^\n]/g, " ");
  return text
    .replace(
      /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
      (found, quoted) => (quoted === undefined ? blank(found) : found),
    )
    .replaceAll("\r", "");
}

function find(files: readonly SourceFile[], pattern: RegExp, say: (found: RegExpExecArray) => string): string[] {
  return files.flatMap(({ path, text }) => {
    const code = withoutComments(text);
    return [...code.matchAll(pattern)].map((found) => {
      const line = code.slice(0, found.index).split("\n").length;
      return `${path}:${line}: ${say(found)}`;
    });
  });
}

/** Only app/env.server.ts reads process.env. */
export function environmentProblems(files: readonly SourceFile[]): string[] {
  const asked = files.filter(({ path }) => SHIPPED.test(path) && path !== "app/env.server.ts");
  return find(
    asked,
    /\bprocess\s*\.\s*env\b|\bimport\.meta\.env\b|\bprocess\s*\[/g,
    ([what]) => `${what}: read settings in app/env.server.ts and pass them on`,
  );
}

const CONNECTORS = ["ebay", "etsy", "amazon", "depop", "vinted"];

/** The core never branches on a connector's name: no such string in the app, the contract or the transport. */
export function connectorNameProblems(
  files: readonly SourceFile[],
  connectors: readonly string[] = CONNECTORS,
): string[] {
  const core = files.filter(
    ({ path }) => /^(app|connectors\/(contract|transport))\//.test(path) && path !== "app/env.server.ts",
  );
  return find(
    core,
    new RegExp(`(["'\`])(${connectors.join("|")})\\1`, "gi"),
    ([what]) => `${what}: ask for a capability in the connector's manifest instead of its name`,
  );
}

/** Where time may be taken from the machine: the clock itself, processes, and the browser. */
const HAS_TIME = [
  "app/clock.ts",
  "app/runtime.server.ts",
  "app/server.ts",
  "app/worker.ts",
  "app/entry.server.tsx",
  // React components, which wait for a person.
  "app/ui/",
  "app/routes/app.tsx",
];

/** Time comes from the clock that is passed in, so that tests and the simulation own it. */
export function clockProblems(files: readonly SourceFile[]): string[] {
  const asked = files.filter(({ path }) => SHIPPED.test(path) && !HAS_TIME.some((allowed) => path.startsWith(allowed)));
  return find(
    asked,
    /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|\bset(?:Timeout|Interval|Immediate)\b|\bperformance\.now\b|["'](?:node:)?timers(?:\/promises)?["']|\bMath\.random\b|\bsystemClock\b/g,
    ([what]) => `${what}: take time from the clock that is passed in (rt.clock, session.now())`,
  );
}

/**
 * Whoever stores a row that refers to another looks that one up FOR KEY SHARE. A lock of its key would make them wait, and of
 * two that wait for each other PostgreSQL ends one. It is right only before a row is deleted.
 */
export function rowLockProblems(files: readonly SourceFile[]): string[] {
  return find(
    files.filter(({ path }) => SHIPPED.test(path)),
    /FROM "(?:Shop|Channel|Listing|Variant|MarketplaceOrder)"(?![^`]*?\bFROM\b)[^`]*?\bFOR UPDATE\b/g,
    () => "FOR UPDATE of a row that others refer to: lock it FOR NO KEY UPDATE",
  );
}

const DRAWERS = /^(utils?|helpers?|common|shared|misc|lib|managers?|.+-(utils?|helpers?|managers?))$/;

/** kebab-case, and a name that says what is inside. Routes are named by their address. */
export function fileNameProblems(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const parts = path.split("/");
    const file = parts.pop() ?? "";
    const problems: string[] = [];
    const stem = file.replace(/(\.(test|server|client|generated|config|d))*\.[a-z0-9]+$/i, "");
    const isFree = path.startsWith("app/routes/") || path.startsWith("prisma/migrations/") || file === "README.md";
    if (!isFree && !/^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/.test(stem)) {
      problems.push(`${path}: name it in kebab-case`);
    }
    for (const folder of parts) {
      if (
        !path.startsWith("prisma/migrations/") &&
        !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(folder) &&
        !path.startsWith("test/fixtures/")
      ) {
        problems.push(`${path}: name the folder ${folder} in kebab-case`);
      }
    }
    for (const name of [...parts, stem]) {
      if (DRAWERS.test(name)) problems.push(`${path}: "${name}" says nothing; name what is inside`);
    }
    return problems;
  });
}

/** Tables by their owner, from the schema's comments: "/// Owner: orders. ..." above a model. */
export function readOwners(schema: string): { owners: Map<string, string>; problems: string[] } {
  const owners = new Map<string, string>();
  const problems: string[] = [];
  for (const [, comments = "", model = ""] of schema.matchAll(/((?:^\/\/\/[^\n]*\n)*)^model (\w+) \{/gm)) {
    const owner = /Owner: ([a-z-]+)/.exec(comments)?.[1];
    if (owner) owners.set(model, owner);
    else problems.push(`prisma/schema.prisma: model ${model} has no "/// Owner: <slice>." above it`);
  }
  return { owners, problems };
}

/** Writes outside the owner that are meant so. */
const FOREIGN_WRITES: Record<string, readonly string[]> = {
  // A shop that leaves: its access, and what came in for it.
  "app/flows/remove-shop.ts": ["Session"],
  "app/shops/shops.ts": ["Delivery", "Session"],
};

/** Each table is written by the slice that owns it alone, through Prisma or SQL. */
export function ownershipProblems(files: readonly SourceFile[], schema: string): string[] {
  const { owners, problems } = readOwners(schema);
  const models = new Map([...owners.keys()].map((model) => [model.toLowerCase(), model]));
  const writes =
    /\.\s*(\w+)\s*\.\s*(?:create|createMany|createManyAndReturn|update|updateMany|updateManyAndReturn|upsert|delete|deleteMany)\s*\(|\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?|MERGE\s+INTO)\s+(?:ONLY\s+)?"(\w+)"/gi;
  const app = files.filter(({ path }) => path.startsWith("app/"));
  for (const file of app) {
    const found = find([file], writes, ([, viaPrisma, viaSql]) => (viaPrisma ?? viaSql ?? "").toLowerCase());
    for (const line of found) {
      const [place = "", name = ""] = line.split(": ");
      const model = models.get(name);
      if (!model) continue;
      const owner = owners.get(model) ?? "";
      if (file.path.startsWith(`app/${owner}/`) || FOREIGN_WRITES[file.path]?.includes(model)) continue;
      problems.push(`${place}: writes ${model}, which is ${owner}'s; call a function of app/${owner}/ instead`);
    }
  }
  return problems;
}

/** A lock file that names one registry can't be installed from another. */
export function lockFileProblems(lock: string): string[] {
  const named = (JSON.stringify(JSON.parse(lock)).match(/"resolved":"https?:/g) ?? []).length;
  return named === 0
    ? []
    : [
        `package-lock.json: ${named} entries say where they were downloaded ("resolved"). Install again with this folder's .npmrc (omit-lockfile-registry-resolved), or delete those lines`,
      ];
}

/** Named by compose.yml, not read by the app. */
const NOT_THE_APPS = ["POSTGRES_PASSWORD"];

/** .env.example names every setting of app/env.server.ts, each under a comment, and no other. */
export function settingsProblems(example: string, envFile: string): string[] {
  const read = [...envFile.matchAll(/^ {2}([A-Z][A-Z0-9_]*):/gm)].map(([, name = ""]) => name);
  const lines = example.split("\n");
  const named = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    const name = /^(?:# )?([A-Z][A-Z0-9_]*)=/.exec(line)?.[1];
    if (name) named.set(name, lines[index - 1] ?? "");
  }
  return [
    ...read.filter((name) => !named.has(name)).map((name) => `.env.example: ${name} is missing`),
    ...[...named]
      .filter(([, above]) => !/^# \S+ /.test(above) || /^# [A-Z0-9_]+=/.test(above))
      .map(([name]) => `.env.example: say above ${name} what it is`),
    ...[...named.keys()]
      .filter((name) => !read.includes(name) && !NOT_THE_APPS.includes(name))
      .map((name) => `.env.example: nothing reads ${name}`),
  ];
}
