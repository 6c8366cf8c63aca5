/** Each boundary can fail: a tree in which each rule is broken once, and one in which none is. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { boundaryProblems } from "./boundaries.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "lockstep-boundaries-"));
  for (const folder of ["app", "connectors", "test"]) mkdirSync(join(directory, folder));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(directory, file)), { recursive: true });
  writeFileSync(join(directory, file), text);
}

/** Writes both files, the first importing the second. */
function link(from: string, to: string, keyword = "import"): void {
  write(to, "export const thing = 1;\nexport type Thing = number;\n");
  const up = "../".repeat(from.split("/").length - 1);
  write(
    from,
    keyword === "import"
      ? `import { thing } from "${up}${to}";\nthing;\n`
      : `import type { Thing } from "${up}${to}";\n`,
  );
}

it.each([
  ["app-and-connectors-know-no-test", "app/flows/push.ts", "test/support/world.ts"],
  ["slice-imports-no-slice", "app/orders/orders.ts", "app/listings/listings.ts"],
  ["slice-knows-nothing-above-it", "app/orders/orders.ts", "app/flows/place-orders.ts"],
  ["slice-knows-nothing-above-it", "app/orders/orders.ts", "app/views/orders.ts"],
  ["slice-never-calls-shopify", "app/orders/orders.ts", "app/shopify/orders.ts"],
  ["slice-has-shopifys-types-only", "app/orders/orders.ts", "app/shopify/operations.generated.ts"],
  ["route-only-asks", "app/routes/app.orders.tsx", "app/orders/orders.ts"],
  ["route-only-asks", "app/routes/app.orders.tsx", "app/db.server.ts"],
  ["flow-knows-no-screen-and-no-process", "app/flows/push.ts", "app/env.server.ts"],
  ["flow-reads-one-view", "app/flows/push.ts", "app/views/home.ts"],
  ["view-only-reads", "app/views/home.ts", "app/channels/channels.ts"],
  ["ui-is-for-the-browser", "app/ui/time.tsx", "app/orders/orders.ts"],
  ["shopify-knows-no-story", "app/shopify/admin.ts", "app/shops/shops.ts"],
  ["queue-knows-no-story", "app/tasks/queue.ts", "app/flows/push.ts"],
  ["foundation-knows-nobody", "app/logger.ts", "app/orders/orders.ts"],
  ["pure-stays-pure", "app/inventory/policy.ts", "app/inventory/levels.ts"],
  ["nobody-imports-a-process", "test/demo/demo.ts", "app/server.ts"],
  ["app-knows-no-connector-by-name", "app/flows/push.ts", "connectors/registry.server.ts"],
  ["app-knows-no-connector-by-name", "app/flows/push.ts", "connectors/ebay/index.ts"],
  ["runtime-opens-the-registry-alone", "app/runtime.server.ts", "connectors/ebay/index.ts"],
  ["connector-stands-alone", "connectors/etsy/index.ts", "connectors/ebay/money.ts"],
  ["connector-stands-alone", "connectors/etsy/index.ts", "app/clock.ts"],
  ["contract-knows-no-connector", "connectors/contract/connector.ts", "connectors/ebay/index.ts"],
  ["emulator-is-judged-by-the-spec", "test/emulators/ebay/orders.ts", "connectors/ebay/orders.ts"],
  ["oracle-believes-nothing", "test/simulation/oracle/listings.ts", "app/inventory/policy.ts"],
  ["oracle-believes-nothing", "test/simulation/oracle/known.ts", "app/views/quantity-facts.ts"],
  ["oracle-believes-nothing", "test/simulation/oracle/orders.ts", "connectors/contract/money.ts"],
])("%s: %s may not import %s", async (rule, from, to) => {
  link(from, to);
  const problems = await boundaryProblems(directory);
  expect(problems.some((problem) => problem.startsWith(`${from} -> ${to}: ${rule}.`))).toBe(true);
});

it("no-circle: two files may not import each other, but for types", async () => {
  link("app/flows/a.ts", "app/flows/b.ts");
  write("app/flows/b.ts", `import type { thing } from "./a.ts";\nexport type Other = typeof thing;\n`);
  expect(await boundaryProblems(directory)).toEqual([]);
  write("app/flows/b.ts", `import { other } from "./a.ts";\nexport const thing = other;\n`);
  expect((await boundaryProblems(directory)).some((problem) => problem.includes(": no-circle."))).toBe(true);
});

it("import-is-there and connector-has-no-machine: a missing file, a timer of one's own", async () => {
  write(
    "connectors/ebay/index.ts",
    `import { gone } from "./gone.ts";\nimport { setTimeout } from "node:timers/promises";\n`,
  );
  expect(await boundaryProblems(directory)).toMatchObject([
    expect.stringContaining(": import-is-there."),
    expect.stringContaining(": connector-has-no-machine."),
  ]);
});

it("packages: none of development in the app, no database in a connector", async () => {
  write("package.json", JSON.stringify({ type: "module", dependencies: { pg: "8" }, devDependencies: { yaml: "2" } }));
  for (const name of ["pg", "yaml"]) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: "index.js" }));
    write(`node_modules/${name}/index.js`, "module.exports = {};\n");
  }
  write("app/secrets.ts", `import yaml from "yaml";\nimport pg from "pg";\n`);
  write("connectors/ebay/index.ts", `import pg from "pg";\n`);
  expect(await boundaryProblems(directory)).toMatchObject([
    expect.stringMatching(/^app\/secrets.ts -> node_modules\/yaml.*: ships-with-its-packages\./),
    expect.stringMatching(/^connectors\/ebay\/index.ts -> node_modules\/pg.*: connector-has-no-machine\./),
  ]);
});

it("what the design wants is allowed", async () => {
  link("app/routes/app.orders.tsx", "app/flows/manage-order.ts");
  link("app/flows/manage-order.ts", "app/orders/orders.ts");
  link("app/orders/orders.ts", "app/inventory/policy.ts");
  link("app/channels/channels.ts", "app/shopify/operations.generated.ts", "import type");
  link("app/runtime.server.ts", "connectors/registry.server.ts");
  link("connectors/registry.server.ts", "connectors/ebay/index.ts");
  link("connectors/ebay/index.ts", "connectors/contract/failures.ts");
  link("test/simulation/oracle/calls.ts", "connectors/contract/connector.ts", "import type");
  expect(await boundaryProblems(directory)).toEqual([]);
});
