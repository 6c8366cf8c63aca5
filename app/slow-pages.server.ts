/**
 * A page whose question to the database was ended because it took too long says so, and so does a button. Every screen
 * needs it, so it is done to the build as a whole, not in each loader.
 */
import type { ActionFunctionArgs, LoaderFunctionArgs, ServerBuild } from "@remix-run/node";
import { tookTooLong } from "./db.server.ts";
import type { Logger } from "./logger.ts";
import type { ActionReply } from "./ui/action-reply.ts";
import { TOO_SLOW } from "./ui/too-slow.ts";

const SCREENS = /^routes\/app\b/;

export function sayWhenTooSlow(build: ServerBuild, logger: Pick<Logger, "error">): ServerBuild {
  const routes = Object.entries(build.routes).map(([id, route]) => {
    const { loader, action } = route?.module ?? {};
    if (!route || !SCREENS.test(id)) return [id, route];
    const note = (error: unknown): void => logger.error({ err: error, route: id }, "a page took too long");
    const module = {
      ...route.module,
      ...(loader
        ? {
            loader: async (args: LoaderFunctionArgs) => {
              try {
                return await loader(args);
              } catch (error) {
                if (!tookTooLong(error)) throw error;
                note(error);
                throw new Response(null, TOO_SLOW);
              }
            },
          }
        : {}),
      ...(action
        ? {
            action: async (args: ActionFunctionArgs) => {
              try {
                return await action(args);
              } catch (error) {
                if (!tookTooLong(error)) throw error;
                note(error);
                const message =
                  "This took too long and was stopped. Reload the page to see what was done, then try again.";
                return { ok: false, message } satisfies ActionReply;
              }
            },
          }
        : {}),
    };
    return [id, { ...route, module }];
  });
  return { ...build, routes: Object.fromEntries(routes) };
}
