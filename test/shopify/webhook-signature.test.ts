import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isGenuine, isSignature } from "#app/shopify/webhook-signature.ts";

const sign = (body: string, secret: string) => createHmac("sha256", secret).update(body, "utf8").digest("base64");

describe("a webhook", () => {
  it("is genuine where one of the app's secrets signed its body, the old one too while it is being changed", () => {
    const body = '{"title":"Тест £"}';
    expect(isGenuine(body, sign(body, "new"), ["new"])).toBe(true);
    expect(isGenuine(body, sign(body, "old"), ["new", "old"])).toBe(true);
    expect(isGenuine(body, sign(body, "old"), ["new"])).toBe(false);
    expect(isGenuine(`${body} `, sign(body, "new"), ["new"])).toBe(false);
    expect(isGenuine(body, "", ["new"])).toBe(false);
    expect(isGenuine(body, sign(body, "new"), [])).toBe(false);
  });

  it("without what can be a signature is none", () => {
    expect(isSignature(sign("{}", "new"))).toBe(true);
    for (const text of [null, "", "x", sign("{}", "new").slice(1), `${sign("{}", "new")}=`])
      expect(isSignature(text)).toBe(false);
  });
});
