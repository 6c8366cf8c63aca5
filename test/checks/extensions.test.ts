import { describe, expect, it } from "vitest";
import { bundleExtension } from "#test/support/extension-bundle.ts";
import { blockLocale, extensionNames, sizeProblems, wordProblems } from "./extensions.ts";

describe("the checks of extensions", () => {
  it("find each extension, and bundle it to something that starts", async () => {
    expect(extensionNames()).toContain("product-listings");
    expect(await bundleExtension("product-listings")).toMatch(/export\s*\{/);
  });

  it("name a bundle that is too large", async () => {
    expect(await sizeProblems(["product-listings"], 1_000)).toMatchObject([expect.stringContaining("1000 at most")]);
    expect(await sizeProblems()).toEqual([]);
  });

  it("name a status without a word, and a word without a status", () => {
    expect(wordProblems(blockLocale())).toEqual([]);
    expect(wordProblems(`{"status": {"gone": "Gone"}}`, ["paused"])).toMatchObject([
      expect.stringContaining("status.paused has no word"),
      expect.stringContaining("status.gone is a status that no listing has"),
    ]);
  });
});
