import { describe, expect, it } from "vitest";
import {
  clockProblems,
  connectorNameProblems,
  environmentProblems,
  fileNameProblems,
  lockFileProblems,
  ownershipProblems,
  rowLockProblems,
  settingsProblems,
} from "./conventions.ts";

const file = (path: string, text: string) => [{ path, text }];

describe("each convention can fail", () => {
  it("process.env is read in one file", () => {
    expect(environmentProblems(file("app/flows/a.ts", "const a = 1;\nconst b = process.env.B;"))).toEqual([
      expect.stringContaining("app/flows/a.ts:2: process.env"),
    ]);
    expect(environmentProblems(file("connectors/ebay/client.ts", "process\n  .env"))).toHaveLength(1);
    expect(environmentProblems(file("app/env.server.ts", "process.env"))).toEqual([]);
    expect(environmentProblems(file("app/flows/a.ts", "// process.env\n/* process.env */"))).toEqual([]);
    expect(environmentProblems(file("test/support/specs.ts", "process.env"))).toEqual([]);
  });

  it("the core never asks for a connector by name", () => {
    expect(connectorNameProblems(file("app/flows/a.ts", `if (key === "ebay") go();`))).toHaveLength(1);
    expect(connectorNameProblems(file("app/routes/a.tsx", "case 'Vinted':"))).toHaveLength(1);
    expect(connectorNameProblems(file("connectors/transport/transport.ts", "`etsy`"))).toHaveLength(1);
    expect(connectorNameProblems(file("connectors/ebay/manifest.ts", `key: "ebay"`))).toEqual([]);
    expect(connectorNameProblems(file("app/flows/a.ts", `/** Stable: "ebay". */ const url = "https://a/b";`))).toEqual(
      [],
    );
  });

  it("time comes from the clock", () => {
    for (const text of [
      "Date.now()",
      "new Date()",
      "setTimeout(a, 1)",
      `import "node:timers/promises"`,
      "Math.random()",
      "systemClock.now()",
    ]) {
      expect(clockProblems(file("app/flows/a.ts", text)), text).toHaveLength(1);
      expect(clockProblems(file("connectors/etsy/a.ts", text)), text).toHaveLength(1);
    }
    expect(clockProblems(file("app/clock.ts", "new Date()"))).toEqual([]);
    expect(clockProblems(file("app/flows/a.ts", "new Date(ms); rt.clock.now()"))).toEqual([]);
  });

  it("a row that others refer to is locked without its key", () => {
    const locked = (text: string) => rowLockProblems(file("app/orders/a.ts", `tx.$queryRaw\`${text}\``));
    expect(locked('SELECT * FROM "Variant" WHERE id = 1 FOR UPDATE')).toHaveLength(1);
    expect(locked('SELECT l.id\n FROM "Listing" l\n ORDER BY l.id FOR UPDATE OF l')).toHaveLength(1);
    expect(locked('SELECT * FROM "Variant" WHERE id = 1 FOR NO KEY UPDATE')).toEqual([]);
    expect(locked('SELECT * FROM "Lease" FOR UPDATE')).toEqual([]);
  });

  it("file names are kebab-case and say what is inside", () => {
    expect(
      fileNameProblems([
        "app/flows/placeOrders.ts",
        "app/flows/utils.ts",
        "app/helpers/dates.ts",
        "app/orders/order-manager.ts",
        "app/Orders/orders.ts",
      ]).map((problem) => problem.split(":")[0]),
    ).toEqual([
      "app/flows/placeOrders.ts",
      "app/flows/utils.ts",
      "app/helpers/dates.ts",
      "app/orders/order-manager.ts",
      "app/Orders/orders.ts",
    ]);
    expect(
      fileNameProblems([
        "app/routes/app.channels.$id.tsx",
        "app/db.server.ts",
        "connectors/README.md",
        "prisma/migrations/20260101000000_begin/migration.sql",
        "test/flows/push-quantities.test.ts",
      ]),
    ).toEqual([]);
  });

  it("a table is written by its owner", () => {
    const schema = "/// Owner: orders.\nmodel OrderLine {\n}\n\nmodel Loose {\n}\n";
    expect(ownershipProblems([], schema)).toEqual([expect.stringContaining("model Loose")]);
    const owned = "/// Owner: orders.\nmodel OrderLine {\n}\n";
    for (const text of [
      "tx.orderLine.update({})",
      "tx\n  .orderLine\n  .deleteMany({})",
      '$executeRaw`UPDATE "OrderLine" SET a`',
    ]) {
      expect(ownershipProblems(file("app/flows/a.ts", text), owned), text).toEqual([
        expect.stringContaining("writes OrderLine, which is orders's"),
      ]);
      expect(ownershipProblems(file("app/orders/a.ts", text), owned), text).toEqual([]);
    }
    expect(ownershipProblems(file("app/flows/a.ts", "tx.orderLine.findMany({}); orders.update({})"), owned)).toEqual(
      [],
    );
  });

  it("the lock file names no registry", () => {
    expect(lockFileProblems(`{"packages":{"a":{"resolved":"https://registry.example/a.tgz"}}}`)).toHaveLength(1);
    expect(lockFileProblems(`{"packages":{"a":{"version":"1.0.0"}}}`)).toEqual([]);
  });

  it(".env.example has every setting with its comment", () => {
    const env =
      'const schema = z.object({\n  PORT: z.string(),\n  HOST: z.string(),\n});\nconst t = { needed: ["PORT"] };\n';
    expect(settingsProblems("# The port to use.\nPORT=1\n# The address to use.\n# HOST=\n", env)).toEqual([]);
    expect(settingsProblems("# The port to use.\nPORT=1\n", env)).toEqual([".env.example: HOST is missing"]);
    expect(settingsProblems("# The port to use.\nPORT=1\n# HOST=\n", env)).toEqual([
      ".env.example: say above HOST what it is",
    ]);
    expect(settingsProblems("# A a.\nPORT=\n# A a.\nHOST=\n# A a.\nGONE=\n", env)).toEqual([
      ".env.example: nothing reads GONE",
    ]);
  });
});
