/** The app's routes as the server has them, without a build: each page is the real loader, action and component. */
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createRequestHandler, type ServerBuild } from "@remix-run/node";
import * as entry from "#app/entry.server.tsx";
import type { Logger } from "#app/logger.ts";
import * as root from "#app/root.tsx";
import { sayWhenTooSlow } from "#app/slow-pages.server.ts";

const APP = resolve(import.meta.dirname, "../../app");

interface RouteFile {
  id: string;
  file: string;
  parentId?: string;
  path?: string;
  index?: boolean;
}

interface RouteConventions {
  flatRoutes(appDirectory: string, ignored?: string[]): Record<string, RouteFile>;
}

/** Remix's own reading of the names of app/routes, which its package keeps to itself. */
function routeFiles(): RouteFile[] {
  const require = createRequire(import.meta.url);
  const folder = resolve(require.resolve("@remix-run/dev"), "..");
  const { flatRoutes } = require(resolve(folder, "config/flat-routes.js")) as RouteConventions;
  return Object.values(flatRoutes(APP, ["**/.*", "**/*.test.*"]));
}

export interface AppRoute {
  id: string;
  /** From the root: "/app/orders/:id". */
  path: string;
  hasPage: boolean;
  hasLoader: boolean;
  hasAction: boolean;
}

export interface AppPages {
  routes: readonly AppRoute[];
  answer(request: Request): Promise<Response>;
}

export async function createAppPages(logger: Logger): Promise<AppPages> {
  const modules = import.meta.glob<ServerBuild["routes"][string]>("../../app/routes/*.tsx");
  const routes: Record<string, unknown> = { root: { id: "root", path: "", module: root } };
  const manifest: Record<string, object> = { root: inManifest({ id: "root", file: "root.tsx", path: "" }, root) };
  const files = routeFiles();
  const paths = new Map<string, string>([["root", ""]]);
  const pathOf = (file: RouteFile): string => {
    const parent = files.find((one) => one.id === file.parentId);
    return [parent ? pathOf(parent) : "", file.path ?? ""].filter(Boolean).join("/");
  };
  const listed: AppRoute[] = [];
  for (const file of files) {
    const module = (await modules[`../../app/${file.file}`]?.()) as Record<string, unknown> | undefined;
    if (!module) throw new Error(`${file.file} was not found`);
    const parentId = file.parentId ?? "root";
    const { id, path, index } = file;
    routes[id] = { id, parentId, path, index, module };
    manifest[id] = inManifest({ ...file, parentId }, module);
    paths.set(id, pathOf(file));
    listed.push({
      id,
      path: `/${pathOf(file)}`,
      hasPage: "default" in module,
      hasLoader: "loader" in module,
      hasAction: "action" in module,
    });
  }
  const build = {
    entry: { module: entry },
    routes,
    assets: { entry: { imports: [], module: "/entry.js" }, routes: manifest, url: "/manifest.js", version: "test" },
    publicPath: "/",
    assetsBuildDirectory: "build/client",
    mode: "production",
    isSpaMode: false,
    future: {
      v3_fetcherPersist: true,
      v3_relativeSplatPath: true,
      v3_throwAbortReason: true,
      v3_lazyRouteDiscovery: false,
      v3_singleFetch: false,
    },
  } as unknown as ServerBuild;
  const handler = createRequestHandler(sayWhenTooSlow(build, logger), "production");
  return { routes: listed, answer: (request) => handler(request) };
}

function inManifest({ id, parentId, path, index }: RouteFile, module: object) {
  return {
    id,
    parentId,
    path,
    index,
    module: `/${id}.js`,
    hasAction: "action" in module,
    hasLoader: "loader" in module,
    hasClientAction: false,
    hasClientLoader: false,
    hasErrorBoundary: "ErrorBoundary" in module,
  };
}
