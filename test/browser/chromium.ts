/** Debian's Chromium, driven over the emulated admin: the app is in its frame, as a merchant sees it. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type FrameLocator, type Page } from "playwright-core";

const EXECUTABLE = "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
/** Shopify's library answers 410 to a headless browser that says so. */
const USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
const SHOTS = join(import.meta.dirname, "shots");

export async function launch(): Promise<Browser> {
  if (!existsSync(EXECUTABLE)) {
    throw new Error(`${EXECUTABLE} is missing. Install it: apt-get update && apt-get install -y chromium`);
  }
  return chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
}

export const DESK = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

export interface Visit {
  page: Page;
  /** The app inside the admin. */
  app: FrameLocator;
  /** What the pages complained of. */
  problems: string[];
  shot(name: string): Promise<void>;
}

/** A new window. Nothing is fetched from outside this machine. */
export async function visit(browser: Browser, size = DESK): Promise<Visit> {
  const context = await browser.newContext({ viewport: size, userAgent: USER_AGENT });
  // Only the loopback is there; a font from a CDN must not hold up or fail a page.
  await context.route(
    (url) => url.hostname !== "127.0.0.1",
    (route) => route.fulfill({ status: 200, contentType: "text/css", body: "" }),
  );
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  return {
    page,
    app: page.frameLocator("iframe#app"),
    problems,
    async shot(name) {
      mkdirSync(SHOTS, { recursive: true });
      await page.screenshot({ path: join(SHOTS, `${name}.png`) });
    },
  };
}
