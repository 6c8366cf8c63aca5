/**
 * A merchant without a pointer, or without sight: dialogs and filters by keyboard, and the pages that are no page yet, or
 * none at all. That nobody is shut out of any of the others is looked at while test/browser/crawl.test.ts is there.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isTakenOver, shutsOut } from "./accessibility.ts";
import { type MerchantVisit, startMerchantVisit, WAIT } from "./merchant-visit.ts";

const SCENE_MS = 300_000;
/** What Remix asks for when a link to a channel is followed: the screen's data, and the frame's. */
const SCREEN_DATA = /[?&]_data=routes%2Fapp\.channels\./;
const FRAME_DATA = /[?&]_data=routes%2Fapp(&|$)/;

describe("a merchant who does not see or point as others do", () => {
  let merchant: MerchantVisit;

  beforeAll(async () => {
    merchant = await startMerchantVisit(["ebay"]);
    await merchant.connect(merchant.network.marketplace("ebay"), "Agree and continue");
    // What is half faded in has the contrast of neither.
    await merchant.here.page.emulateMedia({ reducedMotion: "reduce" });
  }, SCENE_MS);
  afterAll(() => merchant?.close());

  const channelLink = async () => {
    await merchant.open("/app/channels");
    const link = merchant.here.app.getByRole("link", { name: /^Open eBay/ });
    await isTakenOver(link, WAIT);
    return link;
  };

  it("is shut out neither of a page that is not there, nor of one that can't be shown", async () => {
    const { here, open } = merchant;
    await open("/app/listings/999999999");
    await here.app.getByRole("heading", { name: "This page does not exist" }).waitFor(WAIT);
    const wrong = await shutsOut(here);
    for (const [data, says] of [
      [SCREEN_DATA, "This page can't be shown"],
      [FRAME_DATA, "Lockstep can't be shown right now"],
    ] as const) {
      const link = await channelLink();
      await here.page.route(data, (route) => route.abort());
      await link.click();
      await here.app.getByText(says).waitFor(WAIT);
      wrong.push(...(await shutsOut(here)));
      // The admin's bar: nothing is on its way any more.
      await here.page.locator("#loading").waitFor({ ...WAIT, state: "hidden" });
      await here.page.unroute(data);
    }
    expect(wrong).toEqual([]);
  });

  it("is shut out of no page that is on its way", async () => {
    const { here } = merchant;
    const link = await channelLink();
    const held = Promise.withResolvers<void>();
    await here.page.route(SCREEN_DATA, async (route) => {
      await held.promise;
      await route.continue();
    });
    await link.click();
    await here.app.locator("[class*='Polaris-Skeleton']").first().waitFor(WAIT);
    const wrong = await shutsOut(here);
    held.resolve();
    await here.app.getByRole("heading", { name: "When more is sold than there is" }).waitFor(WAIT);
    await here.page.unrouteAll({ behavior: "wait" });
    expect(wrong).toEqual([]);
  });

  it("opens a dialog, is kept in it and leaves it by keyboard, and is where they were", async () => {
    const { here, open } = merchant;
    await open("/app");
    const opener = here.app.getByRole("button", { name: "Sync now" });
    await isTakenOver(opener, WAIT);
    await opener.press("Enter");
    const dialog = here.app.getByRole("dialog", { name: "Sync now" });
    await dialog.getByRole("button", { name: "Cancel" }).waitFor(WAIT);
    const tabsToSee = 12;
    for (let tabs = 1; tabs <= tabsToSee; tabs += 1) {
      await here.page.keyboard.press("Tab");
      const isInside = await dialog.evaluate((element) => element.contains(document.activeElement));
      expect(isInside, `the focus after ${tabs} tabs`).toBe(true);
    }
    await here.page.keyboard.press("Escape");
    await dialog.waitFor({ ...WAIT, state: "detached" });
    await expect.poll(() => opener.evaluate((element) => element === document.activeElement), WAIT).toBe(true);
  });

  it("filters a list and clears it by keyboard", async () => {
    const { here, open } = merchant;
    await open("/app/listings");
    const search = here.app.getByRole("searchbox");
    await isTakenOver(search, WAIT);
    await search.focus();
    await here.page.keyboard.type("MUG");
    const clear = here.app.getByRole("button", { name: "Clear filters" });
    await clear.waitFor(WAIT);
    for (let tabs = 0; tabs < 8 && !(await clear.evaluate((one) => one === document.activeElement)); tabs += 1)
      await here.page.keyboard.press("Tab");
    await here.page.keyboard.press("Enter");
    await clear.waitFor({ ...WAIT, state: "detached" });
    await expect.poll(() => search.inputValue(), WAIT).toBe("");
  });

  it("would be noticed if they were shut out", async () => {
    await merchant.open("/app/rules");
    await merchant.here.app.locator("h1").first().waitFor(WAIT);
    await merchant.here.app.locator("main").evaluate((main) => {
      const [button, faint, image] = ["button", "p", "img"].map((name) => main.ownerDocument.createElement(name));
      if (!button || !faint || !image) return;
      faint.textContent = "hardly to be read";
      faint.style.color = "#ddd";
      faint.style.width = "2000px";
      main.append(button, faint, image);
    });
    const wrong = (await shutsOut(merchant.here)).join("\n");
    for (const width of [390, 1280])
      for (const fault of ["button-name (critical)", "image-alt (critical)", "color-contrast (serious)"])
        expect(wrong).toContain(`at ${width} px: ${fault}`);
    expect(wrong).toMatch(/at 390 px: \d+ px wider than the window/);
  });
});
