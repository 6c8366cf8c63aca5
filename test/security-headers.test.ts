import { expect, it } from "vitest";
import { addSecurityHeaders, namesAnotherShop } from "#app/security-headers.ts";

it("an answer that says nothing of frames may be in none, and every answer has the other headers", () => {
  const headers = new Headers();
  addSecurityHeaders(headers, { appUrl: "https://lockstep.example" });
  expect(Object.fromEntries(headers)).toEqual({
    "content-security-policy": "frame-ancestors 'none'",
    "referrer-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
  });
});

it("a page inside the admin keeps the admin that it names, and plain http promises no https", () => {
  const headers = new Headers({ "content-security-policy": "frame-ancestors https://a.myshopify.com" });
  addSecurityHeaders(headers, { appUrl: "http://127.0.0.1:3000" });
  expect(headers.get("content-security-policy")).toBe("frame-ancestors https://a.myshopify.com");
  expect(headers.get("strict-transport-security")).toBe(null);
});

it("an address that names another shop than its session token is known", () => {
  const payload = Buffer.from(JSON.stringify({ dest: "https://a.myshopify.com" })).toString("base64url");
  const token = `head.${payload}.signature`;
  const page = (shop: string) => new URL(`https://lockstep.example/app?shop=${shop}`);
  expect(namesAnotherShop(page("a.myshopify.com"), token)).toBe(false);
  expect(namesAnotherShop(page("attacker.myshopify.com"), token)).toBe(true);
  expect(namesAnotherShop(page("attacker.myshopify.com"), "garbage")).toBe(true);
  expect(namesAnotherShop(page("attacker.myshopify.com"), null)).toBe(false);
});
