import { createCipheriv, randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { createSecrets } from "#app/secrets.ts";

const OLD = Buffer.alloc(32, 1).toString("base64");
const NEW = Buffer.alloc(32, 2).toString("base64");

it("a text that the old key sealed is opened while the old key is there, and sealed anew with the new one", () => {
  const sealed = createSecrets(OLD).seal("a token");
  const both = createSecrets(NEW, OLD);
  expect(both.open(sealed)).toBe("a token");
  expect(createSecrets(NEW).open(both.seal("a token"))).toBe("a token");
  expect(() => createSecrets(NEW).open(sealed)).toThrow("another key");
});

it("a text of an installation whose keys had no name yet is opened", () => {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(OLD, "base64"), iv);
  const body = Buffer.concat([cipher.update("a token", "utf8"), cipher.final()]);
  const nameless = `v1.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64")}`;
  expect(createSecrets(NEW, OLD).open(nameless)).toBe("a token");
});

it("whoever was remembered under the old key is looked for under both", () => {
  const remembered = createSecrets(OLD).hash("email:rosa@buyer.example");
  const both = createSecrets(NEW, OLD);
  expect(both.hashes.map((hash) => hash("email:rosa@buyer.example"))).toContain(remembered);
  expect(both.hash("x")).toBe(createSecrets(NEW).hash("x"));
});
