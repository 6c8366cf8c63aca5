/** A merchant with more listings than a page shows: all that match are chosen, changed at once, and as they were again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "#app/db.server.ts";
import { shutsOut } from "./accessibility.ts";
import { type MerchantVisit, type Phone, startMerchantVisit, startPhone, WAIT } from "./merchant-visit.ts";

const MANY = 1_230;

describe("a merchant who changes many listings at once", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "lockstep-sweeps-"));
  let merchant: MerchantVisit;
  let onPhone: Phone["onPhone"];
  let phone: Phone["phone"];
  beforeAll(async () => {
    merchant = await startMerchantVisit(["ebay"], { dataDir });
    ({ onPhone, phone } = await startPhone(merchant));
    await merchant.connect(merchant.network.marketplace("ebay"), "Agree and continue");
    await merchant.network.stopApp();
    const { db, close } = await openDatabase({ dataDir });
    // Listings that stand for nothing, and that no reading of the marketplace is to end.
    await db.$executeRaw`
      INSERT INTO "Listing" ("shopId", "channelId", "remoteId", sku, title, "remoteState", "seenAt")
      SELECT "shopId", id, 'many-' || n, 'MANY-' || n, 'Zinc pot ' || n, 'active', now() + interval '10 years'
      FROM "Channel", generate_series(1, ${MANY}::int) n`;
    // And some whose SKUs are those of variants but for case and punctuation.
    await db.$executeRaw`
      INSERT INTO "Listing" ("shopId", "channelId", "remoteId", sku, title, "remoteState", "observedQuantity", "seenAt")
      SELECT c."shopId", c.id, 'loose-' || v.id, replace(lower(v.sku), '-', '_'), 'Second-hand: ' || v."productTitle", 'active', 4,
        now() + interval '10 years'
      FROM "Channel" c JOIN "Variant" v ON v."shopId" = c."shopId" WHERE v.sku LIKE 'MUG-%'`;
    await close();
    await merchant.network.startApp();
    merchant.here.problems.length = 0;
  });
  afterAll(async () => {
    await merchant?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const tickAll = () =>
    merchant.here.app
      .getByRole("checkbox", { name: "Select all listings" })
      .locator("visible=true")
      .first()
      .check({ force: true });

  it("chooses a page of them, then all that match, sees what it does, and approves it", async () => {
    const { here, open, sees, press } = merchant;
    await open("/app/listings?status=not-matched");
    await sees("Zinc pot 1");
    await tickAll();
    await here.shot("listings-chosen");
    await press(/^Select all 1,2\d\d that match/);
    await sees(/All 1,2\d\d listings that match are chosen/);
    await here.shot("listings-all-chosen");
    await press("Exclude");
    await sees(/1,2\d\d listings change\. Nothing is done yet\./);
    await sees("No number on a marketplace moves by it.");
    await here.shot("sweep-asks");
    await onPhone(/Nothing is done yet/, "sweep-asks");
    await open("/app/listings");
    await sees("Waits for you: Exclude");
    await here.shot("listings-sweep-waits");
    await onPhone("Waits for you: Exclude", "listings-sweep-waits");
    await open("");
    await sees("Waits for you: Exclude");
    await here.shot("home-sweep");
    await onPhone("Waits for you: Exclude", "home-sweep");
    await here.app.getByRole("link", { name: "Look, then approve it" }).click();
    await press(/^Approve/);
    await sees(/1,2\d\d listings excluded/);
    await sees("You can undo it until");
    await here.shot("sweep-done");
    await onPhone(/listings excluded/, "sweep-done");
  });

  it("takes it back as one", async () => {
    const { here, open, sees, press } = merchant;
    await press("Undo");
    await sees(/What was changed: 1,2\d\d listings excluded/);
    await press(/^Approve/);
    await sees(/1,2\d\d listings as they were before/);
    await open("/app/listings/changes");
    await sees("Changes of many listings");
    await here.shot("sweeps");
    await onPhone("Changes of many listings", "sweeps");
  });

  it("matches what stands for nothing as suggested, but for what they leave out, and names what is not clear", async () => {
    const { here, open, sees, press } = merchant;
    await open("/app/listings?status=not-matched");
    await sees("Zinc pot 1");
    await tickAll();
    await press(/^Select all 1,2\d\d that match/);
    await sees(/All 1,2\d\d listings that match are chosen/);
    await here.shot("listings-to-match");
    await press("Match as suggested");
    await sees("3 listings are matched. Nothing is done yet.");
    await sees("Same SKU, but for case, spaces or punctuation");
    await here.app.getByRole("checkbox", { name: "Match Second-hand: Stoneware mug" }).first().click();
    await sees("2 listings are matched. Nothing is done yet.");
    await sees(/^Left alone: 1,2\d\d listings without a clear match, 1 listing that you left out\.$/);
    await here.shot("sweep-matches");
    await onPhone("What is matched to what", "sweep-matches");
    expect(await shutsOut(here)).toEqual([]);
    await here.app.getByRole("button", { name: /^Not clear \(1,2\d\d\)/ }).click();
    await sees("No variant in Shopify has its SKU, its barcode or its title.");
    await here.shot("sweep-matches-unclear");
    await onPhone("No clear match", "sweep-matches-unclear");
    await press(/^Approve/);
    await sees("2 listings matched");
    await here.shot("sweep-matches-done");
    await sees("You can undo it until");
    expect(here.problems).toEqual([]);
  });

  it("sets a policy for some, and sees which numbers move", async () => {
    const { here, open, sees, press } = merchant;
    await open("/app/listings?status=in-step");
    await sees("Stoneware mug, moss");
    await tickAll();
    await press("Set a policy");
    await sees("Nothing is saved before you have seen what it does.");
    await press("See what it does");
    await sees("Fill in at least one of these.");
    await here.app.getByLabel("Cap", { exact: true }).fill("2");
    await here.shot("sweep-policy");
    await press("See what it does");
    await sees("Nothing is done yet");
    await here.shot("sweep-policy-asks");
    await onPhone("Nothing is done yet", "sweep-policy-asks");
    await press("Leave it");
    await sees("Nothing was changed");
    await open("/app/listings");
    await onPhone("Zinc pot 1", "listings");
    await phone.app.getByRole("button", { name: /^Change all 1,2\d\d listings/ }).click();
    await phone.app.getByRole("menuitem", { name: "Set a policy" }).waitFor(WAIT);
    await phone.shot("listings-menu-phone");
    expect(here.problems).toEqual([]);
  });
});
