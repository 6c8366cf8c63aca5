/**
 * The web process: `node app/server.ts`. Serves the built app; in development, Vite builds each page when it is asked
 * for. With the embedded database the worker runs in here too, because only one process may open its folder.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { getRequestListener } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import { createRequestHandler, type ServerBuild } from "@remix-run/node";
import { Hono } from "hono";
import { env } from "./env.server.ts";
import { SetupError } from "./errors.ts";
import { limitBodies } from "./request-bodies.server.ts";
import { closeRuntime, jobQueue, runtime } from "./runtime.server.ts";
import type { Runtime } from "./runtime.ts";
import { addSecurityHeaders } from "./security-headers.ts";
import { sayWhenTooSlow } from "./slow-pages.server.ts";
import { receiveWebhook } from "./webhooks.server.ts";
import { startWorker } from "./worker.server.ts";

const BUILD_DIR = resolve(import.meta.dirname, "../build");
const ASSETS_MAX_AGE_S = 365 * 24 * 60 * 60;
/** Whoever sends a header or a body slower than this holds a place that others need. */
const PATIENCE = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5_000 };
/** How long requests under way may take to end once we were asked to stop. */
const STOP_MS_MAX = 10_000;

type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

interface Pages {
  build(): Promise<ServerBuild>;
  /** Development only: Vite's own files. */
  middleware: Middleware | null;
  close(): Promise<void>;
}

async function builtPages(): Promise<Pages> {
  const file = resolve(BUILD_DIR, "server/index.js");
  let build: ServerBuild;
  try {
    build = await import(pathToFileURL(file).href);
  } catch (error) {
    if (
      !(
        error instanceof Error &&
        "code" in error &&
        error.code === "ERR_MODULE_NOT_FOUND" &&
        error.message.includes(file)
      )
    )
      throw error;
    throw new SetupError(`The app is not built: ${file} is missing. Run: npm run build`);
  }
  const { logger } = await runtime();
  const answering = sayWhenTooSlow(build, logger);
  return { build: async () => answering, middleware: null, close: async () => undefined };
}

async function developmentPages(): Promise<Pages> {
  const { createServer: createVite } = await import("vite");
  const { logger } = await runtime();
  const vite = await createVite({ server: { middlewareMode: true }, appType: "custom" });
  return {
    build: async () =>
      sayWhenTooSlow((await vite.ssrLoadModule("virtual:remix/server-build")) as unknown as ServerBuild, logger),
    middleware: vite.middlewares,
    close: () => vite.close(),
  };
}

function createWeb(rt: Runtime, pages: Pages, mode: string): Hono {
  const web = new Hono();
  web.use(async (c, next) => {
    await next();
    addSecurityHeaders(c.res.headers, rt);
  });
  web.use(limitBodies((key) => rt.connectors.get(key)?.manifest.signatureHeader ?? null));
  web.all("/webhooks", (c) => receiveWebhook(c.req.raw));
  web.onError((error, c) => {
    rt.logger.error({ err: error, path: c.req.path }, "a request failed");
    return c.text("Something went wrong.", 500);
  });
  if (!pages.middleware) {
    web.use("/assets/*", async (c, next) => {
      await next();
      if (c.res.ok) c.res.headers.set("cache-control", `public, max-age=${ASSETS_MAX_AGE_S}, immutable`);
    });
    web.use("*", serveStatic({ root: resolve(BUILD_DIR, "client") }));
  }
  web.all("*", async (c) => createRequestHandler(await pages.build(), mode)(c.req.raw));
  return web;
}

async function start(): Promise<void> {
  const { HOST, PORT, NODE_ENV, DATABASE_URL, SHOPIFY_APP_URL } = env();
  const rt = await runtime();
  const pages = NODE_ENV === "development" ? await developmentPages() : await builtPages();
  const worker = DATABASE_URL ? null : await startWorker(rt, await jobQueue());

  const answer = getRequestListener(createWeb(rt, pages, NODE_ENV).fetch);
  const server = createServer(PATIENCE, (request, response) => {
    if (!pages.middleware) return void answer(request, response);
    pages.middleware(request, response, () => void answer(request, response));
  });
  await new Promise<void>((done, failed) => {
    server.once("error", (error) =>
      failed(
        "code" in error && error.code === "EADDRINUSE"
          ? new SetupError(`Port ${PORT} is in use. Choose another with PORT.`)
          : error,
      ),
    );
    server.listen(PORT, HOST, done);
  });
  rt.logger.info({ port: PORT, appUrl: SHOPIFY_APP_URL, worker: worker !== null }, "Lockstep is serving");

  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    rt.logger.info({ signal }, "stopping");
    const closed = new Promise<void>((done) => server.close(() => done()));
    server.closeIdleConnections();
    const late = setTimeout(() => server.closeAllConnections(), STOP_MS_MAX);
    await closed;
    clearTimeout(late);
    await pages.close();
    await worker?.stop();
    await closeRuntime();
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

start().catch((error: unknown) => {
  if (error instanceof SetupError) console.error(error.message);
  else console.error(error);
  process.exit(1);
});
