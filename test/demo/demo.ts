/** `npm run demo`: all of it on this machine, for a person with a browser. Ctrl-C ends it, and nothing is left. */
import { DEMO_SHOP, startNetwork } from "./network.ts";

const FIRST_PORT = 4600;

function show(line: string): void {
  console.log(line);
}

const warnings = (line: string): void => {
  // Levels of the log: 40 is warn. What is below is for those who ask (LOG_LEVEL).
  const level = /"level":(\d+)/.exec(line)?.[1];
  if (!level || Number(level) >= 40) console.error(line);
};

try {
  show("Starting Shopify and the marketplaces, emulated on this machine ...");
  const network = await startNetwork({ firstPort: FIRST_PORT, onLine: warnings });
  show("Starting Lockstep ...");
  await network.startApp();
  network.shopify.startDeliveries();

  const handle = DEMO_SHOP.split(".")[0];
  show(`
Lockstep is running. Everything is on this machine and starts anew each time.

  Shopify admin   ${network.shopify.origin}/store/${handle}
  Lockstep        ${network.shopify.origin}/store/${handle}/apps/lockstep
  Storefront      ${network.shopify.origin}/store/${handle}/storefront
${network.marketplaces.map((one) => `  ${one.name.padEnd(15)} ${one.origin}`).join("\n")}
  Inbox           ${network.inbox.origin}   mail that Lockstep sends, whoever it is for

To connect a marketplace, open Lockstep, then Channels. Most have a page on which to agree. Lockstep then
says which account it is and which shop, and asks. These have keys to enter:

${network.marketplaces.flatMap((one) => Object.entries(one.keys ?? {}).map(([field, key]) => `  ${one.name.padEnd(15)} ${field.padEnd(8)} ${key}`)).join("\n")}

Try this: connect eBay, look at the preview and approve it. Then change a stock in the Shopify admin and see the listing
follow; buy on eBay and see the order, with its customer, in Shopify; ship it there and see the tracking on eBay. Connect
the others too: MUG-SLATE is on sale on all five, and one sale lowers it on each. Amazon takes some seconds, to make the
list of the listings and to show what it accepted.

Ctrl-C ends it.`);

  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    show("\nStopping ...");
    await network.close();
    process.exit(0);
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
} catch (error) {
  const inUse = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  console.error(
    inUse ? `A port from ${FIRST_PORT} on is in use. Is another demo running? Stop it and try again.` : error,
  );
  process.exit(1);
}
